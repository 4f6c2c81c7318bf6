/** A function whose arguments the reader chooses. */
import { randomUUID } from "node:crypto";
import { showInNotebook } from "../notebook.ts";
import { VBox } from "./boxes.ts";
import { Checkbox, Dropdown } from "./choices.ts";
import { escapeHtml } from "./escape.ts";
import { Output } from "./output.ts";
import { FloatSlider, IntSlider } from "./sliders.ts";
import { Text } from "./texts.ts";
import { ValueWidget } from "./widget.ts";

/** What stands for a control: the control itself, or a value of the kind that it gives. */
export type Control =
  | ValueWidget<unknown>
  | number
  | boolean
  | string
  | readonly [min: number, max: number]
  | readonly [min: number, max: number, step: number]
  | readonly string[]
  | Readonly<Record<string, unknown>>;

/** The value that a control gives. */
export type Chosen<C> =
  C extends ValueWidget<infer Value>
    ? Value
    : C extends number | readonly number[]
      ? number
      : C extends boolean
        ? boolean
        : C extends string | readonly string[]
          ? string
          : C extends Readonly<Record<string, infer Value>>
            ? Value
            : never;

/**
 * Shows controls, what a function prints, and what it makes of their values, anew with every change. The function may be async; what is overtaken by a
 * later change is not shown.
 *
 * A number n stands for a slider from −n to 3n, `[min, max]` and `[min, max, step]` for a slider, of whole numbers if all are whole; `true` and `false`
 * for a box to tick, a text for a line of text; a list of texts, or an object of values by name, for a menu.
 *
 * @param show What makes something to be shown of the values, by name.
 * @param controls By the names of the values.
 * @throws {TypeError} If something stands for no control.
 * @example widgets.interact(({ power }) => plot.line([1, 2, 3].map((x) => x ** power)), { power: [1, 4] })
 */
export function interact<Controls extends Readonly<Record<string, Control>>>(
  show: (values: { [Name in keyof Controls]: Chosen<Controls[Name]> }) => unknown,
  controls: Controls,
): void {
  const widgets = Object.entries(controls).map(([name, control]) => [name, controlOf(name, control)] as const);
  const printed = new Output();
  const id = randomUUID();
  let latest = 0;
  let areShown = false;
  const showControls = () => {
    if (!areShown) showInNotebook(new VBox([...widgets.map(([, widget]) => widget), printed]));
    areShown = true;
  };
  let isShown = false;
  const put = (value: unknown) => {
    // Not before the first call: what it printed then stands there too where nobody knows widgets.
    showControls();
    showInNotebook(value, { id, update: isShown });
    isShown = true;
  };
  const refresh = () => {
    const turn = ++latest;
    const values = Object.fromEntries(widgets.map(([name, widget]) => [name, widget.value]));
    try {
      printed.clearOutput();
      const result = printed.run(() => show(values as Parameters<typeof show>[0]));
      if (!(result instanceof Promise)) return put(result ?? nothing);
      void result.then(
        (value: unknown) => turn === latest && put(value ?? nothing),
        (error: unknown) => turn === latest && put(failure(error)),
      );
    } catch (error) {
      // A choice that does not work is no reason to lose the controls.
      put(failure(error));
    }
  };
  for (const [, widget] of widgets) widget.observe(refresh);
  refresh();
  showControls();
}

const display = Symbol.for("Jupyter.display");

const nothing = { [display]: () => ({ "text/html": "<div></div>", "text/plain": "" }) };

function failure(error: unknown) {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const html = `<pre style="color:#E03C3C;font-family:var(--jp-code-font-family,monospace)">${escapeHtml(text)}</pre>`;
  return { [display]: () => ({ "text/html": html, "text/plain": text }) };
}

function controlOf(name: string, control: Control): ValueWidget<unknown> {
  const options = { description: name };
  if (control instanceof ValueWidget) return control;
  if (typeof control === "boolean") return new Checkbox({ ...options, value: control });
  if (typeof control === "string") return new Text({ ...options, value: control });
  if (typeof control === "number") {
    const [min, max] = control === 0 ? [0, 1] : [-control, 3 * control].sort((a, b) => a - b);
    return sliderOf([min!, max!], { ...options, value: control });
  }
  if (isRange(control)) return sliderOf(control, options);
  if (Array.isArray(control) && control.length > 0 && control.every((one) => typeof one === "string")) {
    return new Dropdown({ ...options, options: control as readonly string[] });
  }
  if (typeof control === "object" && control !== null && !Array.isArray(control)) {
    return new Dropdown({ ...options, options: control as Readonly<Record<string, unknown>> });
  }
  throw new TypeError(
    `Cannot make a control of ${JSON.stringify(control)} for ${name}: expected a number, [min, max], a boolean, a text, a list of texts, an object or a widget`,
  );
}

function isRange(control: unknown): control is readonly [number, number, number?] {
  return (
    Array.isArray(control) &&
    (control.length === 2 || control.length === 3) &&
    control.every((one) => typeof one === "number")
  );
}

function sliderOf(
  [min, max, step]: readonly [number, number, number?],
  options: { description: string; value?: number },
): IntSlider | FloatSlider {
  const isWhole = [min, max, step ?? 1, options.value ?? 0].every(Number.isInteger);
  const value = options.value ?? (isWhole ? Math.round((min + max) / 2) : (min + max) / 2);
  const range = { ...options, min, max, ...(step === undefined ? {} : { step }), value };
  return isWhole ? new IntSlider(range) : new FloatSlider(range);
}

/** Charts under several sliders and menus at once, with no kernel and no script. */
import type { Chart } from "./chart.ts";
import type { Spec } from "./render/vega.ts";
import { type Control, chartUnder, controlOf } from "./slider.ts";

/** What can be chosen: values by name. Numbers make a slider, names a menu. */
export type Choices = Readonly<Record<string, readonly (number | string)[]>>;

/** One value of each. */
export type Choice<C extends Choices> = { readonly [name in keyof C]: C[name][number] };

/** Options of several sliders. */
export interface SlidersOptions<C extends Choices> {
  /** What is chosen at first, and in pictures; default the first of each. */
  start?: Partial<Choice<C>>;
}

/** The most frames of a chart: more would make a notebook that is slow to open. */
const mostFrames = 500;

/**
 * Charts of one kind under a slider or menu each for several things that can be chosen. Every combination is drawn beforehand, so it works in
 * untrusted notebooks and in reports; a static picture shows the first choice.
 *
 * @param choices Values by name; there are as many frames as combinations, at most 500.
 * @param frameOf Makes the chart of a combination; the charts must differ in their data only, and in their titles.
 * @throws {RangeError} If there is nothing to choose, there are too many combinations, the start is none of the values, or charts differ in more.
 * @see plot.slider, for one.
 * @example
 * const at = [0, 1, 2, 3];
 * plot.sliders({ power: [1, 2], shift: [0, 1] }, ({ power, shift }) => plot.line(at.map((x) => x ** power + shift)))
 */
export function sliders<const C extends Choices>(
  choices: C,
  frameOf: (choice: Choice<C>) => Chart,
  options: SlidersOptions<C> = {},
): Chart {
  const named = Object.entries(choices);
  const frames = named.reduce((product, [, values]) => product * values.length, 1);
  if (named.length === 0 || frames === 0) {
    throw new RangeError("Cannot choose among no charts: give each name one value or more");
  }
  if (frames > mostFrames) throw new RangeError(`Cannot draw ${frames} frames: there must be at most ${mostFrames}`);
  const controls = named.map(([name, values]) => controlOf(name, values));
  const positions = named.map(([name, values]) => startOf(name, values, options.start?.[name]));
  const param = "slider_all";
  return chartUnder(
    combinations(named).map((choice) => frameOf(Object.fromEntries(choice) as Choice<C>)),
    { param, keys: Array.from({ length: frames }, (_, i) => i) },
    {
      params: [
        ...controls.map(({ param: name, keys, bind }, i): Spec => ({ name, value: keys[positions[i]!]!, bind })),
        { name: param, expr: numberOf(controls) },
      ],
      by: named.map(([name]) => name).join(", "),
    },
  );
}

function startOf(name: string, values: readonly (number | string)[], start: number | string | undefined): number {
  const position = start === undefined ? 0 : values.indexOf(start);
  if (position < 0) throw new RangeError(`Cannot start with ${name} ${start}: it is none of ${values.join(", ")}`);
  return position;
}

type NamedValue = readonly [name: string, value: number | string];

/** All combinations, the last choice changing fastest. */
function combinations(named: readonly (readonly [string, readonly (number | string)[]])[]): NamedValue[][] {
  return named.reduce<NamedValue[][]>(
    (before, [name, values]) =>
      before.flatMap((choice) => values.map((value): NamedValue[] => [...choice, [name, value]])),
    [[]],
  );
}

/** The number of the chosen frame, as vega computes it. */
function numberOf(controls: readonly Pick<Control, "param" | "keys">[]): string {
  return controls.reduce((before, { param, keys }) => {
    const step = keys.length > 1 ? keys[1]! - keys[0]! : 1;
    const position = `round((${param} - ${keys[0]}) / ${step})`;
    return before === "" ? position : `(${before}) * ${keys.length} + ${position}`;
  }, "");
}

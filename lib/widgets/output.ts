/** A place on the page that code fills, also long after its cell has ended. */
import { inspect } from "node:util";
import { escapeHtml } from "./escape.ts";
import { Widget, type WidgetOptions } from "./widget.ts";

const display = Symbol.for("Jupyter.display");
const metadataOf = Symbol.for("Jupyter.metadata");
const where = "@jupyter-widgets/output";
const version = "1.0.0";

type Bundle = Readonly<Record<string | symbol, unknown>>;

/** An output as a notebook keeps it. */
type Entry =
  | { readonly output_type: "stream"; readonly name: "stdout" | "stderr"; readonly text: string }
  | { readonly output_type: "display_data"; readonly data: Bundle; readonly metadata: object };

/**
 * What callbacks have to show: what they write under no cell of their own is seen here, among other widgets.
 *
 * @see https://ipywidgets.readthedocs.io/en/stable/examples/Output%20Widget.html
 * @example
 * const out = new widgets.Output();
 * out.appendStdout("one\n");
 * out.toString() // "one\n"
 */
export class Output extends Widget {
  constructor(options: Pick<WidgetOptions, "layout"> = {}) {
    super({ model: "OutputModel", view: "OutputView" }, options, {
      _model_module: where,
      _model_module_version: version,
      _view_module: where,
      _view_module_version: version,
      outputs: [],
      msg_id: "",
    });
  }

  private get entries(): readonly Entry[] {
    return this.get("outputs") as readonly Entry[];
  }

  /** Writes text as a program's output. @example new widgets.Output().appendStdout("ready\n") */
  appendStdout(text: string): void {
    this.append({ output_type: "stream", name: "stdout", text });
  }

  /** Writes text as a program's complaint. @example new widgets.Output().appendStderr("no such file\n") */
  appendStderr(text: string): void {
    this.append({ output_type: "stream", name: "stderr", text });
  }

  /**
   * Shows a value below what is there, as a cell would show it.
   *
   * @returns Settled when the value is on its way to the page: some have a picture to make first.
   * @example await new widgets.Output().appendDisplayData(plot.line([1, 4, 9]))
   */
  async appendDisplayData(value: unknown): Promise<void> {
    const own = (value as { [display]?: () => Bundle | Promise<Bundle> } | null | undefined)?.[display];
    const bundle = typeof own === "function" ? await own.call(value) : { "text/plain": textOf(value) };
    // Only names that are text go to the page.
    const data = Object.fromEntries(Object.entries(bundle));
    this.append({ output_type: "display_data", data, metadata: (bundle[metadataOf] as object | undefined) ?? {} });
  }

  /** Empties the place. @example new widgets.Output().clearOutput() */
  clearOutput(): void {
    this.set({ outputs: [] });
  }

  /**
   * A callback of which this place shows what it returns, and what it throws: there is no cell to show it under.
   *
   * @param options `clear`: whether each call begins with an empty place; default false.
   * @example new widgets.Button({ description: "draw" }).onClick(new widgets.Output().capture(() => plot.line([1, 4, 9])))
   */
  capture<Args extends readonly unknown[]>(
    callback: (...args: Args) => unknown,
    { clear = false }: { clear?: boolean } = {},
  ): (...args: Args) => Promise<void> {
    return async (...args) => {
      if (clear) this.clearOutput();
      try {
        const value = await callback(...args);
        if (value !== undefined) await this.appendDisplayData(value);
      } catch (error) {
        this.appendStderr(`${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}\n`);
      }
    };
  }

  html(): string {
    return `<div>${this.entries.map(htmlOf).join("")}</div>`;
  }

  toString(): string {
    return this.entries
      .map((entry) => (entry.output_type === "stream" ? entry.text : `${String(entry.data["text/plain"] ?? "")}\n`))
      .join("");
  }

  private append(entry: Entry): void {
    this.set({ outputs: [...this.entries, entry] });
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : inspect(value);
}

/** An output without a script: its HTML, else its picture, else its text. */
function htmlOf(entry: Entry): string {
  if (entry.output_type === "stream") return `<pre>${escapeHtml(entry.text)}</pre>`;
  const { "text/html": html, "image/png": png, "text/plain": text } = entry.data;
  if (typeof html === "string") return html;
  const { width } = ((entry.metadata as Record<string, unknown>)["image/png"] ?? {}) as { width?: number };
  const size = width === undefined ? "" : ` width="${Number(width)}"`;
  const words = escapeHtml(String(text ?? ""));
  return typeof png === "string"
    ? `<img src="data:image/png;base64,${png}" alt="${words}"${size}>`
    : `<pre>${words}</pre>`;
}

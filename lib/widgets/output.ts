/** A place on the page that code fills, also long after its cell has ended. */
import { inspect } from "node:util";
import { captureOutput, errorContentOf, type MimeBundle, type OutputSink, showInSink } from "../notebook.ts";
import { Outputs } from "./outputs.ts";
import { Widget, type WidgetOptions } from "./widget.ts";

const display = Symbol.for("Jupyter.display");
const metadataOf = Symbol.for("Jupyter.metadata");
const where = "@jupyter-widgets/output";
const version = "1.0.0";

/** Milliseconds between two looks of the front end: each is told all that is here. */
const pause = 50;

/** So many times as long as it took to tell. */
const rest = 10;

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
  private readonly outputs: Outputs;
  private readonly sink: OutputSink;
  private toldAt = Number.NEGATIVE_INFINITY;
  private wait = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(options: Pick<WidgetOptions, "layout"> = {}) {
    super({ model: "OutputModel", view: "OutputView" }, options, {
      _model_module: where,
      _model_module_version: version,
      _view_module: where,
      _view_module_version: version,
      outputs: [],
      msg_id: "",
    });
    this.outputs = new Outputs();
    this.sink = {
      write: (name, text) => {
        this.outputs.write(name, text);
        this.changeSoon();
      },
      show: async (bundle, { id, update }) => {
        const slot = this.outputs.place(id, { update });
        const made = bundle instanceof Promise ? await bundle : bundle;
        slot?.fill(made);
        this.change();
      },
      clear: (wait) => {
        this.outputs.clear({ wait });
        if (!wait) this.change();
      },
    };
  }

  /** Writes text as a program's output. @example new widgets.Output().appendStdout("ready\n") */
  appendStdout(text: string): void {
    this.outputs.write("stdout", text);
    this.change();
  }

  /** Writes text as a program's complaint. @example new widgets.Output().appendStderr("no such file\n") */
  appendStderr(text: string): void {
    this.outputs.write("stderr", text);
    this.change();
  }

  /**
   * Shows a value below what is there, as a cell would show it.
   *
   * @returns Settled when the value is on its way to the page: some have a picture to make first.
   * @example await new widgets.Output().appendDisplayData(plot.line([1, 4, 9]))
   */
  async appendDisplayData(value: unknown): Promise<void> {
    await (showInSink(this.sink, value) ?? this.sink.show(bundleOf(value), { id: "", update: false }));
  }

  /** Empties the place. @example new widgets.Output().clearOutput() */
  clearOutput(): void {
    this.sink.clear(false);
  }

  /**
   * Runs code of which this place shows what it prints and displays, also after its awaits and from its timers. What other code prints meanwhile, and what
   * child processes do, goes where it would go without.
   *
   * @returns What the code returns.
   * @example new widgets.Output().run(() => 6 * 7) // 42
   */
  run<Result>(code: () => Result): Result {
    const tell = () => this.tellRest();
    let result: Result | undefined;
    try {
      result = captureOutput(this.sink, code);
      return result;
    } finally {
      if (result instanceof Promise) result.then(tell, tell);
      else tell();
    }
  }

  /**
   * A callback of which this place shows what it prints, displays, returns and throws, as `run` does: there is no cell to show it under.
   *
   * @param options `clear`: whether each call begins with an empty place; default false.
   * @returns The callback. A call of it ends, as a promise, when all is shown.
   * @example new widgets.Button({ description: "draw" }).onClick(new widgets.Output().capture(() => plot.line([1, 4, 9])))
   */
  capture<Args extends readonly unknown[]>(
    callback: (...args: Args) => unknown,
    { clear = false }: { clear?: boolean } = {},
  ): (...args: Args) => Promise<void> {
    return async (...args) => {
      if (clear) this.clearOutput();
      try {
        const value = await this.run(() => callback(...args));
        if (value !== undefined) await this.appendDisplayData(value);
      } catch (error) {
        this.outputs.fail(errorContentOf(error));
      }
      this.change();
    };
  }

  html(): string {
    return this.outputs.html();
  }

  toString(): string {
    return this.outputs.toString();
  }

  /** Tells the front end what is here. */
  private change(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const begun = performance.now();
    this.set({ outputs: this.outputs.list() });
    this.toldAt = performance.now();
    this.wait = Math.max(pause, rest * (this.toldAt - begun));
  }

  /** What has been waiting for that. */
  private tellRest(): void {
    if (this.timer !== undefined) this.change();
  }

  /** The same, at once if that was long ago: also a loop that lets no timer run is seen to write. */
  private changeSoon(): void {
    const left = this.toldAt + this.wait - performance.now();
    if (left <= 0) this.change();
    else this.timer ??= setTimeout(() => this.change(), left);
  }
}

/** What a value says of itself where there is no kernel to ask. */
async function bundleOf(value: unknown): Promise<MimeBundle> {
  type Own = Readonly<Record<string | symbol, unknown>>;
  const own = (value as { [display]?: () => Own | Promise<Own> } | null | undefined)?.[display];
  if (typeof own !== "function") {
    return { data: { "text/plain": typeof value === "string" ? value : inspect(value) }, metadata: {} };
  }
  const bundle = await own.call(value);
  // Only names that are text go to the page.
  return { data: Object.fromEntries(Object.entries(bundle)), metadata: (bundle[metadataOf] ?? {}) as Own };
}

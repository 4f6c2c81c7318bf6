/** The notebook around us, if there is one: what our kernel puts on the global object. In plain programs there is none. */

/** A two-way channel to the front end. */
export interface NotebookComm {
  readonly id: string;
  /** Called with what the front end sends. */
  onMessage: ((event: { data: Record<string, unknown> }) => unknown) | null;
  send(data: Record<string, unknown>): void;
  close(): void;
}

/** MIME type → value, and what is to be said of the types. */
export interface MimeBundle {
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** A place for what code writes and shows, other than under its cell. */
export interface OutputSink {
  write(name: "stdout" | "stderr", text: string): void;
  /** @returns Settled when it is shown; with `update`, in place of what is shown here under that id. */
  show(bundle: MimeBundle | Promise<MimeBundle>, options: { id: string; update: boolean }): Promise<void>;
  /** With `wait`, when the next output comes. */
  clear(wait: boolean): void;
}

/** An error as cells show it. */
export interface ErrorContent {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** What the kernel offers; see `kernel/executor/notebook.ts`. */
interface Notebook {
  /** Shows a value; with `update`, in place of what was shown under the same id. */
  display(value: unknown, options?: { id?: string; update?: boolean }): { readonly shown: Promise<void> };
  /** Shows a MIME bundle at once, also in a loop without an await. */
  draw(data: Record<string, string>, options: { id: string; update: boolean }): void;
  /** Runs code whose output goes to a sink, also after its awaits. */
  capture<Result>(sink: OutputSink, run: () => Result): Result;
  /** An error as cells show it, with the lines that it came through. */
  errorContent(error: unknown): ErrorContent;
  /** What the cell that runs is called; null where none does. */
  cell(): string | null;
  /** Throws if the cell was interrupted. */
  stopIfInterrupted(): void;
  /** Opens a channel to what the front end has registered under that name. */
  openComm(target: string, data: Record<string, unknown>, extras: { metadata: Record<string, unknown> }): NotebookComm;
}

const NOTEBOOK = Symbol.for("gradbook.notebook");

function notebook(): Notebook | undefined {
  return (globalThis as { [NOTEBOOK]?: Notebook })[NOTEBOOK];
}

/** Shows a value under the cell, or anew where it stands. */
export function showInNotebook(value: unknown, options?: { id?: string; update?: boolean }): void {
  notebook()?.display(value, options);
}

/** Shows a MIME bundle at once, where a loop leaves the kernel no turn to ask a value for it. */
export function drawInNotebook(data: Record<string, string>, options: { id: string; update: boolean }): void {
  notebook()?.draw(data, options);
}

/** Runs code of which a sink is given what it writes and shows, also after its awaits. In programs it goes where it goes. */
export function captureOutput<Result>(sink: OutputSink, run: () => Result): Result {
  const around = notebook();
  return around ? around.capture(sink, run) : run();
}

/** A value as a cell would show it, given to a sink. @returns Settled when it is shown; null in programs. */
export function showInSink(sink: OutputSink, value: unknown): Promise<void> | null {
  const around = notebook();
  return around ? around.capture(sink, () => around.display(value).shown) : null;
}

/** An error as cells show it; without its lines in programs. */
export function errorContentOf(error: unknown): ErrorContent {
  const { name: ename, message: evalue } = error instanceof Error ? error : { name: "Error", message: String(error) };
  return notebook()?.errorContent(error) ?? { ename, evalue, traceback: [`${ename}: ${evalue}`] };
}

/** The cell that runs; null in programs. */
export function currentCell(): string | null {
  return notebook()?.cell() ?? null;
}

/** Ends what runs if the cell was interrupted: for loops that the kernel cannot see into. */
export function stopIfInterrupted(): void {
  notebook()?.stopIfInterrupted();
}

/** Opens a channel to the front end; null outside a notebook. */
export function openComm(
  target: string,
  data: Record<string, unknown>,
  extras: { metadata: Record<string, unknown> },
): NotebookComm | null {
  return notebook()?.openComm(target, data, extras) ?? null;
}

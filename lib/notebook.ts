/** The notebook around us, if there is one: what our kernel puts on the global object. In plain programs there is none. */

/** A two-way channel to the front end. */
export interface NotebookComm {
  readonly id: string;
  /** Called with what the front end sends. */
  onMessage: ((event: { data: Record<string, unknown> }) => unknown) | null;
  send(data: Record<string, unknown>): void;
  close(): void;
}

/** What the kernel offers; see `kernel/executor/notebook.ts`. */
interface Notebook {
  /** Shows a value; with `update`, in place of what was shown under the same id. */
  display(value: unknown, options?: { id?: string; update?: boolean }): unknown;
  /** Shows a MIME bundle at once, also in a loop without an await. */
  draw(data: Record<string, string>, options: { id: string; update: boolean }): void;
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

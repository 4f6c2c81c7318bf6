/** The notebook around us, if there is one: what our kernel puts on the global object. In plain programs there is none. */

/** What the kernel offers; see `kernel/executor/notebook.ts`. */
interface Notebook {
  /** Shows a value; with `update`, in place of what was shown under the same id. */
  display(value: unknown, options: { id: string; update: boolean }): unknown;
  /** Throws if the cell was interrupted. */
  stopIfInterrupted(): void;
}

const NOTEBOOK = Symbol.for("gradbook.notebook");

function notebook(): Notebook | undefined {
  return (globalThis as { [NOTEBOOK]?: Notebook })[NOTEBOOK];
}

/** Shows a value under the cell, or anew where it stands. */
export function showInNotebook(value: unknown, options: { id: string; update: boolean }): void {
  notebook()?.display(value, options);
}

/** Ends what runs if the cell was interrupted: for loops that the kernel cannot see into. */
export function stopIfInterrupted(): void {
  notebook()?.stopIfInterrupted();
}

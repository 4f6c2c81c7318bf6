/**
 * What a library finds of the notebook around it: an object on the global one, under `Symbol.for("gradbook.notebook")`. A library imports nothing of ours,
 * and cells may declare `display` and `comms` for themselves, so neither an import nor those names would do.
 */
import { display } from "./display.ts";
import { stopIfInterrupted } from "./runtime.ts";

const NOTEBOOK = Symbol.for("gradbook.notebook");

const notebook = Object.freeze({
  /** Shows a value under the cell that runs; with `{ id, update: true }`, in place of what was shown under that id. */
  display,

  /** Throws where the cell that runs was interrupted: for long loops without an `await` of the cell's. */
  stopIfInterrupted,
});

export function installNotebook(): void {
  Object.defineProperty(globalThis, NOTEBOOK, { value: notebook, configurable: true, enumerable: false });
}

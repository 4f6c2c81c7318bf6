/**
 * What a library finds of the notebook around it: an object on the global one, under `Symbol.for("gradbook.notebook")`. A library imports nothing of ours,
 * and cells may declare `display` and `comms` for themselves, so neither an import nor those names would do.
 */

import { comms } from "./comms.ts";
import { currentContext } from "./context.ts";
import { display } from "./display.ts";
import { flush, post } from "./output.ts";
import { stopIfInterrupted } from "./runtime.ts";

const NOTEBOOK = Symbol.for("gradbook.notebook");

const notebook = Object.freeze({
  /** Shows a value under the cell that runs; with `{ id, update: true }`, in place of what was shown under that id. */
  display,

  /** Shows a MIME bundle at once: a loop without an `await` leaves the event loop no turn. */
  draw(data: Record<string, string>, { id, update }: { id: string; update: boolean }): void {
    const cell = currentContext()?.id ?? null;
    post({ op: "display", cell, bundle: { data, metadata: {} }, displayId: id, update }, cell);
    flush();
  },

  /** Which cell runs; null between cells. */
  cell: (): string | null => currentContext()?.id ?? null,

  /** Throws where the cell that runs was interrupted: for long loops without an `await` of the cell's. */
  stopIfInterrupted,

  /** Opens a comm to what the front end has registered under that name. */
  openComm: comms.open,
});

export function installNotebook(): void {
  Object.defineProperty(globalThis, NOTEBOOK, { value: notebook, configurable: true, enumerable: false });
}

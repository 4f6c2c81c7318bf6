/**
 * What a library finds of the notebook around it: an object on the global one, under `Symbol.for("gradbook.notebook")`. A library imports nothing of ours,
 * and cells may declare `display` and `comms` for themselves, so neither an import nor those names would do.
 */

import type { ErrorContent } from "../protocol/messages.ts";
import { comms } from "./comms.ts";
import { captureOutput, currentContext } from "./context.ts";
import { display, draw } from "./display.ts";
import { stopIfInterrupted } from "./runtime.ts";
import { errorContent } from "./traceback.ts";

const NOTEBOOK = Symbol.for("gradbook.notebook");

const notebook = Object.freeze({
  /** Shows a value under the cell that runs; with `{ id, update: true }`, in place of what was shown under that id. */
  display,

  /** Shows a MIME bundle at once: a loop without an `await` leaves the event loop no turn. */
  draw(data: Record<string, string>, options: { id: string; update: boolean }): void {
    draw({ data, metadata: {} }, options);
  },

  /** Runs code of which a place of the library's own is given what it writes and shows, also after its awaits. */
  capture: captureOutput,

  /** An error as cells show it: name, message, and the lines that it came through. */
  errorContent: (error: unknown): ErrorContent => errorContent(error),

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

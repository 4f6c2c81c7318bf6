/** The object that compiled cells call: imports, awaits, the value of the last expression. */
import { RUNTIME } from "../link/messages.ts";
import { awaitingFrames } from "./awaiting.ts";
import { type CellContext, currentContext, resumeContext } from "./context.ts";
import { hit } from "./hits.ts";
import { terminate } from "./interrupt.ts";
import { descriptionOf, membersOf } from "./introspection.ts";
import { importModule, meta } from "./modules.ts";
import { npm } from "./npm.ts";
import { cellNames } from "./scope.ts";
import { cellScript, cellsOf } from "./scripts.ts";
import { Interrupted } from "./traceback.ts";
import { variables } from "./variables.ts";

/** So often an interrupted cell may go on after an await, to clean up. */
const IGNORED_INTERRUPTIONS = 100;

const runtime = {
  /** Set by a cell at its end: the value of its last expression. */
  set result(value: unknown) {
    const context = currentContext();
    if (context) context.result = value;
  },

  caught: undefined as unknown,

  import: importModule,

  /** `import.meta` of a cell. */
  meta,

  /** What only cells have in scope. */
  own: cellNames,

  membersOf,
  npm,

  descriptionOf,

  /** For the debugger. */
  variables,
  awaiting: awaitingFrames,
  hit,
  cellScript,
  cellsOf,

  context: currentContext,

  /** Stands around every await: takes the cell's context up again, and stops here if the cell was interrupted. */
  resume<Value>(context: CellContext | null, value: Value): Value {
    resumeContext(context);
    stopIn(context);
    return value;
  },

  /** Stands in every turn of a `for await`. */
  check: stopIfInterrupted,
};

/** Throws where the cell that runs was interrupted. */
export function stopIfInterrupted(): void {
  stopIn(currentContext());
}

function stopIn(context: CellContext | null): void {
  if (!context?.interrupted) return;
  // A cell that catches its interruption and goes on is ended by what cannot be caught.
  if (++context.interruptions > IGNORED_INTERRUPTIONS) terminate();
  throw new Interrupted();
}

export function installRuntime(): void {
  Object.defineProperty(globalThis, RUNTIME, { value: runtime, enumerable: false });
}

export function takeCaught(): unknown {
  const { caught } = runtime;
  runtime.caught = undefined;
  return caught;
}

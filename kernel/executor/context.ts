/**
 * Which cell the running code belongs to, also long after the cell has finished: in its timers, and after its awaits.
 *
 * Where Node keeps the context of async code without async hooks (22 behind a flag, 24 and later always), AsyncLocalStorage knows. Node 20 does it with
 * async hooks, whose stack a terminated script leaves corrupt, which aborts the process; there the context is carried by hand: through the
 * wrapped timers (timers.ts) and through the await instrumentation of compiled cells.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Sink } from "./sink.ts";

export interface CellContext {
  readonly id: string;
  /** Set when the cell was interrupted: its next await throws. */
  interrupted: boolean;
  /** How often that has been thrown. */
  interruptions: number;
  /** The value of the cell's last expression. */
  result?: unknown;
  /** Where its output goes, if not under the cell. */
  readonly sink?: Sink;
}

const NODE_MAJOR = Number(process.versions.node.split(".")[0]);
const storage = NODE_MAJOR >= 22 ? new AsyncLocalStorage<CellContext>() : null;

let byHand: CellContext | null = null;

export function currentContext(): CellContext | null {
  return storage ? (storage.getStore() ?? null) : byHand;
}

/** Runs code in a context. By hand, the context stays until another takes over: what follows an await of it still belongs to it. */
export function enterContext<Result>(context: CellContext, run: () => Result): Result {
  if (storage) return storage.run(context, run);
  byHand = context;
  return run();
}

/** Runs code whose output goes to a sink, also after its awaits and from its timers. It is interrupted with its cell. */
export function captureOutput<Result>(sink: Sink, run: () => Result): Result {
  const before = currentContext();
  const outside = { id: null, interrupted: false, interruptions: 0 };
  // No copy, since what is said of the cell later must be seen here too.
  const captured = Object.create(before ?? outside, { sink: { value: sink } });
  try {
    return enterContext(captured as CellContext, run);
  } finally {
    resumeContext(before);
  }
}

/** Takes a context up again after an await. */
export function resumeContext(context: CellContext | null): void {
  if (!storage) byHand = context;
}

/** The same function, run in the context of now. Needed only where Node does not do it. */
export function bindContext<Arguments extends unknown[], Result>(
  callback: (...args: Arguments) => Result,
): (...args: Arguments) => Result {
  if (storage || typeof callback !== "function") return callback;
  const context = byHand;
  return function (this: unknown, ...args) {
    const before = byHand;
    byHand = context;
    try {
      return callback.apply(this, args);
    } finally {
      byHand = before;
    }
  };
}

/** Stopping the cells that run. */
import { Session } from "node:inspector";
import { Worker } from "node:worker_threads";
import type { CellContext } from "./context.ts";
import { HEARD, shared } from "./critical.ts";

const session = new Session();
session.connect();

/** Starts the thread that stops us where we cannot be asked. */
export function startWatchdog(): void {
  const watchdog = new Worker(new URL("./watchdog.js", import.meta.url), { workerData: shared.buffer });
  watchdog.unref();
  // The group's SIGINT is for child processes; without a handler it would end us too.
  process.on("SIGINT", () => {});
}

const running = new Map<CellContext, () => void>();

/** @returns What is called when the cell has ended. */
export function interruptible(context: CellContext, stop: () => void): () => void {
  running.set(context, stop);
  return () => {
    running.delete(context);
  };
}

/** The main thread has heard: the watchdog need not act. */
export function interrupt(cells: readonly string[], sequence: number): void {
  Atomics.store(shared, HEARD, sequence);
  for (const [context, stop] of running) {
    if (!cells.includes(context.id)) continue;
    context.interrupted = true;
    stop();
  }
}

/** Ends the JavaScript that runs now, past every catch and finally. */
export function terminate(): void {
  session.post("Runtime.terminateExecution");
}

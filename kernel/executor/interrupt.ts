/** Stopping the cell that runs. */
import { Session } from "node:inspector";
import { Worker } from "node:worker_threads";
import type { CellContext } from "./context.ts";

const session = new Session();
session.connect();

const heard = new Int32Array(new SharedArrayBuffer(4));

/** Starts the thread that stops us where we cannot be asked. */
export function startWatchdog(): void {
  const watchdog = new Worker(new URL("./watchdog.js", import.meta.url), { workerData: heard.buffer });
  watchdog.unref();
  // The group's SIGINT is for child processes; without a handler it would end us too.
  process.on("SIGINT", () => {});
}

let running: { context: CellContext; stop: () => void } | null = null;

/** @returns What is called when the cell has ended. */
export function interruptible(context: CellContext, stop: () => void): () => void {
  const mine = { context, stop };
  running = mine;
  return () => {
    if (running === mine) running = null;
  };
}

/** The main thread has heard: the watchdog need not act. */
export function interrupt(cell: string | null, sequence: number): void {
  Atomics.store(heard, 0, sequence);
  if (!running || running.context.id !== cell) return;
  running.context.interrupted = true;
  running.stop();
}

/** Ends the JavaScript that runs now, past every catch and finally. */
export function terminate(): void {
  session.post("Runtime.terminateExecution");
}

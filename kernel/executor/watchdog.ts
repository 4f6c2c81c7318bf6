/**
 * A thread beside the user's code. It ends the process when the kernel is gone, and stops the main thread's JavaScript when an interrupt finds it
 * too busy to hear of it.
 */
import { Session } from "node:inspector";
import { Socket } from "node:net";
import { workerData } from "node:worker_threads";
import { WATCHDOG_FD } from "../link/messages.ts";

/** Holds the number of the last interrupt that the main thread heard of. */
const heard = new Int32Array(workerData as SharedArrayBuffer);

/** So long the main thread has to hear: a cell that awaits does in well under a millisecond. */
const GRACE_MS = 30;

const session = new Session();
session.connectToMainThread();

const line = new Socket({ fd: WATCHDOG_FD, readable: true, writable: false });
line.on("data", (bytes: Buffer) => {
  const interrupt = bytes.readUInt32LE(bytes.length - 4);
  setTimeout(() => {
    if (Atomics.load(heard, 0) < interrupt) session.post("Runtime.terminateExecution");
  }, GRACE_MS);
});
line.on("error", () => {});
line.on("close", () => {
  // The kernel died: so does the whole group, children of cells included.
  process.kill(-process.pid, "SIGKILL");
});

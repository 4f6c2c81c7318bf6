/**
 * A thread beside the user's code. It ends the process when the kernel is gone, and stops the main thread's JavaScript when an interrupt finds it
 * too busy to hear of it.
 */
import { Session } from "node:inspector";
import { Socket } from "node:net";
import { workerData } from "node:worker_threads";
import { WATCHDOG_BYTES, WATCHDOG_FD } from "../link/messages.ts";
import { HEARD, letIn, lockOut } from "./critical.ts";
import { resumeTerminated } from "./inspector-relay.ts";

const memory = new Int32Array(workerData as SharedArrayBuffer);

/** So long the main thread has to hear: a cell that awaits does in well under a millisecond. */
const GRACE_MS = 30;

/** A main thread that writes for longer than this will not stop writing. */
const PATIENCE_MS = 500;

/** From the moment when V8 was told to terminate until it has. */
const SETTLE_MS = 3;

/** Processes of the kernel that nobody else ends if it is killed. */
const companions: number[] = [];

const session = new Session();
session.connectToMainThread();

const line = new Socket({ fd: WATCHDOG_FD, readable: true, writable: false });
let rest = Buffer.alloc(0);
line.on("data", (chunk: Buffer) => {
  rest = Buffer.concat([rest, chunk]);
  for (; rest.length >= WATCHDOG_BYTES; rest = rest.subarray(WATCHDOG_BYTES)) obey(rest.readInt32LE());
});
line.on("error", () => {});
line.on("close", () => {
  for (const pid of companions) end(pid);
  // The kernel died: so does the whole group, children of cells included.
  end(-process.pid);
});

function obey(number: number): void {
  if (number < 0) {
    companions.push(-number);
    return;
  }
  setTimeout(() => {
    if (Atomics.load(memory, HEARD) >= number) return;
    lockOut(memory, PATIENCE_MS);
    // It may have heard while it was waited for: what it does now is none of the interrupt's business.
    if (Atomics.load(memory, HEARD) >= number) {
      letIn(memory);
      return;
    }
    session.post("Runtime.terminateExecution", () => setTimeout(letIn, SETTLE_MS, memory));
    resumeTerminated();
  }, GRACE_MS);
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

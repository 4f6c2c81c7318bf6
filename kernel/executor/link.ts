/** The executor's end of the link: writes at once, also while a cell never lets the event loop run; reads as the loop allows. */
import { writeSync } from "node:fs";
import { Socket } from "node:net";
import { encodeFrame, FrameReader } from "../link/frames.ts";
import { type FromExecutor, LINK_FD, type ToExecutor } from "../link/messages.ts";
import { critical } from "./critical.ts";

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** Writes all of it, waiting where the reader is slower: that is what keeps a flood of output from filling memory. */
export function writeFully(fd: number, bytes: Uint8Array): void {
  critical(() => writeAll(fd, bytes));
}

function writeAll(fd: number, bytes: Uint8Array): void {
  let offset = 0;
  while (offset < bytes.length) {
    try {
      offset += writeSync(fd, bytes, offset);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // The kernel is gone: nobody is left to write to, and the watchdog ends us.
      if (code === "EPIPE" || code === "ECONNRESET") return;
      if (code !== "EAGAIN") throw error;
      Atomics.wait(sleeper, 0, 0, 1);
    }
  }
}

export function send(message: FromExecutor): void {
  writeFully(LINK_FD, encodeFrame(message));
}

export function listen(receive: (message: ToExecutor) => void): void {
  const reader = new FrameReader<ToExecutor>(receive);
  const socket = new Socket({ fd: LINK_FD, readable: true, writable: false });
  socket.on("data", (chunk: Buffer) => reader.push(chunk));
  // The kernel died without a word: so do we, and the watchdog takes what we started with it.
  socket.on("close", () => process.kill(process.pid, "SIGKILL"));
  socket.on("error", () => {});
}

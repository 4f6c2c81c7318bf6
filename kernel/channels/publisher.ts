/**
 * What iopub is sent through. ZeroMQ keeps for every subscriber what it has not read yet, without a limit or by dropping in silence; a front end that
 * stopped reading may do neither: here it gets so many messages of arrears, then a moment of patience, and then it misses messages and the log says so.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { XPublisher } from "zeromq";
import type { Frame } from "../protocol/wire.ts";

/** How many messages wait in ZeroMQ for a subscriber that does not read; text goes out in pieces of moderate size, so that this bounds memory too. */
export const ARREARS = 500;

/** How long everybody waits for a subscriber that has its fill and takes nothing. */
const PATIENCE_MS = 2000;
const RETRY_MS = 2;

type Socket = Pick<XPublisher, "send" | "noDrop">;

export class Publisher {
  readonly #socket: Socket;
  readonly #log: (text: string) => void;

  /** @param socket One whose `sendHighWaterMark` is set; ZeroMQ loses count where that changes later. */
  constructor(socket: Socket, log: (text: string) => void) {
    this.#socket = socket;
    this.#log = log;
    this.#socket.noDrop = true;
  }

  async send(frames: Frame[]): Promise<void> {
    for (const end = Date.now() + PATIENCE_MS; ; await delay(RETRY_MS)) {
      try {
        return await this.#socket.send(frames);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
        if (Date.now() > end) break;
      }
    }
    this.#log(
      `A front end does not read what the kernel publishes: it misses messages from now on, until it reads again`,
    );
    // From here until it reads again, ZeroMQ leaves it out by itself.
    this.#setNoDrop(false);
    try {
      await this.#socket.send(frames);
    } finally {
      this.#setNoDrop(true);
    }
  }

  /** The binding warns that an option of a bound socket counts from the next bind on; this one counts at once (xpub_t::xsetsockopt in libzmq). */
  #setNoDrop(value: boolean): void {
    const { emitWarning } = process;
    process.emitWarning = () => {};
    try {
      this.#socket.noDrop = value;
    } finally {
      process.emitWarning = emitWarning;
    }
  }
}

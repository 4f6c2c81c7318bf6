/**
 * One awaited queue of sends a socket. A ZeroMQ socket refuses a second send while one is under way; order is kept by
 * waiting for each. What a request has to say at once (busy and the input; the result, the reply and idle) is sent when the request has been passed on:
 * the executor works meanwhile, and ZeroMQ's thread is woken once for all of it.
 */
import { setImmediate as workDone } from "node:timers/promises";

export interface Sender {
  send(frames: Uint8Array[]): Promise<void>;
}

/** So many bytes that wait make a queue crowded; half of them do no longer. */
const CROWDED_BYTES = 16e6;

export class SendQueue {
  readonly #socket: Sender;
  readonly #waiting: Uint8Array[][] = [];
  #draining: Promise<void> | null = null;
  #bytes = 0;
  #crowded = false;
  /** Called when so much waits that whoever fills the queue had better wait too, and when that is over. */
  onCrowded: (crowded: boolean) => void = () => {};

  constructor(socket: Sender) {
    this.#socket = socket;
  }

  send(frames: Uint8Array[]): void {
    this.#waiting.push(frames);
    this.#count(size(frames));
    this.#draining ??= this.#drain();
  }

  /** Resolves when all that was queued has been handed to ZeroMQ, or refused by it. */
  async flushed(): Promise<void> {
    while (this.#draining) await this.#draining.catch(() => {});
  }

  /** A message that ZeroMQ refuses holds up none behind it; the refusal is told in the end. */
  async #drain(): Promise<void> {
    const refusals: unknown[] = [];
    await workDone();
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      try {
        await this.#socket.send(next);
      } catch (error) {
        refusals.push(error);
      } finally {
        this.#count(-size(next));
      }
    }
    this.#draining = null;
    if (refusals.length > 0) throw refusals[0];
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    const crowded = this.#bytes > (this.#crowded ? CROWDED_BYTES / 2 : CROWDED_BYTES);
    if (crowded === this.#crowded) return;
    this.#crowded = crowded;
    this.onCrowded(crowded);
  }
}

function size(frames: Uint8Array[]): number {
  return frames.reduce((sum, { length }) => sum + length, 0);
}

/**
 * One awaited queue of sends a socket. A ZeroMQ socket refuses a second send while one is under way; order is kept by
 * waiting for each. What a request has to say at once (busy and the input; the result, the reply and idle) is encoded and sent when the request has been
 * passed on: the executor works meanwhile, and ZeroMQ's thread is woken once for all of it.
 */
import type { Frame } from "../protocol/wire.ts";

export interface Sender {
  send(frames: Frame[]): Promise<void>;
}

/** So many bytes that wait make a queue crowded; half of them do no longer. */
const CROWDED_BYTES = 16e6;

export class SendQueue {
  readonly #socket: Sender;
  /** What came before there was nothing left to do; null once the socket is sent to. */
  #gathered: (() => Frame[])[] | null = null;
  readonly #waiting: Frame[][] = [];
  #draining: Promise<void> | null = null;
  #bytes = 0;
  #crowded = false;
  /** Called when so much waits that whoever fills the queue had better wait too, and when that is over. */
  onCrowded: (crowded: boolean) => void = () => {};

  constructor(socket: Sender) {
    this.#socket = socket;
  }

  /** @param encode Makes the frames; called once, in the order of the calls. */
  send(encode: () => Frame[]): void {
    if (!this.#draining) {
      this.#gathered = [encode];
      this.#draining = this.#drain();
    } else if (this.#gathered) this.#gathered.push(encode);
    else this.#wait(encode());
  }

  /** Resolves when all that was queued has been handed to ZeroMQ, or refused by it. */
  async flushed(): Promise<void> {
    while (this.#draining) await this.#draining.catch(() => {});
  }

  /** A message that ZeroMQ refuses holds up none behind it; the refusal is told in the end. */
  async #drain(): Promise<void> {
    const refusals: unknown[] = [];
    await workDone();
    const gathered = this.#gathered ?? [];
    this.#gathered = null;
    const send = async (encode: () => Frame[]) => {
      try {
        await this.#socket.send(encode());
      } catch (error) {
        refusals.push(error);
      }
    };
    for (const encode of gathered) await send(encode);
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      const frames = next;
      await send(() => frames);
      this.#count(-size(frames));
    }
    this.#draining = null;
    if (refusals.length > 0) throw refusals[0];
  }

  #wait(frames: Frame[]): void {
    this.#waiting.push(frames);
    this.#count(size(frames));
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    const crowded = this.#bytes > (this.#crowded ? CROWDED_BYTES / 2 : CROWDED_BYTES);
    if (crowded === this.#crowded) return;
    this.#crowded = crowded;
    this.onCrowded(crowded);
  }
}

/** Resolves when nothing is left to do but to wait, for the executor or for anything else: all that can follow at once has. */
function workDone(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

/** In bytes, or characters where that is not known yet. */
function size(frames: Frame[]): number {
  return frames.reduce((sum, { length }) => sum + length, 0);
}

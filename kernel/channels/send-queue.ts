/**
 * One awaited queue of sends a socket. A ZeroMQ socket refuses a second send while one is under way; order is kept by
 * waiting for each.
 */

interface Sender {
  send(frames: Uint8Array[]): Promise<void>;
}

export class SendQueue {
  readonly #socket: Sender;
  readonly #waiting: Uint8Array[][] = [];
  #draining: Promise<void> | null = null;

  constructor(socket: Sender) {
    this.#socket = socket;
  }

  send(frames: Uint8Array[]): void {
    this.#waiting.push(frames);
    this.#draining ??= this.#drain();
  }

  /** Resolves when all that was queued has been handed to ZeroMQ. */
  async flushed(): Promise<void> {
    while (this.#draining) await this.#draining;
  }

  async #drain(): Promise<void> {
    try {
      for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) await this.#socket.send(next);
    } finally {
      this.#draining = null;
    }
  }
}

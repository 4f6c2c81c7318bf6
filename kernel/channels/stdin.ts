/** The channel on which the kernel asks and the front end answers. */
import type { Header, Message } from "../protocol/messages.ts";
import type { Session } from "../protocol/session.ts";
import type { Wire } from "../protocol/wire.ts";
import type { Channel } from "./sockets.ts";

export class StdinChannel {
  readonly #channel: Channel;
  readonly #session: Session;
  readonly #wire: Wire;
  /** By the id of the request: cells of several subshells may ask at once. */
  readonly #waiting = new Map<string, (value: string | null) => void>();

  constructor(channel: Channel, session: Session, wire: Wire) {
    this.#channel = channel;
    this.#session = session;
    this.#wire = wire;
  }

  /** @returns What was typed; null if the question was cancelled. */
  ask(prompt: string, password: boolean, parent: Header, identities: readonly Uint8Array[]): Promise<string | null> {
    const message = this.#session.message("input_request", { prompt, password }, parent);
    this.#channel.queue.send(() => this.#wire.encode(message, identities));
    return new Promise((resolve) => this.#waiting.set(message.header.msg_id, resolve));
  }

  receive(message: Message): void {
    if (message.header.msg_type !== "input_reply") return;
    const parent = String(message.parent_header.msg_id);
    // Some front ends do not say which question they answer: it is the oldest.
    const id = this.#waiting.has(parent) ? parent : this.#waiting.keys().next().value;
    if (id === undefined) return;
    const answer = this.#waiting.get(id);
    this.#waiting.delete(id);
    answer?.(String(message.content.value ?? ""));
  }

  cancel(): void {
    for (const resolve of this.#waiting.values()) resolve(null);
    this.#waiting.clear();
  }
}

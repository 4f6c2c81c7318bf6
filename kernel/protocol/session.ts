/** Who we are in every message that we send. */
import { randomUUID } from "node:crypto";
import { type Header, type Message, PROTOCOL_VERSION } from "./messages.ts";

export class Session {
  readonly id = randomUUID();
  #count = 0;

  header(type: string): Header {
    return {
      // The session's id with a running number is as unique as a fresh UUID and costs nothing.
      msg_id: `${this.id}_${++this.#count}`,
      session: this.id,
      username: "kernel",
      date: new Date().toISOString(),
      msg_type: type,
      version: PROTOCOL_VERSION,
    };
  }

  message(
    type: string,
    content: object,
    parent: Header | Record<string, never>,
    { metadata = {}, buffers = [] }: Partial<Pick<Message, "metadata" | "buffers">> = {},
  ): Omit<Message, "identities"> {
    return {
      header: this.header(type),
      parent_header: parent,
      metadata,
      content: content as Record<string, unknown>,
      buffers,
    };
  }
}

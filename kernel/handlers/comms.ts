import type { CommContent, CommMessage, CommType, Message, ReplyContent } from "../protocol/messages.ts";
import type { Executor } from "../supervisor/executor.ts";
import type { RequestContext } from "./handler.ts";

/** The comms that are open: what a front end says is passed to the executor, also while a cell runs, and what the executor says is watched. */
export class Comms {
  readonly #executor: Executor;
  /** Id → target. */
  readonly #open = new Map<string, string>();

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  info(target: unknown): ReplyContent<"comm_info_request"> {
    const wanted = [...this.#open].filter(([, name]) => typeof target !== "string" || target === name);
    return { status: "ok", comms: Object.fromEntries(wanted.map(([id, target_name]) => [id, { target_name }])) };
  }

  /** @throws {TypeError} If the content is no comm's. */
  async receive({ header, content, metadata, buffers }: Message, context: RequestContext): Promise<void> {
    const message: CommMessage = {
      type: header.msg_type as CommType,
      content: commContent(content),
      metadata,
      // Copies: ZeroMQ hands out views of memory that it owns.
      buffers: buffers.map((buffer) => Buffer.from(buffer)),
    };
    this.watch(message);
    await this.#executor.comm(message, context);
  }

  /** Sees a message of either side. */
  watch({ type, content }: CommMessage): void {
    if (type === "comm_open") this.#open.set(content.comm_id, content.target_name ?? "");
    if (type === "comm_close") this.#open.delete(content.comm_id);
  }

  /** All that the executor knew is gone. @returns What to tell the front ends. */
  closeAll(): CommMessage[] {
    const ids = [...this.#open.keys()];
    this.#open.clear();
    return ids.map((comm_id) => ({ type: "comm_close", content: { comm_id, data: {} }, metadata: {}, buffers: [] }));
  }
}

function commContent(content: Record<string, unknown>): CommContent {
  const { comm_id, target_name, data } = content;
  if (typeof comm_id !== "string") throw new TypeError(`comm_id is ${JSON.stringify(comm_id)}: expected a string`);
  const known = data !== null && typeof data === "object" ? (data as Record<string, unknown>) : {};
  return { comm_id, data: known, ...(typeof target_name === "string" ? { target_name } : {}) };
}

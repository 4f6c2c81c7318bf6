/**
 * What happens to a request, on shell and control alike: busy → handler → reply → the handler's output is out → idle. Requests that need the
 * executor wait for their turn; those that do not are answered at once, also while a cell runs.
 */
import type { IOPub } from "./channels/iopub.ts";
import type { SendQueue } from "./channels/send-queue.ts";
import type { Handlers, RequestContext } from "./handlers/handler.ts";
import type { Header, Message, ReplyContent, RequestType } from "./protocol/messages.ts";
import type { Session } from "./protocol/session.ts";
import type { Wire } from "./protocol/wire.ts";

/** Requests whose order against cells counts. */
const IN_ORDER = new Set<string>(["execute_request", "history_request", "comm_open", "comm_msg", "comm_close"]);

interface Waiting {
  message: Message;
  queue: SendQueue;
  aborted: boolean;
}

export class Dispatcher {
  readonly #handlers: Handlers;
  readonly #iopub: IOPub;
  readonly #session: Session;
  readonly #wire: Wire;
  readonly #context: (message: Message) => RequestContext;
  readonly #waiting: Waiting[] = [];
  #draining = false;
  #executing: Header | null = null;

  constructor(
    handlers: Handlers,
    iopub: IOPub,
    session: Session,
    wire: Wire,
    context: (message: Message) => RequestContext,
  ) {
    this.#handlers = handlers;
    this.#iopub = iopub;
    this.#session = session;
    this.#wire = wire;
    this.#context = context;
  }

  /** @param queue Where the reply goes: the queue of the channel that the request came by. */
  receive(message: Message, queue: SendQueue): void {
    if (!IN_ORDER.has(message.header.msg_type)) {
      void this.#handle(message, queue);
      return;
    }
    this.#waiting.push({ message, queue, aborted: false });
    void this.#drain();
  }

  async #drain(): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      if (next.aborted) this.#abort(next);
      else await this.#handle(next.message, next.queue);
    }
    this.#draining = false;
  }

  async #handle(message: Message, queue: SendQueue): Promise<void> {
    const type = message.header.msg_type;
    const executes = type === "execute_request";
    if (executes) this.#executing = message.header;
    this.#iopub.status("busy", message.header);
    const handler = this.#handlers[type as RequestType] as
      | ((content: never, context: RequestContext) => unknown)
      | undefined;
    const context = this.#context(message);
    if (handler) {
      const reply = await this.#reply(type, () => handler(message.content as never, context));
      if (executes && reply.status === "error" && message.content.stop_on_error !== false) this.#abortWaiting();
      this.#send(queue, message, type.replace(/_request$/, "_reply"), reply);
    } else if (type.endsWith("_request")) {
      const evalue = `This kernel does not know ${type}`;
      this.#send(queue, message, type.replace(/_request$/, "_reply"), {
        status: "error",
        ename: "UnknownRequest",
        evalue,
        traceback: [],
      });
    }
    if (executes) this.#executing = null;
    this.#iopub.status("idle", message.header);
    // JupyterLab shows the last status it saw, whichever request it was for.
    if (this.#executing) this.#iopub.status("busy", this.#executing);
    await context.afterReply?.();
  }

  async #reply(type: string, handle: () => unknown): Promise<ReplyContent<RequestType>> {
    try {
      return (await handle()) as ReplyContent<RequestType>;
    } catch (error) {
      // A handler that throws is our bug, or content that breaks the protocol: the front end must not wait for ever.
      const { name, message, stack } = error as Error;
      return { status: "error", ename: name, evalue: `${type}: ${message}`, traceback: [stack ?? ""] };
    }
  }

  /** Cells that were sent before the error was known do not run. */
  #abortWaiting(): void {
    for (const waiting of this.#waiting)
      if (waiting.message.header.msg_type === "execute_request") waiting.aborted = true;
  }

  #abort({ message, queue }: Waiting): void {
    this.#iopub.status("busy", message.header);
    this.#send(queue, message, "execute_reply", { status: "aborted" });
    this.#iopub.status("idle", message.header);
  }

  #send(queue: SendQueue, request: Message, type: string, content: object): void {
    queue.send(this.#wire.encode(this.#session.message(type, content, request.header), request.identities));
  }
}

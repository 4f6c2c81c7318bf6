/**
 * What happens to a request, on shell and control alike: busy → handler → reply → the handler's output is out → idle. Requests that need the
 * executor wait for their turn; those that do not are answered at once, also while a cell runs.
 */
import type { IOPub } from "./channels/iopub.ts";
import type { SendQueue } from "./channels/send-queue.ts";
import type { Handlers, RequestContext } from "./handlers/handler.ts";
import type { CommMessage, CommType, Header, Message, ReplyContent, RequestType } from "./protocol/messages.ts";
import type { Session } from "./protocol/session.ts";
import type { Wire } from "./protocol/wire.ts";
import type { RequestLine, Shells } from "./request-line.ts";

/** Requests whose order against cells counts. */
const IN_ORDER = new Set<string>(["execute_request", "history_request"]);

/** Messages that get no reply, whichever their type. */
type Listeners = Record<CommType, (message: Message, context: RequestContext) => Promise<void>>;

export interface Answers {
  handlers: Handlers;
  listeners: Listeners;
}

export class Dispatcher {
  readonly #answers: Answers;
  readonly #shells: Shells;
  readonly #iopub: IOPub;
  readonly #session: Session;
  readonly #wire: Wire;
  readonly #context: (message: Message) => RequestContext;
  readonly #executing = new Set<Header>();

  constructor(
    answers: Answers,
    shells: Shells,
    iopub: IOPub,
    session: Session,
    wire: Wire,
    context: (message: Message) => RequestContext,
  ) {
    this.#answers = answers;
    this.#shells = shells;
    this.#iopub = iopub;
    this.#session = session;
    this.#wire = wire;
    this.#context = context;
  }

  /** @param queue Where the reply goes: the queue of the channel that the request came by. */
  receive(message: Message, queue: SendQueue): void {
    const { msg_type, subshell_id } = message.header;
    const line = this.#shells.line(subshell_id);
    if (!line) {
      this.#refuse(message, queue, "NoSuchSubshell", `There is no subshell ${JSON.stringify(subshell_id)}`);
      return;
    }
    if (!IN_ORDER.has(msg_type)) {
      void this.#handle(message, queue, line);
      return;
    }
    line.add({
      abortable: msg_type === "execute_request",
      run: () => this.#handle(message, queue, line),
      abort: () => this.#abort(message, queue),
    });
  }

  async #handle(message: Message, queue: SendQueue, line: RequestLine): Promise<void> {
    const { header, content } = message;
    const type = header.msg_type;
    const executes = type === "execute_request";
    if (executes) this.#executing.add(header);
    // With it JupyterLab tells how long a cell ran, without the time that it waited.
    const extras = executes ? { metadata: { started: new Date().toISOString() } } : {};
    this.#iopub.status("busy", header);
    const context = this.#context(message);
    if (Object.hasOwn(this.#answers.listeners, type)) {
      // Who sent it waits for no reply, so that an error has nowhere to go but to what is shown.
      const listened = await this.#reply(type, () => this.#answers.listeners[type as CommType](message, context));
      if (listened?.status === "error") context.stream("stderr", `${listened.evalue}\n`);
    } else if (Object.hasOwn(this.#answers.handlers, type)) {
      const handler = this.#answers.handlers[type as RequestType] as (
        content: never,
        context: RequestContext,
      ) => unknown;
      const reply = await this.#reply(type, () => handler(content as never, context));
      if (executes && reply.status === "error" && stops(content)) line.abortWaiting();
      this.#send(queue, message, replyType(type), reply, extras);
    } else if (type.endsWith("_request")) {
      const evalue = `This kernel does not know ${type}`;
      this.#send(queue, message, replyType(type), { status: "error", ename: "UnknownRequest", evalue, traceback: [] });
    }
    if (executes) this.#executing.delete(header);
    this.#iopub.status("idle", header);
    // JupyterLab shows the last status it saw, whichever request it was for.
    const [running] = this.#executing;
    if (running) this.#iopub.status("busy", running);
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

  #abort(message: Message, queue: SendQueue): void {
    this.#iopub.status("busy", message.header);
    this.#send(queue, message, "execute_reply", { status: "aborted" });
    this.#iopub.status("idle", message.header);
  }

  #refuse(message: Message, queue: SendQueue, ename: string, evalue: string): void {
    this.#iopub.status("busy", message.header);
    this.#send(queue, message, replyType(message.header.msg_type), { status: "error", ename, evalue, traceback: [] });
    this.#iopub.status("idle", message.header);
  }

  #send(queue: SendQueue, request: Message, type: string, content: object, extras: Partial<CommMessage> = {}): void {
    const message = this.#session.message(type, content, request.header, extras);
    queue.send(() => this.#wire.encode(message, request.identities));
  }
}

/** What a front end runs for itself, without a trace, is no reason not to run what the user asked for. */
function stops({ stop_on_error, silent }: Message["content"]): boolean {
  return stop_on_error !== false && silent !== true;
}

function replyType(type: string): string {
  return type.replace(/_request$/, "_reply");
}

/** What everyone who watches the kernel sees: status, input, output, errors. */
import type { CommMessage, ErrorContent, Header, MimeBundle } from "../protocol/messages.ts";
import type { Session } from "../protocol/session.ts";
import type { Wire } from "../protocol/wire.ts";
import type { Channel } from "./sockets.ts";

/** Text of one stream that came in pieces within so little time goes out as one message: a front end draws each. */
const STREAM_MS = 10;
const STREAM_CHARACTERS = 1 << 17;

interface PendingText {
  name: "stdout" | "stderr";
  parts: string[];
  characters: number;
  parent: Parent;
}

type Parent = Header | Record<string, never>;
export type ExecutionState = "starting" | "busy" | "idle";

export class IOPub {
  readonly #channel: Channel;
  readonly #session: Session;
  readonly #wire: Wire;
  #text: PendingText | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(channel: Channel, session: Session, wire: Wire) {
    this.#channel = channel;
    this.#session = session;
    this.#wire = wire;
  }

  /** Greets every new subscriber, so that it knows when it will miss nothing more (protocol 5.6's handshake). */
  async welcomeSubscribers(): Promise<void> {
    for await (const [frame] of this.#channel.receive) {
      if (frame?.[0] === 1) this.#welcome(frame.subarray(1).toString());
    }
  }

  #welcome(subscription: string): void {
    this.flush();
    const message = this.#session.message("iopub_welcome", { subscription }, {});
    // Who subscribes to some topics only gets what begins with one of them.
    const topic = subscription || this.#topic("iopub_welcome");
    this.#channel.queue.send(() => this.#wire.encode(message, [topic]));
  }

  #topic(type: string): string {
    return `kernel.${this.#session.id}.${type}`;
  }

  publish(type: string, content: object, parent: Parent, extras: Partial<CommMessage> = {}): void {
    this.flush();
    this.#send(type, content, parent, extras);
  }

  #send(type: string, content: object, parent: Parent, extras: Partial<CommMessage> = {}): void {
    const message = this.#session.message(type, content, parent, extras);
    this.#channel.queue.send(() => this.#wire.encode(message, [this.#topic(type)]));
  }

  status(state: ExecutionState, parent: Parent): void {
    this.publish("status", { execution_state: state }, parent);
  }

  input(code: string, execution_count: number, parent: Parent): void {
    this.publish("execute_input", { code, execution_count }, parent);
  }

  stream(name: "stdout" | "stderr", text: string, parent: Parent): void {
    const pending = this.#text;
    if (pending && (pending.name !== name || pending.parent !== parent || pending.characters > STREAM_CHARACTERS)) {
      this.flush();
    }
    this.#text ??= { name, parts: [], characters: 0, parent };
    this.#text.parts.push(text);
    this.#text.characters += text.length;
    this.#timer ??= setTimeout(() => this.flush(), STREAM_MS);
  }

  /** Sends text that still waits for more of its kind: before a message on another channel, that is. */
  flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const pending = this.#text;
    this.#text = null;
    if (pending) this.#send("stream", { name: pending.name, text: pending.parts.join("") }, pending.parent);
  }

  result(bundle: MimeBundle, execution_count: number, parent: Parent): void {
    this.publish("execute_result", { ...bundle, execution_count }, parent);
  }

  display(bundle: MimeBundle, displayId: string | undefined, update: boolean, parent: Parent): void {
    const transient = displayId === undefined ? {} : { display_id: displayId };
    this.publish(update ? "update_display_data" : "display_data", { ...bundle, transient }, parent);
  }

  clearOutput(wait: boolean, parent: Parent): void {
    this.publish("clear_output", { wait }, parent);
  }

  comm(message: CommMessage, parent: Parent): void {
    this.publish(message.type, message.content, parent, message);
  }

  /** An event of the Debug Adapter Protocol; it comes of no request. */
  debugEvent(event: object): void {
    this.publish("debug_event", event, {});
  }

  /** Front ends that did not ask for it want to know, too, that the kernel goes. */
  shutdown(restart: boolean, parent: Parent): void {
    this.publish("shutdown_reply", { status: "ok", restart }, parent);
  }

  error(content: ErrorContent, parent: Parent): void {
    this.publish("error", content, parent);
  }
}

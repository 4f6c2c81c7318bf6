/**
 * A Jupyter front end for tests: real zeromq sockets, no mocks. It records every message in the order of arrival and
 * waits on messages, never on the clock; the deadlines only turn a hang into a failure that says what was seen.
 */
import { randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import { Dealer, Request, Subscriber } from "zeromq";
import { type Channel, type Connection, type Content, decode, encode, type Message, newHeader } from "./wire.ts";

export type { Channel, Connection, Content, Message } from "./wire.ts";

const defaultDeadline = 60_000;

export interface SendOptions {
  channel?: Exclude<Channel, "iopub">;
  metadata?: Record<string, unknown>;
  buffers?: Buffer[];
  /** The subshell that the request is for. */
  subshell?: string;
  /** Milliseconds until the exchange fails. */
  deadline?: number;
  /** Answers input requests of this exchange. Without it an execute_request says `allow_stdin: false`. */
  input?: (prompt: string, request: Message) => string;
}

/** One request with all that came back for it. */
export interface Exchange {
  id: string;
  reply: Message;
  /** Every iopub message whose parent is this request, in order, the busy and idle status included. */
  iopub: Message[];
  /** Reply, iopub and stdin messages of this request in the order of arrival. */
  messages: Message[];
}

/** An exchange reduced to what a reader of the notebook would see. */
export interface Executed extends Exchange {
  stdout: string;
  stderr: string;
  /** MIME bundle of the last expression. */
  result: Record<string, unknown> | undefined;
  error: { ename: string; evalue: string; traceback: string[] } | undefined;
  displays: Message[];
}

/** A request on its way: await `done`, or send something else meanwhile. */
export interface Pending {
  id: string;
  /** As soon as the reply is here, idle or not. */
  reply: Promise<Message>;
  /** The reply and the idle status are both here. */
  done: Promise<Exchange>;
}

export interface WaitOptions {
  /** Only messages from this place in `client.messages` on; take it before the request from `client.mark()`. */
  after?: number;
  deadline?: number;
}

export class FrontEnd {
  readonly connection: Connection;
  readonly session: string = randomUUID();
  /** Everything received, all channels, in the order of arrival. */
  readonly messages: Message[] = [];
  /** Frames that were no valid message: always empty with a correct kernel. */
  readonly invalid: Error[] = [];

  // A short reconnect interval: the kernel binds some time after the client connects.
  readonly #options = { linger: 0, reconnectInterval: 5 } as const;
  readonly #sockets;
  readonly #subscriber = new Subscriber({ ...this.#options, receiveHighWaterMark: 0 });
  readonly #events = new EventEmitter().setMaxListeners(0);
  readonly #queues = new Map<string, Promise<void>>();
  #failure: Error | undefined;

  constructor(connection: Connection) {
    this.connection = connection;
    // One identity for shell and stdin: input requests are routed to whoever sent the request.
    const options = { ...this.#options, routingId: this.session };
    this.#sockets = { shell: new Dealer(options), control: new Dealer(options), stdin: new Dealer(options) };
    for (const channel of ["shell", "control", "stdin"] as const) {
      this.#sockets[channel].connect(this.address(channel));
      void this.#read(channel, this.#sockets[channel]);
    }
    this.#subscriber.subscribe();
    this.#subscriber.connect(this.address("iopub"));
    void this.#read("iopub", this.#subscriber);
  }

  address(channel: Channel | "hb"): string {
    return `${this.connection.transport}://${this.connection.ip}:${this.connection[`${channel}_port`]}`;
  }

  async #read(channel: Channel, socket: AsyncIterable<Buffer[]>): Promise<void> {
    for await (const frames of socket) {
      try {
        const message = decode(frames, this.connection.key, channel, this.messages.length);
        this.messages.push(message);
        this.#events.emit("message", message);
      } catch (error) {
        this.invalid.push(error as Error);
      }
    }
  }

  /** Makes everything that waits fail; called when the kernel's process is gone. */
  protected fail(error: Error): void {
    this.#failure = error;
    this.#events.emit("failure", error);
  }

  /** The place in `messages` where the next message will stand. */
  mark(): number {
    return this.messages.length;
  }

  /** Sends frames as they are: for messages that are wrong on purpose. */
  sendRaw(channel: Exclude<Channel, "iopub">, frames: (string | Buffer)[]): Promise<void> {
    // A zeromq socket takes one send at a time.
    const sent = (this.#queues.get(channel) ?? Promise.resolve()).then(() => this.#sockets[channel].send(frames));
    this.#queues.set(channel, sent);
    return sent;
  }

  /** The signed frames of a request that is not sent: for tests that spoil one of them, or send it twice. */
  frames(type: string, content: object = {}): { id: string; frames: Buffer[] } {
    const header = newHeader(type, this.session);
    return { id: header.msg_id, frames: encode({ header, content }, this.connection.key) };
  }

  /** Sends a request and returns at once. */
  send(type: string, content: object = {}, options: SendOptions = {}): Pending {
    const { channel = "shell", metadata, buffers, deadline = defaultDeadline, input, subshell } = options;
    const header = { ...newHeader(type, this.session), ...(subshell === undefined ? {} : { subshell_id: subshell }) };
    const id = header.msg_id;
    const after = this.mark();
    const mine = (message: Message) => message.parent.msg_id === id;
    const reply = this.waitFor((message) => message.channel === channel && mine(message), { after, deadline });
    const idle = this.waitFor((message) => isStatus(message, "idle") && mine(message), { after, deadline });
    const label = `${type} on ${channel}`;
    const done = Promise.all([named(label, "reply", reply), named(label, "idle status", idle)]).then(([first]) => {
      const messages = this.messages.slice(after).filter(mine);
      return { id, reply: first, iopub: messages.filter((message) => message.channel === "iopub"), messages };
    });
    // A test that only wants the reply must not be failed by the other promise.
    reply.catch(() => undefined);
    done.catch(() => undefined);
    if (input) this.#answer(id, input, done);
    void this.sendRaw(channel, encode({ header, metadata, content, buffers }, this.connection.key));
    return { id, reply, done };
  }

  #answer(id: string, input: NonNullable<SendOptions["input"]>, until: Promise<unknown>): void {
    const listen = (message: Message) => {
      if (message.channel !== "stdin" || message.parent.msg_id !== id) return;
      void this.answer(message, input(String(message.content.prompt), message));
    };
    this.#events.on("message", listen);
    const stop = () => this.#events.off("message", listen);
    until.then(stop, stop);
  }

  /** Answers an input request. */
  answer(request: Message, value: string): Promise<void> {
    const reply = { header: newHeader("input_reply", this.session), parent: request.header, content: { value } };
    return this.sendRaw("stdin", encode(reply, this.connection.key));
  }

  /** Sends a request and waits for both its reply and its idle status. */
  request(type: string, content: object = {}, options: SendOptions = {}): Promise<Exchange> {
    return this.send(type, content, options).done;
  }

  /** Sends an execute_request and returns at once. */
  start(code: string, content: object = {}, options: SendOptions = {}): Pending {
    const defaults = {
      code,
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: options.input !== undefined,
      stop_on_error: true,
    };
    return this.send("execute_request", { ...defaults, ...content }, options);
  }

  /** Runs a cell and gathers what it put out. */
  async execute(code: string, content: object = {}, options: SendOptions = {}): Promise<Executed> {
    return executed(await this.start(code, content, options).done);
  }

  /** The first message, received or still to come, that the predicate accepts. */
  waitFor(accepts: (message: Message) => boolean, options: WaitOptions = {}): Promise<Message> {
    const { after = 0, deadline = defaultDeadline } = options;
    const early = this.messages.slice(after).find(accepts);
    if (early) return Promise.resolve(early);
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        this.#events.off("message", onMessage);
        this.#events.off("failure", onFailure);
      };
      const onMessage = (message: Message) => {
        if (!accepts(message)) return;
        stop();
        resolve(message);
      };
      const onFailure = (error: Error) => {
        stop();
        reject(error);
      };
      const timer = setTimeout(() => {
        const seen = this.messages.slice(after).map(summary).slice(-40).join("\n  ");
        onFailure(new Error(`No such message within ${deadline} ms; seen:\n  ${seen || "(nothing)"}`));
      }, deadline);
      this.#events.on("message", onMessage);
      this.#events.on("failure", onFailure);
    });
  }

  /** The first iopub message of that type (and that the predicate accepts), received or still to come. */
  waitForIopub(
    type: string,
    accepts: (message: Message) => boolean = () => true,
    options: WaitOptions = {},
  ): Promise<Message> {
    const isIt = (message: Message) =>
      message.channel === "iopub" && message.header.msg_type === type && accepts(message);
    return this.waitFor(isIt, options);
  }

  /**
   * Asks for kernel_info until a reply and an iopub message have come, as VS Code does: a subscription reaches the
   * kernel at an unknown moment, and what is published before is lost.
   */
  async ready(deadline: number = defaultDeadline): Promise<Message> {
    const end = performance.now() + deadline;
    const first = this.send("kernel_info_request", {}, { deadline });
    const reply = await named("kernel_info_request", "reply", first.reply);
    let exchange = first;
    for (;;) {
      // The clock decides only when to ask again.
      const patience = Math.min(250, end - performance.now());
      const mine = (message: Message) => message.channel === "iopub" && message.parent.msg_id === exchange.id;
      try {
        await this.waitFor((message) => isStatus(message, "idle") && mine(message), { deadline: patience });
        return reply;
      } catch (error) {
        if (this.#failure || performance.now() >= end) throw error;
        exchange = this.send("kernel_info_request", {}, { deadline });
      }
    }
  }

  /** Sends bytes to the heartbeat channel and returns what comes back. */
  async heartbeat(payload: string = "ping", deadline: number = defaultDeadline): Promise<string> {
    const socket = new Request({ ...this.#options, receiveTimeout: deadline });
    try {
      socket.connect(this.address("hb"));
      await socket.send(payload);
      const [echo] = await socket.receive();
      return echo!.toString();
    } finally {
      socket.close();
    }
  }

  /** Closes the sockets; the kernel goes on. */
  close(): void {
    for (const socket of [...Object.values(this.#sockets), this.#subscriber]) {
      if (!socket.closed) socket.close();
    }
  }
}

export function isStatus(message: Message, state: "busy" | "idle" | "starting"): boolean {
  return (
    message.channel === "iopub" && message.header.msg_type === "status" && message.content.execution_state === state
  );
}

/** One line for a failure's list of messages. */
export function summary({ channel, header, parent, content }: Message): string {
  const text = JSON.stringify(content) ?? "";
  const cut = text.length > 160 ? `${text.slice(0, 160)}…` : text;
  return `${channel} ${header.msg_type} (parent ${parent.msg_id?.slice(0, 8) ?? "none"}) ${cut}`;
}

export function executed(exchange: Exchange): Executed {
  const ofType = (type: string) => exchange.iopub.filter(({ header }) => header.msg_type === type);
  const stream = (name: string) =>
    ofType("stream")
      .filter(({ content }) => content.name === name)
      .map(({ content }) => content.text)
      .join("");
  const error: Content | undefined = ofType("error")[0]?.content;
  return {
    ...exchange,
    stdout: stream("stdout"),
    stderr: stream("stderr"),
    result: ofType("execute_result")[0]?.content.data,
    error: error && { ename: error.ename!, evalue: error.evalue!, traceback: error.traceback! },
    displays: ofType("display_data"),
  };
}

/** Says what was waited for when it fails. */
async function named<T>(label: string, what: string, promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw new Error(`${label}: no ${what}. ${(error as Error).message}`, { cause: error });
  }
}

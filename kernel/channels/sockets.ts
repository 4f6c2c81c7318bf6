/** The five ZeroMQ sockets, bound where the connection file says. */
import { Reply, Router, XPublisher } from "zeromq";
import { type Connection, endpoint } from "../protocol/connection.ts";
import { ARREARS, Publisher } from "./publisher.ts";
import { type Sender, SendQueue } from "./send-queue.ts";

/** A port that cannot be bound: the message names the channel and the address. */
export class BindError extends Error {
  override name = "BindError";
}

export interface Channel {
  queue: SendQueue;
  receive: AsyncIterable<Buffer[]>;
}

export class Sockets {
  readonly shell: Channel;
  readonly control: Channel;
  readonly stdin: Channel;
  readonly iopub: Channel;
  readonly #all: { name: string; port: number; socket: Router | XPublisher | Reply }[];
  readonly #heartbeat: Reply;
  readonly #connection: Connection;

  /** @param log Where to say that a subscriber misses messages. */
  constructor(connection: Connection, log: (text: string) => void) {
    this.#connection = connection;
    // No high-water mark: a reply is never dropped; iopub has a limit of its own. Linger lets the last ones out.
    // Since a send never has to wait, ZeroMQ need not be asked each time whether it would.
    const options = { sendHighWaterMark: 0, receiveHighWaterMark: 0, sendTimeout: 0, linger: 1000 };
    const [shell, control, stdin] = [
      new Router({ ...options, handover: true }),
      new Router({ ...options, handover: true }),
      new Router({ ...options, handover: true }),
    ];
    const iopub = new XPublisher({ ...options, sendHighWaterMark: ARREARS });
    // Each subscriber is greeted, not only the first of a topic.
    iopub.verbosity = "allSubs";
    this.#heartbeat = new Reply({ linger: 0 });
    this.#all = [
      { name: "heartbeat", port: connection.hb_port, socket: this.#heartbeat },
      { name: "shell", port: connection.shell_port, socket: shell },
      { name: "control", port: connection.control_port, socket: control },
      { name: "stdin", port: connection.stdin_port, socket: stdin },
      { name: "iopub", port: connection.iopub_port, socket: iopub },
    ];
    const channel = (socket: Router | XPublisher, sender: Sender = socket): Channel => ({
      queue: new SendQueue(sender),
      receive: socket as AsyncIterable<Buffer[]>,
    });
    this.shell = channel(shell);
    this.control = channel(control);
    this.stdin = channel(stdin);
    this.iopub = channel(iopub, new Publisher(iopub, log));
  }

  /** @throws {BindError} If one of the addresses is taken or not ours. */
  async bind(): Promise<void> {
    await Promise.all(
      this.#all.map(async ({ name, port, socket }) => {
        const address = endpoint(this.#connection, port);
        try {
          await socket.bind(address);
        } catch (error) {
          throw new BindError(`Cannot bind the ${name} channel to ${address}: ${(error as Error).message}`);
        }
      }),
    );
    this.#beat();
  }

  async close(): Promise<void> {
    await Promise.all([this.shell, this.control, this.stdin, this.iopub].map(({ queue }) => queue.flushed()));
    for (const { socket } of this.#all) socket.close();
  }

  /** Echoes whatever arrives: that is the whole of the heartbeat protocol. */
  async #beat(): Promise<void> {
    try {
      for await (const frames of this.#heartbeat) await this.#heartbeat.send(frames);
    } catch {
      // Closed while a beat was under way: we are leaving.
    }
  }
}

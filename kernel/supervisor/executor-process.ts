/** One executor (process B): started in a process group of its own, spoken to over a socket, and ended with all its children. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { Duplex, Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { encodeFrame, FrameReader } from "../link/frames.ts";
import {
  type ExecutorOptions,
  type FromExecutor,
  INSPECTOR_FD,
  LINK_FD,
  type ToExecutor,
  WATCHDOG_BYTES,
  WATCHDOG_FD,
} from "../link/messages.ts";
import { Inspector } from "./inspector.ts";
import { MarkedStream } from "./marked-stream.ts";

export interface ExecutorEvents {
  message(message: FromExecutor): void;
  /** Output of native code and of child processes, which knows of no cell. */
  nativeOutput(name: "stdout" | "stderr", text: string): void;
  exit(code: number | null, signal: NodeJS.Signals | null): void;
}

const NODE_MAJOR = Number(process.versions.node.split(".")[0]);

/** Flags of Node without which terminating a script inside a timer aborts the process, and modules cannot be resolved from the notebook's folder. */
const FLAGS = [
  "--no-force-async-hooks-checks",
  "--disable-warning=ExperimentalWarning",
  "--experimental-import-meta-resolve",
  ...(NODE_MAJOR === 22 ? ["--experimental-async-context-frame"] : []),
];

const PIPE_GRACE_MS = 200;

const STREAMS = ["stdout", "stderr"] as const;
type StreamName = (typeof STREAMS)[number];

interface Mark {
  /** The streams on which it was read. */
  seen: Set<StreamName>;
  read: Promise<void>;
  resolve: () => void;
}

export class ExecutorProcess {
  readonly inspector: Inspector;
  readonly #child: ChildProcess;
  readonly #token = randomUUID();
  readonly #marks = new Map<string, Mark>();
  /** Streams that a cell has closed: no mark comes there any more. */
  readonly #ended = new Set<StreamName>();
  #interrupts = 0;
  /** Whether it has said anything: from then on an interrupt does not end it. */
  #started = false;
  #gone = false;

  constructor(library: ExecutorOptions["library"], events: ExecutorEvents) {
    const options: ExecutorOptions = { library, token: this.#token };
    const script = fileURLToPath(new URL("./executor.js", import.meta.url));
    this.#child = spawn(process.execPath, [...FLAGS, script, JSON.stringify(options)], {
      stdio: ["ignore", "pipe", "pipe", "pipe", "pipe", "pipe"],
      detached: true,
    });
    // The types know of five descriptors; there are as many as were asked for.
    this.inspector = new Inspector((this.#child.stdio as readonly unknown[])[INSPECTOR_FD] as Duplex);
    const reader = new FrameReader<FromExecutor>((message) => {
      this.#started = true;
      events.message(message);
    });
    this.#link.on("data", (chunk: Buffer) => reader.push(chunk));
    for (const name of STREAMS) {
      const stream = new MarkedStream(
        this.#token,
        (text) => events.nativeOutput(name, text),
        (cell) => this.#marked(cell, name),
      );
      this.#child[name]!.on("data", (chunk: Buffer) => stream.push(chunk));
      this.#child[name]!.on("end", () => {
        this.#ended.add(name);
        for (const mark of this.#marks.values()) this.#resolve(mark);
      });
    }
    // A pipe breaks when the executor dies; its exit is what counts.
    for (const stream of this.#child.stdio) stream?.on("error", () => {});
    this.#child.on("error", (error) => {
      this.#gone = true;
      events.nativeOutput("stderr", `Cannot start the executor: ${error.message}\n`);
      events.exit(null, null);
    });
    this.#child.on("exit", (code, signal) => {
      this.#gone = true;
      // What the executor started dies with it, which also closes the pipes that it shared.
      this.#signal("SIGKILL");
      const closed = once(this.#child, "close");
      this.holdOutput(false);
      // A grandchild that left the group may hold the pipes open for ever.
      Promise.race([closed, delay(PIPE_GRACE_MS, undefined, { ref: false })]).then(() => {
        for (const mark of this.#marks.values()) mark.resolve();
        events.exit(code, signal);
      });
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  send(message: ToExecutor): void {
    if (!this.#gone) this.#link.write(encodeFrame(message));
  }

  /** Resolves when all that the cell wrote to the executor's stdout and stderr, natively too, has been read. */
  async outputRead(cell: string): Promise<void> {
    if (!this.#gone) await this.#mark(cell).read;
    this.#marks.delete(cell);
  }

  holdOutput(hold: boolean): void {
    for (const stream of [this.#link, this.#child.stdout!, this.#child.stderr!]) {
      if (hold && !this.#gone) stream.pause();
      else stream.resume();
    }
  }

  /** Asks the main thread to stop the cells, and the watchdog to stop the main thread if it does not hear. */
  interrupt(cells: string[]): void {
    // Before it is there to take the signal, it runs nothing that could be stopped.
    if (this.#gone || !this.#started) return;
    const sequence = ++this.#interrupts;
    this.holdOutput(false);
    this.send({ op: "interrupt", cells, sequence });
    this.#tellWatchdog(sequence);
    // Child processes of the cell are in its group; the executor itself ignores the signal.
    this.#signal("SIGINT");
  }

  /** Has the watchdog end a process of ours, should we die without being able to. */
  endToo(pid: number): void {
    this.#tellWatchdog(-pid);
  }

  kill(): void {
    this.#signal("SIGKILL");
  }

  get #link(): Duplex {
    return this.#child.stdio[LINK_FD] as Duplex;
  }

  #tellWatchdog(number: number): void {
    if (this.#gone) return;
    const bytes = Buffer.alloc(WATCHDOG_BYTES);
    bytes.writeInt32LE(number);
    (this.#child.stdio[WATCHDOG_FD] as Writable).write(bytes);
  }

  #marked(cell: string, name: StreamName): void {
    const mark = this.#mark(cell);
    mark.seen.add(name);
    this.#resolve(mark);
  }

  /** One on each stream. */
  #resolve(mark: Mark): void {
    if (STREAMS.every((name) => mark.seen.has(name) || this.#ended.has(name))) mark.resolve();
  }

  #mark(cell: string): Mark {
    let mark = this.#marks.get(cell);
    if (!mark) {
      let resolve = () => {};
      const read = new Promise<void>((done) => {
        resolve = done;
      });
      mark = { seen: new Set(), read, resolve };
      this.#marks.set(cell, mark);
      this.#resolve(mark);
    }
    return mark;
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, signal);
    } catch {
      // The group is gone already.
    }
  }
}

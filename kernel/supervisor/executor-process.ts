/** One executor (process B): started in a process group of its own, spoken to over a socket, and ended with all its children. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Duplex, Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
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

export class ExecutorProcess {
  readonly inspector: Inspector;
  readonly #child: ChildProcess;
  /** While output is held; resolves when it no longer is. */
  #held: Promise<void> | null = null;
  #release = () => {};
  #interrupts = 0;
  /** Whether it has said anything: from then on an interrupt does not end it. */
  #started = false;
  #gone = false;

  constructor(library: ExecutorOptions["library"], events: ExecutorEvents) {
    const options: ExecutorOptions = { library };
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
      const decoder = new StringDecoder("utf8");
      this.#child[name]!.on("data", (chunk: Buffer) => {
        const text = decoder.write(chunk);
        if (text) events.nativeOutput(name, text);
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
      Promise.race([closed, delay(PIPE_GRACE_MS, undefined, { ref: false })]).then(() => events.exit(code, signal));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  send(message: ToExecutor): void {
    if (!this.#gone) this.#link.write(encodeFrame(message));
  }

  /**
   * Resolves when all has been read that the executor and its children wrote to stdout and stderr before they sent the message that was read last.
   * It lies in our end of the pipes by then, so that the event loop finds it when it looks at them next, and it looks once between two of its turns.
   */
  async outputRead(): Promise<void> {
    do {
      await this.#held;
      await twoTurns();
    } while (this.#held);
  }

  holdOutput(hold: boolean): void {
    const holds = hold && !this.#gone;
    for (const stream of [this.#link, this.#child.stdout!, this.#child.stderr!]) {
      if (holds) stream.pause();
      else stream.resume();
    }
    if (holds && !this.#held) {
      this.#held = new Promise((release) => {
        this.#release = release;
      });
    } else if (!holds) {
      this.#held = null;
      this.#release();
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

  #signal(signal: NodeJS.Signals): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, signal);
    } catch {
      // The group is gone already.
    }
  }
}

/** Of the event loop: between them it looks at all pipes. */
function twoTurns(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}

/**
 * The executor as the rest of the kernel sees it: runs a cell, answers questions, can be interrupted, and is there again after it died.
 */

import { packComm, unpackComm } from "../link/comms.ts";
import type { CellScript, ExecutorOptions, FromExecutor, Outcome, ToExecutor } from "../link/messages.ts";
import type { CommMessage, ErrorContent, MimeBundle } from "../protocol/messages.ts";
import { plainError } from "../traceback/plain-error.ts";
import { ExecutorProcess } from "./executor-process.ts";
import type { Inspector } from "./inspector.ts";
import { Readiness } from "./readiness.ts";

/** Where a cell's output goes. */
export interface OutputSink {
  stream(name: "stdout" | "stderr", text: string): void;
  display(bundle: MimeBundle, displayId: string | undefined, update: boolean): void;
  clearOutput(wait: boolean): void;
  comm(message: CommMessage): void;
  /** Resolves to what the user typed; null where nobody can be asked. */
  input(prompt: string, password: boolean): Promise<string | null>;
}

/** How long after an interrupt the executor is reminded, and how long until it is replaced, with all variables. */
const REMIND_MS = 1000;
const REPLACE_MS = 5000;

/**
 * How long completion or inspection waits for an executor, which takes milliseconds unless the machine has much else to do; for one that runs a cell only
 * so long, since a loop leaves it no turn.
 */
const ANSWER_MS = 1500;
const BUSY_ANSWER_MS = 25;

/** Of what an executor writes so much is remembered, in case it never starts. */
const FIRST_WORDS = 2000;

/** Cells whose late output still finds its place. */
const SINKS_KEPT = 2000;

export class Executor {
  readonly #library: ExecutorOptions["library"];
  readonly #onLost: () => void;
  readonly #sinks = new Map<string, OutputSink>();
  readonly #companions: number[] = [];
  readonly #answers = new Map<number, (value: unknown) => void>();
  #process: ExecutorProcess;
  readonly #readiness = new Readiness();
  /** What an executor wrote before it was ready. */
  #firstWords = "";
  /** Cells that run, which are several where there are subshells. */
  readonly #running = new Map<string, (outcome: Outcome) => void>();
  readonly #comms = new Map<string, () => void>();
  #latest: string | null = null;
  #questions = 0;
  #interruptTimers: NodeJS.Timeout[] = [];
  /** Why the executor that is about to exit does so, where we know. */
  #reason: string | null = null;
  #stopped = false;
  /** Called when an executor has taken the place of another. */
  onReplaced: () => void = () => {};

  /** @param onLost Called when all variables are gone. */
  constructor(library: ExecutorOptions["library"], onLost: () => void) {
    this.#library = library;
    this.#onLost = onLost;
    this.#process = this.#start();
  }

  /**
   * Settles when the executor can run cells.
   *
   * @throws {ExecutorStartError} If none could be started; the next who asks has it tried again.
   */
  get ready(): Promise<void> {
    if (this.#readiness.hopeless) {
      this.#readiness.retry();
      this.#replace();
    }
    return this.#readiness.promise;
  }

  /** Whether cells run. */
  get isBusy(): boolean {
    return this.#running.size > 0;
  }

  /** Of the executor that there is now. */
  get inspector(): Inspector {
    return this.#process.inspector;
  }

  /** Runs a cell; to be called when the executor is ready. */
  execute(
    cell: CellScript,
    expressions: Record<string, CellScript | ErrorContent>,
    allowStdin: boolean,
    sink: OutputSink,
  ): Promise<Outcome> {
    this.#remember(cell.id, sink);
    const outcome = new Promise<Outcome>((finish) => {
      this.#running.set(cell.id, finish);
    });
    this.#process.send({ op: "execute", cell: scriptOf(cell), expressions, allowStdin });
    return outcome;
  }

  /** Passes a comm's message on; settles when its listener is done. Listeners have their turn whenever a running cell awaits something. */
  async comm(message: CommMessage, sink: OutputSink): Promise<void> {
    await this.ready;
    const id = `comm-${++this.#questions}`;
    this.#sinks.set(id, sink);
    const done = new Promise<void>((resolve) => this.#comms.set(id, resolve));
    this.#process.send({ op: "comm", id, message: packComm(message) });
    await done;
    this.#comms.delete(id);
  }

  /** Asks the executor's main thread; null if it has no time soon. */
  ask(
    question:
      | { op: "names" }
      | { op: "members"; expression: string }
      | { op: "describe"; expression: string; detail: 0 | 1 },
  ): Promise<unknown> {
    const id = ++this.#questions;
    return new Promise((resolve) => {
      const timer = setTimeout(() => answer(null), this.isBusy ? BUSY_ANSWER_MS : ANSWER_MS);
      const answer = (value: unknown) => {
        clearTimeout(timer);
        this.#answers.delete(id);
        resolve(value);
      };
      this.#answers.set(id, answer);
      this.#process.send({ ...question, id } as ToExecutor);
    });
  }

  /** While held, the executor's output is not read: what prints a lot waits. An interrupt lets go, so that nobody waits for a cell that should stop. */
  holdOutput(hold: boolean): void {
    this.#process.holdOutput(hold);
  }

  /** A process that must not outlive the kernel, however the kernel ends. */
  endToo(pid: number): void {
    this.#companions.push(pid);
    this.#process.endToo(pid);
  }

  /** In stages: ask, remind, replace. Each stage ends the cell if it can; only the last one loses variables. */
  interrupt(): void {
    this.#interruptRunning();
    // A listener that was terminated says nothing more.
    for (const done of this.#comms.values()) done();
    if (this.#running.size === 0 || this.#interruptTimers.length > 0) return;
    this.#interruptTimers = [
      setTimeout(() => this.#interruptRunning(), REMIND_MS),
      setTimeout(() => {
        this.#reason = "The cell did not stop when it was interrupted";
        this.#process.kill();
      }, REPLACE_MS),
    ];
  }

  #interruptRunning(): void {
    this.#process.interrupt([...this.#running.keys()]);
  }

  /** Ends the executor and all that it started. */
  stop(): void {
    this.#stopped = true;
    this.#clearTimers();
    this.#process.kill();
  }

  #replace(): void {
    this.#process = this.#start();
    this.onReplaced();
  }

  #start(): ExecutorProcess {
    this.#firstWords = "";
    const started = new ExecutorProcess(this.#library, {
      message: (message) => this.#receive(message),
      nativeOutput: (name, text) => {
        if (this.#firstWords.length < FIRST_WORDS) this.#firstWords += text.slice(0, FIRST_WORDS);
        this.#sink(this.#latest)?.stream(name, text);
      },
      exit: (code, signal) => this.#exited(code, signal),
    });
    for (const pid of this.#companions) started.endToo(pid);
    return started;
  }

  #receive(message: FromExecutor): void {
    switch (message.op) {
      case "ready":
        this.#readiness.ready();
        return;
      case "exit":
        this.#reason = `process.exit(${message.code}) was called`;
        this.#process.kill();
        return;
      case "output":
        for (const { cell, name, text } of message.chunks) this.#sink(cell)?.stream(name, text);
        return;
      case "display":
        this.#sink(message.cell)?.display(message.bundle, message.displayId, message.update);
        return;
      case "comm":
        this.#sink(message.cell)?.comm(unpackComm(message.message));
        return;
      case "comm_done":
        this.#comms.get(message.id)?.();
        return;
      case "clear":
        this.#sink(message.cell)?.clearOutput(message.wait);
        return;
      case "input":
        void this.#input(message);
        return;
      case "answer":
        this.#answers.get(message.id)?.(message.value);
        return;
      case "done":
        void this.#done(message.cell, message.outcome);
        return;
    }
  }

  async #done(cell: string, outcome: Outcome): Promise<void> {
    if (!this.#running.has(cell)) return;
    // Native output comes through other pipes: it must be out before the cell is called done.
    await this.#process.outputRead();
    this.#finish(cell, outcome);
  }

  async #input({ id, cell, prompt, password }: Extract<FromExecutor, { op: "input" }>): Promise<void> {
    const process = this.#process;
    const value = (await this.#sink(cell)?.input(prompt, password)) ?? null;
    if (process === this.#process) process.send({ op: "input_reply", id, value });
  }

  #exited(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#stopped) return;
    const reason = this.#reason ?? `The executor was ended by ${signal ?? `an error (exit code ${code})`}`;
    const evalue = `${reason}: a fresh executor was started, and all variables are gone`;
    this.#reason = null;
    for (const answer of this.#answers.values()) answer(null);
    this.#onLost();
    for (const done of this.#comms.values()) done();
    const ended = [...this.#running.keys()];
    if (ended.length === 0) this.#sink(this.#latest)?.stream("stderr", `${evalue}\n`);
    if (this.#readiness.lost([reason, this.#firstWords.trim()].filter(Boolean).join("\n"))) this.#replace();
    for (const cell of ended) this.#finish(cell, { status: "error", ...plainError("ExecutorExit", evalue) });
  }

  #finish(cell: string, outcome: Outcome): void {
    const finish = this.#running.get(cell);
    this.#running.delete(cell);
    if (this.#running.size === 0) this.#clearTimers();
    finish?.(outcome);
  }

  #remember(cell: string, sink: OutputSink): void {
    this.#sinks.set(cell, sink);
    this.#latest = cell;
    if (this.#sinks.size > SINKS_KEPT) this.#sinks.delete(this.#sinks.keys().next().value as string);
  }

  #sink(cell: string | null): OutputSink | undefined {
    return this.#sinks.get(cell ?? "") ?? this.#sinks.get(this.#latest ?? "");
  }

  #clearTimers(): void {
    for (const timer of this.#interruptTimers) clearTimeout(timer);
    this.#interruptTimers = [];
  }
}

function scriptOf({ id, label, source, code, maps }: CellScript): CellScript {
  return { id, label, source, code, maps };
}

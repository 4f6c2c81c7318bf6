/** The executor's main thread as a debugger has it: it runs, or it is paused in the user's code and can go on in steps. */
import type { Debugger as V8 } from "node:inspector";
import type { Inspector } from "../supervisor/inspector.ts";
import { describePause, isSamePlace, type Pause } from "./pause.ts";
import type { Scripts, UserScript } from "./scripts.ts";

export type StopReason = "breakpoint" | "step" | "exception" | "pause";

export interface TargetEvents {
  stopped(pause: Pause, reason: StopReason): void;
  continued(): void;
  /** A file of the user's has been read. */
  loaded(script: UserScript): Promise<void>;
}

export type Step = "stepOver" | "stepInto" | "stepOut";
export type ExceptionFilter = "raised" | "uncaught";

/** What V8 was told to stop for. */
interface Order {
  step: Step | null;
  /** Where the step began. */
  from: Pause | null;
  /** The cell that ran. */
  run: number;
}

/** As V8 describes what an interrupt throws. */
const INTERRUPTED = /^Interrupted\b/;

export class DebugTarget {
  readonly #inspector: () => Inspector;
  readonly #scripts: Scripts;
  readonly #events: TargetEvents;
  #isAttached = false;
  #filters: readonly ExceptionFilter[] = [];
  #pause: Pause | null = null;
  /** Changes with every pause, so that what was found out too late is dropped. */
  #turn = 0;
  #order: Order | null = null;
  /** The number of cells that have started. */
  #runs = 0;

  constructor(inspector: () => Inspector, scripts: Scripts, events: TargetEvents) {
    this.#inspector = inspector;
    this.#scripts = scripts;
    this.#events = events;
  }

  get isAttached(): boolean {
    return this.#isAttached;
  }

  /** Null while the main thread runs. */
  get pause(): Pause | null {
    return this.#pause;
  }

  async attach(): Promise<void> {
    this.#isAttached = true;
    const inspector = this.#inspector();
    inspector.onEvent = (method, params) => this.#receive(method, params);
    await inspector.post("Debugger.enable");
    await inspector.post("Debugger.setBlackboxPatterns", { patterns: this.#scripts.foreign });
    await this.#applyFilters();
  }

  /** A paused main thread goes on; nothing of the inspector is on from here. */
  async detach(): Promise<void> {
    if (!this.#isAttached) return;
    this.#isAttached = false;
    this.#filters = [];
    const inspector = this.#inspector();
    inspector.onEvent = () => {};
    // Not even asked first whether it is paused: it may be by now.
    await inspector.post("Debugger.resume").catch(() => {});
    await inspector.post("Debugger.disable").catch(() => {});
    this.#continued();
  }

  /** Another executor has taken the place of the one that was attached. */
  async replaced(): Promise<void> {
    this.#continued();
    this.#scripts.forget();
    if (this.#isAttached) await this.attach();
  }

  cellStarts(): void {
    this.#runs++;
  }

  async resume(): Promise<void> {
    this.#order = null;
    await this.#inspector().post("Debugger.resume");
  }

  async step(step: Step): Promise<void> {
    this.#order = { step, from: this.#pause, run: this.#runs };
    await this.#inspector().post(`Debugger.${step}`);
  }

  async askToPause(): Promise<void> {
    this.#order = { step: null, from: null, run: this.#runs };
    await this.#inspector().post("Debugger.pause");
  }

  async setExceptionFilters(filters: readonly ExceptionFilter[]): Promise<void> {
    this.#filters = filters;
    if (this.#isAttached) await this.#applyFilters();
  }

  async #applyFilters(): Promise<void> {
    // V8's own "uncaught" knows of no cell; which exceptions are meant is decided here.
    await this.#inspector().post("Debugger.setPauseOnExceptions", { state: this.#filters.length > 0 ? "all" : "none" });
  }

  #receive(method: string, params: object): void {
    switch (method) {
      case "Debugger.scriptParsed": {
        const event = params as V8.ScriptParsedEventDataType;
        this.#scripts.parsed(event);
        if (event.url.startsWith("file:")) void this.#loaded(event.scriptId);
        return;
      }
      case "Debugger.paused":
        void this.#paused(params as V8.PausedEventDataType);
        return;
      case "Debugger.resumed":
        this.#continued();
        return;
    }
  }

  async #loaded(scriptId: string): Promise<void> {
    const script = await this.#scripts.byId(scriptId);
    if (script) await this.#events.loaded(script).catch(() => {});
  }

  async #paused(event: V8.PausedEventDataType): Promise<void> {
    const turn = ++this.#turn;
    const pause = await describePause(event, this.#scripts).catch(() => null);
    if (turn !== this.#turn) return;
    const reason = pause && this.#reasonOf(pause);
    if (reason) {
      this.#order = null;
      this.#pause = pause;
      this.#events.stopped(pause, reason);
      return;
    }
    await this.#inspector()
      .post(this.#wayOn(pause))
      .catch(() => {});
  }

  /** How to go on where nobody wants to stop. */
  #wayOn(pause: Pause | null): string {
    const order = this.#order;
    if (pause?.cause !== "other" || !order?.step || order.run !== this.#runs) return "Debugger.resume";
    return `Debugger.${pause.isElsewhere ? "stepOut" : order.step}`;
  }

  /** @returns Null where nobody wants to stop. */
  #reasonOf(pause: Pause): StopReason | null {
    const { cause, exception } = pause;
    if (exception) {
      if (INTERRUPTED.test(exception.description)) return null;
      return this.#filters.includes("raised") || !exception.isCaught ? "exception" : null;
    }
    if (cause !== "other") return "breakpoint";
    const order = this.#order;
    if (!order?.step) return "pause";
    // V8 goes on stepping in the next cell where a step has ended one.
    if (order.run !== this.#runs || (order.from && isSamePlace(order.from, pause))) return null;
    if (pause.isElsewhere) return null;
    return "step";
  }

  #continued(): void {
    this.#turn++;
    if (!this.#pause) return;
    this.#pause = null;
    this.#events.continued();
  }
}

/** Jupyter's debugger: answers debug requests, says by events when the executor has stopped, and has cells stop at their breakpoints. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { CompiledCell } from "../compiler/cell.ts";
import type { Language } from "../compiler/language.ts";
import { splitMagics } from "../compiler/magic-lines.ts";
import type { RequestContent } from "../protocol/messages.ts";
import type { Executor } from "../supervisor/executor.ts";
import { Breakpoints } from "./breakpoints.ts";
import { CallStack } from "./call-stack.ts";
import { CellFiles, HASH_SEED, SUFFIX } from "./cell-files.ts";
import { completions } from "./completions.ts";
import { GlobalVariables } from "./global-variables.ts";
import { Inspection } from "./inspection.ts";
import type { Pause, UserFrame } from "./pause.ts";
import { CAPABILITIES, type DebugHandlers, type DebugReply, DebugRequestError } from "./requests.ts";
import { ScriptMap } from "./script-map.ts";
import { Scripts } from "./scripts.ts";
import { DebugTarget, type ExceptionFilter, type Step, type StopReason } from "./target.ts";

/** JavaScript of cells runs on one thread. */
const THREAD = { id: 1, name: "Main thread" };

export interface DebuggerOptions {
  /** URL of the folder where the kernel itself lies, library included. */
  home: string;
  /** To be told to the front ends. */
  event(event: DebugProtocol.Event): void;
  /** The front end wants the cell that runs to end. */
  interrupt(): void;
}

export class Debugger {
  readonly #language: () => Promise<Language>;
  readonly #options: DebuggerOptions;
  readonly #files = new CellFiles();
  readonly #scripts: Scripts;
  readonly #breakpoints: Breakpoints;
  readonly #target: DebugTarget;
  readonly #inspection: Inspection;
  readonly #globals: GlobalVariables;
  readonly #stack: CallStack;
  readonly #handlers: DebugHandlers = this.#makeHandlers();
  #isStarted = false;
  #isJupyterLab = false;
  #sequence = 0;
  /** Breakpoints of one request are set before those of the next are looked at. */
  #setting: Promise<unknown> = Promise.resolve();

  constructor(executor: Executor, language: () => Promise<Language>, options: DebuggerOptions) {
    this.#language = language;
    this.#options = options;
    const inspector = () => executor.inspector;
    this.#scripts = new Scripts(this.#files, inspector, options.home);
    this.#breakpoints = new Breakpoints(inspector);
    this.#inspection = new Inspection(inspector);
    this.#globals = new GlobalVariables(this.#inspection);
    this.#stack = new CallStack(inspector, this.#scripts);
    this.#target = new DebugTarget(inspector, this.#scripts, {
      stopped: (pause, reason) => this.#stopped(pause, reason),
      continued: () => this.#continued(),
      loaded: (script) => this.#breakpoints.place(script),
    });
    executor.onReplaced = () => {
      this.#breakpoints.displaced();
      this.#target.replaced().catch(() => {});
    };
  }

  /** Answers a debug_request. */
  async request({ seq = 0, command = "", arguments: given }: RequestContent<"debug_request">): Promise<DebugReply> {
    const answer = { seq: ++this.#sequence, type: "response" as const, request_seq: seq, command };
    try {
      if (!Object.hasOwn(this.#handlers, command)) {
        throw new DebugRequestError(`This debugger does not know the request ${JSON.stringify(command)}`);
      }
      const handler = this.#handlers[command as keyof DebugHandlers] as (given: object) => unknown;
      const body = (await handler(given ?? {})) as object | undefined;
      return { ...answer, success: true, ...(body ? { body } : {}) };
    } catch (error) {
      return { ...answer, success: false, message: (error as Error).message, body: {} };
    }
  }

  /** Sets the breakpoints of a cell that is about to run. @returns Nothing where there is nothing to wait for. */
  cellStarts(cell: CompiledCell, code: string): Promise<void> | undefined {
    if (!this.#target.isAttached) return undefined;
    this.#target.cellStarts();
    const script = this.#scripts.add(cell, this.#files.pathOf(code));
    // The executor may be lost meanwhile; who runs the cell will notice.
    return this.#breakpoints.place(script).catch(() => {});
  }

  /** Removes what was written for front ends to read. */
  close(): void {
    this.#files.remove();
  }

  #makeHandlers(): DebugHandlers {
    const step = (how: Step) => async () => {
      this.#paused();
      await this.#target.step(how);
      return undefined;
    };
    return {
      initialize: ({ clientID }) => {
        this.#isStarted = true;
        this.#isJupyterLab = clientID === "jupyterlab";
        return CAPABILITIES;
      },
      attach: async () => {
        if (!this.#isStarted) throw new DebugRequestError("attach came before initialize");
        if (!this.#target.isAttached) await this.#target.attach();
        this.#tell("initialized", {});
        return undefined;
      },
      configurationDone: () => undefined,
      disconnect: () => this.#disconnect(),
      terminate: async () => {
        this.#options.interrupt();
        await this.#disconnect();
        this.#tell("terminated", {});
        return undefined;
      },
      threads: () => ({ threads: [THREAD] }),
      setBreakpoints: (given) => {
        const set = this.#setting.then(() => this.#setBreakpoints(given));
        this.#setting = set.catch(() => {});
        return set;
      },
      setExceptionBreakpoints: async ({ filters }) => {
        await this.#target.setExceptionFilters(filters as ExceptionFilter[]);
        return undefined;
      },
      exceptionInfo: () => {
        const { exception } = this.#paused();
        if (!exception) throw new DebugRequestError("The executor did not stop at an exception");
        const { name, description, isCaught } = exception;
        return { exceptionId: name, description, breakMode: isCaught ? "always" : "unhandled" };
      },
      continue: async () => {
        this.#paused();
        await this.#target.resume();
        return { allThreadsContinued: true };
      },
      next: step("stepOver"),
      stepIn: step("stepInto"),
      stepOut: step("stepOut"),
      pause: async () => {
        this.#attached();
        await this.#target.askToPause();
        return undefined;
      },
      stackTrace: async ({ startFrame = 0, levels }) => {
        const { pause } = this.#target;
        const frames = pause ? await this.#stack.frames(pause) : [];
        // JupyterLab has no labels: it would look for the place of one.
        const shown = this.#isJupyterLab ? frames.filter(({ source }) => source) : frames;
        const stackFrames = shown.slice(startFrame, levels ? startFrame + levels : undefined);
        return { stackFrames, totalFrames: shown.length };
      },
      scopes: async ({ frameId }) => {
        if (await this.#stack.isAwaiting(this.#paused(), frameId)) return { scopes: [] };
        return { scopes: await this.#inspection.scopes(this.#frame(frameId)) };
      },
      variables: async ({ variablesReference, start, count }) => {
        const listed = await this.#inspection.list(variablesReference, { start, count });
        return { variables: this.#shown(listed ?? []) };
      },
      setVariable: ({ variablesReference: reference, name, value }) =>
        this.#inspection.setVariable({ reference, name }, value, this.#frameIfPaused()),
      setExpression: ({ expression, value, frameId }) =>
        this.#inspection.setExpression(expression, value, this.#frameFor(frameId)),
      evaluate: async ({ expression, frameId, context }) => {
        const frame = this.#frameFor(frameId);
        const isPure = context === "hover" || context === "watch" || context === "variables";
        const { value: result, ...rest } = await this.#inspection.evaluate(expression, frame, isPure);
        return { ...rest, result };
      },
      completions: async (given) => {
        const known = (await this.#language()).types.names();
        const options = { inspection: this.#inspection, frame: this.#frameFor(given.frameId), known };
        return { targets: await completions(given, options) };
      },
      source: async ({ source, sourceReference }) => {
        const path = source?.path ?? String(sourceReference);
        return { content: this.#files.codeOf(path) ?? (await readFile(path, "utf8")), mimeType: "text/typescript" };
      },
      modules: () => {
        const modules = this.#scripts.paths().map((path, id) => ({ id, name: basename(path), path }));
        return { modules, totalModules: modules.length };
      },
      debugInfo: () => ({
        isStarted: this.#isStarted,
        hashMethod: "Murmur2",
        hashSeed: HASH_SEED,
        tmpFilePrefix: this.#files.prefix,
        tmpFileSuffix: SUFFIX,
        breakpoints: this.#breakpoints.list(),
        stoppedThreads: this.#target.pause ? [THREAD.id] : [],
        richRendering: true,
        exceptionPaths: [],
        copyToGlobals: true,
      }),
      dumpCell: ({ code }) => {
        if (typeof code !== "string") throw new DebugRequestError(`code is ${JSON.stringify(code)}: expected a string`);
        return { sourcePath: this.#files.dump(code) };
      },
      inspectVariables: async () => ({
        variables: this.#shown(await this.#globals.list(this.#target.pause !== null)),
      }),
      richInspectVariables: ({ variableName, frameId }) =>
        this.#inspection.rich(variableName, this.#frameIfPaused(frameId), this.#target.pause !== null),
      copyToGlobals: async ({ srcVariableName, dstVariableName, srcFrameId }) => {
        await this.#inspection.copyToGlobals(srcVariableName, this.#frame(srcFrameId), dstVariableName);
        return undefined;
      },
    };
  }

  async #disconnect(): Promise<undefined> {
    this.#isStarted = false;
    await this.#target.detach();
    this.#breakpoints.clear();
    this.#scripts.forget();
  }

  async #setBreakpoints({ source, breakpoints = [] }: DebugProtocol.SetBreakpointsArguments): Promise<object> {
    this.#attached();
    const { path } = source;
    if (path === undefined) throw new DebugRequestError("Breakpoints are set by a file's path, and there is none");
    const scripts = await this.#scripts.ofPath(path);
    const map = scripts.at(-1)?.map ?? (await this.#mapOfCell(path).catch(() => null));
    const answers = await this.#breakpoints.replace(path, breakpoints, map);
    for (const script of scripts) await this.#breakpoints.place(script);
    return { breakpoints: answers };
  }

  /** Of a cell that has not run. @throws {Error} If it is none, or is not TypeScript. */
  async #mapOfCell(path: string): Promise<ScriptMap | null> {
    const code = this.#files.codeOf(path);
    if (code === null) return null;
    const { compiler } = await this.#language();
    return new ScriptMap(await compiler.compile(splitMagics(code).code, basename(path)));
  }

  #stopped({ hit, exception }: Pause, reason: StopReason): void {
    this.#tell("stopped", {
      reason,
      threadId: THREAD.id,
      allThreadsStopped: true,
      hitBreakpointIds: this.#breakpoints.idsOf(hit),
      ...(exception ? { text: exception.description.split("\n")[0], description: `Paused on ${exception.name}` } : {}),
    });
  }

  #continued(): void {
    this.#tell("continued", { threadId: THREAD.id, allThreadsContinued: true });
    // Nobody may ask by the numbers of a stop any more, and what they stand for should not be kept.
    this.#inspection.forget().catch(() => {});
  }

  #tell(event: string, body: object): void {
    this.#options.event({ seq: ++this.#sequence, type: "event", event, body });
  }

  /** JupyterLab shows either a value or its type. */
  #shown<Shown extends { type?: string }>(variables: readonly Shown[]): readonly Shown[] {
    return this.#isJupyterLab ? variables.map(({ type: _, ...rest }) => rest as Shown) : variables;
  }

  #attached(): void {
    if (!this.#target.isAttached) throw new DebugRequestError("The debugger is not attached: expected attach first");
  }

  #paused(): Pause {
    const { pause } = this.#target;
    if (!pause) throw new DebugRequestError("The executor is not stopped");
    return pause;
  }

  #frame(id: number): UserFrame {
    const frame = this.#paused().frames.find((each) => each.id === id);
    if (!frame) throw new DebugRequestError(`There is no frame ${id} where the executor is stopped`);
    return frame;
  }

  /** The frame of that number, which must be one; without a number, the innermost of a stopped executor. */
  #frameFor(id?: number): UserFrame | null {
    return id === undefined ? this.#frameIfPaused() : this.#frame(id);
  }

  /** Of a stopped executor, the innermost frame where none is named. */
  #frameIfPaused(id?: number): UserFrame | null {
    const { pause } = this.#target;
    return pause && (id === undefined ? pause.frames[0]! : this.#frame(id));
  }
}

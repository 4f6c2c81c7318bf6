import type { CompiledCell } from "../compiler/cell.ts";
import type { Language } from "../compiler/language.ts";
import { askedName } from "../compiler/magic-lines.ts";
import type { Outcome } from "../link/messages.ts";
import type { ErrorContent, Payload, ReplyContent, RequestContent } from "../protocol/messages.ts";
import type { Executor } from "../supervisor/executor.ts";
import { plainError } from "../traceback/plain-error.ts";
import type { RequestContext } from "./handler.ts";
import { help } from "./help.ts";
import type { History } from "./history.ts";
import { codeOf, Preparation } from "./preparation.ts";

type Request = RequestContent<"execute_request">;
type Reply = ReplyContent<"execute_request">;

type Failure = Extract<Outcome, { status: "error" }>;

/** How a cell ended, and what the front end is then asked to do. */
type Ended = Failure | (Exclude<Outcome, Failure> & { payloads: Payload[] });

const INTERRUPTED: Failure = { status: "error", ...plainError("Interrupted", "the cell was interrupted") };

/** Runs cells and counts them. */
export class Execution {
  readonly #language: () => Promise<Language>;
  readonly #executor: Executor;
  readonly #history: History;
  readonly #starts: (cell: CompiledCell, code: string) => Promise<void> | undefined;
  #count = 0;
  /** One for each cell that is being prepared. */
  readonly #interrupts = new Set<() => void>();

  /** @param starts Told of every cell that is about to run; the cell waits for it. */
  constructor(
    language: () => Promise<Language>,
    executor: Executor,
    history: History,
    starts: (cell: CompiledCell, code: string) => Promise<void> | undefined,
  ) {
    this.#language = language;
    this.#executor = executor;
    this.#history = history;
    this.#starts = starts;
  }

  async execute(request: Request, context: RequestContext): Promise<Reply> {
    const code = codeOf(request.code);
    const silent = request.silent === true;
    const stored = !silent && request.store_history !== false;
    if (stored) {
      this.#count++;
      this.#history.add(this.#count, code);
    }
    const count = this.#count;
    if (!silent) context.executeInput(code, count);

    const name = askedName(code);
    if (name) return this.#help(name, count, silent, context);
    const outcome = await this.#run(request, `Cell [${count}]`, context);
    if (outcome.status === "error") return failed(outcome, count, silent, context);
    if (outcome.result && !silent) {
      context.executeResult(outcome.result, count);
      if (stored) this.#history.setOutput(count, code, String(outcome.result.data["text/plain"] ?? ""));
    }
    return { status: "ok", execution_count: count, payload: outcome.payloads, user_expressions: outcome.expressions };
  }

  async #help(name: string, count: number, silent: boolean, context: RequestContext): Promise<Reply> {
    const found = await help(name, this.#executor, this.#language);
    if ("error" in found) return failed(found.error, count, silent, context);
    return { status: "ok", execution_count: count, payload: [found.payload], user_expressions: {} };
  }

  /** Stops a cell that is not with the executor yet; one that is, the executor stops. */
  interrupt(): void {
    for (const interrupt of this.#interrupts) interrupt();
  }

  async #run(request: Request, label: string, context: RequestContext): Promise<Ended> {
    const preparation = new Preparation(await this.#language(), this.#executor);
    let interrupt = () => {};
    const interrupted = new Promise<Failure>((resolve) => {
      interrupt = () => resolve(INTERRUPTED);
    });
    this.#interrupts.add(interrupt);
    const prepared = await Promise.race([interrupted, preparation.prepare(request, label)]);
    if (prepared.status !== "prepared") {
      this.#interrupts.delete(interrupt);
      return prepared;
    }
    const { cell, expressions, warning, payloads, declare } = prepared;
    if (warning.length > 0) context.stream("stderr", `${warning.join("\n")}\n`);
    const stopped = await Promise.race([interrupted, this.#starts(cell, request.code)]);
    this.#interrupts.delete(interrupt);
    if (stopped) return stopped;
    const ended = this.#executor.execute(cell, expressions, request.allow_stdin === true, context);
    let outcome: Outcome;
    try {
      // While it runs.
      declare();
    } finally {
      outcome = await ended;
    }
    if (outcome.status !== "ok") return outcome;
    preparation.finished(cell);
    return { ...outcome, payloads };
  }
}

function failed(
  { ename, evalue, traceback }: ErrorContent,
  count: number,
  silent: boolean,
  context: RequestContext,
): Reply {
  if (!silent) context.error({ ename, evalue, traceback });
  return { status: "error", ename, evalue, traceback, execution_count: count };
}

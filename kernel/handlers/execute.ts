import type { CellCompiler, CompiledCell } from "../compiler/cell.ts";
import { CellSyntaxError } from "../compiler/syntax-error.ts";
import type { CellScript, Outcome } from "../link/messages.ts";
import type { ErrorContent, ReplyContent, RequestContent } from "../protocol/messages.ts";
import type { Executor } from "../supervisor/executor.ts";
import type { RequestContext } from "./handler.ts";
import type { History } from "./history.ts";

type Request = RequestContent<"execute_request">;
type Reply = ReplyContent<"execute_request">;

/** Runs cells and counts them. */
export class Execution {
  readonly #compiler: () => Promise<CellCompiler>;
  readonly #executor: Executor;
  readonly #history: History;
  #count = 0;

  constructor(compiler: () => Promise<CellCompiler>, executor: Executor, history: History) {
    this.#compiler = compiler;
    this.#executor = executor;
    this.#history = history;
  }

  async execute(request: Request, context: RequestContext): Promise<Reply> {
    const code = text(request.code);
    const silent = request.silent === true;
    if (!silent && request.store_history !== false) {
      this.#count++;
      this.#history.add(this.#count, code);
    }
    const count = this.#count;
    if (!silent) context.executeInput(code, count);

    const outcome = await this.#run(request, code, `Cell [${count}]`, context);
    if (outcome.status === "error") {
      const { ename, evalue, traceback } = outcome;
      if (!silent) context.error({ ename, evalue, traceback });
      return { status: "error", ename, evalue, traceback, execution_count: count };
    }
    if (outcome.result && !silent) {
      context.executeResult(outcome.result, count);
      this.#history.setOutput(count, String(outcome.result.data["text/plain"] ?? ""));
    }
    return { status: "ok", execution_count: count, payload: [], user_expressions: outcome.expressions };
  }

  async #run(request: Request, code: string, label: string, context: RequestContext): Promise<Outcome> {
    const compiler = await this.#compiler();
    let cell: CompiledCell;
    try {
      cell = await compiler.compile(code, label);
    } catch (error) {
      if (error instanceof CellSyntaxError) return { status: "error", ...error.content() };
      throw error;
    }
    const expressions: Record<string, CellScript | ErrorContent> = {};
    for (const [name, expression] of Object.entries(request.user_expressions ?? {})) {
      expressions[name] = await compileExpression(compiler, text(expression), name);
    }
    const outcome = await this.#executor.execute(cell, expressions, request.allow_stdin === true, context);
    if (outcome.status === "ok") compiler.ran(cell);
    return outcome;
  }
}

async function compileExpression(
  compiler: CellCompiler,
  source: string,
  name: string,
): Promise<CellScript | ErrorContent> {
  try {
    return await compiler.compile(source, `expression ${name}`);
  } catch (error) {
    if (error instanceof CellSyntaxError) return error.content();
    throw error;
  }
}

function text(code: unknown): string {
  if (typeof code !== "string") throw new TypeError(`code is ${JSON.stringify(code)}: expected a string`);
  return code;
}

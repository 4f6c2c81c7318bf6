import type { CellCompiler, CompiledCell } from "../compiler/cell.ts";
import { diagnosticsContent } from "../compiler/diagnostics.ts";
import type { Language } from "../compiler/language.ts";
import { NO_SUCH_NAME, type TypeDiagnostic } from "../compiler/service.ts";
import { CellSyntaxError } from "../compiler/syntax-error.ts";
import type { CellScript, NameInfo, Outcome } from "../link/messages.ts";
import type { ErrorContent, ReplyContent, RequestContent } from "../protocol/messages.ts";
import type { Executor } from "../supervisor/executor.ts";
import type { RequestContext } from "./handler.ts";
import type { History } from "./history.ts";
import { MagicError, obeyMagics } from "./magics.ts";

type Request = RequestContent<"execute_request">;
type Reply = ReplyContent<"execute_request">;

/** Runs cells and counts them. */
export class Execution {
  readonly #language: () => Promise<Language>;
  readonly #executor: Executor;
  readonly #history: History;
  #count = 0;

  constructor(language: () => Promise<Language>, executor: Executor, history: History) {
    this.#language = language;
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
    const language = await this.#language();
    const { compiler } = language;
    let cell: CompiledCell;
    try {
      const obeyed = obeyMagics(code, language);
      cell = await compiler.compile(obeyed.code, label, obeyed.prelude);
    } catch (error) {
      if (error instanceof CellSyntaxError) return { status: "error", ...error.content() };
      if (error instanceof MagicError) {
        const { name, message } = error;
        return {
          status: "error",
          ename: name,
          evalue: message,
          traceback: [`\u001b[1;31m${name}\u001b[0m: ${message}`],
        };
      }
      throw error;
    }
    const wrong = request.silent === true ? null : await this.#check(cell, language);
    if (wrong && language.typecheck === "error") return { status: "error", ...wrong };
    if (wrong) context.stream("stderr", `${wrong.traceback.join("\n")}\n`);
    const expressions: Record<string, CellScript | ErrorContent> = {};
    for (const [name, expression] of Object.entries(request.user_expressions ?? {})) {
      expressions[name] = await compileExpression(compiler, text(expression), name);
    }
    const outcome = await this.#executor.execute(cell, expressions, request.allow_stdin === true, context);
    if (outcome.status === "ok") compiler.ran(cell);
    return outcome;
  }

  /** What is wrong with the cell's types; what it declares is in scope from then on, even if it throws half-way. */
  async #check(cell: CompiledCell, language: Language): Promise<ErrorContent | null> {
    if (cell.trivial) return null;
    if (language.typecheck === "off") {
      language.types.admit(cell.id, cell.source);
      return null;
    }
    try {
      const found = await language.types.check(cell.id, cell.source);
      const diagnostics = found.some(({ code }) => NO_SUCH_NAME.has(code))
        ? await this.#withoutLiveNames(found)
        : found;
      if (diagnostics.length === 0 || language.typecheck === "warn") language.types.declare(cell.id);
      return diagnostics.length > 0 ? diagnosticsContent(diagnostics, cell.source, cell.label) : null;
    } catch (error) {
      // A checker that fails must not take the kernel's main job with it: the cell runs, and the user is told.
      language.typecheck = "off";
      const evalue = `The type checker failed and is off from here on: ${(error as Error).message}`;
      return { ename: "TypeCheckerError", evalue, traceback: [evalue] };
    }
  }

  /** Names that TypeScript does not know and the executor does, such as those put on the global object. */
  async #withoutLiveNames(diagnostics: TypeDiagnostic[]): Promise<TypeDiagnostic[]> {
    const names = (await this.#executor.ask({ op: "names" })) as NameInfo[] | null;
    const live = new Set(names?.map(({ name }) => name));
    return diagnostics.filter(({ code, name }) => !NO_SUCH_NAME.has(code) || !live.has(name));
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

/** What happens to a cell before it runs: its magics are obeyed, it becomes a script, and its types are checked. */
import type { CellCompiler, CompiledCell } from "../compiler/cell.ts";
import { diagnosticsContent } from "../compiler/diagnostics.ts";
import type { Language } from "../compiler/language.ts";
import { NO_SUCH_NAME, type TypeDiagnostic } from "../compiler/service.ts";
import { CellSyntaxError } from "../compiler/syntax-error.ts";
import type { CellScript, NameInfo, Outcome } from "../link/messages.ts";
import type { ErrorContent, RequestContent } from "../protocol/messages.ts";
import type { Executor } from "../supervisor/executor.ts";
import { plainError } from "../traceback/plain-error.ts";
import { MagicError, obeyMagics } from "./magics.ts";

type Request = RequestContent<"execute_request">;

export interface Prepared {
  status: "prepared";
  cell: CompiledCell;
  expressions: Record<string, CellScript | ErrorContent>;
  /** Type errors that do not keep the cell from running. */
  warning: string[];
}

export class Preparation {
  readonly #language: Language;
  readonly #executor: Executor;

  constructor(language: Language, executor: Executor) {
    this.#language = language;
    this.#executor = executor;
  }

  /** @returns The cell, ready to run, or the error that keeps it from running. */
  async prepare(request: Request, label: string): Promise<Prepared | Extract<Outcome, { status: "error" }>> {
    const { compiler } = this.#language;
    try {
      const { code, prelude } = obeyMagics(codeOf(request.code), this.#language);
      const cell = await compiler.compile(code, label, prelude);
      const wrong = request.silent === true ? null : await this.#check(cell);
      if (wrong && this.#language.typecheck === "error") return { status: "error", ...wrong };
      const expressions: Prepared["expressions"] = {};
      for (const [name, expression] of Object.entries(request.user_expressions ?? {})) {
        expressions[name] = await compileExpression(compiler, codeOf(expression), name);
      }
      await this.#executor.ready;
      return { status: "prepared", cell, expressions, warning: wrong?.traceback ?? [] };
    } catch (error) {
      if (error instanceof CellSyntaxError) return { status: "error", ...error.content() };
      if (error instanceof MagicError) return { status: "error", ...plainError(error.name, error.message) };
      throw error;
    }
  }

  /** The cell is about to run: what it declares is in scope from then on, even if it throws half-way. */
  started(cell: CompiledCell): void {
    this.#language.types.declare(cell.id);
  }

  /** The cell ran to its end: its names hold values. */
  finished(cell: CompiledCell): void {
    this.#language.compiler.ran(cell);
  }

  async #check(cell: CompiledCell): Promise<ErrorContent | null> {
    const language = this.#language;
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

/** Code of a request, which may be anything that a front end sends. */
export function codeOf(code: unknown): string {
  if (typeof code !== "string") throw new TypeError(`code is ${JSON.stringify(code)}: expected a string`);
  return code;
}

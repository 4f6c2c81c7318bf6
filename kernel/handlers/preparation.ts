/** What happens to a cell before it runs: its magics are obeyed, it becomes a script, and its types are checked. */
import type { CellCompiler, CompiledCell } from "../compiler/cell.ts";
import type { Language } from "../compiler/language.ts";
import { CellSyntaxError } from "../compiler/syntax-error.ts";
import type { CellScript, Outcome } from "../link/messages.ts";
import type { ErrorContent, Payload, RequestContent } from "../protocol/messages.ts";
import type { Executor } from "../supervisor/executor.ts";
import { ExecutorStartError } from "../supervisor/readiness.ts";
import { plainError } from "../traceback/plain-error.ts";
import { MagicError, obeyMagics } from "./magics.ts";
import { checkTypes, type Findings, NOTHING } from "./type-check.ts";

type Request = RequestContent<"execute_request">;

export interface Prepared {
  status: "prepared";
  cell: CompiledCell;
  expressions: Record<string, CellScript | ErrorContent>;
  /** Type errors that do not keep the cell from running, or why there was no check. */
  warning: string[];
  /** What the front end is asked to do when the cell has run. */
  payloads: Payload[];
  /** To be called when the cell runs: what it declares is in scope from then on, even if it throws half-way. */
  declare(): void;
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
      const { code, prelude, payloads } = obeyMagics(codeOf(request.code), this.#language);
      const checking = this.#check(code, label, request);
      await checking.asked;
      const cell = await compiler.compile(code, label, prelude);
      const { wrong, notes, declare } = await checking.findings;
      if (wrong && this.#language.typecheck === "error") return { status: "error", ...wrong };
      const expressions: Prepared["expressions"] = {};
      for (const [name, expression] of Object.entries(request.user_expressions ?? {})) {
        expressions[name] = await compileExpression(compiler, codeOf(expression), name);
      }
      await this.#executor.ready;
      const warning = [...notes, ...(wrong?.traceback ?? [])];
      return { status: "prepared", cell, expressions, warning, payloads, declare };
    } catch (error) {
      if (error instanceof CellSyntaxError) return { status: "error", ...error.content() };
      if (error instanceof MagicError || error instanceof ExecutorStartError) {
        return { status: "error", ...plainError(error.name, error.message) };
      }
      throw error;
    }
  }

  /** @returns When the checker is at work, which is the time to make the script, and what it finds. */
  #check(code: string, label: string, request: Request): { asked: Promise<void>; findings: Promise<Findings> } {
    let asked = () => {};
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const findings =
      request.silent === true
        ? Promise.resolve(NOTHING)
        : checkTypes(code, label, this.#language, this.#executor, asked);
    return { asked: Promise.race([isAsked, findings.then(() => {})]), findings };
  }

  /** The cell ran to its end: its names hold values. */
  finished(cell: CompiledCell): void {
    this.#language.compiler.ran(cell);
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

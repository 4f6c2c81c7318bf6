import { parseSync } from "oxc-parser";
import { lower } from "../compiler/lowering.ts";
import { parenthesized } from "../compiler/object-literal.ts";
import type { Node } from "../compiler/syntax-tree.ts";
import { EvaluationError } from "./remote.ts";

/**
 * What a user types into a field for expressions, as JavaScript.
 *
 * @throws {EvaluationError} If it is no expression.
 */
export async function javaScript(typed: string): Promise<string> {
  const { expression } = await statements(typed);
  if (expression === null) throw new EvaluationError(`${typed.trim()} is no expression`);
  return expression;
}

/**
 * What a user types into a console, as JavaScript; as an expression where it is one.
 *
 * @throws {EvaluationError} If it is not TypeScript.
 */
export async function statements(typed: string): Promise<{ code: string; expression: string | null }> {
  const { code } = await lower(parenthesized(typed).text, "expression").catch((error: Error) => {
    throw new EvaluationError(error.message);
  });
  const body = parseSync("expression.js", code, { lang: "js", sourceType: "module" }).program.body as unknown as Node[];
  const inner = body.length === 1 && body[0]!.type === "ExpressionStatement" ? (body[0]!.expression as Node) : null;
  return { code, expression: inner && `(${code.slice(inner.start, inner.end)})` };
}

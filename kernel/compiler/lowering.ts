/**
 * TypeScript → the JavaScript that Node 20 runs, still a module. oxc does it in a tenth of a millisecond; what oxc leaves alone (standard
 * decorators, `accessor`) or lowers to an outside helper (`using`) goes through esbuild, which is loaded when it is first needed.
 */
import { parseSync } from "oxc-parser";
import { transformSync } from "oxc-transform";
import { CellSyntaxError } from "./syntax-error.ts";
import type { Node } from "./syntax-tree.ts";

export interface Lowered {
  code: string;
  /** The statements of the code. */
  body: Node[];
  /** Null where the code is the source. */
  map: string | null;
  /** Whether esbuild's helpers stand in front of the code and `using` may have wrapped it into a `try`. */
  wrapped: boolean;
  /** Whether the last statement of the source is an expression; known only where it is asked for, that is if wrapped. */
  endsInExpression: boolean;
}

/** Cheap and generous: a false alarm costs two milliseconds, a miss would be a syntax error. */
const NEEDS_ESBUILD = /@[\w$([]|\baccessor\b|\busing\b/;

/** One line with neither of these that is JavaScript is TypeScript too, and means the same: types need a colon, and `a<b>(c)` is all that reads differently. */
const MAY_HOLD_TYPES = /[<:\n\r\u2028\u2029]/;

/** What oxc says of TypeScript that it knows and does not lower, such as a namespace that exports a `let`. */
const LEFT_OUT = /not supported by Oxc/;

export async function lower(source: string, label: string): Promise<Lowered> {
  const plain = plainExpression(source);
  if (plain) return plain;
  if (NEEDS_ESBUILD.test(source)) return lowerAll(source, label);
  const result = transformSync("cell.ts", withoutHashbang(source), {
    lang: "ts",
    sourceType: "module",
    target: "es2022",
    sourcemap: true,
    // A name imported in one cell is used in another, so an import that looks unused must stay.
    typescript: { onlyRemoveTypeImports: true },
  });
  const error = result.errors[0];
  if (error && LEFT_OUT.test(error.message)) return lowerAll(source, label);
  if (error) throw CellSyntaxError.fromParser(parsed(source).errors[0] ?? error, source, label);
  return {
    code: result.code,
    body: bodyOf(result.code, source, label),
    map: JSON.stringify(result.map),
    wrapped: false,
    endsInExpression: false,
  };
}

/** The source as it is, if it is one expression on one line that holds no types, as the shortest cells are: null otherwise. */
function plainExpression(source: string): Lowered | null {
  if (MAY_HOLD_TYPES.test(source)) return null;
  const { errors, program } = parseSync("cell.js", source, { lang: "js", sourceType: "module" });
  const body = program.body as unknown as Node[];
  if (errors.length > 0 || body.length !== 1 || body[0]!.type !== "ExpressionStatement") return null;
  return { code: source, body, map: null, wrapped: false, endsInExpression: true };
}

function bodyOf(code: string, source: string, label: string): Node[] {
  const { errors, program } = parseSync("cell.js", code, { lang: "js", sourceType: "module" });
  if (errors[0]) throw new CellSyntaxError(errors[0].message, source, 0, label);
  return program.body as unknown as Node[];
}

async function lowerAll(source: string, label: string): Promise<Lowered> {
  // oxc's messages are better placed, and one parser decides what is TypeScript.
  const { errors, program } = parsed(source);
  const error = errors[0];
  if (error) throw CellSyntaxError.fromParser(error, source, label);
  const { transform } = await import("esbuild");
  try {
    const result = await transform(withoutHashbang(source), {
      loader: "ts",
      format: "esm",
      target: "es2022",
      sourcemap: "external",
      sourcefile: "cell.ts",
      logLevel: "silent",
      tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true, useDefineForClassFields: true } },
    });
    const endsInExpression = program.body.at(-1)?.type === "ExpressionStatement";
    const body = bodyOf(result.code, source, label);
    return { code: result.code, body, map: result.map, wrapped: true, endsInExpression };
  } catch (failure) {
    if (failure instanceof CellSyntaxError) throw failure;
    const first = (failure as { errors?: { text: string; location: { line: number; column: number } | null }[] })
      .errors?.[0];
    if (!first) throw failure;
    const { line, column } = first.location ?? { line: 1, column: 0 };
    const offset = source.split("\n", line - 1).reduce((sum, text) => sum + text.length + 1, 0) + column;
    throw new CellSyntaxError(first.text, source, offset, label);
  }
}

/** A script has more in front of it when it runs, where `#!` would be no comment. */
function withoutHashbang(source: string): string {
  return source.replace(/^#!/, "//");
}

/** The transformer counts the places of its errors in bytes; the parser in UTF-16 units, as we do. */
function parsed(source: string) {
  return parseSync("cell.ts", source, { lang: "ts", sourceType: "module" });
}

/** Whether a cell is whole, wants another line, or cannot become right by typing on. What `jupyter console` asks at every Enter. */
import { parseSync } from "oxc-parser";
import { askedName, splitMagics } from "./magic-lines.ts";
import { parenthesized } from "./object-literal.ts";

export type Completeness = { status: "complete" | "invalid" } | { status: "incomplete"; indent: string };

export function completeness(cell: string): Completeness {
  if (askedName(cell)) return { status: "complete" };
  const { code } = splitMagics(cell);
  const error = firstError(parenthesized(code).text);
  if (!error) return { status: "complete" };
  const end = code.trimEnd().length;
  const at = error.labels[0];
  const depth = openDepth(code);
  // What is missing is missing at the end: the parser got through all that was typed.
  const ranOut = at !== undefined && (at.end >= end || at.start >= end);
  if ((ranOut && depth > 0) || opensText(error.message, code, at?.start ?? 0)) {
    return { status: "incomplete", indent: "  ".repeat(Math.max(depth, 0)) };
  }
  if (ranOut && depth === 0 && wantsMore(code)) return { status: "incomplete", indent: "  " };
  return { status: "invalid" };
}

function firstError(code: string) {
  return parseSync("cell.ts", code, { lang: "ts", sourceType: "module" }).errors[0];
}

/** Whether an operand or a statement makes it right: `x =`, `a +`, `if (x)`. */
function wantsMore(code: string): boolean {
  return [" x", " {}", " x: 1"].some((more) => !firstError(code.trimEnd() + more));
}

/** A template or a comment that goes on in the next line; a quoted string cannot. */
function opensText(message: string, code: string, at: number): boolean {
  return /^Unterminated/i.test(message) && (code.startsWith("/*", at) || code.slice(at).includes("`"));
}

/** Brackets opened and not closed, strings and comments left out; −1 if one is closed too often. */
function openDepth(code: string): number {
  const bare = code.replace(
    /\/\*[\s\S]*?(\*\/|$)|\/\/.*|"(\\.|[^"\\\n])*"|'(\\.|[^'\\\n])*'|`(\\[\s\S]|[^`\\])*`/g,
    "",
  );
  let depth = 0;
  for (const character of bare) {
    if ("([{".includes(character)) depth++;
    else if (")]}".includes(character) && --depth < 0) return -1;
  }
  return depth;
}

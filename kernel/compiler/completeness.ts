/** Whether a cell is whole, wants another line, or cannot become right by typing on. What `jupyter console` asks at every Enter. */
import { parseSync } from "oxc-parser";

export function completeness(
  code: string,
): { status: "complete" | "invalid" } | { status: "incomplete"; indent: string } {
  const parsed = parseSync("cell.ts", code, { lang: "ts", sourceType: "module" });
  const error = parsed.errors[0];
  if (!error) return { status: "complete" };
  const end = code.trimEnd().length;
  const at = error.labels[0];
  // What is missing is missing at the end: the parser got through all that was typed.
  const ranOut = at !== undefined && (at.end >= end || at.start >= end);
  if ((ranOut && openDepth(code) > 0) || opensText(error.message, code, at?.start ?? 0)) {
    return { status: "incomplete", indent: "  ".repeat(Math.max(openDepth(code), 0)) };
  }
  // `x =` or `a +` at the end: one more operand and it is right.
  if (ranOut && /[=+\-*/%&|^<>?:,.]$|=>$/.test(code.trimEnd()) && !/(\+\+|--)$/.test(code.trimEnd())) {
    return { status: "incomplete", indent: "  " };
  }
  return { status: "invalid" };
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

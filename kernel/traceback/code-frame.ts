/** Source lines around a place, with a caret under the column: what a traceback shows. */

const BOLD_RED = "\u001b[1;31m";
const GREEN = "\u001b[32m";
const RESET = "\u001b[0m";

/**
 * @param line From 1.
 * @param column From 1; a column past the line's end puts the caret right after it.
 * @param context Lines shown before and after.
 */
export function codeFrame(source: string, line: number, column: number, context = 2): string[] {
  const lines = source.split("\n");
  if (line < 1 || line > lines.length) return [];
  const first = Math.max(1, line - context);
  const last = Math.min(lines.length, line + context);
  const width = String(last).length;
  const frame: string[] = [];
  for (let number = first; number <= last; number++) {
    const text = clip(lines[number - 1]!, number === line ? column : 1);
    const gutter = `${String(number).padStart(width)} |`;
    if (number === line) {
      frame.push(`${BOLD_RED}>${RESET} ${GREEN}${gutter}${RESET} ${text.text}`);
      frame.push(`  ${" ".repeat(width)} ${GREEN}|${RESET} ${text.indent}${BOLD_RED}^${RESET}`);
    } else {
      frame.push(`  ${GREEN}${gutter}${RESET} ${text.text}`);
    }
  }
  return frame;
}

/** A line of minified code would fill the page: show what stands around the column. */
function clip(line: string, column: number, limit = 160): { text: string; indent: string } {
  const at = Math.min(Math.max(column - 1, 0), line.length);
  const start = at > limit - 20 ? at - limit / 2 : 0;
  const shown = line.slice(start, start + limit);
  const text = `${start > 0 ? "…" : ""}${shown}${start + limit < line.length ? "…" : ""}`;
  // Tabs stay tabs, so that the caret stands under its character at any tab width.
  const indent = `${start > 0 ? " " : ""}${line.slice(start, at).replace(/[^\t]/g, " ")}`;
  return { text, indent };
}

/** Offset (UTF-16) → line and column, both from 1. */
export function position(source: string, offset: number): { line: number; column: number } {
  const before = source.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: offset - lineStart + 1 };
}

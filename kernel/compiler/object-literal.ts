/** `{ a: 1 }` alone in a cell means an object, as in every console, not a block with a label. */
import { parseSync } from "oxc-parser";

export interface Parenthesized {
  text: string;
  /** How many characters stand in front of the cell's own text. */
  offset: number;
}

/** The cell as an expression, if it is nothing but an object literal; otherwise as it is. */
export function parenthesized(source: string): Parenthesized {
  if (/^\s*\{[\s\S]*\}\s*;?\s*$/.test(source)) {
    const text = `(${source.replace(/;\s*$/, "")}\n)`;
    if (parseSync("cell.ts", text, { lang: "ts", sourceType: "module" }).errors.length === 0) {
      return { text, offset: 1 };
    }
  }
  return { text: source, offset: 0 };
}

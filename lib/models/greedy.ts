/** Writing target after target with the likeliest token. */
import { fromData } from "../creation.ts";
import type { Tensor } from "../tensor.ts";

/** How a target begins and ends. */
export interface GreedyOptions {
  /** The token that a target starts with. */
  start: number;
  /** The token that ends it. */
  end: number;
  /** How many tokens are written at most. */
  maxTokens: number;
}

/**
 * Writes a batch of targets, until each has ended.
 *
 * @param rows How many.
 * @param next From the tokens just written, `(rows, 1)`, to the likeliest next ones, `(rows, 1)`.
 * @returns For each row, what was written without start and end.
 */
export function writeGreedily(rows: number, options: GreedyOptions, next: (last: Tensor) => Tensor): number[][] {
  const { start, end, maxTokens } = options;
  const texts = Array.from({ length: rows }, (): number[] => []);
  const open = new Set(texts.keys());
  let tokens = fromData(new Int32Array(rows).fill(start), [rows, 1]);
  for (let step = 0; step < maxTokens && open.size > 0; step++) {
    tokens = next(tokens);
    for (const row of [...open]) {
      const token = tokens.data[row]!;
      if (token === end) open.delete(row);
      else texts[row]!.push(token);
    }
  }
  return texts;
}

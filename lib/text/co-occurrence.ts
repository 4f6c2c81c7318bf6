/** Words by the company they keep: counts of what stands near what, and what they say beyond chance. */
import { asTensor, fromData } from "../creation.ts";
import type { Tensor, TensorLike } from "../tensor.ts";

/** Options of coOccurrence. */
export interface CoOccurrenceOptions {
  /** How many tokens to each side count as near; default 4. */
  window?: number;
  /** What a pair at distance d counts: 1 (`"flat"`, the default) or 1/d (`"harmonic"`). */
  weighting?: "flat" | "harmonic";
}

/**
 * How often tokens stand near each other: entry (i, j) counts the places at which token j is at most `window` tokens before or behind token i. The
 * matrix is symmetric. A text's end is an end: pairs do not reach over it.
 *
 * Shapes: texts of token indices from 0 to size − 1 → `(size, size)` float32.
 *
 * @param texts Lists of token indices; negative ones take a place and are not counted.
 * @param size The number of tokens in the vocabulary.
 * @param options `window`, `weighting`.
 * @throws {RangeError} If `window` is no whole number ≥ 1, or a token is not under `size`.
 * @see book §5.2.2; Lund and Burgess (1996).
 * @example coOccurrence([[0, 1, 0, 2]], 3, { window: 1 }).toArray() // [[0, 2, 1], [2, 0, 0], [1, 0, 0]]
 */
export function coOccurrence(
  texts: Iterable<ArrayLike<number>>,
  size: number,
  options: CoOccurrenceOptions = {},
): Tensor {
  const { window = 4, weighting = "flat" } = options;
  if (!(Number.isInteger(window) && window >= 1)) {
    throw new RangeError(`Cannot count in a window of ${window} tokens: it must be a whole number ≥ 1`);
  }
  const counts = new Float32Array(size * size);
  const weights = Array.from({ length: window }, (_, i) => (weighting === "flat" ? 1 : 1 / (i + 1)));
  for (const text of texts) {
    for (let i = 0; i < text.length; i++) {
      const here = text[i]!;
      if (here >= size) throw new RangeError(`Cannot count token ${here}: the vocabulary has 0 to ${size - 1}`);
      if (here < 0) continue;
      const last = Math.min(text.length - 1, i + window);
      for (let j = i + 1; j <= last; j++) {
        const there = text[j]!;
        if (there < 0 || there >= size) continue;
        const weight = weights[j - i - 1]!;
        counts[here * size + there]! += weight;
        counts[there * size + here]! += weight;
      }
    }
  }
  return fromData(counts, [size, size]);
}

/** Options of ppmi. */
export interface PpmiOptions {
  /** The power that smooths the contexts' frequencies, in (0, 1]: less than 1 takes from rare contexts; default 0.75. */
  contextPower?: number;
  /** Subtracted from every value before negative ones become 0, as ln k of k negative samples; default 0. */
  shift?: number;
}

/**
 * Positive pointwise mutual information: `max(0, ln(p(i, j) / (p(i) p(j))))`, how much more often two words meet than if each came by chance. Counts
 * grow with how common words are; this does not. What never met counts 0.
 *
 * Shapes: `(words, contexts)` → the same.
 *
 * @param counts Co-occurrences ≥ 0.
 * @param options `contextPower`, `shift`.
 * @throws {RangeError} If `counts` is no matrix, or `contextPower` is not in (0, 1].
 * @see Church and Hanks (1990); Levy, Goldberg and Dagan (2015); book §5.2.2.
 * @example ppmi([[0, 2], [2, 0]], { contextPower: 1 }) // [[0, 0.6931…], [0.6931…, 0]], i.e. ln 2
 */
export function ppmi(counts: TensorLike, options: PpmiOptions = {}): Tensor {
  const { contextPower = 0.75, shift = 0 } = options;
  const matrix = asTensor(counts);
  if (matrix.ndim !== 2) throw new RangeError(`Cannot take ppmi of [${matrix.shape}]: expected (words, contexts)`);
  if (!(contextPower > 0 && contextPower <= 1)) {
    throw new RangeError(`Cannot smooth contexts with the power ${contextPower}: it must be in (0, 1]`);
  }
  const [rows, columns] = matrix.shape as [number, number];
  const { data } = matrix;
  const words = new Float64Array(rows);
  const contexts = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const count = data[i * columns + j]!;
      words[i]! += count;
      contexts[j]! += count;
    }
  }
  const total = words.reduce((sum, count) => sum + count, 0);
  const smoothed = contexts.map((count) => count ** contextPower);
  const smoothedTotal = smoothed.reduce((sum, count) => sum + count, 0);
  const out = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const count = data[i * columns + j]!;
      if (count <= 0) continue;
      // ln (n_ij / N) − ln (n_i / N) − ln p(j)
      const information = Math.log(count) - Math.log(words[i]!) - Math.log(smoothed[j]! / smoothedTotal);
      out[i * columns + j] = Math.max(0, information - shift);
    }
  }
  return total === 0 ? fromData(new Float32Array(rows * columns), [rows, columns]) : fromData(out, [rows, columns]);
}

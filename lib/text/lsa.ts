/** Latent semantic analysis. */
import { asTensor } from "../creation.ts";
import { svdLowrank } from "../linalg/index.ts";
import { mul } from "../ops/arithmetic.ts";
import { narrow } from "../ops/indexing.ts";
import { matmul } from "../ops/matmul.ts";
import { pow } from "../ops/power.ts";
import { transpose } from "../ops/shape.ts";
import { RandomGenerator } from "../random.ts";
import type { Tensor, TensorLike } from "../tensor.ts";

/** Options of lsa. */
export interface LsaOptions {
  /** The number of directions that are kept. */
  rank: number;
  /** The power of the singular values in the rows' vectors: 1 keeps the distances of the matrix (default), 0.5 is common for words. */
  power?: number;
  /** Where the sketch of the decomposition is drawn from; default a generator of seed 0, so that the result is always the same. */
  generator?: RandomGenerator;
}

const oversampling = 10;

/** What lsa gives. */
export interface LsaResult {
  /** The rows' vectors `U Sᵖ`. */
  readonly rows: Tensor;
  /** The columns' directions V. */
  readonly directions: Tensor;
  /** The singular values, the greatest first. */
  readonly singularValues: Tensor;
  /** Places further rows in the same space. */
  project(matrix: TensorLike): Tensor;
}

/**
 * Latent semantic analysis: the matrix of documents and words, or of words and contexts, is cut to its `rank` strongest directions by the singular value
 * decomposition `A ≈ U S Vᵀ`. Words that keep the same company fall together, also if they never met.
 *
 * Shapes: `(rows, columns)` → `rows` `(rows, rank)`, `directions` `(columns, rank)`, `singularValues` `(rank)`.
 *
 * @param options `rank`, `power`, `generator`.
 * @throws {RangeError} If the rank is not from 1 to the lesser of rows and columns.
 * @see Deerwester et al. (1990); book §5.2.2.
 * @example lsa([[2, 0, 0], [0, 1, 0]], { rank: 1 }).singularValues // [2]
 */
export function lsa(matrix: TensorLike, options: LsaOptions): LsaResult {
  const { rank, power = 1, generator = new RandomGenerator(0) } = options;
  if (!(Number.isInteger(rank) && rank >= 1)) {
    throw new RangeError(`Cannot keep ${rank} directions: the rank must be a whole number ≥ 1`);
  }
  const given = asTensor(matrix);
  if (given.ndim !== 2) throw new RangeError(`Cannot decompose [${given.shape}]: expected (rows, columns)`);
  const most = Math.min(...given.shape);
  if (rank > most) throw new RangeError(`Cannot keep ${rank} directions of [${given.shape}]: there are ${most}`);
  // A sketch somewhat wider than what is kept gives nearly all digits.
  const sketch = svdLowrank(given, { q: Math.min(most, rank + oversampling), niter: 4, generator });
  const kept = { start: 0, length: rank };
  const [U, S] = [narrow(sketch.U, 1, kept), narrow(sketch.S, 0, kept)];
  const directions = transpose(narrow(sketch.Vh, 0, kept), 0, 1);
  return {
    rows: mul(U, pow(S, power)),
    directions,
    singularValues: S,
    // A V = U S, so that rows that were in the matrix come to lie where they are.
    project: (further) => mul(matmul(further, directions), pow(S, power - 1)),
  };
}

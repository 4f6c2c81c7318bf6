/** Tables of vectors, looked up by index. */
import { apply, type OpSpec } from "../../autograd/apply.ts";
import { withGrad } from "../../autograd/mode.ts";
import { cast, clone } from "../../autograd/primitives.ts";
import { asTensor, fromData, zeros } from "../../creation.ts";
import { mul } from "../../ops/arithmetic.ts";
import { eq } from "../../ops/comparison.ts";
import { scatterCounts } from "../../ops/counts.ts";
import { amax } from "../../ops/extremes.ts";
import { indexSelect } from "../../ops/indexing.ts";
import { copy_ } from "../../ops/inplace.ts";
import { stack } from "../../ops/join.ts";
import { reciprocal } from "../../ops/math.ts";
import { mean, sum } from "../../ops/reduction.ts";
import { indexCopy } from "../../ops/scatter.ts";
import { where } from "../../ops/select.ts";
import { reshape } from "../../ops/shape.ts";
import { renorm } from "../../ops/statistics.ts";
import { unique } from "../../ops/unique.ts";
import { show } from "../../shape.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";

/** Options of `embedding`. */
export interface EmbeddingOptions {
  /** A row that gets no gradient. */
  paddingIdx?: number;
  /** The greatest norm of a row: those that are looked up and longer are shortened first, in the table itself. */
  maxNorm?: number;
  /** Which norm; default 2. */
  normType?: number;
  /** Whether the gradient of a row is divided by how often it was looked up; default false. */
  scaleGradByFreq?: boolean;
}

/** Hands values on, and multiplies their gradients. */
const scaleGradientOp: OpSpec = {
  name: "scaleGradient",
  forward: ([x]) => clone(x!),
  backward: (dy, saved) => [() => mul(dy, saved.input(1)), null],
};

/** How often each index of a list of rows occurs, at every place where it does. */
function frequencies(index: Tensor, rows: number): Tensor {
  return indexSelect(scatterCounts([rows], 0, index), 0, index);
}

/** Shortens rows of the table in place. */
function shorten_(table: Tensor, index: Tensor, maxNorm: number, p: number): void {
  withGrad(false, () => {
    const rows = unique(index);
    copy_(table, indexCopy(table, 0, rows, renorm(indexSelect(table, 0, rows), { p, dim: 0, maxNorm })));
  });
}

/**
 * Rows of a table, picked by index: the same as a one-hot vector times the table.
 *
 * Shapes: indices of any shape, weight `(rows, size)` → `(…indices, size)`.
 *
 * @param options `paddingIdx`, `maxNorm`, `normType`, `scaleGradByFreq`.
 * @throws {RangeError} If there is no such row.
 * @example embedding([1, 0], [[1, 2], [3, 4]]).toArray() // [[3, 4], [1, 2]]
 */
export function embedding(indices: TensorLike, weight: TensorLike, options: EmbeddingOptions = {}): Tensor {
  const [index, table] = [asTensor(indices), asTensor(weight)];
  const { paddingIdx, maxNorm, normType = 2, scaleGradByFreq = false } = options;
  const size = table.shape[1]!;
  const flat = reshape(index, [-1]);
  if (maxNorm !== undefined && flat.size > 0) shorten_(table, flat, maxNorm, normType);
  const picked = indexSelect(table, 0, flat);
  const shares = () => reciprocal(cast(frequencies(flat, table.shape[0]!), table.dtype));
  const taken = scaleGradByFreq ? apply(scaleGradientOp, [picked, reshape(shares(), [-1, 1])]) : picked;
  const rows = reshape(taken, [...index.shape, size]);
  if (paddingIdx === undefined) return rows;
  const row = paddingIdx < 0 ? paddingIdx + table.shape[0]! : paddingIdx;
  return where(reshape(eq(index, row), [...index.shape, 1]), rows.detach(), rows);
}

/** Options of `embeddingBag`. */
export interface EmbeddingBagOptions {
  /** Where each bag starts in a list of indices; without it each row of a matrix of indices is a bag. */
  offsets?: TensorLike;
  /** What becomes of the vectors of a bag; default mean. */
  mode?: "sum" | "mean" | "max";
  /** A factor for each index, of their shape; only with mode sum. */
  perSampleWeights?: TensorLike;
  /** A row that counts nothing, in the mean neither. */
  paddingIdx?: number;
}

/**
 * The sum, mean or greatest of bags of rows of a table, such as the words of a text. An empty bag gives zeros.
 *
 * Shapes: indices `(bags, size)`, or `(indices)` with offsets `(bags)`; weight `(rows, size)` → `(bags, size)`.
 *
 * @throws {RangeError} If offsets do not rise from 0, or weights are given with another mode than sum.
 * @example embeddingBag([[1, 0]], [[1, 2], [3, 4]], { mode: "sum" }).toArray() // [[4, 6]]
 */
export function embeddingBag(indices: TensorLike, weight: TensorLike, options: EmbeddingBagOptions = {}): Tensor {
  const [index, table] = [asTensor(indices), asTensor(weight)];
  const { mode = "mean", perSampleWeights, offsets, paddingIdx } = options;
  if (perSampleWeights !== undefined && mode !== "sum") {
    throw new RangeError(`Cannot weigh the indices of a bag with mode ${mode}: it must be sum`);
  }
  const ends = bagEnds(index, offsets);
  const flat = reshape(index, [-1]);
  const picked = embedding(flat, table, { paddingIdx });
  const rows = perSampleWeights === undefined ? picked : mul(picked, reshape(perSampleWeights, [-1, 1]));
  const padding = paddingIdx === undefined ? null : wrapRow(paddingIdx, table.shape[0]!);
  const blank = zeros([table.shape[1]!], { dtype: table.dtype });
  let end = 0;
  const bags = ends.map((next) => {
    const start = end;
    end = next;
    const kept = Array.from({ length: next - start }, (_, i) => start + i).filter((i) => flat.data[i] !== padding);
    if (kept.length === 0) return blank;
    const bag = indexSelect(rows, 0, fromData(Int32Array.from(kept)));
    return mode === "sum" ? sum(bag, 0) : mode === "mean" ? mean(bag, 0) : amax(bag, 0);
  });
  return stack(bags);
}

/** Where each bag ends in the list of all indices. */
function bagEnds(index: Tensor, offsets: TensorLike | undefined): number[] {
  if (offsets === undefined) {
    if (index.ndim !== 2)
      throw new RangeError(`Cannot bag indices of shape ${show(index.shape)}: give offsets, or a matrix`);
    const [bags, size] = index.shape as [number, number];
    return Array.from({ length: bags }, (_, i) => (i + 1) * size);
  }
  const starts = Array.from(asTensor(offsets).data);
  if (index.ndim !== 1 || starts[0] !== 0 || starts.some((at, i) => at > (starts[i + 1] ?? index.size))) {
    throw new RangeError(
      `Cannot bag indices of shape ${show(index.shape)} at ${show(starts)}: offsets must rise from 0`,
    );
  }
  return [...starts.slice(1), index.size];
}

function wrapRow(row: number, rows: number): number {
  return row < 0 ? row + rows : row;
}

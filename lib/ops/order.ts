/** Sorting, and what follows from it. */
import { apply } from "../autograd/apply.ts";
import { backend } from "../backends/index.ts";
import { asTensor } from "../creation.ts";
import { show, wrapDim } from "../shape.ts";
import { type Tensor, type TensorLike, unfilled } from "../tensor.ts";
import type { ValuesAndIndices } from "./extremes.ts";
import { gatherOp } from "./scatter-add.ts";

/** How to sort. */
export interface SortOptions {
  /** Default −1, the last. */
  dim?: number;
  /** Greatest first; default false. */
  descending?: boolean;
}

/** The order that sorts along a dimension; equal elements keep theirs; int32. @example argsort([3, 1, 2]).toArray() // [1, 2, 0] */
export function argsort(x: TensorLike, options: SortOptions = {}): Tensor {
  const t = asTensor(x);
  const out = unfilled(t.shape, "int32");
  backend.argsort(t, wrapDim(options.dim ?? -1, t.ndim, "sort"), options.descending ?? false, out);
  return out;
}

/** The elements in order along a dimension, and where each was. @example sort([3, 1, 2]).values.toArray() // [1, 2, 3] */
export function sort(x: TensorLike, options: SortOptions = {}): ValuesAndIndices {
  const t = asTensor(x);
  const indices = argsort(t, options);
  return {
    values: t.ndim === 0 ? t : apply(gatherOp, [t, indices], [wrapDim(options.dim ?? -1, t.ndim, "sort")]),
    indices,
  };
}

/**
 * The `k` greatest elements along a dimension, greatest first, and where they are.
 *
 * @param options `dim`, default −1; `largest`, default true, else the least.
 * @throws {RangeError} If there are fewer than `k`, or it is no whole number ≥ 0.
 * @example topK([3, 1, 2], 2).values.toArray() // [3, 2]
 */
export function topK(x: TensorLike, k: number, options: { dim?: number; largest?: boolean } = {}): ValuesAndIndices {
  const t = asTensor(x);
  const { dim = -1, largest = true } = options;
  const d = wrapDim(dim, t.ndim, "take the top");
  if (!(k >= 0 && Number.isInteger(k))) {
    throw new RangeError(`Cannot take the top ${k} of dimension ${d}: it must be a whole number ≥ 0`);
  }
  if (k > (t.shape[d] ?? 1)) {
    throw new RangeError(
      `Cannot take the top ${k} of dimension ${d} of ${show(t.shape)}: it has ${t.shape[d] ?? 1} elements`,
    );
  }
  if (t.ndim === 0) return sort(t);
  const indices = unfilled(
    t.shape.map((size, i) => (i === d ? k : size)),
    "int32",
  );
  if (indices.size > 0) backend.argsort(t, d, largest, indices);
  return { values: apply(gatherOp, [t, indices], [d]), indices };
}

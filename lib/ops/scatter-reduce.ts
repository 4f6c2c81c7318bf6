/** Folding values into the places that an index names. */
import { asTensor, zeros } from "../creation.ts";
import { isFloating } from "../dtype.ts";
import { wrapDim } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { add, div, maximum } from "./arithmetic.ts";
import { eq, gt } from "./comparison.ts";
import { scatterCounts } from "./counts.ts";
import { floorDivide } from "./division.ts";
import { amax, amin } from "./extremes.ts";
import { checkCover, checkIndex } from "./index-arguments.ts";
import { scatterAdd, slice } from "./indexing.ts";
import { cat } from "./join.ts";
import { valueFor } from "./operands.ts";
import { prod } from "./reduction.ts";
import { where } from "./select.ts";
import { moveDim, reshape, unsqueeze } from "./shape.ts";
import { pad } from "./split.ts";

/** How values that meet are folded. */
export type ScatterFold = "sum" | "prod" | "mean" | "amax" | "amin";

/** Options of `scatterReduce`. */
export interface ScatterReduceOptions {
  reduce: ScatterFold;
  /** Whether what is there before takes part where something comes; default true. */
  includeSelf?: boolean;
}

const least = (t: Tensor) => (isFloating(t.dtype) ? -Infinity : t.dtype === "int32" ? -(2 ** 31) : 0);
const greatest = (t: Tensor) => (isFloating(t.dtype) ? Infinity : t.dtype === "int32" ? 2 ** 31 - 1 : 255);

/**
 * Folds `source` into the places that `index` names along a dimension: sums, products, means or extremes of what meets there.
 *
 * Sums and means take time in proportion to the source; the others look at every pair of a place and a value along the dimension.
 *
 * @param options `reduce`: `"sum"`, `"prod"`, `"mean"`, `"amax"` or `"amin"`; `includeSelf`.
 * @throws {RangeError} If an index lies outside, or is larger than `x` in another dimension or than the source.
 * @example scatterReduce([1, 1], 0, [0, 0, 1], [2, 3, 4], { reduce: "prod" }).toArray() // [6, 4]
 * @example scatterReduce([9, 9], 0, [0, 0], [2, 4], { reduce: "mean", includeSelf: false }).toArray() // [3, 9]
 */
export function scatterReduce(
  x: TensorLike,
  dim: number,
  index: TensorLike,
  source: TensorLike,
  options: ScatterReduceOptions,
): Tensor {
  const t = asTensor(x);
  const { reduce, includeSelf = true } = options;
  const d = wrapDim(dim, t.ndim, "scatter");
  const at = checkIndex(index, t.shape[d] ?? 1, "scatter");
  const values = valueFor(t, source);
  checkCover(t.shape, at.shape, d, "scatter");
  checkCover(values.shape, at.shape, -1, "scatter");
  const part = slice(values, ...at.shape.map((size) => [0, size] as const));
  const counts = scatterCounts(t.shape, d, at);
  const isHit = gt(counts, 0);
  if (reduce === "sum" || reduce === "mean") {
    const base = includeSelf ? t : where(isHit, zeros([], { dtype: t.dtype }), t);
    const sums = scatterAdd(base, d, at, part);
    if (reduce === "sum") return sums;
    const total = maximum(add(counts, includeSelf ? 1 : 0), 1);
    return isFloating(t.dtype) ? div(sums, total) : floorDivide(sums, total);
  }
  const fold = { prod, amax, amin }[reduce];
  if (fold === undefined) {
    throw new RangeError(`Cannot scatter by ${String(reduce)}: it must be sum, prod, mean, amax or amin`);
  }
  const neutral = reduce === "prod" ? 1 : reduce === "amax" ? least(t) : greatest(t);
  const folded = fold(cat([own(t, includeSelf, neutral), met(t, d, at, part, neutral)], -1), { dim: -1 });
  return where(isHit, valueFor(t, folded), t);
}

/** What is there before, as the first of what is folded. */
function own(t: Tensor, includeSelf: boolean, neutral: number): Tensor {
  return unsqueeze(includeSelf ? t : where(true, asTensor(neutral, { dtype: t.dtype }), t), -1);
}

/** For each place, in a new last dimension, the values along the dimension that meet there, and neutral ones for the others. */
function met(t: Tensor, d: number, index: Tensor, values: Tensor, neutral: number): Tensor {
  const size = t.shape[d] ?? 1;
  // As large as `t` in the other dimensions; what is added meets nothing, since there is no place −1.
  const rest = t.shape.map((n, i) => (i === d ? 0 : n - index.shape[i]!));
  const widths = rest.flatMap((n) => [n, 0]).reverse();
  const wide = (x: Tensor, fill: number) => (rest.some((n) => n > 0) ? pad(x, widths, { value: fill }) : x);
  const [at, v] = [wide(index, -1), wide(values, 0)].map((x) => unsqueeze(moveDim(x, d, -1), d)) as [Tensor, Tensor];
  const places = reshape(asTensor(Int32Array.from({ length: size }, (_, i) => i)), [
    size,
    ...t.shape.slice(d + 1).map(() => 1),
    1,
  ]);
  return where(eq(at, places), v, asTensor(neutral, { dtype: t.dtype }));
}

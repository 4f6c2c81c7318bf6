/** Elements by rank: median, quantiles, the k-th, the most frequent. */
import { apply, type OpSpec } from "../autograd/apply.ts";
import { cast } from "../autograd/primitives.ts";
import { asTensor, full } from "../creation.ts";
import { isFloating } from "../dtype.ts";
import { show, wrapDim } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { div, mul, sub } from "./arithmetic.ts";
import { eq, isnan, logicalNot } from "./comparison.ts";
import { floorDivide } from "./division.ts";
import { max, type OneDim, type ValuesAndIndices } from "./extremes.ts";
import { gather, select } from "./indexing.ts";
import { stack } from "./join.ts";
import { clamp } from "./math.ts";
import { argsort, sort } from "./order.ts";
import { any, sum } from "./reduction.ts";
import { where } from "./select.ts";
import { flatten, reshape, squeeze, transpose, unsqueeze } from "./shape.ts";
import { lerp } from "./special.ts";

function parse(options: OneDim): { dim: number; keepDim: boolean } {
  const { dim, keepDim = false } = typeof options === "number" ? { dim: options } : options;
  return { dim, keepDim };
}

/** Values at positions along a dimension that stays or goes. */
function picked(t: Tensor, dim: number, index: Tensor, keepDim: boolean): ValuesAndIndices {
  const values = gather(t, dim, index);
  return keepDim ? { values, indices: index } : { values: squeeze(values, dim), indices: squeeze(index, dim) };
}

/**
 * The k-th least element along a dimension, and where it is.
 *
 * @param k Counted from 1.
 * @param options A dimension, default the last; `keepDim`.
 * @throws {RangeError} If there are fewer than k.
 * @example kthValue([3, 1, 2], 2).values.item() // 2
 */
export function kthValue(x: TensorLike, k: number, options: OneDim = -1): ValuesAndIndices {
  const t = asTensor(x);
  const { dim, keepDim } = parse(options);
  const d = wrapDim(dim, t.ndim, "find the k-th value");
  const size = t.shape[d] ?? 1;
  if (!Number.isInteger(k) || k < 1 || k > size)
    throw new RangeError(`Cannot find value ${k} of dimension ${d} of ${show(t.shape)}: it has ${size} elements`);
  if (t.ndim === 0) return { values: t, indices: argsort(t) };
  return picked(t, d, unsqueeze(select(argsort(t, { dim: d }), d, k - 1), d), keepDim);
}

const medianOp: OpSpec<[along: typeof medianAlong]> = {
  name: "median",
  forward: ([x], along) =>
    x!.size === 0 && isFloating(x!.dtype) ? full([], NaN, { dtype: x!.dtype }) : along(x!, 0).values,
  backward: (dy, { inputs: [x], output }) => {
    // Equal elements share the gradient, as in PyTorch.
    const wins = where(isnan(output), isnan(x!), eq(x!, output));
    return [mul(dy, div(cast(wins, dy.dtype), sum(wins)))];
  },
};

/**
 * The median: of an even number of elements the lesser of the two in the middle; NaN if one is NaN or there is none. Along a dimension, the medians and where they are.
 *
 * @example median([3, 1, 2, 4]).item() // 2
 * @example median([[1, 5, 3]], { dim: 1 }).values.toArray() // [3]
 */
export function median(x: TensorLike): Tensor;
export function median(x: TensorLike, options: OneDim): ValuesAndIndices;
export function median(x: TensorLike, options?: OneDim): Tensor | ValuesAndIndices {
  if (options === undefined) return apply(medianOp, [flatten(x)], [medianAlong]);
  return medianAlong(asTensor(x), options);
}

/**
 * The median of the elements that are numbers; NaN if there is none. Along a dimension, the medians and where they are.
 *
 * @example nanMedian([3, NaN, 2, 4]).item() // 3
 * @example nanMedian([[1, NaN, 3]], { dim: 1 }).values.toArray() // [1]
 */
export function nanMedian(x: TensorLike): Tensor;
export function nanMedian(x: TensorLike, options: OneDim): ValuesAndIndices;
export function nanMedian(x: TensorLike, options?: OneDim): Tensor | ValuesAndIndices {
  if (options === undefined) return apply(medianOp, [flatten(x)], [nanMedianAlong]);
  return nanMedianAlong(asTensor(x), options);
}

function nanMedianAlong(t: Tensor, options: OneDim): ValuesAndIndices {
  const { dim, keepDim } = parse(options);
  const d = wrapDim(dim, t.ndim, "take the median");
  if (t.shape[d] === 0) throw new RangeError(`Cannot take the median of ${show(t.shape)}: there are no elements`);
  if (t.ndim === 0) return { values: t, indices: argsort(t) };
  // NaN is sorted to the end, so that the numbers are the first ones.
  const counts = sum(logicalNot(isnan(t.detach())), { dim: d, keepDim: true });
  const middle = floorDivide(clamp(sub(counts, 1), { min: 0 }), 2);
  return picked(t, d, gather(argsort(t, { dim: d }), d, middle), keepDim);
}

function medianAlong(t: Tensor, options: OneDim): ValuesAndIndices {
  const { dim, keepDim } = parse(options);
  const d = wrapDim(dim, t.ndim, "take the median");
  const size = t.shape[d] ?? 1;
  if (size === 0) throw new RangeError(`Cannot take the median of ${show(t.shape)}: there are no elements`);
  if (t.ndim === 0) return { values: t, indices: argsort(t) };
  const middle = unsqueeze(select(argsort(t, { dim: d }), d, Math.floor((size - 1) / 2)), d);
  const firstNaN = max(isnan(t.detach()).int(), { dim: d, keepDim: true });
  return picked(t, d, where(firstNaN.values, firstNaN.indices, middle), keepDim);
}

/**
 * The most frequent element along a dimension, the least one if tied, and the last place where it is.
 *
 * @param options A dimension, default the last; `keepDim`.
 * @example mode([1, 3, 3, 2]).values.item() // 3
 */
export function mode(x: TensorLike, options: OneDim = -1): ValuesAndIndices {
  const t = asTensor(x);
  const { dim, keepDim } = parse(options);
  const d = wrapDim(dim, t.ndim, "find the mode");
  if (t.ndim === 0) return { values: t, indices: argsort(t) };
  if (t.shape[d] === 0) throw new RangeError(`Cannot find the mode of ${show(t.shape)}: there are no elements`);
  const lines = transpose(t.detach(), d, -1);
  const { values, indices } = sort(lines);
  const counts = sum(eq(unsqueeze(values, -1), unsqueeze(values, -2)), { dim: -1 });
  const best = gather(values, -1, max(counts, { dim: -1, keepDim: true }).indices);
  const last = max(where(eq(values, best), indices, -1), { dim: -1, keepDim: true }).values;
  return picked(t, d, transpose(last, d, -1), keepDim);
}

/** How a quantile between two elements is found. */
export type Interpolation = "linear" | "lower" | "higher" | "midpoint" | "nearest";

/**
 * Quantiles: the element at the share q of the sorted ones.
 *
 * Shapes: q a number → the reduced shape; a list of q → `(quantiles, …reduced)`.
 *
 * @param q In [0, 1].
 * @param options `dim`, default all elements; `keepDim`; `interpolation` between neighbours, default linear.
 * @throws {RangeError} If q is not in [0, 1] or there are no elements.
 * @example quantile([1, 2, 3, 4], 0.5).item() // 2.5
 */
export function quantile(
  x: TensorLike,
  q: number | readonly number[],
  options: { dim?: number; keepDim?: boolean; interpolation?: Interpolation } = {},
): Tensor {
  const { dim, keepDim = false, interpolation = "linear" } = options;
  const whole = asTensor(x);
  if (typeof q !== "number") return stack(q.map((share) => quantile(whole, share, options)));
  if (!(q >= 0 && q <= 1)) throw new RangeError(`Cannot take the quantile ${q}: it must be from 0 to 1`);
  const t = dim === undefined ? flatten(whole) : whole;
  const d = wrapDim(dim ?? 0, t.ndim, "take a quantile");
  const size = t.shape[d] ?? 1;
  if (size === 0) throw new RangeError(`Cannot take the quantile of ${show(whole.shape)}: there are no elements`);
  const sorted = sort(t.ndim === 0 ? reshape(t, [1]) : t, { dim: d }).values;
  const place = q * (size - 1);
  const [low, high] = [Math.floor(place), Math.ceil(place)];
  const at = (i: number) => select(sorted, d, i);
  const value = between(interpolation, at(low), at(high), place);
  const withNaN = where(any(isnan(sorted.detach()), { dim: d }), NaN, value);
  if (!keepDim) return withNaN;
  return dim === undefined
    ? reshape(
        withNaN,
        whole.shape.map(() => 1),
      )
    : unsqueeze(withNaN, d);
}

/** A value between two neighbours, of which `low` has the rank ⌊place⌋. */
function between(interpolation: Interpolation, low: Tensor, high: Tensor, place: number): Tensor {
  const share = place - Math.floor(place);
  switch (interpolation) {
    case "linear":
      return share === 0 ? low : lerp(low, high, share);
    case "midpoint":
      return share === 0 ? low : lerp(low, high, 0.5);
    case "lower":
      return low;
    case "higher":
      return high;
    case "nearest":
      // Halves go to the even rank, as round has it.
      return share < 0.5 || (share === 0.5 && Math.floor(place) % 2 === 0) ? low : high;
    default:
      throw new RangeError(
        `Cannot interpolate by ${String(interpolation)}: it must be linear, lower, higher, midpoint or nearest`,
      );
  }
}

/** Counting values: by number, in bins. */
import { cast } from "../autograd/primitives.ts";
import { asTensor, linspace, ones, zeros } from "../creation.ts";
import { type DType, floatingDtype, isFloating } from "../dtype.ts";
import { show } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { div, mul, sub } from "./arithmetic.ts";
import { ge, le, logicalAnd } from "./comparison.ts";
import { amax, amin } from "./extremes.ts";
import { maskedSelect, narrow, scatterAdd } from "./indexing.ts";
import { clamp, floor } from "./math.ts";
import { sum } from "./reduction.ts";
import { expand, reshape } from "./shape.ts";
import { bucketize } from "./unique.ts";

/** Options of bincount. */
export interface BincountOptions {
  /** How much each element counts, instead of 1. */
  weights?: TensorLike;
  /** The least length of the result; default 0. */
  minLength?: number;
}

/**
 * How often each whole number occurs: element i of the result counts the i's; int32, or the weights' type.
 *
 * @throws {RangeError} If a number is negative or there are other than one dimension.
 * @example bincount([0, 2, 2]).toArray() // [1, 0, 2]
 */
export function bincount(x: TensorLike, options: BincountOptions = {}): Tensor {
  const t = asTensor(x);
  if (t.ndim !== 1) throw new RangeError(`Cannot count the numbers of ${show(t.shape)}: they must be a list`);
  const { weights, minLength = 0 } = options;
  const length = Math.max(minLength, t.size === 0 ? 0 : amax(t).item() + 1);
  const counts = weights === undefined ? ones(t.shape, { dtype: "int32" }) : asTensor(weights);
  return scatterAdd(zeros([length], { dtype: counts.dtype }), 0, t, counts);
}

/** The bounds of a histogram: those given, those of the data, or around a single value as far as `around` says. */
function boundsOf(t: Tensor, min: number, max: number, around: number): [number, number] {
  if (!(min <= max)) throw new RangeError(`Cannot count between ${min} and ${max}: min must not exceed max`);
  let [low, high] = [min, max];
  if (low === high && t.size > 0) [low, high] = [amin(t).item(), amax(t).item()];
  if (!Number.isFinite(low) || !Number.isFinite(high))
    throw new RangeError(`Cannot count between ${low} and ${high}: bounds must be finite; give min and max`);
  return low === high ? [low - around, high + around] : [low, high];
}

function checkBins(bins: number): void {
  if (!Number.isInteger(bins) || bins < 1)
    throw new RangeError(`Cannot count in ${bins} bins: it must be a whole number ≥ 1`);
}

/**
 * Counts in bins of equal width; the last bin includes its end. What lies outside is not counted.
 *
 * @param options `bins`, default 100; `min` and `max`, by default those of the data.
 * @throws {RangeError} If min exceeds max, or bounds are not finite.
 * @example histc([1, 2, 1], { bins: 4, min: 0, max: 4 }).toArray() // [0, 2, 1, 0]
 */
export function histc(x: TensorLike, options: { bins?: number; min?: number; max?: number } = {}): Tensor {
  const { bins = 100, min = 0, max = 0 } = options;
  checkBins(bins);
  const t = reshape(x, [-1]).detach();
  const dtype = floatingDtype(t.dtype);
  const [low, high] = boundsOf(t, min, max, 1);
  const inside = maskedSelect(t, logicalAnd(ge(t, low), le(t, high)));
  const place = floor(div(mul(sub(cast(inside, dtype), low), bins), high - low));
  const index = cast(clamp(place, { min: 0, max: bins - 1 }), "int32");
  return scatterAdd(zeros([bins], { dtype }), 0, index, ones(index.shape, { dtype }));
}

/** Options of a histogram. */
export interface HistogramOptions {
  /** How many bins of equal width, or their edges in rising order; default 10. */
  bins?: number | TensorLike;
  /** Where equal bins begin and end; by default at the least and the greatest element. */
  range?: readonly [min: number, max: number];
  /** How much each element counts, instead of 1. */
  weight?: TensorLike;
  /** Whether to give densities, whose integral is 1, instead of counts; default false. */
  density?: boolean;
}

/**
 * Counts in bins, and the edges of the bins; the last bin includes its end. What lies outside is not counted.
 *
 * Shapes: any → `{ hist: (bins), binEdges: (bins + 1) }`.
 *
 * @throws {RangeError} If there is no bin, or bounds are not finite.
 * @example histogram([1, 2, 1], { bins: [0, 1.5, 3] }).hist.toArray() // [2, 1]
 */
export function histogram(x: TensorLike, options: HistogramOptions = {}): { hist: Tensor; binEdges: Tensor } {
  const { bins = 10, range = [0, 0], weight, density = false } = options;
  const t = reshape(x, [-1]).detach();
  const dtype = isFloating(t.dtype) ? t.dtype : "float32";
  const binEdges = typeof bins === "number" ? equalBins(t, bins, range, dtype) : asTensor(bins, { dtype });
  const count = binEdges.size - 1;
  checkBins(count);
  const [first, last] = [binEdges.data[0]!, binEdges.data[count]!];
  const inside = logicalAnd(ge(t, first), le(t, last));
  const values = maskedSelect(t, inside);
  const index = clamp(sub(bucketize(values, binEdges, { right: true }), 1), { min: 0, max: count - 1 });
  const weights = weight === undefined ? ones([], { dtype }) : reshape(asTensor(weight, { dtype }), [-1]);
  const counted = weight === undefined ? expand(weights, values.shape) : maskedSelect(weights, inside);
  const hist = scatterAdd(zeros([count], { dtype }), 0, index, counted);
  if (!density) return { hist, binEdges };
  const widths = sub(
    narrow(binEdges, 0, { start: 1, length: count }),
    narrow(binEdges, 0, { start: 0, length: count }),
  );
  return { hist: div(div(hist, widths), sum(hist)), binEdges };
}

function equalBins(t: Tensor, bins: number, range: readonly [number, number], dtype: DType): Tensor {
  checkBins(bins);
  const [low, high] = t.size === 0 && range[0] === range[1] ? [0, 1] : boundsOf(t, range[0], range[1], 0.5);
  return linspace(low, high, { count: bins + 1, dtype });
}

/** Running extremes, running sums of exponentials, differences of neighbours. */
import { withGrad } from "../autograd/mode.ts";
import { arange, asTensor } from "../creation.ts";
import type { DType } from "../dtype.ts";
import { show, wrapDim } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { maximum, minimum, sub } from "./arithmetic.ts";
import { eq, isnan, logicalAnd, logicalOr } from "./comparison.ts";
import { type DimOption, oneDim } from "./dims.ts";
import type { ValuesAndIndices } from "./extremes.ts";
import { gather, narrow } from "./indexing.ts";
import { cat } from "./join.ts";
import { where } from "./select.ts";
import { expand, moveDim, reshape } from "./shape.ts";
import { logAddExp } from "./special.ts";
import { pad } from "./split.ts";

/** Combines every element along the last dimension with all before it, by combining ever longer stretches. */
function running(x: Tensor, combine: (a: Tensor, b: Tensor) => Tensor, neutral: number): Tensor {
  const size = x.shape.at(-1)!;
  let result = x;
  for (let by = 1; by < size; by *= 2) result = combine(result, pad(result, [by, -by], { value: neutral }));
  return result;
}

/** The least and the greatest number of each type. */
const bounds: Readonly<Record<DType, readonly [least: number, greatest: number]>> = {
  float32: [-Infinity, Infinity],
  float64: [-Infinity, Infinity],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint8: [0, 255],
  bool: [0, 1],
};

function runningExtreme(x: TensorLike, dim: DimOption, sign: 1 | -1): ValuesAndIndices {
  const t = asTensor(x);
  const d = wrapDim(oneDim(dim), t.ndim, sign > 0 ? "take running maxima" : "take running minima");
  const indices = withGrad(false, () => {
    const line = moveDim(t.ndim === 0 ? reshape(t, [1]) : t, d, -1);
    const top = running(line, sign > 0 ? maximum : minimum, bounds[t.dtype][sign > 0 ? 0 : 1]);
    // The latest place that reaches the extreme; a NaN is one and stays it.
    const reached = logicalOr(eq(line, top), logicalAnd(isnan(line), isnan(top)));
    const places = expand(arange(0, line.shape.at(-1)!, { dtype: "int32" }), line.shape);
    return moveDim(running(where(reached, places, 0), maximum, 0), -1, d);
  });
  if (t.ndim === 0) return { values: t, indices: reshape(indices, []) };
  return { values: gather(t, d, indices), indices };
}

/** The greatest element so far along a dimension, and where it is, the last place if tied. @example cumMax([1, 3, 2], { dim: 0 }).values.toArray() // [1, 3, 3] */
export function cumMax(x: TensorLike, dim: DimOption): ValuesAndIndices {
  return runningExtreme(x, dim, 1);
}

/** The least element so far along a dimension, and where it is, the last place if tied. @example cumMin([3, 1, 2], { dim: 0 }).values.toArray() // [3, 1, 1] */
export function cumMin(x: TensorLike, dim: DimOption): ValuesAndIndices {
  return runningExtreme(x, dim, -1);
}

/** Logarithm of the running sum of exponentials, without overflow. @example logCumSumExp([1000, 1000], { dim: 0 }) // [1000, 1000.693…] */
export function logCumSumExp(x: TensorLike, dim: DimOption): Tensor {
  const t = asTensor(x);
  const d = wrapDim(oneDim(dim), t.ndim, "sum exponentials");
  if (t.ndim === 0) return t;
  return moveDim(running(moveDim(t, d, -1), logAddExp, -Infinity), -1, d);
}

/**
 * Differences of neighbours along a dimension: `x[i + 1] − x[i]`.
 *
 * @param options `n`: how often, default 1; `dim`, default the last; `prepend`, `append`: elements to put before and after first.
 * @throws {RangeError} If n is negative or there is no dimension.
 * @example diff([1, 4, 9, 16]).toArray() // [3, 5, 7]
 */
export function diff(
  x: TensorLike,
  options: { n?: number; dim?: number; prepend?: TensorLike; append?: TensorLike } = {},
): Tensor {
  const { n = 1, dim = -1, prepend, append } = options;
  const t = asTensor(x);
  if (t.ndim === 0) throw new RangeError(`Cannot take differences of ${show(t.shape)}: it needs a dimension`);
  if (!Number.isInteger(n) || n < 0)
    throw new RangeError(`Cannot take differences ${n} times: it must be a whole number ≥ 0`);
  const d = wrapDim(dim, t.ndim, "take differences");
  const ends = [prepend, t, append].filter((part) => part !== undefined);
  let result = ends.length > 1 ? cat(ends, d) : t;
  for (let i = 0; i < n; i++) {
    const length = Math.max(0, result.shape[d]! - 1);
    const start = Math.min(1, result.shape[d]!);
    result = sub(narrow(result, d, { start, length }), narrow(result, d, { start: 0, length }));
  }
  return result;
}

/** Statistics: moments, counts, distances between samples. */
import { asTensor } from "../creation.ts";
import { show, wrapDim } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { add, div, mul, sub } from "./arithmetic.ts";
import { gt, isnan, logicalNot, ne } from "./comparison.ts";
import type { Dims, ReduceOptions } from "./dims.ts";
import { amax, amin } from "./extremes.ts";
import { clamp, sqrt } from "./math.ts";
import { matmul } from "./matmul.ts";
import { diagonal } from "./matrix.ts";
import { mean, norm, std, sum, type VarDims, variance } from "./reduction.ts";
import { where } from "./select.ts";
import { reshape, transpose, unsqueeze } from "./shape.ts";

/** Variance and mean at once. @param options As for variance. @example varMean([1, 2, 3]).variance.item() // 1 */
export function varMean(x: TensorLike, options: VarDims = {}): { variance: Tensor; mean: Tensor } {
  return { variance: variance(x, options), mean: mean(x, dimsOf(options)) };
}

/** Standard deviation and mean at once. @param options As for std. @example stdMean([1, 2, 3]).mean.item() // 2 */
export function stdMean(x: TensorLike, options: VarDims = {}): { std: Tensor; mean: Tensor } {
  return { std: std(x, options), mean: mean(x, dimsOf(options)) };
}

function dimsOf(options: VarDims): Dims {
  if (typeof options === "number" || Array.isArray(options)) return options as Dims;
  const { dim, keepDim } = options as ReduceOptions;
  return { dim, keepDim };
}

/** Sum of what is not NaN. @example nanSum([1, NaN, 2]).item() // 3 */
export function nanSum(x: TensorLike, options: Dims = {}): Tensor {
  const t = asTensor(x);
  return sum(where(isnan(t), 0, t), options);
}

/** Mean of what is not NaN. @example nanMean([1, NaN, 3]).item() // 2 */
export function nanMean(x: TensorLike, options: Dims = {}): Tensor {
  const t = asTensor(x);
  return div(nanSum(t, options), sum(logicalNot(isnan(t)), options));
}

/** How many elements are not 0; int32. @example countNonzero([[1, 0], [2, 3]], { dim: 0 }).toArray() // [2, 1] */
export function countNonzero(x: TensorLike, options: Dims = {}): Tensor {
  return sum(ne(x, 0), options);
}

/** The least and the greatest element. @example aminmax([3, 1, 2]).max.item() // 3 */
export function aminmax(x: TensorLike, options: Dims = {}): { min: Tensor; max: Tensor } {
  return { min: amin(x, options), max: amax(x, options) };
}

/** The p-norm of the difference of two tensors. @param p Default 2. @example dist([1, 1], [4, 5]).item() // 5 */
export function dist(a: TensorLike, b: TensorLike, p = 2): Tensor {
  return norm(sub(a, b), { p });
}

/**
 * Covariance matrix of variables: `Σ (xᵢ − mean)(xⱼ − mean) / (n − correction)`.
 *
 * Shapes: `(variables, samples)` → `(variables, variables)`; a list gives its variance.
 *
 * @param options `correction`, default 1.
 * @throws {RangeError} If there are more than two dimensions.
 * @example cov([[1, 2, 3], [3, 2, 1]]).toArray() // [[1, -1], [-1, 1]]
 */
export function cov(x: TensorLike, options: { correction?: number } = {}): Tensor {
  const t = asTensor(x);
  if (t.ndim > 2) throw new RangeError(`Cannot take the covariance of ${show(t.shape)}: it must be a list or a matrix`);
  const rows = t.ndim === 2 ? t : reshape(t, [1, t.size]);
  const deviation = sub(rows, mean(rows, { dim: 1, keepDim: true }));
  const samples = rows.shape[1]! - (options.correction ?? 1);
  const product = div(matmul(deviation, transpose(deviation, 0, 1)), Math.max(0, samples));
  return rows.shape[0] === 1 ? reshape(product, []) : product;
}

/** Correlation matrix of variables: covariances divided by both standard deviations. @example corrcoef([[1, 2, 3], [6, 4, 2]]) // [[1, -1], [-1, 1]] */
export function corrcoef(x: TensorLike): Tensor {
  const c = cov(x);
  if (c.ndim === 0) return div(c, c);
  const deviation = sqrt(diagonal(c));
  // Rounding must not make a correlation greater than 1.
  return clamp(div(div(c, unsqueeze(deviation, 1)), unsqueeze(deviation, 0)), { min: -1, max: 1 });
}

/**
 * Distances of all vectors of one list to all of another: `‖xᵢ − yⱼ‖ₚ`.
 *
 * Shapes: `(…, n, features)` and `(…, m, features)` → `(…, n, m)`.
 *
 * @param options `p`, default 2.
 * @example cdist([[0, 0]], [[3, 4], [6, 8]]).toArray() // [[5, 10]]
 */
export function cdist(a: TensorLike, b: TensorLike, options: { p?: number } = {}): Tensor {
  return norm(sub(unsqueeze(a, -2), unsqueeze(b, -3)), { p: options.p ?? 2, dim: -1 });
}

/**
 * Slices along a dimension whose p-norm exceeds a bound, scaled down to it.
 *
 * @param options `p`, default 2; `dim` of the slices, default 0; `maxNorm`, the bound.
 * @example renorm([[3, 4], [0, 1]], { maxNorm: 1 }) // [[0.6…, 0.8…], [0, 1]]
 */
export function renorm(x: TensorLike, options: { p?: number; dim?: number; maxNorm: number }): Tensor {
  const t = asTensor(x);
  const { p = 2, dim = 0, maxNorm } = options;
  const d = wrapDim(dim, t.ndim, "renorm");
  const others = t.shape.map((_, i) => i).filter((i) => i !== d);
  const length = norm(t, { p, dim: others, keepDim: true });
  // PyTorch's constant keeps the quotient from 1 and more.
  return mul(t, where(gt(length, maxNorm), div(maxNorm, add(length, 1e-7)), 1));
}

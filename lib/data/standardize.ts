/** Bringing features to one scale. */
import { asTensor } from "../creation.ts";
import { add, div, mul, sub } from "../ops/arithmetic.ts";
import { eq } from "../ops/comparison.ts";
import { sqrt, square } from "../ops/math.ts";
import { mean } from "../ops/reduction.ts";
import { where } from "../ops/select.ts";
import { show } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";

/** Features of mean 0 and variance 1, and the way there and back. */
export interface Standardized {
  /** The features, standardized. */
  readonly x: Tensor;
  /** The mean of each feature: `(features)`. */
  readonly mean: Tensor;
  /** The standard deviation of each feature, 1 for one that does not vary: `(features)`. */
  readonly std: Tensor;
  /** Does the same to other samples: those of the test set must be moved as those of the training set were. */
  apply(x: TensorLike): Tensor;
  /** The way back. */
  invert(x: TensorLike): Tensor;
}

/**
 * Gives each feature mean 0 and variance 1: `(x − mean) / std`.
 *
 * Shapes: `(samples, …features)`.
 *
 * @throws {RangeError} If there are no samples.
 * @see book §1.2.1.
 * @example standardize([[1], [3]]).x.toArray() // [[-1], [1]]
 */
export function standardize(x: TensorLike): Standardized {
  const t = asTensor(x);
  if (t.ndim === 0 || t.shape[0] === 0)
    throw new RangeError(`Cannot standardize ${show(t.shape)}: there are no samples`);
  const center = mean(t, { dim: 0 });
  const spread = sqrt(mean(square(sub(t, center)), { dim: 0 }));
  const scale = where(eq(spread, 0), 1, spread);
  const forward = (other: TensorLike) => div(sub(other, center), scale);
  return { x: forward(t), mean: center, std: scale, apply: forward, invert: (z) => add(mul(z, scale), center) };
}

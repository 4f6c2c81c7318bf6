/** Losses that are negative log-likelihoods of other distributions than the categorical, and of alignments. */
import { asTensor } from "../creation.ts";
import { add, div, maximum, mul, sub } from "../ops/arithmetic.ts";
import { gt } from "../ops/comparison.ts";
import { exp, log, square } from "../ops/math.ts";
import { where } from "../ops/select.ts";
import { sameShape, show } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { type LossOptions, matched, reduced } from "./reduction.ts";

/** Options of the Poisson loss. */
export interface PoissonOptions extends LossOptions {
  /** Whether the input is the logarithm of the rate; default true. */
  logInput?: boolean;
  /** Whether to add Stirling's approximation of ln y!, which no gradient depends on; default false. */
  full?: boolean;
  /** Added to a rate before its logarithm; default 1e-8. */
  eps?: number;
}

/**
 * Counts: `eˣ − y x`, the negative log-likelihood of a Poisson distribution with logarithmic rate x.
 *
 * @throws {RangeError} If the shapes differ.
 * @example poissonNLLLoss([0], [3]).item() // 1
 */
export function poissonNLLLoss(input: TensorLike, target: TensorLike, options: PoissonOptions = {}): Tensor {
  const [x, y] = matched("poissonNLLLoss", input, target);
  const { logInput = true, full = false, eps = 1e-8 } = options;
  const losses = logInput ? sub(exp(x), mul(y, x)) : sub(x, mul(y, log(add(x, eps))));
  if (!full) return reduced(losses, options.reduction);
  // Only for counts above 1; the others see a 1 instead, whose logarithm harms nothing.
  const safe = where(gt(y, 1), y, 1);
  const stirling = add(sub(mul(safe, log(safe)), safe), mul(log(mul(safe, 2 * Math.PI)), 0.5));
  return reduced(add(losses, where(gt(y, 1), stirling, 0)), options.reduction);
}

/** Options of the Gaussian loss. */
export interface GaussianOptions extends LossOptions {
  /** Whether to add ½ ln 2π; default false. */
  full?: boolean;
  /** The least variance; default 1e-6. */
  eps?: number;
}

/**
 * Numbers with a predicted variance v: `½ (ln v + (x − y)² / v)`.
 *
 * Shapes: all equal, or v `(…, 1)` or `(…)` if one variance serves a row.
 *
 * @throws {RangeError} If shapes do not fit or a variance is negative.
 * @see Nix and Weigend (1994).
 * @example gaussianNLLLoss([1], [3], [2]) // 1.346…
 */
export function gaussianNLLLoss(
  input: TensorLike,
  target: TensorLike,
  variance: TensorLike,
  options: GaussianOptions = {},
): Tensor {
  const [x, y] = matched("gaussianNLLLoss", input, target);
  const { full = false, eps = 1e-6 } = options;
  const given = asTensor(variance);
  if (!sameShape(given.shape, x.shape) && !sameShape(given.shape, [...x.shape.slice(0, -1), 1])) {
    throw new RangeError(`Cannot compute gaussianNLLLoss of ${show(x.shape)} with variances of ${show(given.shape)}`);
  }
  const bad = given.data.find((v) => v < 0);
  if (bad !== undefined) throw new RangeError(`Cannot compute gaussianNLLLoss with variance ${bad}: it must be ≥ 0`);
  // Held above ε, but with the gradient of the number itself, as in PyTorch.
  const v = add(given, sub(maximum(given.detach(), eps), given.detach()));
  const losses = mul(add(log(v), div(square(sub(x, y)), v)), 0.5);
  return reduced(full ? add(losses, 0.5 * Math.log(2 * Math.PI)) : losses, options.reduction);
}

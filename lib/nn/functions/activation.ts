/** Activations that learn, draw or compete. */

import { cast } from "../../autograd/primitives.ts";
import { asTensor } from "../../creation.ts";
import { softmax } from "../../ops/activation.ts";
import { add, div, mul, neg, sub } from "../../ops/arithmetic.ts";
import { gt } from "../../ops/comparison.ts";
import { type DimOption, oneDim } from "../../ops/dims.ts";
import { oneHot } from "../../ops/encode.ts";
import { amax, argmax } from "../../ops/extremes.ts";
import { log } from "../../ops/math.ts";
import { where } from "../../ops/select.ts";
import { moveDim, reshape, unflatten } from "../../ops/shape.ts";
import { type RandomSource, rand, uniform_ } from "../../random.ts";
import { show, wrapDim } from "../../shape.ts";
import { empty, type Tensor, type TensorLike } from "../../tensor.ts";
import { perChannel } from "./channels.ts";

/**
 * Leaky ReLU with a learned slope: `x` if positive, else `w · x`.
 *
 * @param weight One slope, or one a channel, which is dimension 1.
 * @see He et al. (2015); book §2.2.
 * @example prelu([-4, 2], [0.25]).toArray() // [-1, 2]
 */
export function prelu(x: TensorLike, weight: TensorLike): Tensor {
  const t = asTensor(x);
  const w = asTensor(weight);
  const channels = t.ndim < 2 ? 1 : t.shape[1]!;
  if (w.size !== 1 && w.size !== channels) {
    throw new RangeError(`Cannot use ${w.size} slopes for ${show(t.shape)}: give 1 or ${channels}, one a channel`);
  }
  const slope = reshape(w, w.size === 1 ? [] : perChannel(t.shape));
  return where(gt(t, 0), t, mul(t, slope));
}

/** Options of `rrelu`. */
export interface RReluOptions extends RandomSource {
  /** The least slope; default 1/8. */
  lower?: number;
  /** The greatest slope; default 1/3. */
  upper?: number;
  /** Without it the slope is the middle of the two; default false. */
  training?: boolean;
}

/**
 * Leaky ReLU with a random slope: `x` if positive, else `a x` with a drawn anew for each element, uniform on [lower, upper].
 *
 * @throws {RangeError} If `lower` is greater than `upper`.
 * @see Xu et al. (2015).
 * @example rrelu([-2, 2], { lower: 0.5, upper: 0.5 }).toArray() // [-1, 2]
 */
export function rrelu(x: TensorLike, options: RReluOptions = {}): Tensor {
  const { lower = 1 / 8, upper = 1 / 3, training = false, generator } = options;
  if (!(lower <= upper))
    throw new RangeError(`Cannot draw slopes from ${lower} to ${upper}: lower must not exceed upper`);
  const t = asTensor(x);
  const slope = training
    ? uniform_(empty(t.shape, t.dtype), { from: lower, to: upper, generator })
    : (lower + upper) / 2;
  return where(gt(t, 0), t, mul(t, slope));
}

/**
 * Maxout: of every `pieces` neighbours along a dimension the greatest passes. After a linear map that is a learned convex function made of lines.
 *
 * Shapes: `(…, units · pieces, …)` → `(…, units, …)`.
 *
 * @param pieces How many compete.
 * @param options `dim`, default −1.
 * @throws {RangeError} If the dimension is no multiple of `pieces`.
 * @see Goodfellow et al. (2013); book §2.2.
 * @example maxout([1, 3, 5, 2], 2).toArray() // [3, 5]
 */
export function maxout(x: TensorLike, pieces: number, options: { dim?: number } = {}): Tensor {
  const t = asTensor(x);
  const dim = wrapDim(options.dim ?? -1, t.ndim, "take maxout");
  const units = t.shape[dim]! / pieces;
  if (!Number.isInteger(units) || !(pieces >= 1)) {
    throw new RangeError(
      `Cannot take maxout of ${pieces} pieces of dimension ${dim} of ${show(t.shape)}: it must be a multiple`,
    );
  }
  return amax(unflatten(t, dim, [units, pieces]), { dim: dim + 1 });
}

/** Options of `gumbelSoftmax`. */
export interface GumbelOptions extends RandomSource {
  /** Temperature τ > 0: near 0 the samples are nearly one-hot; default 1. */
  tau?: number;
  /** Whether the result is one-hot, with the gradient of the soft sample; default false. */
  hard?: boolean;
  /** The dimension of the classes; default −1. */
  dim?: DimOption;
}

/**
 * A sample of a softmax distribution through which gradients flow: `softmax((logits + g) / τ)` with Gumbel noise g.
 *
 * @throws {RangeError} If τ is not positive.
 * @see Jang, Gu and Poole (2017).
 * @example gumbelSoftmax([0, 100], { hard: true }).toArray() // [0, 1]
 */
export function gumbelSoftmax(logits: TensorLike, options: GumbelOptions = {}): Tensor {
  const t = asTensor(logits);
  const { tau = 1, hard = false, generator } = options;
  if (!(tau > 0)) throw new RangeError(`Cannot sample at temperature ${tau}: it must be > 0`);
  const dim = wrapDim(oneDim(options.dim ?? -1), t.ndim, "sample");
  const noise = neg(log(neg(log(add(mul(rand(t.shape, { dtype: t.dtype, generator }), 1 - 2e-7), 1e-7)))));
  const soft = softmax(div(add(t, noise), tau), dim);
  if (!hard) return soft;
  const picked = moveDim(oneHot(argmax(soft, dim), t.shape[dim]!), -1, dim);
  return add(sub(cast(picked, t.dtype), soft.detach()), soft);
}

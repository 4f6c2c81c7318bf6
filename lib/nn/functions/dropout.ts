/** Functions that disturb training on purpose. */
import { asTensor, fromData } from "../../creation.ts";
import { allocate } from "../../dtype.ts";
import { add, mul } from "../../ops/arithmetic.ts";
import { mul_ } from "../../ops/inplace.ts";
import { bernoulli_, type RandomSource, randnLike } from "../../random.ts";
import { type Shape, show, sizeOf } from "../../shape.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";

/** Options of dropout. */
export interface DropoutOptions extends RandomSource {
  /** The probability of each element to become 0; default ½. */
  p?: number;
  /** Without it everything passes; default true. */
  training?: boolean;
}

/**
 * Dropout: each element becomes 0 with probability p, the others are divided by 1 − p, so that the mean stays.
 *
 * @throws {RangeError} If p is not in [0, 1].
 * @see Srivastava et al. (2014); book §2.6.5.
 * @example dropout([1, 2], { p: 0.5, training: false }).toArray() // [1, 2]
 */
export function dropout(x: TensorLike, options: DropoutOptions = {}): Tensor {
  const { p = 0.5, training = true, generator } = options;
  if (!(p >= 0 && p <= 1)) throw new RangeError(`Cannot drop with probability ${p}: it must be from 0 to 1`);
  const t = asTensor(x);
  if (!training || p === 0) return t;
  if (p === 1) return mul(t, 0);
  const mask = fromData(allocate(t.dtype, t.size), t.shape);
  bernoulli_(mask, 1 - p, { generator });
  return mul(t, mul_(mask, 1 / (1 - p)));
}

/** A factor for each element of `shape`: 0 with probability p, else 1 / (1 − p). */
function mask(x: Tensor, shape: Shape, p: number, generator: DropoutOptions["generator"]): Tensor {
  const kept = fromData(allocate(x.dtype, sizeOf(shape)), shape);
  bernoulli_(kept, 1 - p, { generator });
  return mul_(kept, 1 / (1 - p));
}

function channelDropout(name: string, rank: number, x: TensorLike, options: DropoutOptions): Tensor {
  const { p = 0.5, training = true, generator } = options;
  const t = asTensor(x);
  if (t.ndim !== rank + 2 && t.ndim !== rank + 1) {
    throw new RangeError(
      `Cannot ${name} a tensor of shape ${show(t.shape)}: it must have ${rank + 2} dimensions, or ${rank + 1} without batch`,
    );
  }
  checkProbability(p);
  if (!training || p === 0) return t;
  if (p === 1) return mul(t, 0);
  const lead = t.ndim - rank;
  return mul(t, mask(t, [...t.shape.slice(0, lead), ...new Array<number>(rank).fill(1)], p, generator));
}

function checkProbability(p: number): void {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`Cannot drop with probability ${p}: it must be from 0 to 1`);
}

/**
 * Dropout of whole channels of sequences: neighbours say nearly the same, so that dropping single elements would take little away.
 *
 * Shapes: `(batch, channels, length)` or without batch → the same.
 *
 * @see Tompson et al. (2015).
 * @example dropout1d([[[1, 2]]], { training: false }).toArray() // [[[1, 2]]]
 */
export function dropout1d(x: TensorLike, options: DropoutOptions = {}): Tensor {
  return channelDropout("dropout1d", 1, x, options);
}

/**
 * Dropout of whole channels of planes.
 *
 * Shapes: `(batch, channels, rows, columns)` or without batch → the same.
 *
 * @see Tompson et al. (2015); book §2.6.5.
 * @example dropout2d([[[[1, 2]]]], { training: false }).toArray() // [[[[1, 2]]]]
 */
export function dropout2d(x: TensorLike, options: DropoutOptions = {}): Tensor {
  return channelDropout("dropout2d", 2, x, options);
}

/** Dropout of whole channels of volumes. @see dropout2d @example dropout3d([[[[[1, 2]]]]], { training: false }).toArray() // [[[[[1, 2]]]]] */
export function dropout3d(x: TensorLike, options: DropoutOptions = {}): Tensor {
  return channelDropout("dropout3d", 3, x, options);
}

/** Dropout to SELU's limit at −∞, with one draw for each element of `shape`, which broadcasts to that of x. */
function toLimit(t: Tensor, shape: Shape, { p = 0.5, training = true, generator }: DropoutOptions): Tensor {
  checkProbability(p);
  if (!training || p === 0) return t;
  if (p === 1) return mul(t, 0);
  const limit = -1.7580993408473766;
  const scale = 1 / Math.sqrt((limit ** 2 * p + 1) * (1 - p));
  const kept = bernoulli_(fromData(allocate(t.dtype, sizeOf(shape)), shape), 1 - p, { generator });
  const shift = add(mul(add(kept, -1), -limit * scale), -limit * scale * p);
  return add(mul(t, mul(kept, scale)), shift);
}

/**
 * Dropout for nets with SELU: dropped elements get SELU's limit at −∞ instead of 0, and an affine map gives mean 0 and variance 1 back.
 *
 * @throws {RangeError} If p is not in [0, 1].
 * @see Klambauer et al. (2017); book §2.6.5.
 * @example alphaDropout([1, 2], { training: false }).toArray() // [1, 2]
 */
export function alphaDropout(x: TensorLike, options: DropoutOptions = {}): Tensor {
  const t = asTensor(x);
  return toLimit(t, t.shape, options);
}

/**
 * As `alphaDropout`, but of whole channels.
 *
 * Shapes: `(batch, channels, …)` → the same.
 *
 * @throws {RangeError} If p is not in [0, 1], or there are no channels.
 * @example featureAlphaDropout([[[1, 2]]], { training: false }).toArray() // [[[1, 2]]]
 */
export function featureAlphaDropout(x: TensorLike, options: DropoutOptions = {}): Tensor {
  const t = asTensor(x);
  if (t.ndim < 2) throw new RangeError(`Cannot drop channels of ${show(t.shape)}: it must have a batch and channels`);
  return toLimit(
    t,
    t.shape.map((size, d) => (d < 2 ? size : 1)),
    options,
  );
}

/** Options of `gaussianNoise`. */
export interface NoiseOptions extends RandomSource {
  /** The standard deviation σ ≥ 0; default 0.1. */
  std?: number;
  /** Without it everything passes; default true. */
  training?: boolean;
}

/**
 * Adds normal noise: `x + σ ε` with a new ε for each element. On inputs it is a regularizer much like L2.
 *
 * @throws {RangeError} If σ is negative.
 * @see Bishop (1995); book §2.6.3.
 * @example gaussianNoise([1, 2], { std: 0 }).toArray() // [1, 2]
 */
export function gaussianNoise(x: TensorLike, options: NoiseOptions = {}): Tensor {
  const { std = 0.1, training = true, generator } = options;
  if (!(std >= 0)) throw new RangeError(`Cannot add noise of standard deviation ${std}: it must be ≥ 0`);
  const t = asTensor(x);
  return !training || std === 0 ? t : add(t, mul(randnLike(t, { generator }), std));
}

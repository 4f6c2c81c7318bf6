/** Normalizations of single samples: by groups of channels, by channel, by size. */
import { withGrad } from "../../autograd/mode.ts";
import { asTensor } from "../../creation.ts";
import { add, div, maximum, mul } from "../../ops/arithmetic.ts";
import { avgPool2d } from "../../ops/average-pooling.ts";
import { narrow } from "../../ops/indexing.ts";
import { square } from "../../ops/math.ts";
import { type Normalization, normalizeBy } from "../../ops/normalization.ts";
import { pow } from "../../ops/power.ts";
import { mean, norm } from "../../ops/reduction.ts";
import { reshape } from "../../ops/shape.ts";
import { type Shape, show, sizeOf } from "../../shape.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import { follow_, normalizedBy } from "./channels.ts";
import type { BatchNormOptions, LayerNormOptions } from "./normalization.ts";

/**
 * Group normalization: in each sample, groups of channels get mean 0 and variance 1 together; each channel is then scaled and shifted.
 *
 * Shapes: `(batch, channels, …)` → the same; weight and bias `(channels)`.
 *
 * @param groups How many groups; 1 is layer normalization over everything, as many as channels is instance normalization.
 * @throws {RangeError} If the channels are no multiple of the groups.
 * @see Wu and He (2018).
 * @example groupNorm([[1, 3, 5, 9]], 2) // [[-0.999…, 0.999…, -0.999…, 0.999…]]
 */
export function groupNorm(x: TensorLike, groups: number, options: LayerNormOptions = {}): Tensor {
  const t = asTensor(x);
  const channels = t.shape[1] ?? 0;
  if (t.ndim < 2 || !(groups >= 1) || channels % groups !== 0) {
    throw new RangeError(
      `Cannot normalize ${show(t.shape)} in ${groups} groups: dimension 1 must hold a multiple of as many channels`,
    );
  }
  const sizes = [t.shape[0]!, groups, channels / groups, sizeOf(t.shape.slice(2))] as const;
  return normalizeBy(t, { sizes, over: "group", centered: true, eps: options.eps ?? 1e-5 }, options).output;
}

/** Options of instance normalization. */
export interface InstanceNormOptions extends Omit<BatchNormOptions, "training"> {
  /** Whether to use each sample's own statistics rather than the running ones; default true. */
  useInputStats?: boolean;
}

/**
 * Instance normalization: each channel of each sample gets mean 0 and variance 1 over its plane.
 *
 * Shapes: `(batch, channels, …)` with at least one spatial dimension → the same.
 *
 * @throws {RangeError} If a plane has a single element, or there are no running statistics to use.
 * @see Ulyanov, Vedaldi and Lempitsky (2016).
 * @example instanceNorm([[[1, 3]]]) // [[[-0.999…, 0.999…]]]
 */
export function instanceNorm(x: TensorLike, options: InstanceNormOptions = {}): Tensor {
  const t = asTensor(x);
  const { runningMean = null, runningVar = null, momentum = 0.1, eps = 1e-5, useInputStats = true } = options;
  if (!useInputStats) {
    if (runningMean === null || runningVar === null) {
      throw new RangeError("Cannot normalize by running statistics: give runningMean and runningVar");
    }
    return normalizedBy(t, { ...options, runningMean, runningVar, eps });
  }
  const count = sizeOf(t.shape.slice(2));
  if (t.ndim < 3 || count <= 1) {
    throw new RangeError(`Cannot normalize instances of shape ${show(t.shape)}: a channel needs more than one value`);
  }
  const [batch, channels] = t.shape as [number, number];
  const how: Normalization = { sizes: [batch, channels, 1, count], over: "group", centered: true, eps };
  const { output, ...sample } = normalizeBy(t, how, options);
  const average = (v: Tensor) => mean(reshape(v, [batch, channels]), { dim: 0 });
  withGrad(false, () => {
    if (runningMean !== null) follow_(runningMean, average(sample.mean), momentum);
    if (runningVar !== null) follow_(runningVar, mul(average(sample.variance), count / (count - 1)), momentum);
  });
  return output;
}

/**
 * Root mean square normalization: `x / √(mean x² + ε) · weight` over the last dimensions. Layer normalization without its centering, and cheaper.
 *
 * @param shape The sizes of the last dimensions to normalize over.
 * @param options `weight`, of that shape; `eps`, by default the distance from 1 to the next number of the type.
 * @throws {RangeError} If x does not end in `shape`.
 * @see Zhang and Sennrich (2019).
 * @example rmsNorm([3, 4], [2]) // [0.848…, 1.131…]
 */
export function rmsNorm(x: TensorLike, shape: Shape, options: Omit<LayerNormOptions, "bias"> = {}): Tensor {
  const t = asTensor(x);
  const first = t.ndim - shape.length;
  if (shape.length === 0 || first < 0 || shape.some((size, d) => t.shape[first + d] !== size)) {
    throw new RangeError(`Cannot normalize ${show(t.shape)} over ${show(shape)}: its last dimensions must be that`);
  }
  const { weight, eps = t.dtype === "float64" ? Number.EPSILON : 2 ** -23 } = options;
  const sizes = [sizeOf(t.shape.slice(0, first)), 1, sizeOf(shape), 1] as const;
  return normalizeBy(t, { sizes, over: "group", centered: false, eps }, { weight }).output;
}

/** Options of local response normalization. */
export interface LocalResponseNormOptions {
  /** α; default 1e-4. */
  alpha?: number;
  /** β, the exponent; default 0.75. */
  beta?: number;
  /** k, what is added; default 1. */
  k?: number;
}

/**
 * Local response normalization: `x / (k + α · mean of x² over neighbouring channels)^β`, by which strong channels hold their neighbours down.
 *
 * Shapes: `(batch, channels, …)` → the same.
 *
 * @param size How many neighbouring channels count, the channel itself in the middle.
 * @throws {RangeError} If there are less than three dimensions.
 * @see Krizhevsky, Sutskever and Hinton (2012); book §3.6.1.
 * @example localResponseNorm([[[2]]], 1, { alpha: 1, beta: 1 }) // [[[0.400…]]]
 */
export function localResponseNorm(x: TensorLike, size: number, options: LocalResponseNormOptions = {}): Tensor {
  const t = asTensor(x);
  const { alpha = 1e-4, beta = 0.75, k = 1 } = options;
  if (t.ndim < 3) throw new RangeError(`Cannot normalize ${show(t.shape)} across channels: it needs 3 dimensions`);
  const [batch, channels] = t.shape as [number, number];
  // A plane of channels by positions, pooled across channels; with an even size one more comes out than goes in.
  const planes = reshape(square(t), [batch, channels, -1]);
  const window = { stride: 1, padding: [Math.floor(size / 2), 0], divisorOverride: size };
  const means = narrow(avgPool2d(planes, [size, 1], window), 1, { start: 0, length: channels });
  return div(t, pow(add(mul(reshape(means, t.shape), alpha), k), beta));
}

/**
 * Divides vectors by their norm: `x / max(‖x‖ₚ, ε)`.
 *
 * @param options `p`, default 2; `dim`, default 1; `eps`, default 1e-12.
 * @example normalize([[3, 4]]) // [[0.600…, 0.800…]]
 */
export function normalize(x: TensorLike, options: { p?: number; dim?: number; eps?: number } = {}): Tensor {
  const { p = 2, dim = 1, eps = 1e-12 } = options;
  const t = asTensor(x);
  return div(t, maximum(norm(t, { p, dim, keepDim: true }), eps));
}

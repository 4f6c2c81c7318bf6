/** Functions that give activations mean 0 and variance 1, over features, channels or the batch. */
import { withGrad } from "../../autograd/mode.ts";
import { asTensor } from "../../creation.ts";
import { mul } from "../../ops/arithmetic.ts";
import { normalizeBy } from "../../ops/normalization.ts";
import { type Shape, show, sizeOf } from "../../shape.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import { follow_, normalizedBy } from "./channels.ts";

/** Options of layer normalization. */
export interface LayerNormOptions {
  /** A factor for each element, of the normalized shape. */
  weight?: Tensor | null;
  /** What is added to each element, of the normalized shape. */
  bias?: Tensor | null;
  /** Added to the variance; default 1e-5. */
  eps?: number;
}

/**
 * Layer normalization: over the last dimensions mean 0 and variance 1, then scaled and shifted.
 *
 * @param shape The sizes of the last dimensions to normalize over.
 * @throws {RangeError} If x does not end in `shape`.
 * @see Ba, Kiros and Hinton (2016).
 * @example layerNorm([1, 3], [2]) // [-0.999…, 0.999…]
 */
export function layerNorm(x: TensorLike, shape: Shape, options: LayerNormOptions = {}): Tensor {
  const t = asTensor(x);
  const first = t.ndim - shape.length;
  if (shape.length === 0 || first < 0 || shape.some((size, d) => t.shape[first + d] !== size)) {
    throw new RangeError(`Cannot normalize ${show(t.shape)} over ${show(shape)}: its last dimensions must be that`);
  }
  const count = sizeOf(shape);
  const sizes = [sizeOf(t.shape.slice(0, first)), 1, count, 1] as const;
  return normalizeBy(t, { sizes, over: "group", centered: true, eps: options.eps ?? 1e-5 }, options).output;
}

/** Options of batch normalization. */
export interface BatchNormOptions {
  /** Running statistics, one number a channel; used in evaluation and updated in place in training. */
  runningMean?: Tensor | null;
  runningVar?: Tensor | null;
  /** A factor for each channel. */
  weight?: Tensor | null;
  /** What is added to each channel. */
  bias?: Tensor | null;
  /** Whether to use the batch's own statistics; default false. */
  training?: boolean;
  /** The weight of the new batch in the running statistics; default 0.1. */
  momentum?: number;
  /** Added to the variance; default 1e-5. */
  eps?: number;
}

/**
 * Batch normalization: each channel gets mean 0 and variance 1 over the batch, or by its running statistics, and is then scaled and shifted.
 *
 * Shapes: `(batch, channels, …)` → the same.
 *
 * @throws {RangeError} If training on one value a channel, whose variance is 0, or evaluating without running statistics.
 * @see Ioffe and Szegedy (2015); book §2.6.8.
 * @example batchNorm([[1], [3]], { training: true }) // [[-0.999…], [0.999…]]
 */
export function batchNorm(x: TensorLike, options: BatchNormOptions = {}): Tensor {
  const t = asTensor(x);
  if (t.ndim < 2)
    throw new RangeError(`Cannot normalize ${show(t.shape)} by channels: it needs a batch and a channel dimension`);
  const { runningMean = null, runningVar = null, training = false, momentum = 0.1, eps = 1e-5 } = options;
  if (!training) {
    if (runningMean === null || runningVar === null) {
      throw new RangeError(
        "Cannot normalize by running statistics: give runningMean and runningVar, or training: true",
      );
    }
    return normalizedBy(t, { ...options, runningMean, runningVar, eps });
  }
  const count = sizeOf(t.shape) / t.shape[1]!;
  if (count <= 1) {
    throw new RangeError(
      `Cannot normalize a batch of shape ${show(t.shape)} in training: each channel needs more than one value`,
    );
  }
  const sizes = [t.shape[0]!, 1, t.shape[1]!, sizeOf(t.shape.slice(2))] as const;
  const { output, mean, variance } = normalizeBy(t, { sizes, over: "channel", centered: true, eps }, options);
  withGrad(false, () => {
    if (runningMean !== null) follow_(runningMean, mean, momentum);
    // Running variances are unbiased, although the batch is normalized by the biased one.
    if (runningVar !== null) follow_(runningVar, mul(variance, count / (count - 1)), momentum);
  });
  return output;
}

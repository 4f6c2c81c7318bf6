/** Layers as functions, under PyTorch's names: what `F` holds. */

import { withGrad } from "../autograd/mode.ts";
import { cast } from "../autograd/primitives.ts";
import { asTensor, fromData } from "../creation.ts";
import { allocate } from "../dtype.ts";
import { add, mul, sub } from "../ops/arithmetic.ts";
import { eq, gt } from "../ops/comparison.ts";
import { indexSelect } from "../ops/indexing.ts";
import { add_, mul_ } from "../ops/inplace.ts";
import { rsqrt, square } from "../ops/math.ts";
import { matmul } from "../ops/matmul.ts";
import { mean, sum } from "../ops/reduction.ts";
import { where } from "../ops/select.ts";
import { permute, reshape } from "../ops/shape.ts";
import { bernoulli_, type RandomSource } from "../random.ts";
import { type Shape, show, sizeOf } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";

export {
  elu,
  gelu,
  hardtanh,
  leakyRelu,
  logSigmoid,
  logSoftmax,
  mish,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  softmax,
  softmin,
  softplus,
  softsign,
} from "../ops/activation.ts";
export * from "../ops/average-pooling.ts";
export * from "../ops/convolution.ts";
export { oneHot } from "../ops/encode.ts";
export * from "../ops/interpolation.ts";
export { tanh } from "../ops/math.ts";
export { linear } from "../ops/matrix.ts";
export * from "../ops/max-pooling.ts";
export type { PoolOptions } from "../ops/pooling-window.ts";
export * from "../ops/signal.ts";
export type { PerDim } from "../ops/spatial.ts";
export { type PaddingMode, type PadOptions, pad } from "../ops/split.ts";
export * from "../ops/transposed-convolution.ts";
export * from "../ops/unfold.ts";
export * from "./losses.ts";

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

/** The shape of one number a channel, which broadcasts against `shape`: dimension 1 kept, all others 1. */
function perChannel(shape: Shape): number[] {
  return shape.map((size, d) => (d === 1 ? size : 1));
}

/**
 * Bilinear map of two inputs: `yₖ = x₁ᵀ Aₖ x₂ + bₖ`.
 *
 * Shapes: `(…, inputs1)` and `(…, inputs2)`, weight `(outputs, inputs1, inputs2)`, bias `(outputs)` → `(…, outputs)`.
 *
 * @example bilinear([2], [3], [[[5]]]).toArray() // [30]
 */
export function bilinear(x1: TensorLike, x2: TensorLike, weight: TensorLike, bias: TensorLike | null = null): Tensor {
  const [a, b, w] = [asTensor(x1), asTensor(x2), asTensor(weight)];
  const [outputs, inputs1, inputs2] = w.shape as [number, number, number];
  if (w.ndim !== 3 || a.shape.at(-1) !== inputs1 || b.shape.at(-1) !== inputs2) {
    throw new RangeError(`Cannot map ${show(a.shape)} and ${show(b.shape)} by a bilinear weight of ${show(w.shape)}`);
  }
  const lead = a.shape.slice(0, -1);
  const left = matmul(reshape(a, [-1, inputs1]), reshape(permute(w, [1, 0, 2]), [inputs1, -1]));
  const product = mul(reshape(left, [-1, outputs, inputs2]), reshape(b, [-1, 1, inputs2]));
  const result = reshape(sum(product, { dim: 2 }), [...lead, outputs]);
  return bias === null ? result : add(result, bias);
}

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

/**
 * Rows of a table, picked by index: the same as a one-hot vector times the table.
 *
 * Shapes: indices of any shape, weight `(rows, size)` → `(…indices, size)`.
 *
 * @param options `paddingIdx`: a row that gets no gradient.
 * @throws {RangeError} If there is no such row.
 * @example embedding([1, 0], [[1, 2], [3, 4]]).toArray() // [[3, 4], [1, 2]]
 */
export function embedding(indices: TensorLike, weight: TensorLike, options: { paddingIdx?: number } = {}): Tensor {
  const [index, table] = [asTensor(indices), asTensor(weight)];
  const size = table.shape[1]!;
  const rows = reshape(indexSelect(table, 0, reshape(index, [-1])), [...index.shape, size]);
  const { paddingIdx } = options;
  if (paddingIdx === undefined) return rows;
  const row = paddingIdx < 0 ? paddingIdx + table.shape[0]! : paddingIdx;
  return where(reshape(eq(index, row), [...index.shape, 1]), rows.detach(), rows);
}

/** `(x − mean) / √(variance + ε) · weight + bias`, where everything broadcasts against x. */
function normalized(
  x: Tensor,
  center: Tensor,
  variance: Tensor,
  eps: number,
  weight?: Tensor | null,
  bias?: Tensor | null,
) {
  const unit = mul(sub(x, center), rsqrt(add(variance, eps)));
  const scaled = weight ? mul(unit, weight) : unit;
  return bias ? add(scaled, bias) : scaled;
}

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
  const dim = shape.map((_, d) => first + d);
  const center = mean(t, { dim, keepDim: true });
  const variance = mean(square(sub(t, center)), { dim, keepDim: true });
  return normalized(t, center, variance, options.eps ?? 1e-5, options.weight, options.bias);
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
  const shape = perChannel(t.shape);
  const broad = (v: Tensor | null | undefined) => (v ? reshape(v, shape) : v);
  const [weight, bias] = [broad(options.weight), broad(options.bias)];
  if (!training) {
    if (runningMean === null || runningVar === null) {
      throw new RangeError(
        "Cannot normalize by running statistics: give runningMean and runningVar, or training: true",
      );
    }
    return normalized(t, reshape(runningMean, shape), reshape(runningVar, shape), eps, weight, bias);
  }
  const count = sizeOf(t.shape) / t.shape[1]!;
  if (count <= 1) {
    throw new RangeError(
      `Cannot normalize a batch of shape ${show(t.shape)} in training: each channel needs more than one value`,
    );
  }
  const dim = t.shape.map((_, d) => d).filter((d) => d !== 1);
  const center = mean(t, { dim, keepDim: true });
  const variance = mean(square(sub(t, center)), { dim, keepDim: true });
  withGrad(false, () => {
    if (runningMean !== null) follow_(runningMean, center, momentum);
    // Running variances are unbiased, although the batch is normalized by the biased one.
    if (runningVar !== null) follow_(runningVar, mul(variance, count / (count - 1)), momentum);
  });
  return normalized(t, center, variance, eps, weight, bias);
}

/** `average ← (1 − momentum) · average + momentum · value`, in place. */
function follow_(average: Tensor, value: Tensor, momentum: number): void {
  const share = mul(cast(value.detach(), average.dtype), momentum);
  add_(mul_(average, 1 - momentum), reshape(share, average.shape));
}

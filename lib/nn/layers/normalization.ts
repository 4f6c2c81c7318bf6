/** Layers that give activations mean 0 and variance 1. */
import { withGrad } from "../../autograd/mode.ts";
import { asTensor, ones, zeros } from "../../creation.ts";
import { type DType, defaultDtype } from "../../dtype.ts";
import { add_, fill_, zero_ } from "../../ops/inplace.ts";
import { type Shape, show } from "../../shape.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import { batchNorm, layerNorm } from "../functional.ts";
import { Module } from "../module.ts";
import { Buffer, Parameter } from "../parameter.ts";

/**
 * Layer normalization: each sample gets mean 0 and variance 1 over its last dimensions, and is then scaled and shifted by learned numbers.
 *
 * @param normalizedShape The sizes of the last dimensions, or the size of the last one.
 * @param options `eps`, default 1e-5; `elementwiseAffine`: whether to learn scale and shift, default true; `bias`: whether to learn the shift.
 * @see Ba, Kiros and Hinton (2016).
 * @example new LayerNorm(4)(ones([2, 4])).sum().item() // 0
 */
export class LayerNorm extends Module {
  readonly normalizedShape: Shape;
  readonly eps: number;
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;

  constructor(
    normalizedShape: number | Shape,
    options: { eps?: number; elementwiseAffine?: boolean; bias?: boolean; dtype?: DType } = {},
  ) {
    super();
    const { eps = 1e-5, elementwiseAffine = true, bias = true, dtype = defaultDtype } = options;
    this.normalizedShape = typeof normalizedShape === "number" ? [normalizedShape] : [...normalizedShape];
    this.eps = eps;
    this.weight = elementwiseAffine ? new Parameter(ones(this.normalizedShape, { dtype })) : null;
    this.bias = elementwiseAffine && bias ? new Parameter(zeros(this.normalizedShape, { dtype })) : null;
  }

  forward(x: TensorLike): Tensor {
    return layerNorm(x, this.normalizedShape, { weight: this.weight, bias: this.bias, eps: this.eps });
  }

  override extraRepr(): string {
    return `[${this.normalizedShape.join(", ")}], eps=${this.eps}, elementwiseAffine=${this.weight !== null}`;
  }
}

/** Options of batch normalization. */
export interface BatchNormModuleOptions {
  /** Added to the variance; default 1e-5. */
  eps?: number;
  /** The weight of the new batch in the running statistics; null for the mean over all batches. Default 0.1. */
  momentum?: number | null;
  /** Whether to learn scale and shift; default true. */
  affine?: boolean;
  /** Whether to keep running statistics, which evaluation uses; default true. */
  trackRunningStats?: boolean;
  dtype?: DType;
}

/** Batch normalization of any number of dimensions; the subclasses say which. */
abstract class BatchNorm extends Module {
  readonly eps: number;
  readonly momentum: number | null;
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;
  readonly runningMean: Buffer | null;
  readonly runningVar: Buffer | null;
  readonly numBatchesTracked: Buffer | null;

  constructor(
    readonly numFeatures: number,
    options: BatchNormModuleOptions = {},
  ) {
    super();
    const { eps = 1e-5, momentum = 0.1, affine = true, trackRunningStats = true, dtype = defaultDtype } = options;
    this.eps = eps;
    this.momentum = momentum;
    this.weight = affine ? new Parameter(ones([numFeatures], { dtype })) : null;
    this.bias = affine ? new Parameter(zeros([numFeatures], { dtype })) : null;
    this.runningMean = trackRunningStats ? new Buffer(zeros([numFeatures], { dtype })) : null;
    this.runningVar = trackRunningStats ? new Buffer(ones([numFeatures], { dtype })) : null;
    this.numBatchesTracked = trackRunningStats ? new Buffer(zeros([], { dtype: "int32" })) : null;
  }

  /** Throws unless the input has the right number of dimensions. */
  protected abstract checkInput(x: Tensor): void;

  /** Forgets the running statistics. */
  resetRunningStats(): void {
    withGrad(false, () => {
      if (this.runningMean) zero_(this.runningMean);
      if (this.runningVar) fill_(this.runningVar, 1);
      if (this.numBatchesTracked) zero_(this.numBatchesTracked);
    });
  }

  forward(x: TensorLike): Tensor {
    const t = asTensor(x);
    this.checkInput(t);
    if (t.shape[1] !== this.numFeatures) {
      throw new RangeError(`Cannot normalize ${show(t.shape)}: dimension 1 must have ${this.numFeatures} channels`);
    }
    const { eps, weight, bias, runningMean, runningVar } = this;
    if (!this.training && runningMean !== null) return batchNorm(t, { eps, weight, bias, runningMean, runningVar });
    let { momentum } = this;
    if (this.numBatchesTracked) {
      withGrad(false, () => add_(this.numBatchesTracked!, 1));
      momentum ??= 1 / this.numBatchesTracked.item();
    }
    return batchNorm(t, { eps, weight, bias, runningMean, runningVar, training: true, momentum: momentum ?? 0 });
  }

  override extraRepr(): string {
    const { numFeatures, eps, momentum } = this;
    const flags = `affine=${this.weight !== null}, trackRunningStats=${this.runningMean !== null}`;
    return `${numFeatures}, eps=${eps}, momentum=${momentum}, ${flags}`;
  }
}

/**
 * Batch normalization of features: each gets mean 0 and variance 1 over the batch, and is then scaled and shifted by learned numbers. Evaluation
 * uses running averages instead of the batch.
 *
 * Shapes: `(batch, features)` or `(batch, features, length)` → the same.
 *
 * @param numFeatures Features, or channels.
 * @see Ioffe and Szegedy (2015); book §2.6.8.
 * @example new BatchNorm1d(3)(rand([4, 3])).shape // [4, 3]
 */
export class BatchNorm1d extends BatchNorm {
  protected checkInput(x: Tensor): void {
    if (x.ndim === 2 || x.ndim === 3) return;
    throw new RangeError(`Cannot normalize ${show(x.shape)} with BatchNorm1d: it must have 2 or 3 dimensions`);
  }
}

/**
 * Batch normalization of planes: each channel gets mean 0 and variance 1 over the batch and the plane, and is then scaled and shifted.
 *
 * Shapes: `(batch, channels, rows, columns)` → the same.
 *
 * @param numFeatures Channels.
 * @see Ioffe and Szegedy (2015); book §2.6.8.
 * @example new BatchNorm2d(3)(rand([2, 3, 4, 4])).shape // [2, 3, 4, 4]
 */
export class BatchNorm2d extends BatchNorm {
  protected checkInput(x: Tensor): void {
    if (x.ndim === 4) return;
    throw new RangeError(`Cannot normalize ${show(x.shape)} with BatchNorm2d: it must have 4 dimensions`);
  }
}

/**
 * Batch normalization of volumes.
 *
 * Shapes: `(batch, channels, depth, rows, columns)` → the same.
 *
 * @param numFeatures Channels.
 * @see Ioffe and Szegedy (2015).
 * @example new BatchNorm3d(3)(rand([2, 3, 4, 4, 4])).shape // [2, 3, 4, 4, 4]
 */
export class BatchNorm3d extends BatchNorm {
  protected checkInput(x: Tensor): void {
    if (x.ndim === 5) return;
    throw new RangeError(`Cannot normalize ${show(x.shape)} with BatchNorm3d: it must have 5 dimensions`);
  }
}

/** Normalizations of single samples, as layers. */
import { asTensor, ones, zeros } from "../../creation.ts";
import { type DType, defaultDtype } from "../../dtype.ts";
import { reshape } from "../../ops/shape.ts";
import { type Shape, show } from "../../shape.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import { groupNorm, instanceNorm, type LocalResponseNormOptions, localResponseNorm, rmsNorm } from "../functional.ts";
import { Module } from "../module.ts";
import { Buffer, Parameter } from "../parameter.ts";
import type { BatchNormModuleOptions } from "./normalization.ts";

/**
 * Group normalization: in each sample, groups of channels get mean 0 and variance 1; each channel is then scaled and shifted by learned numbers.
 *
 * Shapes: `(batch, channels, …)` → the same.
 *
 * @param numGroups Groups.
 * @param numChannels Channels, a multiple of the groups.
 * @param options `eps`, default 1e-5; `affine`: whether to learn scale and shift, default true.
 * @throws {RangeError} If the channels are no multiple of the groups.
 * @see Wu and He (2018); book §2.6.8.
 * @example new GroupNorm(2, 4)(rand([3, 4, 5])).shape // [3, 4, 5]
 */
export class GroupNorm extends Module {
  readonly eps: number;
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;

  constructor(
    readonly numGroups: number,
    readonly numChannels: number,
    options: { eps?: number; affine?: boolean; dtype?: DType } = {},
  ) {
    super();
    const { eps = 1e-5, affine = true, dtype = defaultDtype } = options;
    if (!(numGroups >= 1) || numChannels % numGroups !== 0) {
      throw new RangeError(`Cannot normalize ${numChannels} channels in ${numGroups} groups: they must be a multiple`);
    }
    this.eps = eps;
    this.weight = affine ? new Parameter(ones([numChannels], { dtype })) : null;
    this.bias = affine ? new Parameter(zeros([numChannels], { dtype })) : null;
  }

  forward(x: TensorLike): Tensor {
    return groupNorm(x, this.numGroups, { weight: this.weight, bias: this.bias, eps: this.eps });
  }

  override extraRepr(): string {
    return `${this.numGroups}, ${this.numChannels}, eps=${this.eps}, affine=${this.weight !== null}`;
  }
}

/**
 * Root mean square normalization over the last dimensions, scaled by learned numbers.
 *
 * @param normalizedShape The sizes of the last dimensions, or the size of the last one.
 * @param options `eps`, by default that of the type; `elementwiseAffine`: whether to learn the scale, default true.
 * @see F.rmsNorm; Zhang and Sennrich (2019); book §2.6.8.
 * @example new RMSNorm(4)(ones([2, 4])).sum() // 7.999…
 */
export class RMSNorm extends Module {
  readonly normalizedShape: Shape;
  readonly eps: number | undefined;
  readonly weight: Parameter | null;

  constructor(
    normalizedShape: number | Shape,
    options: { eps?: number; elementwiseAffine?: boolean; dtype?: DType } = {},
  ) {
    super();
    const { eps, elementwiseAffine = true, dtype = defaultDtype } = options;
    this.normalizedShape = typeof normalizedShape === "number" ? [normalizedShape] : [...normalizedShape];
    this.eps = eps;
    this.weight = elementwiseAffine ? new Parameter(ones(this.normalizedShape, { dtype })) : null;
  }

  forward(x: TensorLike): Tensor {
    return rmsNorm(x, this.normalizedShape, { weight: this.weight, eps: this.eps });
  }

  override extraRepr(): string {
    return `${show(this.normalizedShape)}, eps=${this.eps ?? "of the type"}, elementwiseAffine=${this.weight !== null}`;
  }
}

/** Local response normalization across neighbouring channels. @param size Channels that count. @see F.localResponseNorm; book §3.6.1 @example new LocalResponseNorm(2)(rand([1, 4, 3, 3])).shape // [1, 4, 3, 3] */
export class LocalResponseNorm extends Module {
  constructor(
    readonly size: number,
    readonly options: Readonly<LocalResponseNormOptions> = {},
  ) {
    super();
  }

  forward(x: TensorLike): Tensor {
    return localResponseNorm(x, this.size, this.options);
  }

  override extraRepr(): string {
    const { alpha = 1e-4, beta = 0.75, k = 1 } = this.options;
    return `${this.size}, alpha=${alpha}, beta=${beta}, k=${k}`;
  }
}

/** Instance normalization of any number of dimensions; the subclasses say which. */
abstract class InstanceNorm extends Module {
  readonly eps: number;
  readonly momentum: number;
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;
  readonly runningMean: Buffer | null;
  readonly runningVar: Buffer | null;
  /** Part of the state, as in PyTorch, which does not count here either. */
  readonly numBatchesTracked: Buffer | null;

  constructor(
    protected readonly rank: number,
    readonly numFeatures: number,
    options: BatchNormModuleOptions,
  ) {
    super();
    const { eps = 1e-5, momentum, affine = false, trackRunningStats = false, dtype = defaultDtype } = options;
    this.eps = eps;
    this.momentum = momentum ?? 0.1;
    this.weight = affine ? new Parameter(ones([numFeatures], { dtype })) : null;
    this.bias = affine ? new Parameter(zeros([numFeatures], { dtype })) : null;
    this.runningMean = trackRunningStats ? new Buffer(zeros([numFeatures], { dtype })) : null;
    this.runningVar = trackRunningStats ? new Buffer(ones([numFeatures], { dtype })) : null;
    this.numBatchesTracked = trackRunningStats ? new Buffer(zeros([], { dtype: "int32" })) : null;
  }

  forward(x: TensorLike): Tensor {
    const { rank, numFeatures, eps, momentum, weight, bias, runningMean, runningVar } = this;
    const given = asTensor(x);
    const t = given.ndim === rank + 1 ? reshape(given, [1, ...given.shape]) : given;
    if (t.ndim !== rank + 2 || t.shape[1] !== numFeatures) {
      throw new RangeError(
        `Cannot normalize ${show(given.shape)}: it must be (batch, ${numFeatures}, …) with ${rank + 2} dimensions, or without batch`,
      );
    }
    const useInputStats = this.training || runningMean === null;
    const y = instanceNorm(t, { eps, momentum, weight, bias, runningMean, runningVar, useInputStats });
    return reshape(y, given.shape);
  }

  override extraRepr(): string {
    const { numFeatures, eps, momentum } = this;
    const flags = `affine=${this.weight !== null}, trackRunningStats=${this.runningMean !== null}`;
    return `${numFeatures}, eps=${eps}, momentum=${momentum}, ${flags}`;
  }
}

/** Instance normalization of sequences: each channel of each sample gets mean 0 and variance 1. @param numFeatures Channels. @see F.instanceNorm @example new InstanceNorm1d(3)(rand([2, 3, 4])).shape // [2, 3, 4] */
export class InstanceNorm1d extends InstanceNorm {
  /** @param options `eps`, `momentum`; `affine` and `trackRunningStats`, here both false by default. */
  constructor(numFeatures: number, options: BatchNormModuleOptions = {}) {
    super(1, numFeatures, options);
  }
}

/** Instance normalization of planes: each channel of each sample gets mean 0 and variance 1. @param numFeatures Channels. @see F.instanceNorm @example new InstanceNorm2d(3)(rand([2, 3, 4, 4])).shape // [2, 3, 4, 4] */
export class InstanceNorm2d extends InstanceNorm {
  /** @param options `eps`, `momentum`; `affine` and `trackRunningStats`, here both false by default. */
  constructor(numFeatures: number, options: BatchNormModuleOptions = {}) {
    super(2, numFeatures, options);
  }
}

/** Instance normalization of volumes: each channel of each sample gets mean 0 and variance 1. @param numFeatures Channels. @see F.instanceNorm @example new InstanceNorm3d(3)(rand([2, 3, 4, 4, 4])).shape // [2, 3, 4, 4, 4] */
export class InstanceNorm3d extends InstanceNorm {
  /** @param options `eps`, `momentum`; `affine` and `trackRunningStats`, here both false by default. */
  constructor(numFeatures: number, options: BatchNormModuleOptions = {}) {
    super(3, numFeatures, options);
  }
}

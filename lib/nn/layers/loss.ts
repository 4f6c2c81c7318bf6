/** Losses as modules. */
import { asTensor } from "../../creation.ts";
import { Tensor, type TensorLike } from "../../tensor.ts";
import type { ClassLossOptions, CrossEntropyOptions } from "../class-losses.ts";
import * as F from "../functional.ts";
import type { BCEOptions, LossOptions, Reduction } from "../losses.ts";
import { Module } from "../module.ts";
import { Buffer } from "../parameter.ts";

/** A module from an output and a target to a loss. @example new MSELoss() instanceof Loss // true */
export abstract class Loss extends Module {
  readonly reduction: Reduction;

  constructor(options: LossOptions = {}) {
    super();
    this.reduction = options.reduction ?? "mean";
  }

  abstract override forward(input: TensorLike, target: TensorLike): Tensor;
}

/** Weights as part of the module's state. */
function weights(value: TensorLike | undefined): Buffer | undefined {
  return value === undefined ? undefined : new Buffer(value instanceof Tensor ? value : asTensor(value));
}

/** Mean squared error. @see F.mseLoss, book §1.5 @example new MSELoss()([1, 2], [1, 4]).item() // 2 */
export class MSELoss extends Loss {
  forward(input: TensorLike, target: TensorLike): Tensor {
    return F.mseLoss(input, target, { reduction: this.reduction });
  }
}

/** Absolute error. @see F.l1Loss, book §1.5 @example new L1Loss()([1, 2], [1, 4]).item() // 1 */
export class L1Loss extends Loss {
  forward(input: TensorLike, target: TensorLike): Tensor {
    return F.l1Loss(input, target, { reduction: this.reduction });
  }
}

/** Smooth absolute error. @param options `beta`: where the square ends, default 1. @see F.smoothL1Loss @example new SmoothL1Loss()([0], [2]).item() // 1.5 */
export class SmoothL1Loss extends Loss {
  readonly beta: number;

  constructor(options: LossOptions & { beta?: number } = {}) {
    super(options);
    this.beta = options.beta ?? 1;
  }

  forward(input: TensorLike, target: TensorLike): Tensor {
    return F.smoothL1Loss(input, target, { reduction: this.reduction, beta: this.beta });
  }
}

/** Huber's loss. @param options `delta`: where the square ends, default 1. @see F.huberLoss @example new HuberLoss({ delta: 2 })([0], [3]).item() // 4 */
export class HuberLoss extends Loss {
  readonly delta: number;

  constructor(options: LossOptions & { delta?: number } = {}) {
    super(options);
    this.delta = options.delta ?? 1;
  }

  forward(input: TensorLike, target: TensorLike): Tensor {
    return F.huberLoss(input, target, { reduction: this.reduction, delta: this.delta });
  }
}

/** Binary cross-entropy of probabilities. @see F.binaryCrossEntropy @example new BCELoss()([0.5], [1]) // 0.693… */
export class BCELoss extends Loss {
  readonly weight: Buffer | undefined;

  constructor(options: BCEOptions = {}) {
    super(options);
    this.weight = weights(options.weight);
  }

  forward(input: TensorLike, target: TensorLike): Tensor {
    return F.binaryCrossEntropy(input, target, { reduction: this.reduction, weight: this.weight });
  }
}

/** Binary cross-entropy of logits. @see F.binaryCrossEntropyWithLogits @example new BCEWithLogitsLoss()([0], [1]) // 0.693… */
export class BCEWithLogitsLoss extends Loss {
  readonly weight: Buffer | undefined;
  readonly posWeight: Buffer | undefined;

  constructor(options: BCEOptions & { posWeight?: TensorLike } = {}) {
    super(options);
    this.weight = weights(options.weight);
    this.posWeight = weights(options.posWeight);
  }

  forward(input: TensorLike, target: TensorLike): Tensor {
    const { reduction, weight, posWeight } = this;
    return F.binaryCrossEntropyWithLogits(input, target, { reduction, weight, posWeight });
  }
}

/** Negative log-likelihood of log-probabilities. @see F.nllLoss, book §2.1 @example new NLLLoss()([[-0.5, -1]], tensor([1], { dtype: "int32" })).item() // 1 */
export class NLLLoss extends Loss {
  readonly weight: Buffer | undefined;
  readonly ignoreIndex: number;

  constructor(options: ClassLossOptions = {}) {
    super(options);
    this.weight = weights(options.weight);
    this.ignoreIndex = options.ignoreIndex ?? -100;
  }

  forward(input: TensorLike, target: TensorLike): Tensor {
    const { reduction, weight, ignoreIndex } = this;
    return F.nllLoss(input, target, { reduction, weight, ignoreIndex });
  }
}

/** Cross-entropy of logits. @see F.crossEntropy, book §1.5 @example new CrossEntropyLoss()([[0, 0]], tensor([1], { dtype: "int32" })) // 0.693… */
export class CrossEntropyLoss extends Loss {
  readonly weight: Buffer | undefined;
  readonly ignoreIndex: number;
  readonly labelSmoothing: number;

  constructor(options: CrossEntropyOptions = {}) {
    super(options);
    this.weight = weights(options.weight);
    this.ignoreIndex = options.ignoreIndex ?? -100;
    this.labelSmoothing = options.labelSmoothing ?? 0;
  }

  forward(input: TensorLike, target: TensorLike): Tensor {
    const { reduction, weight, ignoreIndex, labelSmoothing } = this;
    return F.crossEntropy(input, target, { reduction, weight, ignoreIndex, labelSmoothing });
  }
}

/** Kullback–Leibler divergence. @see F.klDiv @example new KLDivLoss({ reduction: "sum" })([0, 0], [1, 0]).item() // 0 */
export class KLDivLoss extends Module {
  readonly reduction: Reduction | "batchMean";
  readonly logTarget: boolean;

  constructor(options: { reduction?: Reduction | "batchMean"; logTarget?: boolean } = {}) {
    super();
    this.reduction = options.reduction ?? "mean";
    this.logTarget = options.logTarget ?? false;
  }

  forward(input: TensorLike, target: TensorLike): Tensor {
    return F.klDiv(input, target, { reduction: this.reduction, logTarget: this.logTarget });
  }
}

/** Losses of margins, counts, variances and alignments as modules. */
import { asTensor } from "../../creation.ts";
import { Tensor, type TensorLike } from "../../tensor.ts";
import type { CTCOptions } from "../ctc-loss.ts";
import * as F from "../functional.ts";
import type { GaussianOptions, PoissonOptions } from "../likelihood-losses.ts";
import type { MarginOptions, MultiMarginOptions, TripletDistanceOptions, TripletOptions } from "../margin-losses.ts";
import { Module } from "../module.ts";
import { Buffer } from "../parameter.ts";
import type { LossOptions } from "../reduction.ts";

/** A loss whose settings are those of its function. */
abstract class Settled<O extends object> extends Module {
  readonly options: Readonly<O>;

  constructor(options?: O) {
    super();
    this.options = { ...(options as O) };
  }

  override extraRepr(): string {
    return Object.entries(this.options)
      .filter(([, value]) => ["number", "string", "boolean"].includes(typeof value))
      .map(([name, value]) => `${name}=${value}`)
      .join(", ");
  }
}

/** Weights as part of the module's state. */
function weights(value: TensorLike | undefined): Buffer | undefined {
  return value === undefined ? undefined : new Buffer(value instanceof Tensor ? value : asTensor(value));
}

/** Margin of distances. @see F.hingeEmbeddingLoss @example new HingeEmbeddingLoss({ margin: 2 })([0.5], [-1]).item() // 1.5 */
export class HingeEmbeddingLoss extends Settled<MarginOptions> {
  forward(input: TensorLike, target: TensorLike): Tensor {
    return F.hingeEmbeddingLoss(input, target, this.options);
  }
}

/** Order of two scores. @see F.marginRankingLoss @example new MarginRankingLoss()([1], [3], [1]).item() // 2 */
export class MarginRankingLoss extends Settled<MarginOptions> {
  forward(input1: TensorLike, input2: TensorLike, target: TensorLike): Tensor {
    return F.marginRankingLoss(input1, input2, target, this.options);
  }
}

/** Angle of two vectors. @see F.cosineEmbeddingLoss @example new CosineEmbeddingLoss()([[1, 0]], [[0, 1]], [1]) // 1 */
export class CosineEmbeddingLoss extends Settled<MarginOptions> {
  forward(input1: TensorLike, input2: TensorLike, target: TensorLike): Tensor {
    return F.cosineEmbeddingLoss(input1, input2, target, this.options);
  }
}

/** The anchor nearer to the positive than to the negative. @see F.tripletMarginLoss @example new TripletMarginLoss()([[0, 0]], [[3, 4]], [[0, 0]]) // 5.999… */
export class TripletMarginLoss extends Settled<TripletOptions> {
  forward(anchor: TensorLike, positive: TensorLike, negative: TensorLike): Tensor {
    return F.tripletMarginLoss(anchor, positive, negative, this.options);
  }
}

/** Triplets with any distance. @see F.tripletMarginWithDistanceLoss @example new TripletMarginWithDistanceLoss()([[0, 0]], [[3, 4]], [[0, 0]]) // 5.999… */
export class TripletMarginWithDistanceLoss extends Settled<TripletDistanceOptions> {
  forward(anchor: TensorLike, positive: TensorLike, negative: TensorLike): Tensor {
    return F.tripletMarginWithDistanceLoss(anchor, positive, negative, this.options);
  }
}

/** Margin of all right classes over all others. @see F.multilabelMarginLoss @example new MultiLabelMarginLoss()([0.1, 0.2, 0.4, 0.8], [3, 0, -1, 1]) // 0.850… */
export class MultiLabelMarginLoss extends Settled<LossOptions> {
  forward(input: TensorLike, target: TensorLike): Tensor {
    return F.multilabelMarginLoss(input, target, this.options);
  }
}

/** Logistic loss of a score against ±1. @see F.softMarginLoss @example new SoftMarginLoss()([0], [1]) // 0.693… */
export class SoftMarginLoss extends Settled<LossOptions> {
  forward(input: TensorLike, target: TensorLike): Tensor {
    return F.softMarginLoss(input, target, this.options);
  }
}

/** Counts under a Poisson distribution. @see F.poissonNLLLoss @example new PoissonNLLLoss()([0], [3]).item() // 1 */
export class PoissonNLLLoss extends Settled<PoissonOptions> {
  forward(input: TensorLike, target: TensorLike): Tensor {
    return F.poissonNLLLoss(input, target, this.options);
  }
}

/** Numbers with a predicted variance. @see F.gaussianNLLLoss @example new GaussianNLLLoss()([1], [3], [2]) // 1.346… */
export class GaussianNLLLoss extends Settled<GaussianOptions> {
  forward(input: TensorLike, target: TensorLike, variance: TensorLike): Tensor {
    return F.gaussianNLLLoss(input, target, variance, this.options);
  }
}

/** Margin of the right class over all others. @see F.multiMarginLoss @example new MultiMarginLoss({ margin: 0 })([[0.5, 0]], [0]).item() // 0 */
export class MultiMarginLoss extends Settled<Omit<MultiMarginOptions, "weight">> {
  readonly weight: Buffer | undefined;

  constructor({ weight, ...options }: MultiMarginOptions = {}) {
    super(options);
    this.weight = weights(weight);
  }

  forward(input: TensorLike, target: TensorLike): Tensor {
    return F.multiMarginLoss(input, target, { ...this.options, weight: this.weight });
  }
}

/** One binary cross-entropy a class, averaged. @see F.multilabelSoftMarginLoss @example new MultiLabelSoftMarginLoss()([[0, 0]], [[1, 0]]) // 0.693… */
export class MultiLabelSoftMarginLoss extends Settled<LossOptions> {
  readonly weight: Buffer | undefined;

  constructor({ weight, ...options }: LossOptions & { weight?: TensorLike } = {}) {
    super(options);
    this.weight = weights(weight);
  }

  forward(input: TensorLike, target: TensorLike): Tensor {
    return F.multilabelSoftMarginLoss(input, target, { ...this.options, weight: this.weight });
  }
}

/**
 * Labels without alignment, by connectionist temporal classification.
 *
 * @param options `blank`, default 0; `zeroInfinity`; `reduction`.
 * @see F.ctcLoss
 * @example new CTCLoss()([[[0, -1]], [[0, -1]]], [[1]], { inputLengths: [2], targetLengths: [1] }) // 0.138…
 */
export class CTCLoss extends Settled<CTCOptions> {
  forward(
    logProbs: TensorLike,
    targets: TensorLike,
    lengths: { inputLengths: readonly number[]; targetLengths: readonly number[] },
  ): Tensor {
    return F.ctcLoss(logProbs, targets, { ...this.options, ...lengths });
  }
}

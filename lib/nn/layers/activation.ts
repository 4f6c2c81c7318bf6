/** Activation functions as layers. */

import { full } from "../../creation.ts";
import { type DType, defaultDtype } from "../../dtype.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import * as F from "../functional.ts";
import { Module } from "../module.ts";
import { Parameter } from "../parameter.ts";

/** ReLU: `max(0, x)`. @see F.relu, book §2.2 @example new ReLU()([-1, 2]).toArray() // [0, 2] */
export class ReLU extends Module {
  forward(x: TensorLike): Tensor {
    return F.relu(x);
  }
}

/** ReLU that stops at 6. @see F.relu6 @example new ReLU6()([-1, 8]).toArray() // [0, 6] */
export class ReLU6 extends Module {
  forward(x: TensorLike): Tensor {
    return F.relu6(x);
  }
}

/** ReLU with a small slope below 0. @param negativeSlope Default 0.01. @see F.leakyRelu @example new LeakyReLU(0.5)([-2]).toArray() // [-1] */
export class LeakyReLU extends Module {
  constructor(readonly negativeSlope = 0.01) {
    super();
  }

  forward(x: TensorLike): Tensor {
    return F.leakyRelu(x, this.negativeSlope);
  }

  override extraRepr(): string {
    return `negativeSlope=${this.negativeSlope}`;
  }
}

/**
 * ReLU whose slope below 0 is learned.
 *
 * @param numParameters 1 slope for all (default), or one a channel.
 * @param options `init`: the first slope, default 0.25; `dtype`.
 * @see F.prelu; He et al. (2015)
 * @example new PReLU()([-4]).toArray() // [-1]
 */
export class PReLU extends Module {
  /** (slopes) */
  readonly weight: Parameter;

  constructor(
    readonly slopes = 1,
    options: { init?: number; dtype?: DType } = {},
  ) {
    super();
    this.weight = new Parameter(full([slopes], options.init ?? 0.25, { dtype: options.dtype ?? defaultDtype }));
  }

  forward(x: TensorLike): Tensor {
    return F.prelu(x, this.weight);
  }

  override extraRepr(): string {
    return `numParameters=${this.slopes}`;
  }
}

/** Exponential linear unit. @param alpha Default 1. @see F.elu @example new ELU()([0, 2]).toArray() // [0, 2] */
export class ELU extends Module {
  constructor(readonly alpha = 1) {
    super();
  }

  forward(x: TensorLike): Tensor {
    return F.elu(x, this.alpha);
  }

  override extraRepr(): string {
    return `alpha=${this.alpha}`;
  }
}

/** Scaled ELU. @see F.selu @example new SELU()([0]).toArray() // [0] */
export class SELU extends Module {
  forward(x: TensorLike): Tensor {
    return F.selu(x);
  }
}

/** Gaussian error linear unit. @param options `approximate`: none (default) or tanh. @see F.gelu @example new GELU()([0]).toArray() // [0] */
export class GELU extends Module {
  readonly approximate: "none" | "tanh";

  constructor(options: { approximate?: "none" | "tanh" } = {}) {
    super();
    this.approximate = options.approximate ?? "none";
  }

  forward(x: TensorLike): Tensor {
    return F.gelu(x, { approximate: this.approximate });
  }

  override extraRepr(): string {
    return `approximate=${this.approximate}`;
  }
}

/** Sigmoid linear unit: `x σ(x)`. @see F.silu @example new SiLU()([0]).toArray() // [0] */
export class SiLU extends Module {
  forward(x: TensorLike): Tensor {
    return F.silu(x);
  }
}

/** Mish: `x tanh(softplus(x))`. @see F.mish @example new Mish()([0]).toArray() // [0] */
export class Mish extends Module {
  forward(x: TensorLike): Tensor {
    return F.mish(x);
  }
}

/** Logistic sigmoid. @see F.sigmoid, book §1.2 @example new Sigmoid()([0]).toArray() // [0.5] */
export class Sigmoid extends Module {
  forward(x: TensorLike): Tensor {
    return F.sigmoid(x);
  }
}

/** Logarithm of the sigmoid. @see F.logSigmoid @example new LogSigmoid()([0]) // [-0.693…] */
export class LogSigmoid extends Module {
  forward(x: TensorLike): Tensor {
    return F.logSigmoid(x);
  }
}

/** Hyperbolic tangent. @see book §1.2 @example new Tanh()([0]).toArray() // [0] */
export class Tanh extends Module {
  forward(x: TensorLike): Tensor {
    return F.tanh(x);
  }
}

/** Tanh made of lines. @param minVal Default −1. @param maxVal Default 1. @see F.hardtanh @example new Hardtanh()([-2, 0.5]).toArray() // [-1, 0.5] */
export class Hardtanh extends Module {
  constructor(
    readonly minVal = -1,
    readonly maxVal = 1,
  ) {
    super();
  }

  forward(x: TensorLike): Tensor {
    return F.hardtanh(x, { min: this.minVal, max: this.maxVal });
  }

  override extraRepr(): string {
    return `minVal=${this.minVal}, maxVal=${this.maxVal}`;
  }
}

/** Smooth ReLU. @param beta Sharpness, default 1. @see F.softplus, book §2.2 @example new Softplus()([0]) // [0.693…] */
export class Softplus extends Module {
  constructor(readonly beta = 1) {
    super();
  }

  forward(x: TensorLike): Tensor {
    return F.softplus(x, this.beta);
  }

  override extraRepr(): string {
    return `beta=${this.beta}`;
  }
}

/** Softsign: `x / (1 + |x|)`. @see F.softsign @example new Softsign()([-1, 3]).toArray() // [-0.5, 0.75] */
export class Softsign extends Module {
  forward(x: TensorLike): Tensor {
    return F.softsign(x);
  }
}

/** A layer that works along one dimension. */
abstract class AlongDim extends Module {
  readonly dim: number;

  /** @param dim The dimension of the classes: a number, or `{ dim }`. */
  constructor(dim: number | { dim: number }) {
    super();
    this.dim = typeof dim === "number" ? dim : dim.dim;
  }

  override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}

/** Scores to probabilities. @see F.softmax, book §2.1 @example new Softmax({ dim: 0 })([0, 0]).toArray() // [0.5, 0.5] */
export class Softmax extends AlongDim {
  forward(x: TensorLike): Tensor {
    return F.softmax(x, this.dim);
  }
}

/** Scores to probabilities, the least score the likeliest. @see F.softmin @example new Softmin({ dim: 0 })([0, 0]).toArray() // [0.5, 0.5] */
export class Softmin extends AlongDim {
  forward(x: TensorLike): Tensor {
    return F.softmin(x, this.dim);
  }
}

/** Scores to log-probabilities. @see F.logSoftmax, book §2.1 @example new LogSoftmax({ dim: 0 })([0, 0]) // [-0.693…, -0.693…] */
export class LogSoftmax extends AlongDim {
  forward(x: TensorLike): Tensor {
    return F.logSoftmax(x, this.dim);
  }
}

/** Activations made of pieces, gates, and units that compete or draw, as layers. */

import { asTensor } from "../../creation.ts";
import type { RandomGenerator } from "../../random.ts";
import { show } from "../../shape.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import * as F from "../functional.ts";
import { Module } from "../module.ts";

/** Continuous ELU. @param alpha Default 1. @see F.celu @example new CELU()([0, 2]).toArray() // [0, 2] */
export class CELU extends Module {
  constructor(readonly alpha = 1) {
    super();
  }

  forward(x: TensorLike): Tensor {
    return F.celu(x, this.alpha);
  }

  override extraRepr(): string {
    return `alpha=${this.alpha}`;
  }
}

/** Sigmoid made of lines. @see F.hardsigmoid @example new Hardsigmoid()([-3, 0]).toArray() // [0, 0.5] */
export class Hardsigmoid extends Module {
  forward(x: TensorLike): Tensor {
    return F.hardsigmoid(x);
  }
}

/** SiLU made of pieces. @see F.hardswish @example new Hardswish()([-3, 3]).toArray() // [0, 3] */
export class Hardswish extends Module {
  forward(x: TensorLike): Tensor {
    return F.hardswish(x);
  }
}

/** Passes what is greater than a threshold. @param threshold The threshold. @param value What stands for all others. @see F.threshold @example new Threshold(1, 0)([0.5, 2]).toArray() // [0, 2] */
export class Threshold extends Module {
  constructor(
    readonly threshold: number,
    readonly value: number,
  ) {
    super();
  }

  forward(x: TensorLike): Tensor {
    return F.threshold(x, this.threshold, this.value);
  }

  override extraRepr(): string {
    return `threshold=${this.threshold}, value=${this.value}`;
  }
}

/** Passes what is farther from 0 than λ. @param lambda Default ½. @see F.hardshrink @example new Hardshrink()([0.25, 1]).toArray() // [0, 1] */
export class Hardshrink extends Module {
  constructor(readonly lambda = 0.5) {
    super();
  }

  forward(x: TensorLike): Tensor {
    return F.hardshrink(x, this.lambda);
  }

  override extraRepr(): string {
    return `lambda=${this.lambda}`;
  }
}

/** Moves everything toward 0 by λ. @param lambda Default ½. @see F.softshrink @example new Softshrink()([0.25, 1]).toArray() // [0, 0.5] */
export class Softshrink extends Module {
  constructor(readonly lambda = 0.5) {
    super();
  }

  forward(x: TensorLike): Tensor {
    return F.softshrink(x, this.lambda);
  }

  override extraRepr(): string {
    return `lambda=${this.lambda}`;
  }
}

/** What tanh takes away. @see F.tanhshrink @example new Tanhshrink()([0]).toArray() // [0] */
export class Tanhshrink extends Module {
  forward(x: TensorLike): Tensor {
    return F.tanhshrink(x);
  }
}

/** Gated linear unit. @param dim The dimension to halve; default −1. @see F.glu @example new GLU()([4, 0]).toArray() // [2] */
export class GLU extends Module {
  constructor(readonly dim = -1) {
    super();
  }

  forward(x: TensorLike): Tensor {
    return F.glu(x, this.dim);
  }

  override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}

/**
 * ReLU whose slope below 0 is drawn anew each time in training, and is the middle in evaluation.
 *
 * @param lower The least slope; default 1/8.
 * @param upper The greatest; default 1/3.
 * @see F.rrelu
 * @example new RReLU(0.25, 0.75).eval()([-2]).toArray() // [-1]
 */
export class RReLU extends Module {
  private readonly generator: RandomGenerator | undefined;

  constructor(
    readonly lower = 1 / 8,
    readonly upper = 1 / 3,
    options: { generator?: RandomGenerator } = {},
  ) {
    super();
    this.generator = options.generator;
  }

  forward(x: TensorLike): Tensor {
    const { lower, upper, training, generator } = this;
    return F.rrelu(x, { lower, upper, training, generator });
  }

  override extraRepr(): string {
    return `lower=${this.lower}, upper=${this.upper}`;
  }
}

/** Softmax over the channels at each place of planes. @see F.softmax @example new Softmax2d()(zeros([1, 2, 1, 1])).toArray() // [[[[0.5]], [[0.5]]]] */
export class Softmax2d extends Module {
  forward(x: TensorLike): Tensor {
    const t = asTensor(x);
    if (t.ndim !== 3 && t.ndim !== 4) {
      throw new RangeError(`Cannot take Softmax2d of ${show(t.shape)}: it must have 4 dimensions, or 3 without batch`);
    }
    return F.softmax(t, -3);
  }
}

/** Layers that disturb training on purpose. */
import type { RandomGenerator } from "../../random.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import * as F from "../functional.ts";
import { Module } from "../module.ts";

/** Options of layers that draw. */
export interface DrawOptions {
  /** Where the draws come from; the default generator if left out. */
  generator?: RandomGenerator;
}

/** Dropout of elements or of channels; the subclasses say which. */
abstract class Dropping extends Module {
  private readonly generator: RandomGenerator | undefined;

  constructor(
    private readonly run: (x: TensorLike, options: F.DropoutOptions) => Tensor,
    readonly p: number,
    options: DrawOptions,
  ) {
    super();
    if (!(p >= 0 && p <= 1)) throw new RangeError(`Cannot drop with probability ${p}: it must be from 0 to 1`);
    this.generator = options.generator;
  }

  forward(x: TensorLike): Tensor {
    return this.run(x, { p: this.p, training: this.training, generator: this.generator });
  }

  override extraRepr(): string {
    return `p=${this.p}`;
  }
}

/**
 * Dropout: in training each element becomes 0 with probability p and the others are divided by 1 − p; in evaluation everything passes.
 *
 * @param p Default ½.
 * @param options `generator`: where the draws come from; the default generator if left out.
 * @throws {RangeError} If p is not in [0, 1].
 * @see Srivastava et al. (2014); book §2.6.5.
 * @example new Dropout(0.5).eval()([1, 2]).toArray() // [1, 2]
 */
export class Dropout extends Dropping {
  constructor(p = 0.5, options: DrawOptions = {}) {
    super(F.dropout, p, options);
  }
}

/**
 * Dropout of whole channels of sequences.
 *
 * @param p Default ½.
 * @param options `generator`: where the draws come from; the default generator if left out.
 * @throws {RangeError} If p is not in [0, 1].
 * @see F.dropout1d
 * @example new Dropout1d(0.5).eval()([[[1, 2]]]).toArray() // [[[1, 2]]]
 */
export class Dropout1d extends Dropping {
  constructor(p = 0.5, options: DrawOptions = {}) {
    super(F.dropout1d, p, options);
  }
}

/**
 * Dropout of whole channels of planes.
 *
 * @param p Default ½.
 * @param options `generator`: where the draws come from; the default generator if left out.
 * @throws {RangeError} If p is not in [0, 1].
 * @see F.dropout2d; book §2.6.5
 * @example new Dropout2d(0.5).eval()([[[[1, 2]]]]).toArray() // [[[[1, 2]]]]
 */
export class Dropout2d extends Dropping {
  constructor(p = 0.5, options: DrawOptions = {}) {
    super(F.dropout2d, p, options);
  }
}

/**
 * Dropout of whole channels of volumes.
 *
 * @param p Default ½.
 * @param options `generator`: where the draws come from; the default generator if left out.
 * @throws {RangeError} If p is not in [0, 1].
 * @see F.dropout3d
 * @example new Dropout3d(0.5).eval()([[[[[1, 2]]]]]).toArray() // [[[[[1, 2]]]]]
 */
export class Dropout3d extends Dropping {
  constructor(p = 0.5, options: DrawOptions = {}) {
    super(F.dropout3d, p, options);
  }
}

/**
 * Dropout for nets with SELU, which keeps mean 0 and variance 1.
 *
 * @param p Default ½.
 * @param options `generator`: where the draws come from; the default generator if left out.
 * @throws {RangeError} If p is not in [0, 1].
 * @see F.alphaDropout; book §2.6.5
 * @example new AlphaDropout(0.5).eval()([1, 2]).toArray() // [1, 2]
 */
export class AlphaDropout extends Dropping {
  constructor(p = 0.5, options: DrawOptions = {}) {
    super(F.alphaDropout, p, options);
  }
}

/**
 * As AlphaDropout, but of whole channels.
 *
 * @param p Default ½.
 * @param options `generator`: where the draws come from; the default generator if left out.
 * @throws {RangeError} If p is not in [0, 1].
 * @see F.featureAlphaDropout
 * @example new FeatureAlphaDropout(0.5).eval()([[[1, 2]]]).toArray() // [[[1, 2]]]
 */
export class FeatureAlphaDropout extends Dropping {
  constructor(p = 0.5, options: DrawOptions = {}) {
    super(F.featureAlphaDropout, p, options);
  }
}

/**
 * Adds normal noise in training: on inputs, between layers, or on outputs.
 *
 * @param std The standard deviation; default 0.1.
 * @param options `generator`: where the draws come from; the default generator if left out.
 * @throws {RangeError} If the standard deviation is negative.
 * @see F.gaussianNoise; book §2.6.3
 * @example new GaussianNoise(1).eval()([1, 2]).toArray() // [1, 2]
 */
export class GaussianNoise extends Module {
  private readonly generator: RandomGenerator | undefined;

  constructor(
    readonly std = 0.1,
    options: DrawOptions = {},
  ) {
    super();
    if (!(std >= 0)) throw new RangeError(`Cannot add noise of standard deviation ${std}: it must be ≥ 0`);
    this.generator = options.generator;
  }

  forward(x: TensorLike): Tensor {
    return F.gaussianNoise(x, { std: this.std, training: this.training, generator: this.generator });
  }

  override extraRepr(): string {
    return `std=${this.std}`;
  }
}

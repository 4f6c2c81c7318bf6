/** Layers of fractional max pooling. */
import { type PerDim, perDim } from "../../ops/spatial.ts";
import { show } from "../../shape.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import * as F from "../functional.ts";
import { Module } from "../module.ts";

/** Options of layers of fractional max pooling. */
export type FractionalPoolOptions = Omit<F.FractionalMaxPoolOptions, "randomSamples">;

abstract class FractionalMaxPool extends Module {
  readonly kernelSize: readonly number[];
  /** Where windows begin is drawn from it; the default generator if there is none. */
  readonly generator: F.FractionalMaxPoolOptions["generator"];
  /** What comes out. */
  readonly options: Readonly<Omit<FractionalPoolOptions, "generator">>;

  constructor(
    rank: number,
    private readonly run: (x: TensorLike, kernelSize: PerDim, options: F.FractionalMaxPoolOptions) => Tensor,
    kernelSize: PerDim,
    options: FractionalPoolOptions,
  ) {
    super();
    const { generator, ...rest } = options;
    if ((rest.outputSize === undefined) === (rest.outputRatio === undefined)) {
      throw new RangeError(`Cannot pool by fractions: give outputSize or outputRatio, one of the two`);
    }
    this.kernelSize = perDim(kernelSize, rank, "kernelSize", 1);
    this.options = rest;
    this.generator = generator;
  }

  forward(x: TensorLike): Tensor {
    return this.run(x, this.kernelSize, { ...this.options, generator: this.generator });
  }

  override extraRepr(): string {
    const { outputSize, outputRatio } = this.options;
    const text = (value: number | readonly number[]) => (typeof value === "number" ? String(value) : show([...value]));
    const out = outputSize === undefined ? `outputRatio=${text(outputRatio!)}` : `outputSize=${text(outputSize)}`;
    return `kernelSize=${show(this.kernelSize)}, ${out}`;
  }
}

/**
 * Max pooling of planes to any size, by windows that begin at random distances, drawn anew at each call.
 *
 * Shapes: `(batch, channels, rows, columns)` or without batch → the same, with fewer.
 *
 * @param kernelSize The size of the window.
 * @param options `outputSize` or `outputRatio`; `generator`.
 * @throws {RangeError} If not just one of `outputSize` and `outputRatio` is given.
 * @see F.fractionalMaxPool2d; Graham (2014).
 * @example new FractionalMaxPool2d(2, { outputRatio: 0.6 })(rand([1, 2, 8, 8])).shape // [1, 2, 4, 4]
 */
export class FractionalMaxPool2d extends FractionalMaxPool {
  constructor(kernelSize: PerDim, options: FractionalPoolOptions) {
    super(2, F.fractionalMaxPool2d, kernelSize, options);
  }
}

/** Max pooling of volumes to any size. @see FractionalMaxPool2d @example new FractionalMaxPool3d(2, { outputSize: 3 })(rand([1, 2, 4, 4, 4])).shape // [1, 2, 3, 3, 3] */
export class FractionalMaxPool3d extends FractionalMaxPool {
  constructor(kernelSize: PerDim, options: FractionalPoolOptions) {
    super(3, F.fractionalMaxPool3d, kernelSize, options);
  }
}

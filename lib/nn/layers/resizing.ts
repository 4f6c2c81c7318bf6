/** Layers that make planes larger, or turn windows and channels into each other. */
import { type PerDim, perDim } from "../../ops/spatial.ts";
import { show } from "../../shape.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import * as F from "../functional.ts";
import { Module } from "../module.ts";

/**
 * Resizes sequences, planes or volumes.
 *
 * @param options One of `size` and `scaleFactor`; `mode`, default nearest; `alignCorners`.
 * @see F.interpolate.
 * @example new Upsample({ scaleFactor: 2 })(rand([1, 2, 3, 4])).shape // [1, 2, 6, 8]
 */
export class Upsample extends Module {
  constructor(readonly options: Readonly<F.InterpolateOptions>) {
    super();
  }

  forward(x: TensorLike): Tensor {
    return F.interpolate(x, this.options);
  }

  override extraRepr(): string {
    const text = (value: unknown) => (Array.isArray(value) ? show(value) : String(value));
    return Object.entries(this.options)
      .map(([name, value]) => `${name}=${text(value)}`)
      .join(", ");
  }
}

/** A layer with one number as its setting. */
abstract class Factor extends Module {
  constructor(
    private readonly setting: string,
    private readonly run: (x: TensorLike, factor: number) => Tensor,
    /** The number. */
    readonly factor: number,
  ) {
    super();
  }

  forward(x: TensorLike): Tensor {
    return this.run(x, this.factor);
  }

  override extraRepr(): string {
    return `${this.setting}=${this.factor}`;
  }
}

/** Turns groups of channels into larger planes. @see F.pixelShuffle @example new PixelShuffle(2)(rand([1, 8, 3, 3])).shape // [1, 2, 6, 6] */
export class PixelShuffle extends Factor {
  constructor(upscaleFactor: number) {
    super("upscaleFactor", F.pixelShuffle, upscaleFactor);
  }
}

/** Turns planes into more channels of smaller ones. @see F.pixelUnshuffle @example new PixelUnshuffle(2)(rand([1, 2, 6, 6])).shape // [1, 8, 3, 3] */
export class PixelUnshuffle extends Factor {
  constructor(downscaleFactor: number) {
    super("downscaleFactor", F.pixelUnshuffle, downscaleFactor);
  }
}

/** Deals channels out to groups anew. @see F.channelShuffle @example new ChannelShuffle(2)(rand([1, 4, 3, 3])).shape // [1, 4, 3, 3] */
export class ChannelShuffle extends Factor {
  constructor(groups: number) {
    super("groups", F.channelShuffle, groups);
  }
}

/** Options of `Unfold` and `Fold`. */
export type WindowOptions = Omit<F.UnfoldOptions, "kernelSize">;

/**
 * Lays the windows of planes out as columns.
 *
 * @param kernelSize The size of the window.
 * @param options `stride`, `padding`, `dilation`.
 * @see F.unfold.
 * @example new Unfold(2)(rand([1, 3, 4, 4])).shape // [1, 12, 9]
 */
export class Unfold extends Module {
  readonly options: Readonly<F.UnfoldOptions>;

  constructor(kernelSize: PerDim, options: WindowOptions = {}) {
    super();
    this.options = { kernelSize: perDim(kernelSize, 2, "kernelSize", 1), ...options };
  }

  forward(x: TensorLike): Tensor {
    return F.unfold(x, this.options);
  }

  override extraRepr(): string {
    return `kernelSize=${show(this.options.kernelSize as number[])}`;
  }
}

/**
 * Adds windows, laid out as columns, to planes.
 *
 * @param outputSize The size of the planes.
 * @param kernelSize The size of the window.
 * @param options `stride`, `padding`, `dilation`.
 * @see F.fold.
 * @example new Fold([4, 4], 2)(rand([1, 12, 9])).shape // [1, 3, 4, 4]
 */
export class Fold extends Module {
  readonly options: Readonly<F.UnfoldOptions>;

  constructor(
    readonly outputSize: PerDim,
    kernelSize: PerDim,
    options: WindowOptions = {},
  ) {
    super();
    this.options = { kernelSize: perDim(kernelSize, 2, "kernelSize", 1), ...options };
  }

  forward(x: TensorLike): Tensor {
    return F.fold(x, this.outputSize, this.options);
  }

  override extraRepr(): string {
    const { outputSize } = this;
    const size = typeof outputSize === "number" ? outputSize : show(outputSize);
    return `outputSize=${size}, kernelSize=${show(this.options.kernelSize as number[])}`;
  }
}

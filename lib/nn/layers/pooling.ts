/** Layers that make sequences, planes and volumes smaller, by the greatest, the mean or the norm of parts of them. */
import { asTensor } from "../../creation.ts";
import { amax } from "../../ops/extremes.ts";
import { mean } from "../../ops/reduction.ts";
import { type PerDim, perDim } from "../../ops/spatial.ts";
import { show } from "../../shape.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import * as F from "../functional.ts";
import { Module } from "../module.ts";

/** How settings show in a layer's text: those that were given. */
function settings(kernelSize: readonly number[], options: object): string {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const text = (value: unknown) => (Array.isArray(value) ? `[${value.join(", ")}]` : String(value));
  return [`kernelSize=[${kernelSize.join(", ")}]`, ...given.map(([name, value]) => `${name}=${text(value)}`)].join(
    ", ",
  );
}

/** Pooling under a moving window; the subclasses say how and of how many dimensions. */
abstract class Pool<O extends object> extends Module {
  readonly kernelSize: readonly number[];

  constructor(
    rank: number,
    private readonly run: (x: TensorLike, kernelSize: PerDim, options: O) => Tensor,
    kernelSize: PerDim,
    readonly options: Readonly<O>,
  ) {
    super();
    this.kernelSize = perDim(kernelSize, rank, "kernelSize", 1);
  }

  forward(x: TensorLike): Tensor {
    return this.run(x, this.kernelSize, this.options);
  }

  override extraRepr(): string {
    return settings(this.kernelSize, this.options);
  }
}

/** Max pooling, which can also say where it found what. */
abstract class MaxPool extends Pool<F.MaxPoolOptions> {
  /** The greatest elements and where they are, for `MaxUnpool2d` and its like: what PyTorch's `return_indices` gives. */
  withIndices(x: TensorLike): F.ValuesAndIndices {
    return F.maxPoolWithIndices(x, this.kernelSize, { ...this.options, rank: this.kernelSize.length });
  }
}

/**
 * Max pooling, the greatest element under each window, of sequences.
 *
 * Shapes: `(batch, channels, length)` or without batch → the same, with fewer.
 *
 * @param kernelSize The size of the window.
 * @param options `stride`, by default the size; `padding`; `dilation`; `ceilMode`.
 * @see F.maxPool1d.
 * @example new MaxPool1d(2)(rand([2, 3, 8])).shape // [2, 3, 4]
 */
export class MaxPool1d extends MaxPool {
  constructor(kernelSize: PerDim, options: F.MaxPoolOptions = {}) {
    super(1, F.maxPool1d, kernelSize, options);
  }
}

/**
 * Max pooling, the greatest element under each window, of planes.
 *
 * Shapes: `(batch, channels, rows, columns)` or without batch → the same, with fewer.
 *
 * @param kernelSize The size of the window.
 * @param options `stride`, by default the size; `padding`; `dilation`; `ceilMode`.
 * @see F.maxPool2d; `withIndices` for the positions; book §3.5.
 * @example new MaxPool2d(2)(rand([2, 3, 8, 8])).shape // [2, 3, 4, 4]
 */
export class MaxPool2d extends MaxPool {
  constructor(kernelSize: PerDim, options: F.MaxPoolOptions = {}) {
    super(2, F.maxPool2d, kernelSize, options);
  }
}

/**
 * Max pooling, the greatest element under each window, of volumes.
 *
 * Shapes: `(batch, channels, depth, rows, columns)` or without batch → the same, with fewer.
 *
 * @param kernelSize The size of the window.
 * @param options `stride`, by default the size; `padding`; `dilation`; `ceilMode`.
 * @see F.maxPool3d.
 * @example new MaxPool3d(2)(rand([1, 2, 4, 4, 4])).shape // [1, 2, 2, 2, 2]
 */
export class MaxPool3d extends MaxPool {
  constructor(kernelSize: PerDim, options: F.MaxPoolOptions = {}) {
    super(3, F.maxPool3d, kernelSize, options);
  }
}

/**
 * Average pooling, the mean under each window, of sequences.
 *
 * Shapes: `(batch, channels, length)` or without batch → the same, with fewer.
 *
 * @param kernelSize The size of the window.
 * @param options `stride`, by default the size; `padding`; `ceilMode`; `countIncludePad`, default true; `divisorOverride`.
 * @see F.avgPool1d.
 * @example new AvgPool1d(2)(rand([2, 3, 8])).shape // [2, 3, 4]
 */
export class AvgPool1d extends Pool<F.AvgPoolOptions> {
  constructor(kernelSize: PerDim, options: F.AvgPoolOptions = {}) {
    super(1, F.avgPool1d, kernelSize, options);
  }
}

/**
 * Average pooling, the mean under each window, of planes.
 *
 * Shapes: `(batch, channels, rows, columns)` or without batch → the same, with fewer.
 *
 * @param kernelSize The size of the window.
 * @param options `stride`, by default the size; `padding`; `ceilMode`; `countIncludePad`, default true; `divisorOverride`.
 * @see F.avgPool2d; book §3.5.
 * @example new AvgPool2d(2)(rand([2, 3, 8, 8])).shape // [2, 3, 4, 4]
 */
export class AvgPool2d extends Pool<F.AvgPoolOptions> {
  constructor(kernelSize: PerDim, options: F.AvgPoolOptions = {}) {
    super(2, F.avgPool2d, kernelSize, options);
  }
}

/**
 * Average pooling, the mean under each window, of volumes.
 *
 * Shapes: `(batch, channels, depth, rows, columns)` or without batch → the same, with fewer.
 *
 * @param kernelSize The size of the window.
 * @param options `stride`, by default the size; `padding`; `ceilMode`; `countIncludePad`, default true; `divisorOverride`.
 * @see F.avgPool3d.
 * @example new AvgPool3d(2)(rand([1, 2, 4, 4, 4])).shape // [1, 2, 2, 2, 2]
 */
export class AvgPool3d extends Pool<F.AvgPoolOptions> {
  constructor(kernelSize: PerDim, options: F.AvgPoolOptions = {}) {
    super(3, F.avgPool3d, kernelSize, options);
  }
}

/**
 * Pooling of sequences by the norm under each window, `(Σ xᵖ)^{1/p}`.
 *
 * @param p The exponent: 2 is what the book calls L2 pooling.
 * @param kernelSize The size of the window.
 * @param options `stride`, by default the size; `ceilMode`.
 * @see F.lpPool1d; book §3.5.
 * @example new LPPool1d(2, 2)(rand([2, 3, 8])).shape // [2, 3, 4]
 */
export class LPPool1d extends Pool<F.LpPoolOptions> {
  constructor(p: number, kernelSize: PerDim, options: Omit<F.LpPoolOptions, "p"> = {}) {
    super(1, F.lpPool1d, kernelSize, { ...options, p });
  }
}

/**
 * Pooling of planes by the norm under each window, `(Σ xᵖ)^{1/p}`.
 *
 * @param p The exponent: 2 is what the book calls L2 pooling.
 * @param kernelSize The size of the window.
 * @param options `stride`, by default the size; `ceilMode`.
 * @see F.lpPool2d; book §3.5.
 * @example new LPPool2d(2, 2)(rand([2, 3, 8, 8])).shape // [2, 3, 4, 4]
 */
export class LPPool2d extends Pool<F.LpPoolOptions> {
  constructor(p: number, kernelSize: PerDim, options: Omit<F.LpPoolOptions, "p"> = {}) {
    super(2, F.lpPool2d, kernelSize, { ...options, p });
  }
}

/** Pooling to a given size; the subclasses say how. */
abstract class AdaptivePool<S> extends Module {
  constructor(
    private readonly run: (x: TensorLike, size: S) => Tensor,
    /** The sizes of the result. */
    readonly outputSize: S,
  ) {
    super();
  }

  forward(x: TensorLike): Tensor {
    return this.run(x, this.outputSize);
  }

  override extraRepr(): string {
    const { outputSize } = this;
    return `outputSize=${Array.isArray(outputSize) ? `[${outputSize.join(", ")}]` : String(outputSize)}`;
  }
}

/** The sizes of planes that come out: one number for both, or rows and columns; null keeps one. */
type PlaneSize = number | null | readonly (number | null)[];

/** The mean of each of so many equal parts of a sequence. @see F.adaptiveAvgPool1d @example new AdaptiveAvgPool1d(5)(rand([2, 3, 8])).shape // [2, 3, 5] */
export class AdaptiveAvgPool1d extends AdaptivePool<number> {
  constructor(outputSize: number) {
    super(F.adaptiveAvgPool1d, outputSize);
  }
}

/** The mean of each of so many equal parts of volumes. @see F.adaptiveAvgPool3d @example new AdaptiveAvgPool3d(2)(rand([1, 2, 4, 4, 4])).shape // [1, 2, 2, 2, 2] */
export class AdaptiveAvgPool3d extends AdaptivePool<PlaneSize> {
  constructor(outputSize: PlaneSize) {
    super(F.adaptiveAvgPool3d, outputSize);
  }
}

/** The mean of each of so many equal parts of planes. @see F.adaptiveAvgPool2d; book §3.5 @example new AdaptiveAvgPool2d([5, null])(rand([2, 3, 8, 8])).shape // [2, 3, 5, 8] */
export class AdaptiveAvgPool2d extends AdaptivePool<PlaneSize> {
  constructor(outputSize: PlaneSize) {
    super(F.adaptiveAvgPool2d, outputSize);
  }
}

/** The greatest element of each of so many equal parts of a sequence. @see F.adaptiveMaxPool1d @example new AdaptiveMaxPool1d(5)(rand([2, 3, 8])).shape // [2, 3, 5] */
export class AdaptiveMaxPool1d extends AdaptivePool<number> {
  constructor(outputSize: number) {
    super(F.adaptiveMaxPool1d, outputSize);
  }
}

/** The greatest element of each of so many equal parts of volumes. @see F.adaptiveMaxPool3d @example new AdaptiveMaxPool3d(2)(rand([1, 2, 4, 4, 4])).shape // [1, 2, 2, 2, 2] */
export class AdaptiveMaxPool3d extends AdaptivePool<PlaneSize> {
  constructor(outputSize: PlaneSize) {
    super(F.adaptiveMaxPool3d, outputSize);
  }
}

/** The greatest element of each of so many equal parts of planes. @see F.adaptiveMaxPool2d; book §3.5 @example new AdaptiveMaxPool2d([5, null])(rand([2, 3, 8, 8])).shape // [2, 3, 5, 8] */
export class AdaptiveMaxPool2d extends AdaptivePool<PlaneSize> {
  constructor(outputSize: PlaneSize) {
    super(F.adaptiveMaxPool2d, outputSize);
  }
}

/**
 * The mean of each channel: a picture of any size becomes one number a channel.
 *
 * Shapes: `(batch, channels, …)` → `(batch, channels)`.
 *
 * @see Lin, Chen and Yan (2014); book §3.5.
 * @example new GlobalAvgPool()(rand([2, 3, 8, 8])).shape // [2, 3]
 */
export class GlobalAvgPool extends Module {
  forward(x: TensorLike): Tensor {
    return mean(...channelwise(x));
  }
}

/**
 * The greatest element of each channel: a picture of any size becomes one number a channel.
 *
 * Shapes: `(batch, channels, …)` → `(batch, channels)`.
 *
 * @see Lin, Chen and Yan (2014); book §3.5.
 * @example new GlobalMaxPool()(rand([2, 3, 8, 8])).shape // [2, 3]
 */
export class GlobalMaxPool extends Module {
  forward(x: TensorLike): Tensor {
    return amax(...channelwise(x));
  }
}

function channelwise(x: TensorLike): [x: Tensor, dims: number[]] {
  const t = asTensor(x);
  if (t.ndim < 3) throw new RangeError(`Cannot pool ${show(t.shape)} globally: it must have batch, channels and more`);
  return [t, t.shape.map((_, d) => d).slice(2)];
}

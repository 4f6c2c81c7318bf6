/** Pooling by means and norms under a moving window. */
import { asTensor } from "../creation.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { div, mul } from "./arithmetic.ts";
import { eq } from "./comparison.ts";
import { type PoolOptions, poolWindow } from "./pooling-window.ts";
import { pow } from "./power.ts";
import { adaptiveSizes, averageTo, movingAverage } from "./resample.ts";
import { where } from "./select.ts";
import { batched, type PerDim, perDim } from "./spatial.ts";

/** Options of average pooling. */
export interface AvgPoolOptions extends PoolOptions {
  /** Whether the zeros of the padding count in the mean; default true. */
  countIncludePad?: boolean;
  /** What sums are divided by, instead of the number of elements. */
  divisorOverride?: number;
}

function avgPool(name: string, rank: number, input: TensorLike, kernelSize: PerDim, options: AvgPoolOptions): Tensor {
  const { x, restore } = batched(name, asTensor(input), rank);
  const window = poolWindow(name, x, rank, kernelSize, options);
  const { countIncludePad = true, divisorOverride } = options;
  if (divisorOverride === 0) throw new RangeError(`Cannot ${name} with divisorOverride 0: sums are divided by it`);
  let result = x;
  window.size.forEach((size, d) => {
    const { stride, padding, out } = window;
    const sum = divisorOverride !== undefined;
    const along = { size, stride: stride[d]!, padding: padding[d]!, out: out[d]!, countPadding: countIncludePad, sum };
    result = movingAverage(result, d + 2, along);
  });
  return restore(divisorOverride === undefined ? result : div(result, divisorOverride));
}

/**
 * Average pooling of sequences: the mean under each window.
 *
 * @param kernelSize The size of the window.
 * @throws {RangeError} If the window does not fit, or the padding is more than half of it.
 * @see book §3.5.
 * @example avgPool1d([[[1, 3, 2, 4]]], 2).toArray() // [[[2, 3]]]
 */
export function avgPool1d(x: TensorLike, kernelSize: PerDim, options: AvgPoolOptions = {}): Tensor {
  return avgPool("avgPool1d", 1, x, kernelSize, options);
}

/**
 * Average pooling of planes: the mean under each window.
 *
 * @param kernelSize The size of the window.
 * @throws {RangeError} If the window does not fit, or the padding is more than half of it.
 * @see book §3.5.
 * @example avgPool2d([[[[1, 2], [3, 4]]]], 2).toArray() // [[[[2.5]]]]
 */
export function avgPool2d(x: TensorLike, kernelSize: PerDim, options: AvgPoolOptions = {}): Tensor {
  return avgPool("avgPool2d", 2, x, kernelSize, options);
}

/** Average pooling of volumes: the mean under each window. @see avgPool2d @example avgPool3d([[[[[1]], [[2]]]]], [2, 1, 1]).item() // 1.5 */
export function avgPool3d(x: TensorLike, kernelSize: PerDim, options: AvgPoolOptions = {}): Tensor {
  return avgPool("avgPool3d", 3, x, kernelSize, options);
}

function lpPool(name: string, rank: number, x: TensorLike, kernelSize: PerDim, options: LpPoolOptions): Tensor {
  const { p = 2, ...rest } = options;
  if (!(p > 0)) throw new RangeError(`Cannot ${name} with p ${p}: it must be > 0`);
  const count = perDim(kernelSize, rank, "kernelSize", 1).reduce((a, b) => a * b, 1);
  // As in PyTorch: the mean under the window times its size, also where the window of ceilMode hangs over the end.
  const total = mul(avgPool(name, rank, pow(asTensor(x), p), kernelSize, rest), count);
  // The detour over 1 keeps the infinite slope of the root at 0 out of the gradient.
  const isZero = eq(total, 0);
  return where(isZero, 0, pow(where(isZero, 1, total), 1 / p));
}

/** Options of pooling by norms. */
export interface LpPoolOptions extends Omit<PoolOptions, "padding"> {
  /** The exponent; default 2, the Euclidean norm. */
  p?: number;
}

/**
 * Pooling of sequences by the norm under each window: `(Σ xᵖ)^{1/p}`.
 *
 * @param kernelSize The size of the window.
 * @param options `p`, default 2; `stride`, `ceilMode`.
 * @see book §3.5.
 * @example lpPool1d([[[3, 4]]], 2).toArray() // [[[5]]]
 */
export function lpPool1d(x: TensorLike, kernelSize: PerDim, options: LpPoolOptions = {}): Tensor {
  return lpPool("lpPool1d", 1, x, kernelSize, options);
}

/**
 * Pooling of planes by the norm under each window: `(Σ xᵖ)^{1/p}`, with p = 2 what the book calls L2 pooling.
 *
 * @param kernelSize The size of the window.
 * @param options `p`, default 2; `stride`, `ceilMode`.
 * @see book §3.5.
 * @example lpPool2d([[[[1, 1], [1, 1]]]], 2).toArray() // [[[[2]]]]
 */
export function lpPool2d(x: TensorLike, kernelSize: PerDim, options: LpPoolOptions = {}): Tensor {
  return lpPool("lpPool2d", 2, x, kernelSize, options);
}

function adaptiveAvgPool(
  name: string,
  rank: number,
  input: TensorLike,
  size: number | null | readonly (number | null)[],
): Tensor {
  const { x, restore } = batched(name, asTensor(input), rank);
  const sizes = adaptiveSizes(size, x, rank);
  return restore(sizes.reduce((result, out, d) => averageTo(result, d + 2, out), x));
}

/**
 * Average pooling of sequences to a given size: the mean of each of so many parts.
 *
 * @param size The size of the result.
 * @example adaptiveAvgPool1d([[[1, 3, 2, 4]]], 2).toArray() // [[[2, 3]]]
 */
export function adaptiveAvgPool1d(x: TensorLike, size: number): Tensor {
  return adaptiveAvgPool("adaptiveAvgPool1d", 1, x, size);
}

/**
 * Average pooling of planes to a given size; with size 1 it is global pooling.
 *
 * @param size The sizes of the result: one for rows and columns, or a list of two; null keeps one.
 * @see book §3.5.
 * @example adaptiveAvgPool2d([[[[1, 2], [3, 4]]]], 1).toArray() // [[[[2.5]]]]
 */
export function adaptiveAvgPool2d(x: TensorLike, size: number | null | readonly (number | null)[]): Tensor {
  return adaptiveAvgPool("adaptiveAvgPool2d", 2, x, size);
}

/** Average pooling of volumes to a given size. @see adaptiveAvgPool2d @example adaptiveAvgPool3d([[[[[1]], [[2]]]]], 1).item() // 1.5 */
export function adaptiveAvgPool3d(x: TensorLike, size: number | null | readonly (number | null)[]): Tensor {
  return adaptiveAvgPool("adaptiveAvgPool3d", 3, x, size);
}

/** Pooling by means and norms under a moving window. */
import { apply } from "../autograd/apply.ts";
import { cast } from "../autograd/primitives.ts";
import { asTensor, ones } from "../creation.ts";
import { floatingDtype } from "../dtype.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { div, mul } from "./arithmetic.ts";
import { eq } from "./comparison.ts";
import { convOp } from "./correlation.ts";
import { type PoolOptions, type PoolWindow, poolWindow } from "./pooling-window.ts";
import { pow } from "./power.ts";
import { adaptiveSizes, averageTo } from "./resample.ts";
import { where } from "./select.ts";
import { reshape, squeeze, unsqueeze } from "./shape.ts";
import { batched, type PerDim, perDim } from "./spatial.ts";
import { pad } from "./split.ts";

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
  const sums = windowSums(cast(x, floatingDtype(x.dtype)), window);
  const sizes = x.shape.slice(2);
  const counts = window.size.map((_, d) => {
    const along = windowCounts(window, d, sizes[d]!, countIncludePad);
    return reshape(asTensor(along, { dtype: sums.dtype }), [-1, ...new Array<number>(rank - 1 - d).fill(1)]);
  });
  return restore(div(sums, divisorOverride ?? counts.reduce((a, b) => mul(a, b))));
}

/** The sum under each window: a convolution with ones, plane by plane, so that only what lies under a window counts in it. */
function windowSums(x: Tensor, window: PoolWindow): Tensor {
  const rank = window.size.length;
  const [batch, channels, ...sizes] = x.shape as [number, number, ...number[]];
  const shape = [batch, channels, ...window.out];
  const dims = window.size.map((_, d) => d);
  if (rank === 1) return reshape(planeSums(reshape(x, [-1, 1, sizes[0]!]), window, [null, 0]), shape);
  const planes = planeSums(reshape(x, [-1, ...sizes.slice(-2)]), window, dims.slice(-2));
  if (rank === 2) return reshape(planes, shape);
  // What is left of a volume, a plane of depth by position, is added up along its depth.
  return reshape(planeSums(reshape(planes, [batch * channels, sizes[0]!, -1]), window, [0, null]), shape);
}

/** Sums over planes `(planes, rows, columns)`; `dims` says which of the window's numbers rows and columns have, null for neither. */
function planeSums(x: Tensor, window: PoolWindow, dims: readonly (number | null)[]): Tensor {
  const of = (list: readonly number[], missing: number) => dims.map((d) => (d === null ? missing : list[d]!));
  const [size, stride, padding] = [of(window.size, 1), of(window.stride, 1), of(window.padding, 0)];
  // With ceilMode the last window hangs over the end.
  const over = dims.map((d, i) => {
    const length = x.shape[i + 1]!;
    return d === null ? 0 : Math.max(0, (window.out[d]! - 1) * stride[i]! + size[i]! - length - 2 * padding[i]!);
  });
  const wide = over.some((n) => n > 0) ? pad(x, [0, over[1]!, 0, over[0]!]) : x;
  const pairOf = (list: readonly number[]) => list as [number, number];
  const sums = apply(
    convOp,
    [unsqueeze(wide, 1), ones([1, 1, ...size], { dtype: x.dtype })],
    [
      {
        stride: pairOf(stride),
        padding: pairOf(padding),
        dilation: [1, 1],
        groups: 1,
      },
    ],
  );
  return squeeze(sums, 1);
}

/** How many elements each window has along a dimension: those of the padding too, or only those inside. */
function windowCounts(window: PoolWindow, d: number, length: number, countPadding: boolean): number[] {
  const [size, stride, padding] = [window.size[d]!, window.stride[d]!, window.padding[d]!];
  return Array.from({ length: window.out[d]! }, (_, i) => {
    const start = i * stride - padding;
    // Past the padding nothing counts, not even as 0: there the window of ceilMode hangs over.
    const end = Math.min(start + size, length + padding);
    return countPadding ? end - start : Math.min(end, length) - Math.max(start, 0);
  });
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
  const t = asTensor(x);
  // As in PyTorch: the mean under the window times its size, also where the window of ceilMode hangs over the end.
  const total = mul(avgPool(name, rank, pow(cast(t, floatingDtype(t.dtype)), p), kernelSize, rest), count);
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
  return restore(averageTo(x, sizes));
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

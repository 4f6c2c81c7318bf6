/** How pooling windows move, and how often. */
import { show } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { type PerDim, perDim, reach } from "./spatial.ts";

/** How a pooling window moves. What is one number for all spatial dimensions may be a list of one for each. */
export interface PoolOptions {
  /** How far the window moves each time; default its size, so that windows do not overlap. */
  stride?: PerDim;
  /** How far windows begin outside of the plane, at most half their size; default 0. */
  padding?: PerDim;
  /** Whether a window that hangs over the end counts too; default false. */
  ceilMode?: boolean;
}

/** A pooling window with a number for each spatial dimension; `out` says how often it moves, and once. */
export interface PoolWindow {
  readonly size: number[];
  readonly stride: number[];
  readonly padding: number[];
  readonly dilation: number[];
  readonly out: number[];
}

/** Reads the options of pooling, and works out the size of the result. */
export function poolWindow(
  name: string,
  x: Tensor,
  rank: number,
  kernelSize: PerDim,
  options: PoolOptions & { dilation?: PerDim },
): PoolWindow {
  const size = perDim(kernelSize, rank, "kernelSize", 1);
  const stride = perDim(options.stride ?? size, rank, "stride", 1);
  const padding = perDim(options.padding ?? 0, rank, "padding", 0);
  const dilation = perDim(options.dilation ?? 1, rank, "dilation", 1);
  if (padding.some((width, d) => 2 * width > size[d]!)) {
    throw new RangeError(
      `Cannot ${name} with padding ${show(padding)}: it must be at most half the window of ${show(size)}`,
    );
  }
  const out = size.map((kernel, d) => {
    const length = x.shape[d + 2]!;
    const room = length + 2 * padding[d]! - reach(kernel, dilation[d]!);
    if (!options.ceilMode) return Math.floor(room / stride[d]!) + 1;
    const steps = Math.ceil(room / stride[d]!) + 1;
    // A last window that would begin in the padding at the end has nothing to look at.
    return (steps - 1) * stride[d]! >= length + padding[d]! ? steps - 1 : steps;
  });
  if (out.some((n) => n < 1)) {
    throw new RangeError(`Cannot ${name} a tensor of shape ${show(x.shape)}: the window ${show(size)} does not fit`);
  }
  return { size, stride, padding, dilation, out };
}

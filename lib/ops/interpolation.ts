/** Resizing sequences, planes and volumes. */
import { asTensor, fromData } from "../creation.ts";
import { show } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { indexSelect } from "./indexing.ts";
import { averageTo, mapAlong, type Weights } from "./resample.ts";
import { type PerDim, perDim } from "./spatial.ts";

/** How values between the elements are found. */
export type InterpolationMode = "nearest" | "linear" | "bilinear" | "trilinear" | "bicubic" | "area";

/** Options of `interpolate`: one of `size` and `scaleFactor`. */
export interface InterpolateOptions {
  /** The new size of the spatial dimensions: one for all, or a list. */
  size?: PerDim;
  /** By how much the size grows: one for all, or a list. */
  scaleFactor?: number | readonly number[];
  /** `"nearest"` (default), `"linear"` for sequences, `"bilinear"` or `"bicubic"` for planes, `"trilinear"` for volumes, `"area"` for averages. */
  mode?: InterpolationMode;
  /** Whether the centers of the corner elements stay where they are, rather than their outer edges; default false. */
  alignCorners?: boolean;
}

const ranks: Readonly<Partial<Record<InterpolationMode, number>>> = {
  linear: 1,
  bilinear: 2,
  trilinear: 3,
  bicubic: 2,
};

/**
 * Resizes sequences, planes or volumes.
 *
 * Shapes: `(batch, channels, …)` with 1 to 3 spatial dimensions → the same with new spatial sizes.
 *
 * @param options `size` or `scaleFactor`, `mode`, `alignCorners`.
 * @throws {RangeError} If neither or both sizes are given, or the mode does not fit the number of dimensions.
 * @example interpolate([[[1, 3]]], { scaleFactor: 2 }).toArray() // [[[1, 1, 3, 3]]]
 */
export function interpolate(x: TensorLike, options: InterpolateOptions): Tensor {
  const t = asTensor(x);
  const { mode = "nearest", alignCorners = false } = options;
  const rank = t.ndim - 2;
  if (rank < 1 || rank > 3 || (ranks[mode] ?? rank) !== rank) {
    throw new RangeError(`Cannot interpolate ${show(t.shape)} by mode ${mode}: its spatial dimensions are ${rank}`);
  }
  const sizes = targetSizes(t, rank, options);
  if (mode === "area") {
    const parts = sizes.map(([out]) => out);
    return averageTo(t, parts);
  }
  let result = t;
  sizes.forEach(([out, factor], d) => {
    const size = t.shape[d + 2]!;
    if (mode === "nearest") {
      result = indexSelect(result, d + 2, fromData(nearest(size, out, factor)));
    } else {
      const step = alignCorners ? (out > 1 ? (size - 1) / (out - 1) : 0) : factor === null ? size / out : 1 / factor;
      result = mapAlong(
        result,
        d + 2,
        mode === "bicubic" ? cubic(size, out, step, alignCorners) : linear(size, out, step, alignCorners),
      );
    }
  });
  return result;
}

function targetSizes(x: Tensor, rank: number, options: InterpolateOptions): [size: number, factor: number | null][] {
  const { size, scaleFactor } = options;
  if ((size === undefined) === (scaleFactor === undefined)) {
    throw new RangeError(`Cannot interpolate ${show(x.shape)}: give one of size and scaleFactor`);
  }
  if (size !== undefined) return perDim(size, rank, "size", 1).map((n) => [n, null]);
  const factors = typeof scaleFactor === "number" ? new Array<number>(rank).fill(scaleFactor) : scaleFactor!;
  if (factors.length !== rank || factors.some((f) => !(f > 0))) {
    throw new RangeError(`Cannot interpolate ${show(x.shape)} by factors ${show(factors)}: give ${rank}, all > 0`);
  }
  return factors.map((f, d) => [Math.floor(x.shape[d + 2]! * f), f]);
}

/** PyTorch computes these positions in single precision, which decides which neighbour a tie goes to. */
function nearest(size: number, out: number, factor: number | null): Int32Array {
  const step = Math.fround(factor === null ? size / out : 1 / factor);
  return Int32Array.from({ length: out }, (_, i) => Math.min(Math.floor(Math.fround(i * step)), size - 1));
}

function position(i: number, step: number, alignCorners: boolean): number {
  return alignCorners ? i * step : (i + 0.5) * step - 0.5;
}

function linear(size: number, out: number, step: number, alignCorners: boolean): Weights {
  return Array.from({ length: out }, (_, i) => {
    const at = Math.max(0, position(i, step, alignCorners));
    const low = Math.min(Math.floor(at), size - 1);
    const share = at - low;
    return [
      [low, 1 - share],
      [Math.min(low + 1, size - 1), share],
    ];
  });
}

/** Keys' cubic convolution with a = −0.75, whose pieces are for distances up to 1 and up to 2. */
function cubic(size: number, out: number, step: number, alignCorners: boolean): Weights {
  const a = -0.75;
  const near = (d: number) => ((a + 2) * d - (a + 3)) * d * d + 1;
  const far = (d: number) => ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
  return Array.from({ length: out }, (_, i) => {
    const at = position(i, step, alignCorners);
    const low = Math.floor(at);
    const share = at - low;
    const weights = [far(share + 1), near(share), near(1 - share), far(2 - share)];
    return weights.map((weight, k) => [Math.min(Math.max(low - 1 + k, 0), size - 1), weight] as const);
  });
}

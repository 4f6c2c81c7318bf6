/**
 * Maps of planes and volumes that treat each spatial dimension by itself and linearly, such as averages over windows. Each is one matrix a
 * dimension, so that gradients of any order follow from the matrix product.
 */
import { fromData } from "../creation.ts";
import { allocate, floatingDtype } from "../dtype.ts";
import type { Tensor } from "../tensor.ts";
import { matmul } from "./matmul.ts";
import { transpose } from "./shape.ts";
import { perDim } from "./spatial.ts";

/** A row of weights for each output: which inputs it is made of, and how much of each. */
export type Weights = readonly (readonly [input: number, weight: number])[][];

/** `out[…, i, …] = Σ weight · x[…, input, …]` along a dimension. */
export function mapAlong(x: Tensor, dim: number, rows: Weights): Tensor {
  const size = x.shape[dim]!;
  const matrix = allocate(floatingDtype(x.dtype), size * rows.length);
  rows.forEach((row, i) => {
    // Several weights may fall on one input, at the edges.
    for (const [input, weight] of row) matrix[input * rows.length + i]! += weight;
  });
  const weights = fromData(matrix, [size, rows.length]);
  const last = x.ndim - 1;
  if (dim === last) return matmul(x, weights);
  return transpose(matmul(transpose(x, dim, last), weights), dim, last);
}

/** The range of inputs that each of `out` equal parts of a dimension touches. */
export function equalParts(size: number, out: number): [start: number, end: number][] {
  return Array.from({ length: out }, (_, i) => [Math.floor((i * size) / out), Math.ceil(((i + 1) * size) / out)]);
}

/** Averages over `out` equal parts of a dimension. */
export function averageTo(x: Tensor, dim: number, out: number): Tensor {
  const rows = equalParts(x.shape[dim]!, out).map(([start, end]) =>
    Array.from({ length: end - start }, (_, k) => [start + k, 1 / (end - start)] as const),
  );
  return mapAlong(x, dim, rows);
}

/** A moving average along one dimension. */
export interface MovingAverage {
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
  /** How many times the window moves, and once. */
  readonly out: number;
  /** Whether padding counts as elements that are 0; without it only elements inside do. */
  readonly countPadding: boolean;
  /** Sums instead of averages. */
  readonly sum: boolean;
}

/** Averages, or sums, under a window that moves along a dimension. */
export function movingAverage(x: Tensor, dim: number, window: MovingAverage): Tensor {
  const { size, stride, padding, out, countPadding, sum } = window;
  const length = x.shape[dim]!;
  const rows = Array.from({ length: out }, (_, i) => {
    const start = i * stride - padding;
    // Past the padding nothing counts, not even as 0: there the window of ceilMode hangs over.
    const end = Math.min(start + size, length + padding);
    const [first, last] = [Math.max(start, 0), Math.min(end, length)];
    const weight = sum ? 1 : 1 / (countPadding ? end - start : last - first);
    return Array.from({ length: Math.max(0, last - first) }, (_, k) => [first + k, weight] as const);
  });
  return mapAlong(x, dim, rows);
}

/** The sizes of an adaptive result, where null is the input's. */
export function adaptiveSizes(size: number | null | readonly (number | null)[], x: Tensor, rank: number): number[] {
  const list = typeof size === "number" || size === null ? new Array<number | null>(rank).fill(size) : size;
  return perDim(
    list.map((n, d) => n ?? x.shape[d + 2]!),
    rank,
    "outputSize",
    1,
  );
}

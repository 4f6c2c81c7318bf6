/** Maps of planes and volumes that treat each spatial dimension by itself and linearly, such as interpolation. */
import { fromData } from "../creation.ts";
import { allocate, floatingDtype } from "../dtype.ts";
import type { Tensor } from "../tensor.ts";
import { narrow } from "./indexing.ts";
import { cat } from "./join.ts";
import { matmul } from "./matmul.ts";
import { mean } from "./reduction.ts";
import { reshape, transpose } from "./shape.ts";
import { perDim } from "./spatial.ts";

/** A row of weights for each output: which inputs it is made of, and how much of each. */
export type Weights = readonly (readonly [input: number, weight: number])[][];

/** `out[…, i, …] = Σ weight · x[…, input, …]` along a dimension: a product with one matrix, so that gradients of any order follow from it. */
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

/** Averages over so many equal parts of the dimensions from 2 on. */
export function averageTo(x: Tensor, parts: readonly number[]): Tensor {
  const sizes = x.shape.slice(2);
  if (sizes.every((size, d) => size % parts[d]! === 0)) {
    // Parts that are equally long are a dimension of their own: one mean for all dimensions.
    const cut = reshape(x, [...x.shape.slice(0, 2), ...sizes.flatMap((size, d) => [parts[d]!, size / parts[d]!])]);
    return mean(cut, { dim: sizes.map((_, d) => 2 * d + 3) });
  }
  return parts.reduce((result, out, d) => averageAlong(result, d + 2, out), x);
}

function averageAlong(x: Tensor, dim: number, out: number): Tensor {
  const means = equalParts(x.shape[dim]!, out).map(([start, end]) =>
    mean(narrow(x, dim, { start, length: end - start }), { dim, keepDim: true }),
  );
  return means.length === 1 ? means[0]! : cat(means, dim);
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

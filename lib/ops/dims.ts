/** How reductions take their dimensions, and what they share. */
import { expandTo } from "../autograd/primitives.ts";
import type { ReduceOp } from "../backends/backend.ts";
import { backend } from "../backends/index.ts";
import type { DType } from "../dtype.ts";
import { reducedShape, type Shape, wrapDims } from "../shape.ts";
import { type Tensor, unfilled } from "../tensor.ts";
import { expand, reshape } from "./shape.ts";

/** Along which dimensions to reduce. */
export interface ReduceOptions {
  /** One dimension or several, counted from the end if negative; default all. */
  dim?: number | readonly number[];
  /** Whether reduced dimensions stay, with size 1; default false. */
  keepDim?: boolean;
}

/** A dimension alone, or with further options: `x.sum(1)` is `x.sum({ dim: 1 })`. */
export type Dims = number | readonly number[] | ReduceOptions;

/** The arguments of a reducing op: its dimensions, and whether they stay. */
export type Reduction = readonly [dims: readonly number[], keepDim: boolean];

/** To one number, by rank: made once, since most losses end so. */
const toOne: Reduction[] = [];

/** The arguments that options name, with all dimensions named; all of them by default, none of which stays. */
export function parseDims(options: Dims | undefined, rank: number, verb: string): Reduction {
  if (options === undefined) {
    toOne[rank] ??= [wrapDims(undefined, rank, verb), false];
    return toOne[rank];
  }
  const { dim, keepDim = false } = isDims(options) ? { dim: options } : options;
  return [wrapDims(dim, rank, verb), keepDim];
}

function isDims(options: Dims): options is number | readonly number[] {
  return typeof options === "number" || Array.isArray(options);
}

/** Gives a reduced tensor its dimensions of size 1 back, and then repeats it: what a gradient needs to meet the input. */
export function restoreDims(reduced: Tensor, shape: Shape, dims: readonly number[]): Tensor {
  // A single number repeats to any shape as it is.
  if (dims.length === shape.length) return expandTo(reduced, shape);
  return expand(reshape(reduced, reducedShape(shape, dims, true)), shape);
}

/** The number of elements that each result is made of. */
export function countOf(shape: Shape, dims: readonly number[]): number {
  return dims.reduce((count, d) => count * shape[d]!, 1);
}

/** Runs a fold into a new tensor. */
export function runReduce(op: ReduceOp, x: Tensor, [dims, keepDim]: Reduction, dtype: DType): Tensor {
  const out = unfilled(reducedShape(x.shape, dims, keepDim), dtype);
  backend.reduce(op, x, dims, out);
  return out;
}

/** One dimension, alone or by name: `softmax(x, 1)` is `softmax(x, { dim: 1 })`. */
export type DimOption = number | { dim: number };

/** The dimension that an option names. */
export function oneDim(option: DimOption): number {
  return typeof option === "number" ? option : option.dim;
}

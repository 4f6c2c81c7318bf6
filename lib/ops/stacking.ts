/** Putting several tensors side by side, under the names that NumPy gave, and onto grids. */
import { asTensor, fromData } from "../creation.ts";
import { broadcastShapes, show } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { indexSelect } from "./indexing.ts";
import { cat, stack } from "./join.ts";
import { expand, reshape } from "./shape.ts";

/** With dimensions of size 1 until there are at least so many. */
function atLeast(x: TensorLike, rank: 1 | 2 | 3): Tensor {
  const t = asTensor(x);
  if (t.ndim >= rank) return t;
  if (rank < 3) return reshape(t, [...new Array<number>(rank - t.ndim).fill(1), ...t.shape]);
  return reshape(t, t.ndim === 2 ? [...t.shape, 1] : [1, t.size, 1]);
}

/** A scalar as a list of one; anything else as it is. @example atLeast1d(5).shape // [1] */
export function atLeast1d(x: TensorLike): Tensor {
  return atLeast(x, 1);
}

/** With dimensions of size 1 in front until there are two. @example atLeast2d([1, 2]).shape // [1, 2] */
export function atLeast2d(x: TensorLike): Tensor {
  return atLeast(x, 2);
}

/** With dimensions of size 1 until there are three: a list is in the middle, a matrix at the front. @example atLeast3d([1, 2]).shape // [1, 2, 1] */
export function atLeast3d(x: TensorLike): Tensor {
  return atLeast(x, 3);
}

/** Side by side: lists one after another, else along dimension 1. @example hstack([[1], [2, 3]]).toArray() // [1, 2, 3] */
export function hstack(tensors: readonly TensorLike[]): Tensor {
  const parts = tensors.map((x) => atLeast(x, 1));
  return cat(parts, parts[0]?.ndim === 1 ? 0 : 1);
}

/** On top of each other: lists as rows. @example vstack([[1, 2], [3, 4]]).toArray() // [[1, 2], [3, 4]] */
export function vstack(tensors: readonly TensorLike[]): Tensor {
  return cat(tensors.map((x) => atLeast(x, 2)));
}

/** Behind each other, along dimension 2. @example dstack([[1, 2], [3, 4]]).toArray() // [[[1, 3], [2, 4]]] */
export function dstack(tensors: readonly TensorLike[]): Tensor {
  return cat(
    tensors.map((x) => atLeast(x, 3)),
    2,
  );
}

/** Side by side: lists as columns. @example columnStack([[1, 2], [3, 4]]).toArray() // [[1, 3], [2, 4]] */
export function columnStack(tensors: readonly TensorLike[]): Tensor {
  return hstack(
    tensors.map((x) => {
      const t = asTensor(x);
      return t.ndim < 2 ? reshape(t, [-1, 1]) : t;
    }),
  );
}

/** All repeated to the shape that they broadcast to together, without copying. @example broadcastTensors([1, 2], [[1], [2]])[0].shape // [2, 2] */
export function broadcastTensors(...tensors: readonly TensorLike[]): Tensor[] {
  const parts = tensors.map((x) => asTensor(x));
  const shape = parts.reduce<readonly number[]>((all, t) => broadcastShapes(all, t.shape, "broadcast"), []);
  return parts.map((t) => expand(t, shape));
}

/**
 * Coordinates of the points of a grid: for each list a tensor that has its numbers along one dimension and repeats them along the others.
 *
 * @param options `indexing`: `"ij"` (default), list i along dimension i, or `"xy"`, the first two swapped, as plots have it.
 * @throws {RangeError} If something is no list.
 * @example meshgrid([[1, 2], [3, 4, 5]]).map((t) => t.shape) // [[2, 3], [2, 3]]
 */
export function meshgrid(lists: readonly TensorLike[], options: { indexing?: "ij" | "xy" } = {}): Tensor[] {
  const axes = lists.map((x) => atLeast(x, 1));
  for (const axis of axes)
    if (axis.ndim !== 1) throw new RangeError(`Cannot make a grid of ${show(axis.shape)}: axes must be lists`);
  const swapped = options.indexing === "xy" && axes.length > 1;
  const order = swapped ? [axes[1]!, axes[0]!, ...axes.slice(2)] : axes;
  const shape = order.map((axis) => axis.size);
  const grids = order.map((axis, d) =>
    expand(
      reshape(
        axis,
        shape.map((_, i) => (i === d ? -1 : 1)),
      ),
      shape,
    ),
  );
  return swapped ? [grids[1]!, grids[0]!, ...grids.slice(2)] : grids;
}

/** All combinations of one element of each list, a row each. @example cartesianProd([1, 2], [3, 4]).toArray() // [[1, 3], [1, 4], [2, 3], [2, 4]] */
export function cartesianProd(...lists: readonly TensorLike[]): Tensor {
  const columns = meshgrid(lists).map((grid) => reshape(grid, [-1]));
  return columns.length === 1 ? columns[0]! : stack(columns, 1);
}

/**
 * All ways to choose `r` elements of a list, a row each, in the order of the list.
 *
 * @param r How many, default 2.
 * @param options `withReplacement`: whether an element can be chosen again; default false.
 * @throws {RangeError} If `x` is no list, or r is no whole number ≥ 0.
 * @example combinations([1, 2, 3]).toArray() // [[1, 2], [1, 3], [2, 3]]
 */
export function combinations(x: TensorLike, r = 2, options: { withReplacement?: boolean } = {}): Tensor {
  const t = asTensor(x);
  if (t.ndim !== 1) throw new RangeError(`Cannot choose from ${show(t.shape)}: it must be a list`);
  if (!Number.isInteger(r) || r < 0) throw new RangeError(`Cannot choose ${r} elements: it must be a whole number ≥ 0`);
  const apart = options.withReplacement ? 0 : 1;
  let choices: number[][] = [[]];
  for (let i = 0; i < r; i++) {
    choices = choices.flatMap((choice) => {
      const from = i === 0 ? 0 : choice[i - 1]! + apart;
      return Array.from({ length: Math.max(0, t.size - from) }, (_, k) => [...choice, from + k]);
    });
  }
  if (r === 0) return reshape(indexSelect(t, 0, []), [0]);
  return reshape(indexSelect(t, 0, fromData(Int32Array.from(choices.flat()))), [choices.length, r]);
}

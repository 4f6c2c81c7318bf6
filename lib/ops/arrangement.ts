/** Arranging tensors beside each other and turning them, under the names that NumPy gave. */
import { asTensor } from "../creation.ts";
import { type Shape, show, wrapDim } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { flip } from "./indexing.ts";
import { expand, reshape, transpose } from "./shape.ts";
import { repeat, split } from "./split.ts";

/** Repeated to a shape that it broadcasts to, without copying. @example broadcastTo([1, 2], [2, 2]).toArray() // [[1, 2], [1, 2]] */
export function broadcastTo(x: TensorLike, shape: Shape): Tensor {
  return expand(x, shape);
}

/** All as one list. @example ravel([[1, 2], [3, 4]]).toArray() // [1, 2, 3, 4] */
export function ravel(x: TensorLike): Tensor {
  return reshape(x, [-1]);
}

/** In the shape of another tensor. @example reshapeAs([1, 2], [[0], [0]]).toArray() // [[1], [2]] */
export function reshapeAs(x: TensorLike, other: TensorLike): Tensor {
  return reshape(x, asTensor(other).shape);
}

/** Swaps two dimensions, as transpose does. @example swapDims([[1, 2]], 0, 1).toArray() // [[1], [2]] */
export function swapDims(x: TensorLike, dim0: number, dim1: number): Tensor {
  return transpose(x, dim0, dim1);
}

/** Copies side by side, so many times along each dimension; missing ones count 1. @example tile([1, 2], [2, 2]).toArray() // [[1, 2, 1, 2], [1, 2, 1, 2]] */
export function tile(x: TensorLike, times: Shape): Tensor {
  const t = asTensor(x);
  return repeat(t, [...new Array<number>(Math.max(0, t.ndim - times.length)).fill(1), ...times]);
}

/** Columns in reverse order. @example fliplr([[1, 2]]).toArray() // [[2, 1]] */
export function fliplr(x: TensorLike): Tensor {
  const t = asTensor(x);
  if (t.ndim < 2) throw new RangeError(`Cannot flip the columns of ${show(t.shape)}: it needs 2 dimensions`);
  return flip(t, 1);
}

/** Rows in reverse order. @example flipud([[1], [2]]).toArray() // [[2], [1]] */
export function flipud(x: TensorLike): Tensor {
  return flip(x, 0);
}

/**
 * Turned by right angles in the plane of two dimensions, from the first towards the second.
 *
 * @param times How often, default 1; backwards if negative.
 * @param dims Default 0 and 1.
 * @example rot90([[1, 2], [3, 4]]).toArray() // [[2, 4], [1, 3]]
 */
export function rot90(x: TensorLike, times = 1, dims: readonly [number, number] = [0, 1]): Tensor {
  const t = asTensor(x);
  const [a, b] = dims.map((d) => wrapDim(d, t.ndim, "turn")) as [number, number];
  if (a === b) throw new RangeError(`Cannot turn in dimensions ${a} and ${b}: they must differ`);
  switch (((times % 4) + 4) % 4) {
    case 1:
      return transpose(flip(t, b), a, b);
    case 2:
      return flip(t, [a, b]);
    case 3:
      return flip(transpose(t, a, b), b);
    default:
      return t;
  }
}

/**
 * Parts of a dimension as equal as can be, the first ones larger, or cut before given indices; as views.
 *
 * @param parts Their number, or the indices to cut before.
 * @param dim Default 0.
 * @example tensorSplit([1, 2, 3], 2).map((part) => part.toArray()) // [[1, 2], [3]]
 */
export function tensorSplit(x: TensorLike, parts: number | readonly number[], dim = 0): Tensor[] {
  const t = asTensor(x);
  const d = wrapDim(dim, t.ndim, "split");
  const size = t.shape[d] ?? 0;
  if (typeof parts === "number") {
    if (!Number.isInteger(parts) || parts < 1)
      throw new RangeError(`Cannot split into ${parts} parts: it must be a whole number ≥ 1`);
    const [base, rest] = [Math.floor(size / parts), size % parts];
    return split(
      t,
      Array.from({ length: parts }, (_, i) => base + (i < rest ? 1 : 0)),
      d,
    );
  }
  const cuts = [...parts.map((at) => Math.min(Math.max(at < 0 ? at + size : at, 0), size)), size];
  return split(
    t,
    cuts.map((end, i) => Math.max(0, end - (cuts[i - 1] ?? 0))),
    d,
  );
}

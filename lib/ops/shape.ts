/** New shapes for the same elements: most results are views, which share memory with their input. */
import { apply, type OpSpec } from "../autograd/apply.ts";
import { contiguous as contiguousOf, expandTo } from "../autograd/primitives.ts";
import { asTensor } from "../creation.ts";
import { type Shape, sameShape, show, sizeOf, stridesOf, wrapDim } from "../shape.ts";
import { type Tensor, type TensorLike, view as viewOf } from "../tensor.ts";

const reshapeOp: OpSpec<[shape: Shape]> = {
  name: "reshape",
  forward: ([x], shape) => viewOf(x!, shape, stridesOf(shape), x!.offset),
  backward: (dy, saved) => [reshape(dy, saved.shape(0))],
};

const permuteOp: OpSpec<[order: readonly number[]]> = {
  name: "permute",
  forward: ([x], order) =>
    viewOf(
      x!,
      order.map((d) => x!.shape[d]!),
      order.map((d) => x!.strides[d]!),
      x!.offset,
    ),
  backward: (dy, _, order) => [
    permute(
      dy,
      order.map((_, d) => order.indexOf(d)),
    ),
  ],
};

/**
 * The same elements, row-major, in another shape; a view if they lie so already.
 *
 * @param shape New sizes; one may be −1 and is computed.
 * @throws {RangeError} If the number of elements differs.
 * @example reshape([1, 2, 3, 4], [2, -1]).toArray() // [[1, 2], [3, 4]]
 */
export function reshape(x: TensorLike, shape: Shape): Tensor {
  const t = asTensor(x);
  const target = inferShape(t, shape);
  return sameShape(t.shape, target) ? t : apply(reshapeOp, [contiguousOf(t)], target);
}

function inferShape(x: Tensor, shape: Shape): Shape {
  const unknown = shape.indexOf(-1);
  const known = sizeOf(shape.filter((_, d) => d !== unknown));
  const target = shape.map((size, d) => (d === unknown ? x.size / known : size));
  if (target.every((size) => Number.isInteger(size) && size >= 0) && sizeOf(target) === x.size) return target;
  throw new RangeError(`Cannot reshape ${show(x.shape)} to ${show(shape)}: ${x.size} elements do not fill it`);
}

/**
 * The dimensions in another order, as a view.
 *
 * @param order For each new dimension, which old one it is.
 * @throws {RangeError} If `order` does not name each dimension once.
 * @example permute(zeros([2, 3, 4]), [2, 0, 1]).shape // [4, 2, 3]
 */
export function permute(x: TensorLike, order: readonly number[]): Tensor {
  const t = asTensor(x);
  const dims = order.map((d) => wrapDim(d, t.ndim, "permute"));
  if (dims.length !== t.ndim || new Set(dims).size !== t.ndim) {
    throw new RangeError(
      `Cannot permute ${show(t.shape)} to ${show(order)}: each of its ${t.ndim} dimensions must come once`,
    );
  }
  return apply(permuteOp, [t], dims);
}

/** Swaps two dimensions, as a view. @example transpose([[1, 2], [3, 4]], 0, 1).toArray() // [[1, 3], [2, 4]] */
export function transpose(x: TensorLike, dim0: number, dim1: number): Tensor {
  const t = asTensor(x);
  const [a, b] = [wrapDim(dim0, t.ndim, "transpose"), wrapDim(dim1, t.ndim, "transpose")];
  return permute(
    t,
    t.shape.map((_, d) => (d === a ? b : d === b ? a : d)),
  );
}

/** Repeats dimensions of size 1, without copying: −1 keeps a size. @example expand([[1], [2]], [2, 2]).toArray() // [[1, 1], [2, 2]] */
export function expand(x: TensorLike, shape: Shape): Tensor {
  const t = asTensor(x);
  const lead = shape.length - t.ndim;
  const target = shape.map((size, d) => (size === -1 && d >= lead ? t.shape[d - lead]! : size));
  if (
    lead < 0 ||
    t.shape.some((size, d) => size !== 1 && size !== target[lead + d]) ||
    target.some((size) => size < 0)
  ) {
    throw new RangeError(`Cannot expand ${show(t.shape)} to ${show(shape)}: only dimensions of size 1 can be repeated`);
  }
  return expandTo(t, target);
}

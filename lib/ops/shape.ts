/** New shapes for the same elements: most results are views, which share memory with their input. */
import { apply, type OpSpec } from "../autograd/apply.ts";
import { contiguous as contiguousOf, expandTo } from "../autograd/primitives.ts";
import { asTensor } from "../creation.ts";
import { reshapedStrides, type Shape, sameShape, show, sizeOf, stridesOf, wrapDim, wrapDims } from "../shape.ts";
import { type Tensor, type TensorLike, view as viewOf } from "../tensor.ts";

const reshapeOp: OpSpec<[shape: Shape]> = {
  name: "reshape",
  forward: ([x], shape) => {
    const strides = reshapedStrides(x!.shape, x!.strides, shape);
    if (strides !== null) return viewOf(x!, shape, strides, x!.offset);
    const copy = contiguousOf(x!);
    return viewOf(copy, shape, stridesOf(shape), copy.offset);
  },
  backward: (dy, saved) => [reshape(dy, saved.shape(0))],
};

const swapped: readonly number[] = [1, 0];

const permuteOp: OpSpec<[order: readonly number[]]> = {
  name: "permute",
  forward: ([x], order) => {
    const [shape, strides]: [number[], number[]] = [[], []];
    for (let d = 0; d < order.length; d++) {
      shape.push(x!.shape[order[d]!]!);
      strides.push(x!.strides[order[d]!]!);
    }
    return viewOf(x!, shape, strides, x!.offset);
  },
  backward: (dy, _, order) => {
    const inverse: number[] = [];
    for (let d = 0; d < order.length; d++) inverse.push(order.indexOf(d));
    return [apply(permuteOp, [dy], [inverse])];
  },
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
  return sameShape(t.shape, target) ? t : apply(reshapeOp, [t], [target]);
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
  return apply(permuteOp, [t], [dims]);
}

/** Swaps two dimensions, as a view. @example transpose([[1, 2], [3, 4]], 0, 1).toArray() // [[1, 3], [2, 4]] */
export function transpose(x: TensorLike, dim0: number, dim1: number): Tensor {
  const t = asTensor(x);
  const [a, b] = [wrapDim(dim0, t.ndim, "transpose"), wrapDim(dim1, t.ndim, "transpose")];
  if (a === b) return apply(permuteOp, [t], [wrapDims(undefined, t.ndim, "transpose")]);
  const order: number[] = [];
  for (let d = 0; d < t.ndim; d++) order.push(d === a ? b : d === b ? a : d);
  return apply(permuteOp, [t], [order]);
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

/** As reshape, and as PyTorch calls it: sizes one by one or in an array. @example view([1, 2, 3, 4], 2, 2).shape // [2, 2] */
export function view(x: TensorLike, ...shape: number[] | [Shape]): Tensor {
  const [first] = shape;
  return reshape(x, typeof first === "object" ? first : (shape as number[]));
}

/** The matrix with rows and columns swapped; less than two dimensions stay. @example t([[1, 2], [3, 4]]).toArray() // [[1, 3], [2, 4]] */
export function t(x: TensorLike): Tensor {
  const matrix = asTensor(x);
  if (matrix.ndim > 2)
    throw new RangeError(`Cannot take t of ${show(matrix.shape)}: it has more than 2 dimensions; use transpose`);
  return matrix.ndim < 2 ? matrix : apply(permuteOp, [matrix], [swapped]);
}

/**
 * Merges dimensions `start` to `end` into one.
 *
 * @param options `start`, default 0; `end`, default −1.
 * @example flatten(zeros([2, 3, 4]), { start: 1 }).shape // [2, 12]
 */
export function flatten(x: TensorLike, options: { start?: number; end?: number } = {}): Tensor {
  const whole = asTensor(x);
  if (whole.ndim === 0) return reshape(whole, [1]);
  const start = wrapDim(options.start ?? 0, whole.ndim, "flatten");
  const end = wrapDim(options.end ?? -1, whole.ndim, "flatten");
  if (start > end) throw new RangeError(`Cannot flatten dimensions ${start} to ${end}: start must not come after end`);
  const { shape } = whole;
  return reshape(whole, [...shape.slice(0, start), sizeOf(shape.slice(start, end + 1)), ...shape.slice(end + 1)]);
}

/** Splits one dimension into several. @example unflatten([1, 2, 3, 4], 0, [2, 2]).toArray() // [[1, 2], [3, 4]] */
export function unflatten(x: TensorLike, dim: number, sizes: Shape): Tensor {
  const whole = asTensor(x);
  const d = wrapDim(dim, whole.ndim, "unflatten");
  const known = sizeOf(sizes.filter((size) => size !== -1));
  const full = sizes.map((size) => (size === -1 ? whole.shape[d]! / known : size));
  return reshape(whole, [...whole.shape.slice(0, d), ...full, ...whole.shape.slice(d + 1)]);
}

/** Drops dimensions of size 1: all of them, or those of the given ones. @example squeeze(zeros([1, 3, 1])).shape // [3] */
export function squeeze(x: TensorLike, dim?: number | readonly number[]): Tensor {
  const whole = asTensor(x);
  const dims = wrapDims(dim, whole.ndim, "squeeze");
  return reshape(
    whole,
    whole.shape.filter((size, d) => size !== 1 || !dims.includes(d)),
  );
}

/** Adds a dimension of size 1 before the given one. @example unsqueeze([1, 2], 1).shape // [2, 1] */
export function unsqueeze(x: TensorLike, dim: number): Tensor {
  const whole = asTensor(x);
  const d = wrapDim(dim, whole.ndim + 1, "unsqueeze");
  return reshape(whole, [...whole.shape.slice(0, d), 1, ...whole.shape.slice(d)]);
}

/** Moves a dimension to another place. @example moveDim(zeros([2, 3, 4]), 0, -1).shape // [3, 4, 2] */
export function moveDim(x: TensorLike, from: number, to: number): Tensor {
  const whole = asTensor(x);
  const source = wrapDim(from, whole.ndim, "move");
  const order = whole.shape.map((_, d) => d).filter((d) => d !== source);
  order.splice(wrapDim(to, whole.ndim, "move"), 0, source);
  return permute(whole, order);
}

/** Repeats to the shape of another tensor. @example expandAs([1, 2], zeros([3, 2])).shape // [3, 2] */
export function expandAs(x: TensorLike, other: TensorLike): Tensor {
  return expand(x, asTensor(other).shape);
}

/** Parts of a tensor: by position, by range, by index tensors and by masks. */
import { apply } from "../autograd/apply.ts";
import { cast } from "../autograd/primitives.ts";
import { backend } from "../backends/index.ts";
import { asTensor, fromData } from "../creation.ts";
import { sameShape, show, sizeOf, stridesOf, wrapDim } from "../shape.ts";
import { empty, Tensor, type TensorLike } from "../tensor.ts";
import { add, mul } from "./arithmetic.ts";
import { checkCover, checkIndex, type SliceIndex, sliceRange, wrapIndex } from "./index-arguments.ts";
import { stack } from "./join.ts";
import { valueFor } from "./operands.ts";
import { gatherOp, scatterAddOp } from "./scatter-add.ts";
import { where } from "./select.ts";
import { expand, permute, reshape, squeeze } from "./shape.ts";
import { cut, rangesWindow, rangeWindow, wholeRange } from "./window.ts";

/**
 * Part of a tensor as a view, one index a dimension: a number picks one element and drops the dimension, `[start, end, step]` a range (`end`
 * excluded, any of them left out or null, negative ones counted from the end), null everything. An int32 tensor picks several elements and a
 * bool tensor those where it is true; their result is a copy. Dimensions not named are kept whole.
 *
 * @throws {RangeError} If there are more indices than dimensions, or one lies outside.
 * @example slice([[1, 2, 3], [4, 5, 6]], null, [1, null]).toArray() // [[2, 3], [5, 6]]
 * @example slice([[1, 2, 3], [4, 5, 6]], -1, 0).item() // 4
 */
export function slice(x: TensorLike, ...indices: SliceIndex[]): Tensor {
  const t = asTensor(x);
  const columns = indices.flatMap((index) =>
    index instanceof Tensor && index.dtype === "bool" ? maskColumns(index) : [index],
  );
  if (columns.length > t.ndim) {
    throw new RangeError(`Cannot slice ${show(t.shape)} by ${columns.length} indices: it has ${t.ndim} dimensions`);
  }
  const ranges = t.shape.map((size, d) => sliceRange(columns[d] ?? null, size, d));
  const part = cut(t, rangesWindow(ranges));
  // Dimensions picked by a number go last, so that the others keep their places meanwhile.
  const dropped = t.shape.flatMap((_, d) => (typeof columns[d] === "number" ? [d] : []));
  const left = dropped.length > 0 ? squeeze(part, dropped) : part;
  const tensors = columns.filter((c) => typeof c !== "number");
  return tensors.some((c) => c instanceof Tensor) ? pick(left, tensors) : left;
}

/** The positions where a tensor is not 0, a column of indices for each of its dimensions. */
function maskColumns(mask: Tensor): Tensor[] {
  const flat = backend.nonzero(mask);
  const strides = stridesOf(mask.shape);
  return mask.shape.map((size, d) => fromData(flat.map((at) => Math.floor(at / strides[d]!) % size)));
}

/** Picks by index tensors that broadcast with each other: element (i, j) of the result is at (rows[i, j], columns[i, j], …). */
function pick(x: Tensor, indices: readonly (SliceIndex | Tensor)[]): Tensor {
  const dims = indices.flatMap((index, d) => (index instanceof Tensor ? [d] : []));
  const others = x.shape.flatMap((_, d) => (dims.includes(d) ? [] : [d]));
  const sizes = dims.map((d) => x.shape[d]!);
  const restShape = others.map((d) => x.shape[d]!);
  const table = reshape(permute(x, [...dims, ...others]), [sizeOf(sizes), ...restShape]);
  let rows: Tensor = asTensor(0, { dtype: "int32" });
  dims.forEach((d, i) => {
    rows = add(mul(rows, sizes[i]!), wrapIndex(indices[d] as Tensor, sizes[i]!, "slice"));
  });
  const picked = reshape(indexSelect(table, 0, reshape(rows, [-1])), [...rows.shape, ...restShape]);
  // As in NumPy: neighbouring indices put the picked dimensions where they were, others put them first.
  const first = dims[0]!;
  if (dims.at(-1)! - first !== dims.length - 1 || first === 0) return picked;
  const n = rows.ndim;
  const order = [...restShape.map((_, d) => d + n)];
  order.splice(first, 0, ...rows.shape.map((_, d) => d));
  return permute(picked, order);
}

/**
 * One index of a dimension, which goes, as a view.
 * @throws {RangeError} If there is no such dimension or index.
 * @example select([[1, 2], [3, 4]], 1, 0).toArray() // [1, 3]
 */
export function select(x: TensorLike, dim: number, index: number): Tensor {
  const t = asTensor(x);
  if (t.ndim === 0) throw new RangeError(`Cannot take index ${index} of a tensor of shape []: it has 0 dimensions`);
  const d = wrapDim(dim, t.ndim, "select");
  return squeeze(cut(t, rangeWindow(t.shape, d, sliceRange(index, t.shape[d] ?? 0, d))), d);
}

/** `length` indices of a dimension from `start` on, as a view. @example narrow([1, 2, 3, 4], 0, { start: 1, length: 2 }).toArray() // [2, 3] */
export function narrow(x: TensorLike, dim: number, range: { start: number; length: number }): Tensor {
  const t = asTensor(x);
  const d = wrapDim(dim, t.ndim, "narrow");
  const size = t.shape[d] ?? 0;
  const start = range.start < 0 ? range.start + size : range.start;
  if (!(Number.isInteger(start) && Number.isInteger(range.length))) {
    throw new RangeError(
      `Cannot narrow dimension ${d} of ${show(t.shape)} to ${range.length} from ${range.start}: these must be whole numbers`,
    );
  }
  if (!(start >= 0 && range.length >= 0 && start + range.length <= size)) {
    throw new RangeError(
      `Cannot narrow dimension ${d} of ${show(t.shape)} to ${range.length} from ${range.start}: it has ${size}`,
    );
  }
  return cut(t, rangeWindow(t.shape, d, { start, count: range.length, step: 1 }));
}

/** Reversed along the given dimensions, as a view. @example flip([1, 2, 3], 0).toArray() // [3, 2, 1] */
export function flip(x: TensorLike, dim: number | readonly number[]): Tensor {
  const t = asTensor(x);
  const dims = (typeof dim === "number" ? [dim] : dim).map((d) => wrapDim(d, t.ndim, "flip"));
  const ranges = t.shape.map((size, d) =>
    dims.includes(d) ? { start: Math.max(size - 1, 0), count: size, step: -1 } : wholeRange(size),
  );
  return cut(t, rangesWindow(ranges));
}

/**
 * Elements picked along a dimension by an index of the result's shape: `out[i][j] = x[i][index[i][j]]` for dimension 1.
 *
 * @throws {RangeError} If an index lies outside, or the index is larger than `x` in another dimension.
 * @example gather([[1, 2], [3, 4]], 1, [[1], [0]]).toArray() // [[2], [3]]
 */
export function gather(x: TensorLike, dim: number, index: TensorLike): Tensor {
  const t = asTensor(x);
  const d = wrapDim(dim, t.ndim, "gather");
  const at = checkIndex(index, t.shape[d] ?? 1, "gather");
  checkCover(t.shape, at.shape, d, "gather");
  return apply(gatherOp, [t, at], [d]);
}

/** Adds `source` at the places that `index` names along a dimension: the reverse of gather. @example scatterAdd([0, 0], 0, [1, 1], [2, 3]).toArray() // [0, 5] */
export function scatterAdd(x: TensorLike, dim: number, index: TensorLike, source: TensorLike): Tensor {
  const t = asTensor(x);
  const d = wrapDim(dim, t.ndim, "scatter");
  const at = checkIndex(index, t.shape[d] ?? 1, "scatter");
  const values = valueFor(t, source);
  checkCover(t.shape, at.shape, d, "scatter");
  checkCover(values.shape, at.shape, -1, "scatter");
  // Only as much of the source as the index covers takes part.
  const part = sameShape(values.shape, at.shape) ? values : cut(values, rangesWindow(at.shape.map(wholeRange)));
  // Truths are counted: two of them in one place are still one truth.
  if (t.dtype === "bool") return cast(apply(scatterAddOp, [cast(t, "int32"), cast(part, "int32"), at], [d]), "bool");
  return apply(scatterAddOp, [t, part, at], [d]);
}

/** Whole rows, or other slices across a dimension, picked by a list. @example indexSelect([[1, 2], [3, 4]], 0, [1, 1]).toArray() // [[3, 4], [3, 4]] */
export function indexSelect(x: TensorLike, dim: number, index: TensorLike): Tensor {
  const t = asTensor(x);
  const d = wrapDim(dim, t.ndim, "select");
  const at = checkIndex(index, t.shape[d] ?? 1, "select");
  if (at.ndim > 1) throw new RangeError(`Cannot select by an index of shape ${show(at.shape)}: it must be a list`);
  const shape = t.shape.map((size, i) => (i === d ? at.size : size));
  return apply(
    gatherOp,
    [
      t,
      expand(
        reshape(
          at,
          shape.map((_, i) => (i === d ? at.size : 1)),
        ),
        shape,
      ),
    ],
    [d],
  );
}

/** The elements where the mask is true, as a list. @example maskedSelect([1, 2, 3], [true, false, true]).toArray() // [1, 3] */
export function maskedSelect(x: TensorLike, mask: TensorLike): Tensor {
  const [t, m] = [asTensor(x), asTensor(mask)];
  if (!sameShape(t.shape, m.shape))
    throw new RangeError(`Cannot select from ${show(t.shape)} by a mask of ${show(m.shape)}: they must agree`);
  return indexSelect(reshape(t, [-1]), 0, fromData(backend.nonzero(m)));
}

/** The tensor with `value`, in the tensor's type, where the mask is true. @example maskedFill([1, 2], [true, false], 0).toArray() // [0, 2] */
export function maskedFill(x: TensorLike, mask: TensorLike, value: TensorLike): Tensor {
  const t = asTensor(x);
  return where(mask, valueFor(t, value), t);
}

/** The indices of elements other than 0, a row each. @example nonzero([[0, 3], [4, 0]]).toArray() // [[0, 1], [1, 0]] */
export function nonzero(x: TensorLike): Tensor {
  const t = asTensor(x);
  return t.ndim === 0 ? empty([t.item() === 0 ? 0 : 1, 0], "int32") : stack(maskColumns(t), 1);
}

/** Writing to places that an index names, and picking from them. */
import { asTensor, zeros } from "../creation.ts";
import { broadcastShapes, type Shape, show, wrapDim } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { sub } from "./arithmetic.ts";
import { gt, ne } from "./comparison.ts";
import { scatterCounts } from "./counts.ts";
import { checkCover, checkIndex, wrapIndex } from "./index-arguments.ts";
import { gather, indexSelect, narrow, scatterAdd } from "./indexing.ts";
import { cat } from "./join.ts";
import { valueFor } from "./operands.ts";
import { argsort } from "./order.ts";
import { cumSum } from "./scan.ts";
import { where } from "./select.ts";
import { expand, reshape } from "./shape.ts";

/**
 * The tensor with elements written to the places that an index names along a dimension: `out[i][index[i][j]] = source[i][j]` for dimension 1.
 *
 * @param source Values, at least as many as indices in each dimension, or one number for all.
 * @throws {RangeError} If an index lies outside, or is larger than `x` in another dimension or than the source.
 * @example scatter([[0, 0, 0]], 1, [[2, 0]], [[5, 6]]).toArray() // [[6, 0, 5]]
 */
export function scatter(x: TensorLike, dim: number, index: TensorLike, source: TensorLike): Tensor {
  const t = asTensor(x);
  const d = wrapDim(dim, t.ndim, "scatter");
  const at = checkIndex(index, t.shape[d] ?? 1, "scatter");
  const given = valueFor(t, source);
  const values = given.ndim === 0 ? expand(given, at.shape) : given;
  checkCover(t.shape, at.shape, d, "scatter");
  checkCover(values.shape, at.shape, -1, "scatter");
  const { places, kept } = lastOfEach(at, values, d);
  const written = scatterAdd(zeros(t.shape, { dtype: t.dtype }), d, places, kept);
  return where(gt(scatterCounts(t.shape, d, at), 0), written, t);
}

/** Of values that go to the same place the last one counts, as in PyTorch; the others become 0. */
function lastOfEach(index: Tensor, source: Tensor, dim: number): { places: Tensor; kept: Tensor } {
  const size = index.shape[dim] ?? 1;
  if (index.ndim === 0 || size < 2) return { places: index, kept: source };
  const order = argsort(index, { dim });
  const places = gather(index, dim, order);
  const next = narrow(places, dim, { start: 1, length: size - 1 });
  const changes = ne(narrow(places, dim, { start: 0, length: size - 1 }), next);
  const end = onesOf(index.shape, dim);
  return { places, kept: where(cat([changes, end], dim), gather(source, dim, order), 0) };
}

function onesOf(shape: Shape, dim: number): Tensor {
  return expand(
    asTensor(true),
    shape.map((size, d) => (d === dim ? 1 : size)),
  );
}

/** A list of indices of a dimension, in the shape of what they pick. */
function spread(index: TensorLike, x: Tensor, dim: number, verb: string): Tensor {
  const at = checkIndex(index, x.shape[dim] ?? 1, verb);
  if (at.ndim > 1) throw new RangeError(`Cannot ${verb} by an index of shape ${show(at.shape)}: it must be a list`);
  const lines = reshape(
    at,
    x.shape.map((_, d) => (d === dim ? at.size : 1)),
  );
  return expand(
    lines,
    x.shape.map((size, d) => (d === dim ? at.size : size)),
  );
}

/** Adds slices of `source` to the slices that a list names. @example indexAdd([[1, 1], [1, 1]], 0, [1, 1], [[1, 2], [3, 4]]).toArray() // [[1, 1], [5, 7]] */
export function indexAdd(x: TensorLike, dim: number, index: TensorLike, source: TensorLike): Tensor {
  const t = asTensor(x);
  const d = wrapDim(dim, t.ndim, "add");
  return scatterAdd(t, d, spread(index, t, d, "add"), source);
}

/** Writes slices of `source` to the slices that a list names. @example indexCopy([1, 2, 3], 0, [2, 0], [8, 9]).toArray() // [9, 2, 8] */
export function indexCopy(x: TensorLike, dim: number, index: TensorLike, source: TensorLike): Tensor {
  const t = asTensor(x);
  const d = wrapDim(dim, t.ndim, "copy");
  return scatter(t, d, spread(index, t, d, "copy"), source);
}

/** Writes one value to the slices that a list names. @example indexFill([[1, 2], [3, 4]], 1, [0], 7).toArray() // [[7, 2], [7, 4]] */
export function indexFill(x: TensorLike, dim: number, index: TensorLike, value: TensorLike): Tensor {
  const t = asTensor(x);
  const d = wrapDim(dim, t.ndim, "fill");
  return where(gt(scatterCounts(t.shape, d, spread(index, t, d, "fill")), 0), value, t);
}

/** Where the mask is true, the elements of `source` one after another. @example maskedScatter([1, 2, 3], [true, false, true], [8, 9]).toArray() // [8, 2, 9] */
export function maskedScatter(x: TensorLike, mask: TensorLike, source: TensorLike): Tensor {
  const [t, m] = [asTensor(x), asTensor(mask)];
  const s = valueFor(t, source);
  const shape = broadcastShapes(t.shape, m.shape, "scatter by a mask");
  const wide = expand(m, shape);
  const numbers = sub(cumSum(reshape(wide, [-1]), 0), 1);
  const needed = wide.size === 0 ? 0 : numbers.data.at(-1)! + 1;
  if (needed > s.size) throw new RangeError(`Cannot scatter ${s.size} elements to ${needed} places of a mask`);
  if (needed === 0) return expand(t, shape);
  const taken = take(s, where(reshape(wide, [-1]), numbers, 0));
  return where(wide, reshape(taken, shape), t);
}

/** Elements picked from the flattened tensor; negative indices count from the end. @example take([[1, 2], [3, 4]], [0, -1]).toArray() // [1, 4] */
export function take(x: TensorLike, index: TensorLike): Tensor {
  const flat = reshape(x, [-1]);
  const at = wrapIndex(asTensor(index), flat.size, "take");
  return reshape(indexSelect(flat, 0, reshape(at, [-1])), at.shape);
}

/** As gather, with index and tensor broadcast in the other dimensions. @example takeAlongDim([[3, 1], [2, 4]], [[1], [0]], 1).toArray() // [[1], [2]] */
export function takeAlongDim(x: TensorLike, index: TensorLike, dim?: number): Tensor {
  if (dim === undefined) return take(x, reshape(index, [-1]));
  const [t, at] = [asTensor(x), asTensor(index)];
  const d = wrapDim(dim, t.ndim, "take");
  if (at.ndim !== t.ndim)
    throw new RangeError(`Cannot take along ${show(t.shape)} by an index of ${show(at.shape)}: ranks must agree`);
  const without = (shape: Shape) => shape.map((size, i) => (i === d ? 1 : size));
  const common = broadcastShapes(without(t.shape), without(at.shape), "take along");
  const withDim = (shape: Shape) => common.map((size, i) => (i === d ? shape[d]! : size));
  return gather(expand(t, withDim(t.shape)), d, expand(wrapIndex(at, t.shape[d]!, "take"), withDim(at.shape)));
}

/** Triangles, diagonals and products that are written as a matrix product. */
import { arange, asTensor } from "../creation.ts";
import { show, wrapDim } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { mul } from "./arithmetic.ts";
import { ge, le } from "./comparison.ts";
import { matmul } from "./matmul.ts";
import { sum } from "./reduction.ts";
import { where } from "./select.ts";
import { reshape, unsqueeze } from "./shape.ts";
import { cut, diagonalWindow, embed } from "./window.ts";

/** The matrix of row or column numbers, to compare with the other. */
function positions(x: Tensor, diagonal: number): { rows: Tensor; columns: Tensor } {
  if (x.ndim < 2) throw new RangeError(`Cannot take a triangle of ${show(x.shape)}: it needs 2 dimensions`);
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  return {
    rows: unsqueeze(arange(diagonal, diagonal + rows, { dtype: "int32" }), 1),
    columns: arange(0, columns, { dtype: "int32" }),
  };
}

/**
 * The matrix with zeros above a diagonal.
 *
 * @param diagonal 0 (default) the main one, positive above it, negative below.
 * @example tril([[1, 2], [3, 4]]).toArray() // [[1, 0], [3, 4]]
 */
export function tril(x: TensorLike, diagonal = 0): Tensor {
  const m = asTensor(x);
  const { rows, columns } = positions(m, diagonal);
  return where(le(columns, rows), m, asTensor(0, { dtype: m.dtype }));
}

/**
 * The matrix with zeros below a diagonal.
 *
 * @param diagonal 0 (default) the main one, positive above it, negative below.
 * @example triu([[1, 2], [3, 4]]).toArray() // [[1, 2], [0, 4]]
 */
export function triu(x: TensorLike, diagonal = 0): Tensor {
  const m = asTensor(x);
  const { rows, columns } = positions(m, diagonal);
  return where(ge(columns, rows), m, asTensor(0, { dtype: m.dtype }));
}

/** A diagonal of two dimensions as a view, last dimension of the result. @example diagonal([[1, 2], [3, 4]]).toArray() // [1, 4] */
export function diagonal(x: TensorLike, options: { offset?: number; dim1?: number; dim2?: number } = {}): Tensor {
  const m = asTensor(x);
  const { offset = 0 } = options;
  const [a, b] = [
    wrapDim(options.dim1 ?? 0, m.ndim, "take a diagonal"),
    wrapDim(options.dim2 ?? 1, m.ndim, "take a diagonal"),
  ];
  if (a === b) throw new RangeError(`Cannot take a diagonal of dimensions ${a} and ${b}: they must differ`);
  const count = Math.max(0, Math.min(m.shape[a]! + Math.min(0, offset), m.shape[b]! - Math.max(0, offset)));
  return cut(m, diagonalWindow(a, b, offset, count));
}

/** The diagonal of a matrix, or the matrix with a list on its diagonal. @example diag([1, 2]).toArray() // [[1, 0], [0, 2]] */
export function diag(x: TensorLike, offset = 0): Tensor {
  const m = asTensor(x);
  if (m.ndim === 2) return diagonal(m, { offset });
  if (m.ndim !== 1) throw new RangeError(`Cannot take diag of ${show(m.shape)}: it must be a list or a matrix`);
  const size = m.size + Math.abs(offset);
  return embed(m, [size, size], diagonalWindow(0, 1, offset, m.size));
}

/** Sum of the main diagonal of a matrix. @example trace([[1, 2], [3, 4]]).item() // 5 */
export function trace(x: TensorLike): Tensor {
  const m = asTensor(x);
  if (m.ndim !== 2) throw new RangeError(`Cannot take the trace of ${show(m.shape)}: it must be a matrix`);
  return sum(diagonal(m));
}

/** Inner product of two vectors: `Σ aᵢ bᵢ`. @example dot([1, 2], [3, 4]).item() // 11 */
export function dot(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = [asTensor(a), asTensor(b)];
  if (x.ndim !== 1 || y.ndim !== 1)
    throw new RangeError(`Cannot dot ${show(x.shape)} by ${show(y.shape)}: both must be vectors`);
  return matmul(x, y);
}

/** Product of every element of one vector with every element of the other. @example outer([1, 2], [3, 4]).toArray() // [[3, 4], [6, 8]] */
export function outer(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = [asTensor(a), asTensor(b)];
  if (x.ndim !== 1 || y.ndim !== 1)
    throw new RangeError(
      `Cannot take the outer product of ${show(x.shape)} and ${show(y.shape)}: both must be vectors`,
    );
  return mul(reshape(x, [-1, 1]), y);
}

/** Product of a matrix and a matrix, both of 2 dimensions. @example mm([[1, 2]], [[3], [4]]).toArray() // [[11]] */
export function mm(a: TensorLike, b: TensorLike): Tensor {
  return ranked("mm", a, b, 2, 2);
}

/** Products of two batches of matrices, 3 dimensions each. @example bmm([[[1, 2]]], [[[3], [4]]]).toArray() // [[[11]]] */
export function bmm(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = [asTensor(a), asTensor(b)];
  if (x.shape[0] !== y.shape[0])
    throw new RangeError(`Cannot bmm ${show(x.shape)} by ${show(y.shape)}: the batch sizes differ`);
  return ranked("bmm", x, y, 3, 3);
}

/** Product of a matrix and a vector. @example mv([[1, 2], [3, 4]], [1, 1]).toArray() // [3, 7] */
export function mv(a: TensorLike, b: TensorLike): Tensor {
  return ranked("mv", a, b, 2, 1);
}

function ranked(name: string, a: TensorLike, b: TensorLike, m: number, n: number): Tensor {
  const [x, y] = [asTensor(a), asTensor(b)];
  if (x.ndim !== m || y.ndim !== n)
    throw new RangeError(
      `Cannot ${name} ${show(x.shape)} by ${show(y.shape)}: they must have ${m} and ${n} dimensions`,
    );
  return matmul(x, y);
}

/** What the functions of linalg share: batches of matrices, checks, several results in one op. */
import { cast } from "../autograd/primitives.ts";
import { asTensor } from "../creation.ts";
import { defaultDtype, isFloating, promote } from "../dtype.ts";
import { narrow } from "../ops/indexing.ts";
import { expand, reshape, transpose } from "../ops/shape.ts";
import { broadcastShapes, type Shape, show, sizeOf } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";

/** A tensor of floating matrices; integers become float32. */
export function asMatrices(x: TensorLike, verb: string): Tensor {
  const given = asTensor(x);
  if (given.ndim < 2) {
    throw new RangeError(
      `Cannot ${verb} ${show(given.shape)}: it must be a matrix or a batch of them, 2 dimensions or more`,
    );
  }
  return isFloating(given.dtype) ? given : cast(given, defaultDtype);
}

/** A tensor of floating square matrices. */
export function asSquare(x: TensorLike, verb: string): Tensor {
  const matrices = asMatrices(x, verb);
  const [rows, columns] = sizesOf(matrices);
  if (rows !== columns) {
    throw new RangeError(
      `Cannot ${verb} ${show(matrices.shape)}: the matrix must be square, not ${rows} by ${columns}`,
    );
  }
  return matrices;
}

/** Rows and columns. */
export function sizesOf(x: Tensor): [rows: number, columns: number] {
  return x.shape.slice(-2) as [number, number];
}

/** The dimensions before the last two. */
export function batchOf(x: Tensor): Shape {
  return x.shape.slice(0, -2);
}

/** Rows and columns of every matrix swapped, as a view. */
export function adjoint(x: Tensor): Tensor {
  return transpose(x, -1, -2);
}

/** Two tensors of matrices, of one type, with their batches broadcast. */
export function broadcastBatches(a: Tensor, b: Tensor, verb: string): [Tensor, Tensor] {
  const batch = broadcastShapes(batchOf(a), batchOf(b), `${verb} the batches`);
  const dtype = promote(a.dtype, b.dtype);
  return [a, b].map((x) => cast(expand(x, [...batch, ...x.shape.slice(-2)]), dtype)) as [Tensor, Tensor];
}

/** Throws unless the right side has as many rows as the matrix; `given` is as the caller passed it. */
export function checkRows(a: Tensor, b: Tensor, given: Tensor, verb: string): void {
  const [n, rows] = [a.shape.at(-1)!, b.shape.at(-2)!];
  if (n === rows) return;
  throw new RangeError(
    `Cannot ${verb} with ${show(a.shape.slice(-2))} for ${show(given.shape)}: it must have ${n} rows, not ${rows}`,
  );
}

/** Takes the results of an op apart that lie one after another along the last dimension: one shape each. */
export function unpack<const S extends readonly Shape[]>(packed: Tensor, shapes: S): { [K in keyof S]: Tensor } {
  const batch = packed.shape.slice(0, -1);
  let start = 0;
  const parts = shapes.map((shape) => {
    const length = sizeOf(shape);
    const part = reshape(narrow(packed, -1, { start, length }), [...batch, ...shape]);
    start += length;
    return part;
  });
  return parts as { [K in keyof S]: Tensor };
}

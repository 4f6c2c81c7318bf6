/** Linear equations and inverses. */
import { apply, type OpSpec } from "../autograd/apply.ts";
import { backend } from "../backends/index.ts";
import { asTensor, eye } from "../creation.ts";
import { neg } from "../ops/arithmetic.ts";
import { matmul } from "../ops/matmul.ts";
import { squeeze, unsqueeze } from "../ops/shape.ts";
import { sameShape } from "../shape.ts";
import { PlainView, type View } from "../storage.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { decompose, matricesOf, nameOf, newBatch } from "./batches.ts";
import { factorLU } from "./lu.ts";
import { adjoint, asMatrices, asSquare, broadcastBatches, checkRows, sizesOf } from "./matrices.ts";

/** X of `A X = B` by elimination. */
function solveBatch(a: View, b: View, x: View, verb: string): void {
  const { factors, order } = factorLU(a);
  checkRegular(factors, verb);
  const [count, n, columns] = b.shape as [number, number, number];
  const permuted = newBatch(b.shape);
  const targets = matricesOf(permuted);
  let row = 0;
  for (const right of matricesOf(b)) {
    const to = targets.next().value as Float64Array;
    for (let i = 0; i < n; i++, row++) {
      const from = order[row]! * columns;
      to.set(right.subarray(from, from + columns), i * columns);
    }
  }
  if (count * n * columns === 0) return;
  backend.solveTriangle(factors, permuted, { upper: false, unit: true }, permuted);
  backend.solveTriangle(factors, permuted, { upper: true, unit: false }, x);
}

/** Throws if a matrix is singular, by its factors. */
function checkRegular(factors: View, verb: string): void {
  const [count, n] = factors.shape as [number, number];
  let i = 0;
  for (const matrix of matricesOf(factors)) {
    for (let k = 0; k < n; k++) {
      if (matrix[k * (n + 1)] !== 0) continue;
      throw new RangeError(`Cannot ${verb} [${n},${n}]: ${nameOf(i, count)} is singular, pivot ${k + 1} is 0`);
    }
    i++;
  }
}

const solveOp: OpSpec = {
  name: "solve",
  forward: ([a, b]) =>
    decompose([a!, b!], [sizesOf(b!)], ([left, right], [x]) => solveBatch(left!, right!, x!, "solve with")),
  backward: (dy, saved) => {
    const db = apply(solveOp, [adjoint(saved.input(0)), dy]);
    return [() => neg(matmul(db, adjoint(saved.output))), db];
  },
};

/**
 * X of `A X = B`, by LU decomposition with partial pivoting: faster and more exact than multiplying by the inverse.
 *
 * Shapes: A `(…, n, n)`, B `(…, n, columns)` or a vector `(…, n)` → as B; leading dimensions broadcast.
 *
 * @param b The right side. It counts as vectors if it has one dimension, or A's shape without the last.
 * @throws {RangeError} If a matrix is singular or not square, or the sizes differ.
 * @see torch.linalg.solve.
 * @example solve([[2, 0], [0, 4]], [2, 2]).toArray() // [1, 0.5]
 */
export function solve(a: TensorLike, b: TensorLike): Tensor {
  const left = asSquare(a, "solve with");
  const right = asTensor(b);
  const isVector =
    right.ndim === 1 || (right.ndim === left.ndim - 1 && sameShape(right.shape, left.shape.slice(0, -1)));
  const [x, y] = broadcastBatches(left, asMatrices(isVector ? unsqueeze(right, -1) : right, "solve for"), "solve");
  checkRows(x, y, right, "solve");
  const solution = apply(solveOp, [x, y]);
  return isVector ? squeeze(solution, -1) : solution;
}

const invOp: OpSpec = {
  name: "inv",
  forward: ([a]) => {
    const [n] = sizesOf(a!);
    return decompose([a!], [[n, n]], ([matrices], [x]) => {
      const unit = eye(n, n, { dtype: "float64" });
      // All of the batch have one right side.
      const right = new PlainView(unit.storage, matrices!.shape, [0, n, 1], unit.offset, unit.dtype);
      solveBatch(matrices!, right, x!, "invert");
    });
  },
  backward: (dy, { output }) => {
    const transposed = adjoint(output);
    return [neg(matmul(matmul(transposed, dy), transposed))];
  },
};

/**
 * The inverse `A⁻¹`.
 *
 * Shapes: `(…, n, n)` → the same.
 *
 * @throws {RangeError} If a matrix is singular or not square.
 * @see torch.linalg.inv; to solve equations, `solve` is better.
 * @example inv([[2, 0], [0, 4]]).toArray() // [[0.5, 0], [0, 0.25]]
 */
export function inv(a: TensorLike): Tensor {
  return apply(invOp, [asSquare(a, "invert")]);
}

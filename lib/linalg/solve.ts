/** Linear equations and inverses. */
import { apply, type OpSpec } from "../autograd/apply.ts";
import { asTensor, eye } from "../creation.ts";
import { neg } from "../ops/arithmetic.ts";
import { matmul } from "../ops/matmul.ts";
import { squeeze, unsqueeze } from "../ops/shape.ts";
import { sameShape } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { decomposeLU, type LU, solveLU, zeroPivot } from "./decompositions/lu.ts";
import { adjoint, asMatrices, asSquare, broadcastBatches, checkRows, mapMatrices, sizesOf } from "./matrices.ts";

/** The factors of a matrix that must not be singular. */
function regularLU(matrix: Float64Array, n: number, verb: string, which: string): LU {
  const lu = decomposeLU(matrix, n);
  const zero = zeroPivot(lu);
  if (zero >= 0) throw new RangeError(`Cannot ${verb} [${n},${n}]: ${which} is singular, pivot ${zero + 1} is 0`);
  return lu;
}

const solveOp: OpSpec = {
  name: "solve",
  forward: ([a, b]) => {
    const [n, columns] = sizesOf(b!);
    return mapMatrices([a!, b!], [n, columns], ([left, right], which) =>
      solveLU(regularLU(left!, n, "solve with", which), right!, columns),
    );
  },
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
    const unit = Float64Array.from(eye(n).data);
    return mapMatrices([a!], [n, n], ([matrix], which) => solveLU(regularLU(matrix!, n, "invert", which), unit, n));
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

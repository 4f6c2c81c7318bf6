/** Linear equations of triangular matrices. */
import { apply, type OpSpec } from "../autograd/apply.ts";
import { backend } from "../backends/index.ts";
import { asTensor } from "../creation.ts";
import { neg } from "../ops/arithmetic.ts";
import { matmul } from "../ops/matmul.ts";
import { tril, triu } from "../ops/matrix.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { decompose } from "./batches.ts";
import { adjoint, asMatrices, asSquare, broadcastBatches, checkRows, sizesOf } from "./matrices.ts";

const triangularOp: OpSpec<[upper: boolean]> = {
  name: "solveTriangular",
  forward: ([a, b], upper) => {
    const [n, columns] = sizesOf(b!);
    return decompose([a!, b!], [[n, columns]], ([left, right], [x]) => {
      backend.solveTriangle(left!, right!, { upper, unit: false }, x!);
    });
  },
  backward: (dy, saved, upper) => {
    const db = apply(triangularOp, [adjoint(saved.input(0)), dy], [!upper]);
    return [() => (upper ? triu : tril)(neg(matmul(db, adjoint(saved.output)))), db];
  },
};

/** How to solve with a triangle. */
export interface TriangularOptions {
  /** Whether the matrix is upper triangular, else lower; the other triangle is not read. */
  upper: boolean;
  /** Whether to solve `A X = B` (default), else `X A = B`. */
  left?: boolean;
}

/**
 * X of `A X = B` (or `X A = B`) for a triangular A, by substitution. A zero on the diagonal gives infinities, as in PyTorch.
 *
 * Shapes: A `(…, n, n)`, B `(…, n, columns)`, or `(…, rows, n)` if not `left` → as B; leading dimensions broadcast.
 *
 * @throws {RangeError} If A is not square or the sizes differ.
 * @see torch.linalg.solve_triangular.
 * @example solveTriangular([[2, 0], [1, 1]], [[2], [3]], { upper: false }).toArray() // [[1], [2]]
 */
export function solveTriangular(a: TensorLike, b: TensorLike, options: TriangularOptions): Tensor {
  const { upper, left = true } = options;
  const matrix = asSquare(a, "solve with");
  if (!left) return adjoint(solveTriangular(adjoint(matrix), adjoint(asMatrices(b, "solve for")), { upper: !upper }));
  const [x, y] = broadcastBatches(matrix, asMatrices(b, "solve for"), "solve");
  checkRows(x, y, asTensor(b), "solve");
  return apply(triangularOp, [x, y], [upper]);
}

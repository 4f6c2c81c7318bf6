/** The Cholesky decomposition. */
import { apply, type OpSpec } from "../autograd/apply.ts";
import { backend } from "../backends/index.ts";
import { eye, ones } from "../creation.ts";
import { add, div, mul, sub } from "../ops/arithmetic.ts";
import { matmul } from "../ops/matmul.ts";
import { tril } from "../ops/matrix.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { decompose, nameOf, newBatch } from "./batches.ts";
import { adjoint, asSquare, sizesOf } from "./matrices.ts";
import { solveTriangular } from "./triangular.ts";

const choleskyOp: OpSpec = {
  name: "cholesky",
  forward: ([a]) => {
    const [n] = sizesOf(a!);
    return decompose([a!], [[n, n]], ([x], [lower]) => {
      const count = x!.shape[0]!;
      const failed = newBatch([count], "int32");
      backend.cholesky(x!, lower!, failed);
      failed.storage.elements.forEach((size, i) => {
        if (size === 0) return;
        throw new RangeError(
          `Cannot decompose [${n},${n}] by Cholesky: ${nameOf(i, count)} is not positive definite, its leading block of size ${size} fails`,
        );
      });
    });
  },
  backward: (dy, { output: lower }) => {
    const [n] = sizesOf(lower);
    const options = { dtype: lower.dtype };
    // The lower triangle with half of the diagonal: each off-diagonal element of A stands for two.
    const half = sub(tril(ones([n, n], options)), mul(eye(n, n, options), 0.5));
    const inner = mul(matmul(adjoint(lower), dy), half);
    const left = solveTriangular(adjoint(lower), inner, { upper: true });
    const both = solveTriangular(lower, left, { upper: false, left: false });
    return [div(add(both, adjoint(both)), 2)];
  },
};

/**
 * The Cholesky decomposition `A = L Lᵀ` of a symmetric positive definite matrix, whose lower triangle is read: a matrix's square root, as a normal
 * distribution of given covariance needs it.
 *
 * Shapes: `(…, n, n)` → the same.
 *
 * @param options `upper`: give `Lᵀ` instead; default false.
 * @throws {RangeError} If a matrix is not positive definite or not square.
 * @see torch.linalg.cholesky; its gradient is symmetric, as here.
 * @example cholesky([[4, 2], [2, 5]]).toArray() // [[2, 0], [1, 2]]
 */
export function cholesky(a: TensorLike, options: { upper?: boolean } = {}): Tensor {
  const lower = apply(choleskyOp, [asSquare(a, "decompose")]);
  return options.upper ? adjoint(lower) : lower;
}

/**
 * X of `A X = B` from the Cholesky factor of A.
 *
 * Shapes: B `(…, n, columns)`, the factor `(…, n, n)` → as B.
 *
 * @param factor L, or `Lᵀ` if upper.
 * @param options `upper`; default false.
 * @see torch.cholesky_solve.
 * @example choleskySolve([[4], [9]], [[2, 0], [0, 3]]).toArray() // [[1], [1]]
 */
export function choleskySolve(b: TensorLike, factor: TensorLike, options: { upper?: boolean } = {}): Tensor {
  const triangle = asSquare(factor, "solve with");
  const lower = options.upper ? adjoint(triangle) : triangle;
  return solveTriangular(adjoint(lower), solveTriangular(lower, b, { upper: false }), { upper: true });
}

/** The inverse of A from its Cholesky factor. @param options `upper`: the factor is `Lᵀ`; default false. @example choleskyInverse([[2, 0], [0, 1]]).toArray() // [[0.25, 0], [0, 1]] */
export function choleskyInverse(factor: TensorLike, options: { upper?: boolean } = {}): Tensor {
  const triangle = asSquare(factor, "invert");
  const [n] = sizesOf(triangle);
  return choleskySolve(eye(n, n, { dtype: triangle.dtype }), triangle, options);
}

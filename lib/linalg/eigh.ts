/** Eigenvalues and eigenvectors of symmetric matrices. */
import { apply, type OpSpec } from "../autograd/apply.ts";
import { eye } from "../creation.ts";
import { div, sub } from "../ops/arithmetic.ts";
import { eq } from "../ops/comparison.ts";
import { matmul } from "../ops/matmul.ts";
import { where } from "../ops/select.ts";
import { unsqueeze } from "../ops/shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { decomposeSymmetric } from "./decompositions/spectral.ts";
import { adjoint, asSquare, checkFinite, mapMatrices, pack, sizesOf, unpack } from "./matrices.ts";

/** Values and vectors one after another. */
const eighOp: OpSpec<[upper: boolean]> = {
  name: "eigh",
  forward: ([a], upper) => {
    const [n] = sizesOf(a!);
    return mapMatrices([a!], [n + n * n], ([matrix], which) => {
      checkFinite(matrix!, "take eigenvalues", which);
      const { values, vectors } = decomposeSymmetric(mirror(matrix!, n, upper), n);
      return pack(values, vectors);
    });
  },
  backward: (dy, saved) => {
    const { output } = saved;
    const n = saved.shape(0).at(-1)!;
    const layout = [[n], [n, n]] as const;
    const [values, vectors] = unpack(output, layout);
    const [dValues, dVectors] = unpack(dy, layout);
    const product = matmul(adjoint(vectors), dVectors);
    // How far the vectors are asked to turn into one another; along themselves they cannot change.
    const turned = div(sub(product, adjoint(product)), 2);
    const gaps = sub(unsqueeze(values, -2), unsqueeze(values, -1));
    // Where nothing is asked of the vectors, equal values do no harm.
    const idle = eq(turned, 0);
    const mixed = where(idle, 0, div(turned, where(idle, 1, gaps)));
    const isDiagonal = eq(eye(n, n, { dtype: output.dtype }), 1);
    const inner = where(isDiagonal, unsqueeze(dValues, -1), mixed);
    return [matmul(matmul(vectors, inner), adjoint(vectors))];
  },
};

/** The matrix with one triangle mirrored onto the other. */
function mirror(matrix: Float64Array, n: number, upper: boolean): Float64Array {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      if (upper) matrix[i * n + j] = matrix[j * n + i]!;
      else matrix[j * n + i] = matrix[i * n + j]!;
    }
  }
  return matrix;
}

/** What `A = V diag(λ) Vᵀ` is made of. */
export interface Eigendecomposition {
  /** λ, rising: `(…, n)`. */
  readonly eigenvalues: Tensor;
  /** V, whose columns are the vectors; each is determined but for its sign: `(…, n, n)`. */
  readonly eigenvectors: Tensor;
}

/** Which triangle of the matrix is read; default `"L"`, the lower. */
export interface TriangleOption {
  UPLO?: "L" | "U";
}

/**
 * Eigenvalues and eigenvectors of a symmetric matrix: `A = V diag(λ) Vᵀ`.
 *
 * The gradient by the vectors is undefined where values are equal, and that by anything that depends on a vector's sign is meaningless.
 *
 * Shapes: `(…, n, n)` → `(…, n)` and `(…, n, n)`.
 *
 * @param options `UPLO`: which triangle is read, `"L"` (default) or `"U"`.
 * @throws {RangeError} If the matrices are not square or hold an infinity or NaN.
 * @see torch.linalg.eigh.
 * @example eigh([[2, 0], [0, 1]]).eigenvalues.toArray() // [1, 2]
 */
export function eigh(a: TensorLike, options: TriangleOption = {}): Eigendecomposition {
  const matrices = asSquare(a, "take eigenvalues of");
  const [n] = sizesOf(matrices);
  const [eigenvalues, eigenvectors] = unpack(apply(eighOp, [matrices], options.UPLO === "U"), [[n], [n, n]]);
  return { eigenvalues, eigenvectors };
}

/**
 * Eigenvalues of a symmetric matrix, rising; the curvatures of a Hessian. They have a gradient where they are equal, too.
 *
 * Shapes: `(…, n, n)` → `(…, n)`.
 *
 * @see torch.linalg.eigvalsh.
 * @example eigvalsh([[0, 1], [1, 0]]) // [-1, 1]
 */
export function eigvalsh(a: TensorLike, options: TriangleOption = {}): Tensor {
  return eigh(a, options).eigenvalues;
}

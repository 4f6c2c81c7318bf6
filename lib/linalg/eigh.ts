/** Eigenvalues and eigenvectors of symmetric matrices. */
import { apply, type OpSpec } from "../autograd/apply.ts";
import { isGradEnabled } from "../autograd/mode.ts";
import { backend } from "../backends/index.ts";
import { eye } from "../creation.ts";
import { div, sub } from "../ops/arithmetic.ts";
import { eq } from "../ops/comparison.ts";
import { matmul } from "../ops/matmul.ts";
import { where } from "../ops/select.ts";
import { unsqueeze } from "../ops/shape.ts";
import type { View } from "../storage.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { alignSigns, checkEnded, checkFinite, decompose, matricesOf, newBatch } from "./batches.ts";
import { adjoint, asSquare, sizesOf, unpack } from "./matrices.ts";

/** Values and vectors one after another. */
const eighOp: OpSpec<[upper: boolean]> = {
  name: "eigh",
  forward: ([a], upper) => {
    const [n] = sizesOf(a!);
    return decompose([a!], [[n], [n, n]], ([x], [values, vectors]) => decomposeBatch(x!, upper, values!, vectors));
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

/** Decomposes matrices, of which one triangle is read, with or without vectors. */
function decomposeBatch(x: View, upper: boolean, values: View, vectors: View | null = null): void {
  checkFinite(x, "take eigenvalues");
  backend.eigh(mirrored(x, upper), values, vectors);
  checkEnded(values, "take eigenvalues");
  if (vectors) alignSigns(vectors);
}

/** Matrices with one triangle mirrored onto the other. */
function mirrored(x: View, upper: boolean): View {
  const n = x.shape[1]!;
  const result = newBatch(x.shape);
  const targets = matricesOf(result);
  for (const matrix of matricesOf(x)) {
    const to = targets.next().value as Float64Array;
    to.set(matrix);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) {
        if (upper) to[i * n + j] = to[j * n + i]!;
        else to[j * n + i] = to[i * n + j]!;
      }
    }
  }
  return result;
}

/** What `A = V diag(λ) Vᵀ` is made of. */
export interface Eigendecomposition {
  /** λ, rising: `(…, n)`. */
  readonly eigenvalues: Tensor;
  /** V, whose columns are the vectors; each is determined but for its sign, and here its greatest element is positive: `(…, n, n)`. */
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
  const [eigenvalues, eigenvectors] = unpack(apply(eighOp, [matrices], [options.UPLO === "U"]), [[n], [n, n]]);
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
  const matrices = asSquare(a, "take eigenvalues of");
  // The gradient wants the vectors.
  if (isGradEnabled() && matrices.requiresGrad) return eigh(matrices, options).eigenvalues;
  const [n] = sizesOf(matrices);
  return decompose([matrices], [[n]], ([x], [values]) => decomposeBatch(x!, options.UPLO === "U", values!));
}

/** Singular values and vectors. */
import { apply, type OpSpec } from "../autograd/apply.ts";
import { isGradEnabled, noGrad } from "../autograd/mode.ts";
import { backend } from "../backends/index.ts";
import { eye } from "../creation.ts";
import { add, div, mul, sub } from "../ops/arithmetic.ts";
import { eq } from "../ops/comparison.ts";
import { narrow } from "../ops/indexing.ts";
import { cat } from "../ops/join.ts";
import { square } from "../ops/math.ts";
import { matmul } from "../ops/matmul.ts";
import { where } from "../ops/select.ts";
import { unsqueeze } from "../ops/shape.ts";
import { type RandomGenerator, randn } from "../random.ts";
import { show } from "../shape.ts";
import type { View } from "../storage.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { alignSigns, checkEnded, checkFinite, decompose } from "./batches.ts";
import { adjoint, asMatrices, batchOf, sizesOf, unpack } from "./matrices.ts";
import { qr } from "./qr.ts";

/** U, the values and V one after another. */
const svdOp: OpSpec = {
  name: "svd",
  forward: ([a]) =>
    decompose([a!], layoutOf(...sizesOf(a!)), ([x], [u, values, v]) => {
      decomposeBatch(x!, values!, u, v);
    }),
  backward: (dy, saved) => {
    const { output } = saved;
    const [rows, columns] = saved.shape(0).slice(-2) as [number, number];
    const layout = layoutOf(rows, columns);
    const [u, s, v] = unpack(output, layout);
    const [du, ds, dv] = unpack(dy, layout);
    const k = Math.min(rows, columns);
    const squares = square(s);
    const gaps = sub(unsqueeze(squares, -2), unsqueeze(squares, -1));
    // How far the vectors are asked to turn into one another; where they are not, equal values do no harm.
    const turn = (x: Tensor, dx: Tensor) => {
      const product = matmul(adjoint(x), dx);
      const skew = sub(product, adjoint(product));
      const idle = eq(skew, 0);
      return where(idle, 0, div(skew, where(idle, 1, gaps)));
    };
    const byVectors = add(mul(turn(u, du), unsqueeze(s, -2)), mul(unsqueeze(s, -1), turn(v, dv)));
    const isDiagonal = eq(eye(k, k, { dtype: output.dtype }), 1);
    const inner = where(isDiagonal, add(byVectors, unsqueeze(ds, -1)), byVectors);
    let grad = matmul(matmul(u, inner), adjoint(v));
    // The part of the vectors' change that leaves the space they span.
    if (rows > k) {
      const outside = sub(du, matmul(u, matmul(adjoint(u), du)));
      grad = add(grad, matmul(div(outside, unsqueeze(s, -2)), adjoint(v)));
    }
    if (columns > k) {
      const outside = sub(dv, matmul(v, matmul(adjoint(v), dv)));
      grad = add(grad, matmul(div(u, unsqueeze(s, -2)), adjoint(outside)));
    }
    return [grad];
  },
};

/** Decomposes matrices, with or without vectors. */
export function decomposeBatch(x: View, values: View, u: View | null = null, v: View | null = null): void {
  checkFinite(x, "take singular values");
  backend.svd(x, values, u, v);
  checkEnded(values, "take singular values");
  if (u && v) alignSigns(u, v);
}

function layoutOf(rows: number, columns: number) {
  const k = Math.min(rows, columns);
  return [[rows, k], [k], [columns, k]] as const;
}

/** What `A = U diag(S) Vh` is made of. */
export interface SingularDecomposition {
  /** The left singular vectors, in columns. */
  readonly U: Tensor;
  /** The singular values, falling. */
  readonly S: Tensor;
  /** The right singular vectors, in rows: V transposed. */
  readonly Vh: Tensor;
}

/** The decomposition with as many vectors as values. */
export function decomposeReduced(matrices: Tensor): SingularDecomposition {
  const [U, S, V] = unpack(apply(svdOp, [matrices]), layoutOf(...sizesOf(matrices)));
  return { U, S, Vh: adjoint(V) };
}

/**
 * The singular value decomposition `A = U diag(S) Vh`: a rotation, a stretch along the axes, another rotation.
 *
 * The first r values and vectors make the best approximation of rank r. Pairs of vectors are determined but for their sign: here the greatest element of each
 * left one is positive. A gradient through the vectors is undefined where values are equal or 0,
 * and the further vectors of `fullMatrices` have none.
 *
 * Shapes: `(…, rows, columns)` → U `(…, rows, rows)`, S `(…, k)`, Vh `(…, columns, columns)`, k the lesser; if not full, U `(…, rows, k)` and Vh
 * `(…, k, columns)`.
 *
 * @param options `fullMatrices`: complete U and Vh to square matrices; default true.
 * @throws {RangeError} If a matrix holds an infinity or NaN.
 * @see torch.linalg.svd; Eckart and Young (1936); Golub and Kahan (1965).
 * @example svd([[0, 2], [1, 0]]).S.toArray() // [2, 1]
 */
export function svd(a: TensorLike, options: { fullMatrices?: boolean } = {}): SingularDecomposition {
  const matrices = asMatrices(a, "decompose");
  const { U, S, Vh } = decomposeReduced(matrices);
  if (options.fullMatrices === false) return { U, S, Vh };
  return { U: completed(U), S, Vh: adjoint(completed(adjoint(Vh))) };
}

/** Orthonormal columns with others added until there are as many as rows. */
function completed(columns: Tensor): Tensor {
  const [rows, k] = sizesOf(columns);
  if (rows === k) return columns;
  const { Q } = noGrad(() => qr(columns, { mode: "complete" }));
  return cat([columns, narrow(Q.detach(), -1, { start: k, length: rows - k })], -1);
}

/**
 * The singular values, falling.
 *
 * Shapes: `(…, rows, columns)` → `(…, k)`, k the lesser of rows and columns.
 *
 * @see torch.linalg.svdvals.
 * @example svdvals([[3, 0], [0, 4]]).toArray() // [4, 3]
 */
export function svdvals(a: TensorLike): Tensor {
  const matrices = asMatrices(a, "take singular values of");
  // The gradient wants the vectors.
  if (isGradEnabled() && matrices.requiresGrad) return decomposeReduced(matrices).S;
  const k = Math.min(...sizesOf(matrices));
  return decompose([matrices], [[k]], ([x], [values]) => decomposeBatch(x!, values!));
}

/** How a truncated decomposition is found. */
export interface LowRankOptions {
  /** How many singular values and vectors; default 6, or as many as there are. */
  q?: number;
  /** How often the sketch is multiplied by A Aᵀ, which sharpens it where values fall slowly; default 2. */
  niter?: number;
  /** Where the sketch is drawn from; the default generator if left out. */
  generator?: RandomGenerator;
}

/**
 * The greatest singular values and their vectors, nearly, of a large matrix: the matrix is sketched by its products with random vectors, and the
 * sketch, which is small, is decomposed. For word vectors of a co-occurrence matrix, say.
 *
 * Shapes: `(…, rows, columns)` → U `(…, rows, q)`, S `(…, q)`, Vh `(…, q, columns)`.
 *
 * @param options `q`, `niter`, `generator`.
 * @throws {RangeError} If q is not from 0 to the lesser of rows and columns.
 * @see torch.svd_lowrank (which gives V, not Vh); Halko, Martinsson and Tropp (2011).
 * @example svdLowrank([[4, 0, 0], [0, 3, 0]], { q: 2 }).U.shape // [2, 2]
 */
export function svdLowrank(a: TensorLike, options: LowRankOptions = {}): SingularDecomposition {
  const matrices = asMatrices(a, "decompose");
  const [rows, columns] = sizesOf(matrices);
  const { q = Math.min(6, rows, columns), niter = 2, generator } = options;
  if (!Number.isInteger(q) || q < 0 || q > Math.min(rows, columns)) {
    throw new RangeError(
      `Cannot take ${q} singular values of ${show(matrices.shape)}: it must be a whole number from 0 to ${Math.min(rows, columns)}`,
    );
  }
  const start = randn([...batchOf(matrices), columns, q], { dtype: matrices.dtype, generator });
  let basis = qr(matmul(matrices, start)).Q;
  for (let i = 0; i < niter; i++) {
    basis = qr(matmul(adjoint(matrices), basis)).Q;
    basis = qr(matmul(matrices, basis)).Q;
  }
  const { U, S, Vh } = decomposeReduced(matmul(adjoint(basis), matrices));
  return { U: matmul(basis, U), S, Vh };
}

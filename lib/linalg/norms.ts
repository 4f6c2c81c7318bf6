/** Norms of vectors and matrices, and the condition number. */
import { cast } from "../autograd/primitives.ts";
import { asTensor } from "../creation.ts";
import { defaultDtype, isFloating } from "../dtype.ts";
import { div, mul } from "../ops/arithmetic.ts";
import { amax, amin } from "../ops/extremes.ts";
import { select } from "../ops/indexing.ts";
import { abs } from "../ops/math.ts";
import { sum, norm as vectorNormOf } from "../ops/reduction.ts";
import { permute, unsqueeze } from "../ops/shape.ts";
import { show, wrapDim } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { asSquare } from "./matrices.ts";
import { inv } from "./solve.ts";
import { svdvals } from "./svd.ts";

/**
 * Which norm of a matrix: `"fro"` the root of the sum of squares; `"nuc"` the sum of singular values; 2 and −2 the greatest and the least singular
 * value; 1 and −1 the greatest and the least sum of magnitudes of a column; ∞ and −∞ the same of a row.
 */
export type MatrixOrder = "fro" | "nuc" | 1 | -1 | 2 | -2 | number;

/** How a norm of vectors is taken. */
export interface VectorNormOptions {
  /** The exponent p of `(Σ |x|ᵖ)^{1/p}`: any number or ±Infinity; 0 counts the elements other than 0. Default 2. */
  ord?: number;
  /** Default all dimensions. */
  dim?: number | readonly number[];
  /** Whether reduced dimensions stay, with size 1; default false. */
  keepDim?: boolean;
}

/** How a norm of matrices is taken. */
export interface MatrixNormOptions {
  /** Default `"fro"`. */
  ord?: MatrixOrder;
  /** The dimensions of rows and of columns; default the last two. */
  dim?: readonly [number, number];
  /** Whether reduced dimensions stay, with size 1; default false. */
  keepDim?: boolean;
}

function floating(x: TensorLike): Tensor {
  const given = asTensor(x);
  return isFloating(given.dtype) ? given : cast(given, defaultDtype);
}

/**
 * The norm of vectors: `(Σ |x|ᵖ)^{1/p}`.
 *
 * @param options `ord` p, default 2; `dim`, default all; `keepDim`.
 * @see torch.linalg.vector_norm.
 * @example vectorNorm([3, -4], { ord: 1 }).item() // 7
 */
export function vectorNorm(x: TensorLike, options: VectorNormOptions = {}): Tensor {
  const { ord = 2, dim, keepDim } = options;
  return vectorNormOf(floating(x), { p: ord, dim, keepDim });
}

/**
 * A norm of matrices.
 *
 * Shapes: `(…, rows, columns)` → `(…)`.
 *
 * @param options `ord`: which one, default `"fro"`; `dim`: the dimensions of rows and columns, default the last two; `keepDim`.
 * @throws {RangeError} If there is no such norm, or fewer than 2 dimensions.
 * @see torch.linalg.matrix_norm.
 * @example matrixNorm([[3, 0], [0, 4]], { ord: 2 }).item() // 4
 */
export function matrixNorm(x: TensorLike, options: MatrixNormOptions = {}): Tensor {
  const { ord = "fro", dim = [-2, -1], keepDim = false } = options;
  const given = floating(x);
  if (given.ndim < 2 || dim.length !== 2) {
    throw new RangeError(
      `Cannot take the norm of matrices in ${show(given.shape)} along ${show(dim)}: that takes 2 dimensions`,
    );
  }
  const [rows, columns] = dim.map((d) => wrapDim(d, given.ndim, "take the norm"));
  if (rows === columns)
    throw new RangeError(`Cannot take the norm of matrices along ${show(dim)}: the dimensions must differ`);
  const others = given.shape.map((_, d) => d).filter((d) => d !== rows && d !== columns);
  const result = normOf(permute(given, [...others, rows!, columns!]), ord);
  if (!keepDim) return result;
  return [rows!, columns!].sort((a, b) => a - b).reduce((kept, d) => unsqueeze(kept, d), result);
}

/** The norm of matrices in the last two dimensions. */
function normOf(x: Tensor, ord: MatrixOrder): Tensor {
  switch (ord) {
    case "fro":
      return vectorNormOf(x, { dim: [-2, -1] });
    case "nuc":
      return sum(svdvals(x), { dim: -1 });
    case 2:
      return amax(svdvals(x), { dim: -1 });
    case -2:
      return amin(svdvals(x), { dim: -1 });
    case 1:
      return amax(sum(abs(x), { dim: -2 }), { dim: -1 });
    case -1:
      return amin(sum(abs(x), { dim: -2 }), { dim: -1 });
    case Infinity:
      return amax(sum(abs(x), { dim: -1 }), { dim: -1 });
    case -Infinity:
      return amin(sum(abs(x), { dim: -1 }), { dim: -1 });
    default:
      throw new RangeError(
        `Cannot take the ${String(ord)}-norm of a matrix: it must be "fro", "nuc", ±1, ±2 or ±Infinity`,
      );
  }
}

/** How a norm is taken. */
export interface NormOptions {
  /** A vector's exponent, or which norm of a matrix. If left out, it is the root of the sum of squares. */
  ord?: MatrixOrder;
  /** One dimension for vectors, two for matrices. If left out, all of x is one vector or, if `ord` is given and x has 2 dimensions, one matrix. */
  dim?: number | readonly number[];
  /** Whether reduced dimensions stay, with size 1; default false. */
  keepDim?: boolean;
}

/**
 * The norm of vectors or of matrices, whichever `dim` and `ord` say.
 *
 * @param options `ord`, `dim`, `keepDim`.
 * @throws {RangeError} If `ord` is given without `dim` and x has neither 1 nor 2 dimensions.
 * @see torch.linalg.norm.
 * @example norm([[3, 0], [0, 4]]).item() // 5
 * @example norm([[3, 0], [0, 4]], { ord: 1 }).item() // 4
 */
export function norm(x: TensorLike, options: NormOptions = {}): Tensor {
  const { ord, dim, keepDim } = options;
  const given = floating(x);
  if (ord === undefined) return vectorNormOf(given, { dim, keepDim });
  const dims = dim === undefined ? given.shape.map((_, d) => d) : typeof dim === "number" ? [dim] : dim;
  if (dims.length === 2) return matrixNorm(given, { ord, dim: dims as [number, number], keepDim });
  if (dims.length === 1 && typeof ord === "number") return vectorNorm(given, { ord, dim: dims, keepDim });
  throw new RangeError(
    `Cannot take the ${ord}-norm of ${show(given.shape)} along ${show(dims)}: give one dimension for vectors (and a number), two for matrices`,
  );
}

/**
 * The condition number `‖A‖ · ‖A⁻¹‖`: how much solving with A can magnify an error. It is ∞ of a singular matrix.
 *
 * Shapes: `(…, rows, columns)` → `(…)`; square, unless p is ±2.
 *
 * @param options `p`: the norm, default 2, for which it is the ratio of the greatest and the least singular value.
 * @see torch.linalg.cond; book §2.5.
 * @example cond([[1, 0], [0, 10]]).item() // 10
 */
export function cond(a: TensorLike, options: { p?: MatrixOrder } = {}): Tensor {
  const { p = 2 } = options;
  if (p === 2 || p === -2) {
    const values = svdvals(a);
    const last = values.shape.at(-1)! - 1;
    return p === 2
      ? div(select(values, -1, 0), select(values, -1, last))
      : div(select(values, -1, last), select(values, -1, 0));
  }
  const matrices = asSquare(a, "take the condition number of");
  return mul(matrixNorm(matrices, { ord: p }), matrixNorm(inv(matrices), { ord: p }));
}

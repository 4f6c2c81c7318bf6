/** The kernels of a backend that decompose matrices. */
import type { View } from "../storage.ts";

/** What is known of a triangular matrix. */
export interface Triangle {
  /** Whether it is the upper triangle, else the lower; the other is not read. */
  readonly upper: boolean;
  /** Whether its diagonal counts as ones. */
  readonly unit: boolean;
}

/**
 * Kernels over batches of matrices: the first dimension of every view is the batch, whose matrices may be any distance apart, while each lies
 * row-major. All numbers are float64, since decompositions lose digits.
 */
export interface Decompositions {
  /**
   * `P A = L U` with partial pivoting of (batch, n, n). `factors` gets both, L without the ones on its diagonal; `order`, a contiguous int32 (batch, n),
   * which row of A each row is. A singular matrix has a zero on the diagonal of U.
   */
  lu(a: View, factors: View, order: View): void;
  /**
   * `A = L Lᵀ` of (batch, n, n), from the lower triangle of A. `failed`, a contiguous int32 (batch), gets 0, or the size of the first leading block that is
   * not positive definite; `lower` may hold anything then.
   */
  cholesky(a: View, lower: View, failed: View): void;
  /** `T X = B`: (batch, n, n), (batch, n, columns) and x as b, which may be the same view. */
  solveTriangle(triangle: View, b: View, how: Triangle, x: View): void;
  /**
   * `A = Q R` of (batch, rows, columns) with as many rows as columns or more, by reflections and with LAPACK's signs. Q is (batch, rows, width) and R
   * (batch, width, columns), where the width is `columns` or `rows`.
   */
  qr(a: View, q: View, r: View): void;
  /**
   * `A = V diag(values) Vᵀ` of symmetric (batch, n, n), values rising, NaN if the iterations do not end. The sign of a vector may be either; the
   * vectors may be left out.
   */
  eigh(a: View, values: View, vectors: View | null): void;
  /**
   * `A = U diag(values) Vᵀ` of (batch, rows, columns), values falling, NaN if the iterations do not end. With k the lesser of rows and columns U is (batch,
   * rows, k) and V (batch, columns, k). The sign of a pair of vectors may be either; the vectors may be left out.
   */
  svd(a: View, values: View, u: View | null, v: View | null): void;
}

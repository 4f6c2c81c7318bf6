/** Triangular matrices: solving with them, and the Cholesky decomposition that makes one. */
import type { Triangle } from "../../decompositions.ts";

/** X of `T X = B`, where T is n × n, upper or lower triangular (the other triangle is not read), and B is n × columns. */
export function solveTriangle(
  triangle: Float64Array,
  b: Float64Array,
  how: Triangle & { n: number; columns: number },
): Float64Array {
  const { n, columns, upper, unit } = how;
  const x = b.slice();
  for (let step = 0; step < n; step++) {
    const i = upper ? n - 1 - step : step;
    const [from, to] = upper ? [i + 1, n] : [0, i];
    for (let k = from; k < to; k++) {
      const share = triangle[i * n + k]!;
      if (share === 0) continue;
      for (let j = 0; j < columns; j++) x[i * columns + j]! -= share * x[k * columns + j]!;
    }
    if (unit) continue;
    const top = triangle[i * n + i]!;
    for (let j = 0; j < columns; j++) x[i * columns + j]! /= top;
  }
  return x;
}

/**
 * The lower triangle L of `A = L Lᵀ`, from the lower triangle of A; or the size of the first leading block that is not positive definite.
 */
export function decomposeCholesky(matrix: Float64Array, n: number): Float64Array | number {
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i * n + j]!;
      for (let k = 0; k < j; k++) rest -= lower[i * n + k]! * lower[j * n + k]!;
      if (i !== j) lower[i * n + j] = rest / lower[j * n + j]!;
      else if (rest > 0) lower[i * n + i] = Math.sqrt(rest);
      else return i + 1;
    }
  }
  return lower;
}

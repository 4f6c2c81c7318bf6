/** QR decomposition by Householder reflections of one row-major matrix. */

/** The factors of `A = Q R`, row-major: Q is rows × columns of Q, R columns of Q × columns. */
export interface QR {
  readonly q: Float64Array;
  readonly r: Float64Array;
}

/**
 * Decomposes a rows × columns matrix, with `width` columns in Q: all rows of them, or as many as R needs. The signs are LAPACK's: a column is
 * reflected onto the negative of its first element's side, and left alone where there is nothing to reflect.
 */
export function decomposeQR(matrix: Float64Array, rows: number, columns: number, width: number): QR {
  const a = matrix.slice();
  const steps = Math.min(rows, columns);
  const scales = new Float64Array(steps);
  for (let k = 0; k < steps; k++) {
    let below = 0;
    for (let i = k + 1; i < rows; i++) below = Math.hypot(below, a[i * columns + k]!);
    if (below === 0) continue;
    const first = a[k * columns + k]!;
    const length = Math.hypot(first, below) * (first < 0 ? 1 : -1);
    // The reflection is I − scale · v vᵀ with v = (1, …), kept below the diagonal.
    scales[k] = (length - first) / length;
    for (let i = k + 1; i < rows; i++) a[i * columns + k]! /= first - length;
    a[k * columns + k] = length;
    for (let j = k + 1; j < columns; j++) reflect(a, columns, j, a, k, rows, columns, scales[k]!);
  }
  const r = new Float64Array(width * columns);
  for (let i = 0; i < Math.min(width, rows); i++)
    for (let j = i; j < columns; j++) r[i * columns + j] = a[i * columns + j]!;
  const q = new Float64Array(rows * width);
  for (let i = 0; i < width; i++) q[i * width + i] = 1;
  for (let k = steps - 1; k >= 0; k--) {
    if (scales[k] === 0) continue;
    for (let j = 0; j < width; j++) reflect(q, width, j, a, k, rows, columns, scales[k]!);
  }
  return { q, r };
}

/** Reflects column `j` of a matrix of some stride by the vector kept in column `k` of `a`. */
function reflect(
  target: Float64Array,
  stride: number,
  j: number,
  a: Float64Array,
  k: number,
  rows: number,
  columns: number,
  scale: number,
): void {
  let along = target[k * stride + j]!;
  for (let i = k + 1; i < rows; i++) along += a[i * columns + k]! * target[i * stride + j]!;
  along *= scale;
  target[k * stride + j]! -= along;
  for (let i = k + 1; i < rows; i++) target[i * stride + j]! -= along * a[i * columns + k]!;
}

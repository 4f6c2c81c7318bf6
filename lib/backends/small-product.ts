/** Matrix products of a few numbers: whatever would be got ready for them costs more than they do. */
import type { TypedArray } from "../dtype.ts";
import type { View } from "../storage.ts";

/** Products of up to this many multiplications are made by these loops. */
export const fewProducts = 256;

/** `out = a · b` of matrices, where `turned` takes a's rows for its columns. */
export function multiplyFew(a: View, turned: boolean, b: View, out: View): void {
  const [m, n, k] = [out.shape[0]!, out.shape[1]!, b.shape[0]!];
  const [x, y, to] = [a.storage.home, b.storage.home, out.storage.own];
  const xRow = a.strides[turned ? 1 : 0]!;
  const xStep = a.strides[turned ? 0 : 1]!;
  const yStep = b.strides[0]!;
  const yColumn = b.strides[1]!;
  // The loop takes four columns at a time, so it had better have some: a product is the same turned over.
  if (n < 4 && m > n) multiply(k, n, m, y, b.offset, yColumn, yStep, x, a.offset, xStep, xRow, to, out.offset, 1, n);
  else multiply(k, m, n, x, a.offset, xRow, xStep, y, b.offset, yStep, yColumn, to, out.offset, n, 1);
}

/** Sums over k for m × n results, whose rows and columns lie `row` and `column` apart. */
function multiply(
  k: number,
  m: number,
  n: number,
  x: TypedArray,
  xAt: number,
  xRow: number,
  xStep: number,
  y: TypedArray,
  yAt: number,
  yStep: number,
  yColumn: number,
  to: TypedArray,
  at: number,
  row: number,
  column: number,
): void {
  for (let i = 0; i < m; i++) {
    const from = xAt + i * xRow;
    let o = at + i * row;
    let j = 0;
    for (; j + 4 <= n; j += 4) {
      let [sum0, sum1, sum2, sum3] = [0, 0, 0, 0];
      for (let p = 0, xp = from, yp = yAt + j * yColumn; p < k; p++, xp += xStep, yp += yStep) {
        const v = x[xp]!;
        sum0 += v * y[yp]!;
        sum1 += v * y[yp + yColumn]!;
        sum2 += v * y[yp + 2 * yColumn]!;
        sum3 += v * y[yp + 3 * yColumn]!;
      }
      to[o] = sum0;
      to[o + column] = sum1;
      to[o + 2 * column] = sum2;
      to[o + 3 * column] = sum3;
      o += 4 * column;
    }
    for (; j < n; j++, o += column) {
      let sum = 0;
      for (let p = 0, xp = from, yp = yAt + j * yColumn; p < k; p++, xp += xStep, yp += yStep) sum += x[xp]! * y[yp]!;
      to[o] = sum;
    }
  }
}

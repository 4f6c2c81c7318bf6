/** LU decomposition with partial pivoting of one row-major matrix. */

/** `P A = L U`, both factors in one matrix: L has ones on its diagonal. */
export interface LU {
  readonly factors: Float64Array;
  readonly n: number;
  /** Which row of A each row of L U is. */
  readonly order: Int32Array;
  /** 1 or −1: the determinant of P. */
  readonly parity: number;
}

/** Decomposes an n × n matrix. A singular one has a zero on the diagonal of U. */
export function decomposeLU(matrix: Float64Array, n: number): LU {
  const factors = matrix.slice();
  const order = Int32Array.from({ length: n }, (_, i) => i);
  let parity = 1;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(factors[i * n + k]!) > Math.abs(factors[pivot * n + k]!)) pivot = i;
    if (pivot !== k) {
      for (let j = 0; j < n; j++) {
        const held = factors[k * n + j]!;
        factors[k * n + j] = factors[pivot * n + j]!;
        factors[pivot * n + j] = held;
      }
      const row = order[k]!;
      order[k] = order[pivot]!;
      order[pivot] = row;
      parity = -parity;
    }
    const top = factors[k * n + k]!;
    if (top === 0) continue;
    for (let i = k + 1; i < n; i++) {
      const share = factors[i * n + k]! / top;
      factors[i * n + k] = share;
      if (share === 0) continue;
      for (let j = k + 1; j < n; j++) factors[i * n + j]! -= share * factors[k * n + j]!;
    }
  }
  return { factors, n, order, parity };
}

/** The first zero on the diagonal of U, by which a matrix is singular; −1 if there is none. */
export function zeroPivot({ factors, n }: LU): number {
  for (let k = 0; k < n; k++) if (factors[k * n + k] === 0) return k;
  return -1;
}

/** X of `A X = B`, where B is n × columns. A must not be singular. */
export function solveLU({ factors, n, order }: LU, b: Float64Array, columns: number): Float64Array {
  const x = new Float64Array(n * columns);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < columns; j++) x[i * columns + j] = b[order[i]! * columns + j]!;
    for (let k = 0; k < i; k++) {
      const share = factors[i * n + k]!;
      for (let j = 0; j < columns; j++) x[i * columns + j]! -= share * x[k * columns + j]!;
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) {
      const share = factors[i * n + k]!;
      for (let j = 0; j < columns; j++) x[i * columns + j]! -= share * x[k * columns + j]!;
    }
    const top = factors[i * n + i]!;
    for (let j = 0; j < columns; j++) x[i * columns + j]! /= top;
  }
  return x;
}

/** LU decomposition with partial pivoting of one row-major matrix. */

/** `P A = L U`, both factors in one matrix: L has ones on its diagonal. */
export interface LU {
  readonly factors: Float64Array;
  /** Which row of A each row of L U is. */
  readonly order: Int32Array;
}

/** Decomposes an n × n matrix. A singular one has a zero on the diagonal of U. */
export function decomposeLU(matrix: Float64Array, n: number): LU {
  const factors = matrix.slice();
  const order = Int32Array.from({ length: n }, (_, i) => i);
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
  return { factors, order };
}

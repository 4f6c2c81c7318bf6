/** LU decomposition, on which equations and determinants rest. */
import { backend } from "../backends/index.ts";
import type { View } from "../storage.ts";
import { newBatch } from "./batches.ts";

/** `P A = L U` of each matrix of a batch. */
export interface LUFactors {
  /** L, without the ones on its diagonal, and U. */
  readonly factors: View;
  /** Which row of A each row of L U is; n numbers a matrix. */
  readonly order: ArrayLike<number>;
}

/** Decomposes a batch of square matrices. */
export function factorLU(a: View): LUFactors {
  const [count, n] = a.shape as [number, number];
  const factors = newBatch(a.shape);
  const order = newBatch([count, n], "int32");
  if (a.size > 0) backend.lu(a, factors, order);
  return { factors, order: order.storage.elements };
}

/** The determinant of the permutation P of a matrix: 1 or −1. */
export function parityOf({ factors, order }: LUFactors, i: number): number {
  const n = factors.shape[1]!;
  const seen = new Uint8Array(n);
  let parity = 1;
  for (let start = 0; start < n; start++) {
    // A cycle of k rows is k − 1 swaps.
    for (let row = order[i * n + start]!; seen[start] === 0 && row !== start; row = order[i * n + row]!) {
      seen[row] = 1;
      parity = -parity;
    }
  }
  return parity;
}

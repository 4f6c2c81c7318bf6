/** Decompositions of each matrix of a batch. */
import type { View } from "../../../storage.ts";
import type { Decompositions } from "../../decompositions.ts";
import { decomposeQR } from "./householder.ts";
import { decomposeLU } from "./lu.ts";
import { decomposeSingular, decomposeSymmetric } from "./spectral.ts";
import { decomposeCholesky, solveTriangle } from "./triangular.ts";

/** The elements of a matrix of a batch. */
function matrixOf({ storage, offset, shape, strides, size }: View, i: number): Float64Array {
  const from = offset + i * strides[0]!;
  return storage.own.subarray(from, from + size / shape[0]!) as Float64Array;
}

/** Runs a function on the matrices of several batches with the same index. */
function eachMatrix(batches: readonly View[], run: (...matrices: Float64Array[]) => void): void {
  for (let i = 0; i < batches[0]!.shape[0]!; i++) run(...batches.map((batch) => matrixOf(batch, i)));
}

export const decompositions: Decompositions = {
  lu(a, factors, order) {
    const n = a.shape[1]!;
    eachMatrix([a, factors, order], (matrix, to, rows) => {
      const made = decomposeLU(matrix, n);
      to.set(made.factors);
      rows.set(made.order);
    });
  },
  cholesky(a, lower, failed) {
    const n = a.shape[1]!;
    eachMatrix([a, lower, failed], (matrix, to, status) => {
      const made = decomposeCholesky(matrix, n);
      status[0] = typeof made === "number" ? made : 0;
      if (typeof made !== "number") to.set(made);
    });
  },
  solveTriangle(triangle, b, how, x) {
    const [, n, columns] = b.shape as [number, number, number];
    eachMatrix([triangle, b, x], (matrix, right, to) => to.set(solveTriangle(matrix, right, { n, columns, ...how })));
  },
  qr(a, q, r) {
    const [, rows, columns] = a.shape as [number, number, number];
    eachMatrix([a, q, r], (matrix, toQ, toR) => {
      const made = decomposeQR(matrix, rows, columns, q.shape[2]!);
      toQ.set(made.q);
      toR.set(made.r);
    });
  },
  eigh(a, values, vectors) {
    eachMatrix([a, values, ...(vectors ? [vectors] : [])], (matrix, to, toVectors) => {
      const made = decomposeSymmetric(matrix, a.shape[1]!);
      to!.set(made.values);
      toVectors?.set(made.vectors);
    });
  },
  svd(a, values, u, v) {
    const [, rows, columns] = a.shape as [number, number, number];
    eachMatrix([a, values, ...(u && v ? [u, v] : [])], (matrix, to, toU, toV) => {
      const made = decomposeSingular(matrix!, rows, columns);
      to!.set(made.values);
      toU?.set(made.u);
      toV?.set(made.v);
    });
  },
};

/** The decompositions that need iterations, by ml-matrix: eigenvalues of symmetric matrices, and singular values. */
import type { Matrix } from "ml-matrix";
import { lazy } from "../../../lazy.ts";

const mlMatrix = lazy<typeof import("ml-matrix")>("ml-matrix");

/** `A = V diag(values) Vᵀ`, values rising. */
export interface Eigen {
  readonly values: Float64Array;
  /** n × n, row-major; its columns are the eigenvectors. */
  readonly vectors: Float64Array;
}

/** Decomposes an n × n matrix that is symmetric. */
export function decomposeSymmetric(matrix: Float64Array, n: number): Eigen {
  if (n === 0) return { values: new Float64Array(), vectors: new Float64Array() };
  const { EigenvalueDecomposition, Matrix } = mlMatrix();
  const found = new EigenvalueDecomposition(Matrix.from1DArray(n, n, matrix), { assumeSymmetric: true });
  return { values: Float64Array.from(found.realEigenvalues), vectors: flatten(found.eigenvectorMatrix, n, n) };
}

/** `A = U diag(values) Vᵀ`, values falling; k is the lesser of rows and columns. */
export interface Singular {
  /** rows × k. */
  readonly u: Float64Array;
  readonly values: Float64Array;
  /** columns × k. */
  readonly v: Float64Array;
}

/** Decomposes a rows × columns matrix. */
export function decomposeSingular(matrix: Float64Array, rows: number, columns: number): Singular {
  const k = Math.min(rows, columns);
  if (k === 0) return { u: new Float64Array(), values: new Float64Array(), v: new Float64Array() };
  const { SingularValueDecomposition, Matrix } = mlMatrix();
  const found = new SingularValueDecomposition(Matrix.from1DArray(rows, columns, matrix), { autoTranspose: true });
  return {
    u: flatten(found.leftSingularVectors, rows, k),
    values: Float64Array.from(found.diagonal),
    v: flatten(found.rightSingularVectors, columns, k),
  };
}

/** The first columns of a matrix, row-major. */
function flatten(matrix: Matrix, rows: number, columns: number): Float64Array {
  const flat = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) flat[i * columns + j] = matrix.get(i, j);
  return flat;
}

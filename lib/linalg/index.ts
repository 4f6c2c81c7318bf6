/**
 * Linear algebra: what `linalg` holds, as torch.linalg does. Everything takes batches and has a gradient. Decompositions run on the CPU in double
 * precision, whatever the tensors hold and whichever backend is in use.
 */
export { cholesky, choleskyInverse, choleskySolve } from "./cholesky.ts";
export { det, logdet, type SignAndLogarithm, slogdet } from "./determinant.ts";
export { type Eigendecomposition, eigh, eigvalsh, type TriangleOption } from "./eigh.ts";
export {
  cond,
  type MatrixNormOptions,
  type MatrixOrder,
  matrixNorm,
  type NormOptions,
  norm,
  type VectorNormOptions,
  vectorNorm,
} from "./norms.ts";
export { type LeastSquares, lstsq, matrixRank, pinv, type RankTolerance } from "./pinv.ts";
export { matrixExp, matrixPower } from "./powers.ts";
export { type QRFactors, qr } from "./qr.ts";
export { inv, solve } from "./solve.ts";
export { type LowRankOptions, type SingularDecomposition, svd, svdLowrank, svdvals } from "./svd.ts";
export { solveTriangular, type TriangularOptions } from "./triangular.ts";

/** Products of a matrix with itself, and its exponential. */
import { eye } from "../creation.ts";
import { add, mul } from "../ops/arithmetic.ts";
import { amax } from "../ops/extremes.ts";
import { abs } from "../ops/math.ts";
import { matmul } from "../ops/matmul.ts";
import { sum } from "../ops/reduction.ts";
import { expandAs } from "../ops/shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { asSquare, sizesOf } from "./matrices.ts";
import { inv } from "./solve.ts";

/**
 * A matrix multiplied n times by itself, in about log₂ n products. Negative powers are those of the inverse.
 *
 * Shapes: `(…, size, size)` → the same.
 *
 * @param n A whole number.
 * @throws {RangeError} If n is not whole, a matrix is not square, or n is negative and a matrix is singular.
 * @see torch.linalg.matrix_power.
 * @example matrixPower([[1, 1], [1, 0]], 10).toArray() // [[89, 55], [55, 34]]
 */
export function matrixPower(a: TensorLike, n: number): Tensor {
  if (!Number.isInteger(n)) throw new RangeError(`Cannot raise a matrix to the power ${n}: it must be a whole number`);
  const matrices = asSquare(a, "take a power of");
  if (n === 0) {
    const [size] = sizesOf(matrices);
    return expandAs(eye(size, size, { dtype: matrices.dtype }), matrices).clone();
  }
  let factor = n < 0 ? inv(matrices) : matrices;
  let result: Tensor | null = null;
  for (let rest = Math.abs(n); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = result === null ? factor : matmul(result, factor);
    if (rest > 1) factor = matmul(factor, factor);
  }
  return result!;
}

/**
 * The matrix exponential `eᴬ = Σ Aᵏ / k!`: the solution of `x′ = A x` after a time of 1.
 *
 * Taylor's series of `A / 2ˢ`, with s so that its norm is at most ½, squared s times.
 *
 * Shapes: `(…, size, size)` → the same.
 *
 * @throws {RangeError} If a matrix is not square, or has an element that is not finite.
 * @see torch.linalg.matrix_exp; Moler and Van Loan (2003), method 3.
 * @example matrixExp([[0, 1], [0, 0]]).toArray() // [[1, 1], [0, 1]]
 */
export function matrixExp(a: TensorLike): Tensor {
  const matrices = asSquare(a, "take the exponential of");
  const [size] = sizesOf(matrices);
  const norm = matrices.size === 0 ? 0 : amax(sum(abs(matrices.detach()), { dim: -1 })).item();
  if (!Number.isFinite(norm)) {
    throw new RangeError(`Cannot take the exponential of a matrix of norm ${norm}: its elements must be finite`);
  }
  const squarings = Math.max(0, Math.ceil(Math.log2(norm)) + 1);
  const scaled = mul(matrices, 2 ** -squarings);
  const one = eye(size, size, { dtype: matrices.dtype });
  // Horner's scheme; the term after the last is below ½¹⁹/19! ≈ 10⁻²³.
  let result = add(one, mul(scaled, 1 / 18));
  for (let k = 17; k > 0; k--) result = add(one, mul(matmul(scaled, result), 1 / k));
  for (let i = 0; i < squarings; i++) result = matmul(result, result);
  return result;
}

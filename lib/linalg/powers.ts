/** Products of a matrix with itself. */
import { eye } from "../creation.ts";
import { matmul } from "../ops/matmul.ts";
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

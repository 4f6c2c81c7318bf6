/** Determinants. */
import { apply, type OpSpec } from "../autograd/apply.ts";
import { noGrad } from "../autograd/mode.ts";
import { eye } from "../creation.ts";
import { mul } from "../ops/arithmetic.ts";
import { eq, lt } from "../ops/comparison.ts";
import { select } from "../ops/indexing.ts";
import { matmul } from "../ops/matmul.ts";
import { prod } from "../ops/reduction.ts";
import { where } from "../ops/select.ts";
import { unsqueeze } from "../ops/shape.ts";
import type { View } from "../storage.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { decompose, matricesOf } from "./batches.ts";
import { factorLU, parityOf } from "./lu.ts";
import { adjoint, asSquare } from "./matrices.ts";
import { inv } from "./solve.ts";
import { decomposeReduced } from "./svd.ts";

/** Runs a function on the parity and the pivots of each matrix of a batch. */
function eachElimination(x: View, run: (i: number, parity: number, pivots: Float64Array) => void): void {
  const n = x.shape[1]!;
  const lu = factorLU(x);
  let i = 0;
  for (const matrix of matricesOf(lu.factors)) {
    run(
      i,
      parityOf(lu, i),
      Float64Array.from({ length: n }, (_, k) => matrix[k * (n + 1)]!),
    );
    i++;
  }
}

const detOp: OpSpec = {
  name: "det",
  forward: ([a]) =>
    decompose([a!], [[]], ([x], [to]) => {
      const results = to!.storage.elements;
      eachElimination(x!, (i, parity, pivots) => {
        results[i] = pivots.reduce((product, pivot) => product * pivot, parity);
      });
    }),
  backward: (dy, { inputs: [a], output }) => {
    const scale = (x: Tensor) => unsqueeze(unsqueeze(x, -1), -1);
    if (!output.data.includes(0)) return [mul(scale(mul(dy, output)), adjoint(inv(a!)))];
    return [mul(scale(dy), cofactors(a!))];
  },
};

/** The derivative of the determinant of matrices of which some may be singular, where it is not `det A⁻ᵀ`. No second derivative. */
function cofactors(a: Tensor): Tensor {
  return noGrad(() => {
    const n = a.shape.at(-1)!;
    const { U, S, Vh } = decomposeReduced(a);
    // The product of all singular values but one, without dividing by that one, which may be 0.
    const others = where(eq(eye(n, n, { dtype: a.dtype }), 1), 1, unsqueeze(S, -2));
    const sign = mul(det(U), det(Vh));
    const scaled = mul(prod(others, { dim: -1 }), unsqueeze(sign, -1));
    return matmul(mul(U, unsqueeze(scaled, -2)), Vh);
  });
}

/**
 * The determinant.
 *
 * Shapes: `(…, n, n)` → `(…)`.
 *
 * @throws {RangeError} If the matrices are not square.
 * @see torch.linalg.det; of great matrices it overflows, where `slogdet` does not.
 * @example det([[1, 2], [3, 4]]) // -2
 */
export function det(a: TensorLike): Tensor {
  return apply(detOp, [asSquare(a, "take the determinant of")]);
}

/** Sign and logarithm of the magnitude, in this order along the last dimension. */
const slogdetOp: OpSpec = {
  name: "slogdet",
  forward: ([a]) =>
    decompose([a!], [[2]], ([x], [to]) => {
      const results = to!.storage.elements;
      eachElimination(x!, (i, parity, pivots) => {
        results[2 * i] = pivots.reduce((sign, pivot) => sign * Math.sign(pivot), parity);
        results[2 * i + 1] = pivots.reduce((sum, pivot) => sum + Math.log(Math.abs(pivot)), 0);
      });
    }),
  backward: (dy, saved) => {
    const byLogarithm = select(dy, -1, 1);
    return [mul(unsqueeze(unsqueeze(byLogarithm, -1), -1), adjoint(inv(saved.input(0))))];
  },
};

/** A determinant in two parts: `det = sign · e^logabsdet`. */
export interface SignAndLogarithm {
  /** 1, −1, or 0 of a singular matrix. */
  readonly sign: Tensor;
  /** The logarithm of the magnitude; −∞ of a singular matrix. */
  readonly logabsdet: Tensor;
}

/**
 * Sign and logarithm of the determinant, which neither overflow nor underflow: `ln |det A|` is what densities of many variables need.
 *
 * Shapes: `(…, n, n)` → two of `(…)`.
 *
 * @throws {RangeError} If the matrices are not square.
 * @see torch.linalg.slogdet.
 * @example slogdet([[2, 0], [0, 4]]).logabsdet // 2.079…, i.e. ln 8
 */
export function slogdet(a: TensorLike): SignAndLogarithm {
  const both = apply(slogdetOp, [asSquare(a, "take the determinant of")]);
  return { sign: select(both, -1, 0).detach(), logabsdet: select(both, -1, 1) };
}

/** The logarithm of the determinant, NaN where that is negative. @example logdet([[2, 0], [0, 4]]) // 2.079…, i.e. ln 8 */
export function logdet(a: TensorLike): Tensor {
  const { sign, logabsdet } = slogdet(a);
  return where(lt(sign, 0), Number.NaN, logabsdet);
}

/** The gamma function's logarithm and its derivatives. */
import { apply } from "../autograd/apply.ts";
import { cast } from "../autograd/primitives.ts";
import { asTensor } from "../creation.ts";
import { floatingDtype } from "../dtype.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { add, mul } from "./arithmetic.ts";
import { arithmeticOp, floatOp } from "./operands.ts";

const lgammaOp = floatOp("lgamma", (dy, saved) => mul(dy, digamma(saved.input(0))));
const digammaOp = floatOp("digamma", (dy, saved) => mul(dy, polygamma(1, saved.input(0))));

/** Hurwitz's zeta function of a number s and a tensor; nobody wants its derivative by s. */
const zetaOp = arithmeticOp("zeta", (dy, saved) => [
  null,
  () => {
    const [s, q] = [saved.input(0), saved.input(1)];
    return mul(dy, mul(mul(s, -1), apply(zetaOp, [add(s, 1), q])));
  },
]);

/** ln |Γ(x)|; Γ(n) = (n − 1)!. @example lgamma([4, 0.5]) // [1.791…, 0.572…] */
export function lgamma(x: TensorLike): Tensor {
  return apply(lgammaOp, [x]);
}

/** The derivative of ln Γ(x). @example digamma([1, 0.5]) // [-0.577…, -1.963…] */
export function digamma(x: TensorLike): Tensor {
  return apply(digammaOp, [x]);
}

/**
 * The (n + 1)-th derivative of ln Γ(x): `(−1)ⁿ⁺¹ n! Σₖ (x + k)⁻ⁿ⁻¹`; digamma for n = 0.
 *
 * @param n A whole number ≥ 0.
 * @throws {RangeError} If it is not.
 * @example polygamma(1, [1]) // [1.644…]
 */
export function polygamma(n: number, x: TensorLike): Tensor {
  if (!Number.isInteger(n) || n < 0) {
    throw new RangeError(`Cannot take polygamma of order ${n}: it must be a whole number ≥ 0`);
  }
  if (n === 0) return digamma(x);
  const t = asTensor(x);
  const q = cast(t, floatingDtype(t.dtype));
  let factor = n % 2 === 0 ? -1 : 1;
  for (let k = 2; k <= n; k++) factor *= k;
  return mul(apply(zetaOp, [asTensor(n + 1, { dtype: q.dtype }), q]), factor);
}

/**
 * The logarithm of the multivariate gamma function of p dimensions: `p (p − 1)/4 · ln π + Σᵢ ln Γ(x − i/2)`, i from 0 to p − 1.
 *
 * @param p A whole number ≥ 1.
 * @throws {RangeError} If it is not.
 * @example mvlgamma([2], 2) // [0.451…]
 */
export function mvlgamma(x: TensorLike, p: number): Tensor {
  if (!Number.isInteger(p) || p < 1) {
    throw new RangeError(`Cannot take a gamma function of ${p} dimensions: it must be a whole number ≥ 1`);
  }
  let sum: Tensor = lgamma(x);
  for (let i = 1; i < p; i++) sum = add(sum, lgamma(add(x, -i / 2)));
  return add(sum, (p * (p - 1) * Math.log(Math.PI)) / 4);
}

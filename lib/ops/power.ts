/** Powers. */
import { apply } from "../autograd/apply.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { mul, sub } from "./arithmetic.ts";
import { eq, ge, logicalAnd } from "./comparison.ts";
import { log } from "./math.ts";
import { arithmeticOp, pair } from "./operands.ts";
import { where } from "./select.ts";

const powOp = arithmeticOp("pow", (dy, saved) => [
  // At y = 0 the power is constant; y·x^{y−1} would say 0 · ∞ = NaN at x = 0.
  () => {
    const [x, y] = [saved.input(0), saved.input(1)];
    return where(eq(y, 0), 0, mul(dy, mul(y, pow(x, sub(y, 1)))));
  },
  // At x = 0 and y ≥ 0 the power is constant in y; x^y ln x would say 0 · −∞ = NaN.
  () => {
    const [x, y] = [saved.input(0), saved.input(1)];
    const constant = logicalAnd(eq(x, 0), ge(y, 0));
    return where(constant, 0, mul(dy, mul(pow(x, y), log(where(constant, 1, x)))));
  },
]);

/** Power `a^b`. @example pow([1, 2, 3], 2).toArray() // [1, 4, 9] */
export function pow(a: TensorLike, b: TensorLike): Tensor {
  return apply(powOp, pair(a, b));
}

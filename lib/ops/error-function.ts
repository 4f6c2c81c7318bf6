/** What belongs to the error function: its complement and its inverse. */
import { apply } from "../autograd/apply.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { mul, neg } from "./arithmetic.ts";
import { exp, square } from "./math.ts";
import { floatOp } from "./operands.ts";

const erfcOp = floatOp("erfc", (dy, saved) => mul(dy, mul(exp(neg(square(saved.input(0)))), -2 / Math.sqrt(Math.PI))));
const erfinvOp = floatOp("erfinv", (dy, saved) => mul(dy, mul(exp(square(saved.output)), Math.sqrt(Math.PI) / 2)));

/** Complementary error function 1 − erf x, exact also where erf x is nearly 1. @example erfc([0, 1]) // [1, 0.157…] */
export function erfc(x: TensorLike): Tensor {
  return apply(erfcOp, [x]);
}

/** Inverse of the error function: ±∞ at ±1, NaN beyond. @example erfinv([0, 0.5]) // [0, 0.476…] */
export function erfinv(x: TensorLike): Tensor {
  return apply(erfinvOp, [x]);
}

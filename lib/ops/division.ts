/** Division with remainder. */
import { apply } from "../autograd/apply.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { div, mul, neg } from "./arithmetic.ts";
import { eq } from "./comparison.ts";
import { abs, trunc } from "./math.ts";
import { arithmeticOp, pair } from "./operands.ts";
import { where } from "./select.ts";
import { wholeNumbers } from "./whole-numbers.ts";

const floorDivideOp = arithmeticOp("floorDivide", () => [null, null]);

const remainderOp = arithmeticOp("remainder", (dy, saved) => [
  dy,
  () => neg(mul(dy, floorDivide(saved.input(0), saved.input(1)))),
]);

const fmodOp = arithmeticOp("fmod", (dy, saved) => [
  dy,
  () => neg(mul(dy, trunc(div(saved.input(0), saved.input(1))))),
]);

/** Quotient rounded down: `⌊a / b⌋`. @example floorDivide([7, -7], 2).toArray() // [3, -4] */
export function floorDivide(a: TensorLike, b: TensorLike): Tensor {
  return apply(floorDivideOp, pair(a, b));
}

/** Remainder with the sign of `b`: `a − b·⌊a / b⌋`. @example remainder([7, -7], 3).toArray() // [1, 2] */
export function remainder(a: TensorLike, b: TensorLike): Tensor {
  return apply(remainderOp, pair(a, b));
}

/** Remainder with the sign of `a`, as C's fmod. @example fmod([7, -7], 3).toArray() // [1, -1] */
export function fmod(a: TensorLike, b: TensorLike): Tensor {
  return apply(fmodOp, pair(a, b));
}

const gcdOp = arithmeticOp("gcd", () => [null, null]);

/** Greatest common divisor of whole numbers; of 0 and n it is |n|. @example gcd([12, 0], [18, -5]).toArray() // [6, 5] */
export function gcd(a: TensorLike, b: TensorLike): Tensor {
  return apply(gcdOp, wholeNumbers(a, b, "find the divisors of"));
}

/** Least common multiple of whole numbers; 0 if one is 0. @example lcm([4, 0], [6, 5]).toArray() // [12, 0] */
export function lcm(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = wholeNumbers(a, b, "find the multiples of");
  const divisor = gcd(x, y);
  return abs(mul(x, floorDivide(y, where(eq(divisor, 0), 1, divisor))));
}

/** Division with remainder. */
import { apply } from "../autograd/apply.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { div, mul, neg } from "./arithmetic.ts";
import { trunc } from "./math.ts";
import { arithmeticOp, pair } from "./operands.ts";

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

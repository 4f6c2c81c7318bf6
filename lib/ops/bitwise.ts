/** Whole numbers as bits: logic place by place, and shifts. Types without fractions only. */
import { apply } from "../autograd/apply.ts";
import { asTensor } from "../creation.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { sub } from "./arithmetic.ts";
import { logicalNot } from "./comparison.ts";
import { arithmeticOp } from "./operands.ts";
import { wholeNumbers } from "./whole-numbers.ts";

const none = () => [null, null];
const andOp = arithmeticOp("bitwiseAnd", none);
const orOp = arithmeticOp("bitwiseOr", none);
const xorOp = arithmeticOp("bitwiseXor", none);
const leftShiftOp = arithmeticOp("bitwiseLeftShift", none);
const rightShiftOp = arithmeticOp("bitwiseRightShift", none);

/** Both bits, place by place; for bool, both true. @example bitwiseAnd([6], [3]).toArray() // [2] */
export function bitwiseAnd(a: TensorLike, b: TensorLike): Tensor {
  return apply(andOp, wholeNumbers(a, b, "take bits of"));
}

/** One of the bits or both, place by place. @example bitwiseOr([6], [3]).toArray() // [7] */
export function bitwiseOr(a: TensorLike, b: TensorLike): Tensor {
  return apply(orOp, wholeNumbers(a, b, "take bits of"));
}

/** Exactly one of the bits, place by place. @example bitwiseXor([6], [3]).toArray() // [5] */
export function bitwiseXor(a: TensorLike, b: TensorLike): Tensor {
  return apply(xorOp, wholeNumbers(a, b, "take bits of"));
}

/** Every bit turned; for bool, not. @example bitwiseNot([5]).toArray() // [-6] */
export function bitwiseNot(x: TensorLike): Tensor {
  const [t] = wholeNumbers(x, false, "take bits of");
  if (t.dtype === "bool") return logicalNot(t);
  return sub(asTensor(t.dtype === "uint8" ? 255 : -1, { dtype: t.dtype }), t);
}

/** Bits moved to higher places: a · 2ᵇ, cut to the type. @example bitwiseLeftShift([3], [2]).toArray() // [12] */
export function bitwiseLeftShift(a: TensorLike, b: TensorLike): Tensor {
  return apply(leftShiftOp, wholeNumbers(a, b, "shift"));
}

/** Bits moved to lower places: ⌊a / 2ᵇ⌋, also for negative a. @example bitwiseRightShift([-5], [1]).toArray() // [-3] */
export function bitwiseRightShift(a: TensorLike, b: TensorLike): Tensor {
  return apply(rightShiftOp, wholeNumbers(a, b, "shift"));
}

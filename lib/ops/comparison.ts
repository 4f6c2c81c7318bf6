/** Comparisons and logic, elementwise with broadcasting; the results are bool. */
import { apply, type OpSpec } from "../autograd/apply.ts";
import { asTensor } from "../creation.ts";
import { sameShape } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { comparisonOp, pair, runUnary } from "./operands.ts";

const eqOp = comparisonOp("eq");
const neOp = comparisonOp("ne");
const ltOp = comparisonOp("lt");
const leOp = comparisonOp("le");
const gtOp = comparisonOp("gt");
const geOp = comparisonOp("ge");
const andOp = comparisonOp("logicalAnd");
const orOp = comparisonOp("logicalOr");
const xorOp = comparisonOp("logicalXor");

const predicateOp = (name: "logicalNot" | "isNaN" | "isFinite" | "isInf"): OpSpec => ({
  name,
  forward: ([x]) => runUnary(name, x!, "bool"),
});
const notOp = predicateOp("logicalNot");
const isNaNOp = predicateOp("isNaN");
const isFiniteOp = predicateOp("isFinite");
const isInfOp = predicateOp("isInf");

/** Where `a = b`. @example eq([1, 2], [1, 3]).toArray() // [true, false] */
export function eq(a: TensorLike, b: TensorLike): Tensor {
  return apply(eqOp, pair(a, b));
}

/** Where `a ≠ b`; NaN differs from everything. @example ne([1, 2], [1, 3]).toArray() // [false, true] */
export function ne(a: TensorLike, b: TensorLike): Tensor {
  return apply(neOp, pair(a, b));
}

/** Where `a < b`. @example lt([1, 2], 2).toArray() // [true, false] */
export function lt(a: TensorLike, b: TensorLike): Tensor {
  return apply(ltOp, pair(a, b));
}

/** Where `a ≤ b`. @example le([1, 2, 3], 2).toArray() // [true, true, false] */
export function le(a: TensorLike, b: TensorLike): Tensor {
  return apply(leOp, pair(a, b));
}

/** Where `a > b`. @example gt([1, 2, 3], 2).toArray() // [false, false, true] */
export function gt(a: TensorLike, b: TensorLike): Tensor {
  return apply(gtOp, pair(a, b));
}

/** Where `a ≥ b`. @example ge([1, 2], 2).toArray() // [false, true] */
export function ge(a: TensorLike, b: TensorLike): Tensor {
  return apply(geOp, pair(a, b));
}

/** Where both are true; every number but 0 is. @example logicalAnd([1, 1], [1, 0]).toArray() // [true, false] */
export function logicalAnd(a: TensorLike, b: TensorLike): Tensor {
  return apply(andOp, pair(a, b));
}

/** Where one of them or both are true. @example logicalOr([1, 0], [0, 0]).toArray() // [true, false] */
export function logicalOr(a: TensorLike, b: TensorLike): Tensor {
  return apply(orOp, pair(a, b));
}

/** Where exactly one of them is true. @example logicalXor([1, 1], [1, 0]).toArray() // [false, true] */
export function logicalXor(a: TensorLike, b: TensorLike): Tensor {
  return apply(xorOp, pair(a, b));
}

/** Where `x` is 0 or false. @example logicalNot([0, 2]).toArray() // [true, false] */
export function logicalNot(x: TensorLike): Tensor {
  return apply(notOp, [x]);
}

/** Where `x` is not a number. @example isnan([NaN, 1]).toArray() // [true, false] */
export function isnan(x: TensorLike): Tensor {
  return apply(isNaNOp, [x]);
}

/** Where `x` is neither infinite nor NaN. @example isfinite([Infinity, 1]).toArray() // [false, true] */
export function isfinite(x: TensorLike): Tensor {
  return apply(isFiniteOp, [x]);
}

/** Where `x` is +∞ or −∞. @example isinf([-Infinity, NaN]).toArray() // [true, false] */
export function isinf(x: TensorLike): Tensor {
  return apply(isInfOp, [x]);
}

/** Whether shape and all elements agree. @example equal([1, 2], [1, 2]) // true */
export function equal(a: TensorLike, b: TensorLike): boolean {
  const [x, y] = [asTensor(a), asTensor(b)];
  return sameShape(x.shape, y.shape) && eq(x, y).data.every((v) => v === 1);
}

/**
 * Whether shape and all elements agree up to `atol + rtol·|b|`.
 *
 * @param options `rtol`, default 1e-5; `atol`, default 1e-8; `equalNaN`: NaN agrees with NaN, default false.
 * @example allClose([1, 2], [1, 2.000001]) // true
 */
export function allClose(
  a: TensorLike,
  b: TensorLike,
  options: { rtol?: number; atol?: number; equalNaN?: boolean } = {},
): boolean {
  const { rtol = 1e-5, atol = 1e-8, equalNaN = false } = options;
  const [x, y] = [asTensor(a), asTensor(b)];
  if (!sameShape(x.shape, y.shape)) return false;
  const right = y.data;
  return x.data.every((v, i) => {
    const w = right[i]!;
    // Equal infinities differ by NaN, hence the first test.
    return v === w || Math.abs(v - w) <= atol + rtol * Math.abs(w) || (equalNaN && Number.isNaN(v) && Number.isNaN(w));
  });
}

/** Further functions of numbers, made of the basic ones. */
import { apply, type OpSpec } from "../autograd/apply.ts";
import { cast } from "../autograd/primitives.ts";
import { asTensor } from "../creation.ts";
import { floatingDtype, isFloating } from "../dtype.ts";
import { broadcastShapes } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { sigmoid } from "./activation.ts";
import { add, div, maximum, mul, neg, sub } from "./arithmetic.ts";
import { eq, ge, gt, isfinite, isnan, le, logicalAnd, logicalNot, logicalOr, lt } from "./comparison.ts";
import { abs, clamp, exp, log, log1p, reciprocal, sin, sqrt, square, trunc } from "./math.ts";
import { pair, resultType } from "./operands.ts";
import { pow } from "./power.ts";
import { where } from "./select.ts";

/** Whole numbers as floating ones. */
const floating = (x: Tensor): Tensor => cast(x, floatingDtype(x.dtype));

/** 2ˣ. @example exp2([3, -1]).toArray() // [8, 0.5] */
export function exp2(x: TensorLike): Tensor {
  const t = asTensor(x);
  return pow(asTensor(2, { dtype: floatingDtype(t.dtype) }), t);
}

/** x · 2ᵉ. @example ldexp([1, 3], [4, -1]).toArray() // [16, 1.5] */
export function ldexp(x: TensorLike, exponent: TensorLike): Tensor {
  return mul(x, exp2(exponent));
}

/** The fraction, of the sign of x. @example frac([1.5, -1.25]).toArray() // [0.5, -0.25] */
export function frac(x: TensorLike): Tensor {
  const t = asTensor(x);
  return sub(t, trunc(t).detach());
}

/** sin(πx) / (πx), 1 at 0. @example sinc([0, 0.5]) // [1, 0.636…] */
export function sinc(x: TensorLike): Tensor {
  const t = mul(asTensor(x), Math.PI);
  // Near 0 by its series, whose derivatives are no quotients of zeros.
  const near = lt(abs(t), 1e-3);
  const away = where(near, 1, t);
  const squared = square(t);
  const series = add(mul(squared, add(mul(squared, 1 / 120), -1 / 6)), 1);
  return where(near, series, div(sin(away), away));
}

/** Degrees to radians. @example deg2rad([180]) // [3.141…] */
export function deg2rad(x: TensorLike): Tensor {
  return mul(x, Math.PI / 180);
}

/** Radians to degrees. @example rad2deg([Math.PI]) // [180] */
export function rad2deg(x: TensorLike): Tensor {
  return mul(x, 180 / Math.PI);
}

/**
 * Log-odds, the inverse of the sigmoid: `ln(p / (1 − p))`.
 *
 * @param options `eps`: probabilities are held between eps and 1 − eps, so that the result is finite; none if left out.
 * @example logit([0.5, 0.75]) // [0, 1.098…]
 */
export function logit(x: TensorLike, options: { eps?: number } = {}): Tensor {
  const { eps } = options;
  const t = floating(asTensor(x));
  const p = eps === undefined ? t : clamp(t, { min: eps, max: 1 - eps });
  return log(div(p, sub(1, p)));
}

/** x ln y, 0 where x is 0 whatever y is, unless that is NaN. @example xlogy([0, 2], [0, 1]).toArray() // [0, 0] */
export function xlogy(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = pair(x, y);
  const isZero = logicalAnd(eq(a, 0), logicalNot(isnan(b)));
  return where(isZero, mul(a, 0), mul(a, log(where(isZero, 1, b))));
}

const hypotOp: OpSpec = {
  name: "hypot",
  forward: ([a, b]) => {
    const [x, y] = [abs(a!), abs(b!)];
    const most = maximum(x, y);
    const scale = where(logicalAnd(gt(most, 0), isfinite(most)), most, 1);
    const length = mul(scale, sqrt(add(square(div(x, scale)), square(div(y, scale)))));
    // An infinite side makes an infinite length, even beside NaN.
    return where(logicalOr(eq(x, Infinity), eq(y, Infinity)), Infinity, length);
  },
  backward: (dy, { inputs: [a, b], output }) => [() => mul(dy, div(a!, output)), () => mul(dy, div(b!, output))],
};

/** √(a² + b²), without overflow. @example hypot([3], [4]).toArray() // [5] */
export function hypot(a: TensorLike, b: TensorLike): Tensor {
  return apply(hypotOp, pair(a, b));
}

const logAddExpOp: OpSpec = {
  name: "logAddExp",
  forward: ([a, b]) => add(maximum(a!, b!), log1p(exp(neg(abs(gap(a!, b!)))))),
  backward: (dy, { inputs: [a, b] }) => [() => mul(dy, sigmoid(gap(a!, b!))), () => mul(dy, sigmoid(gap(b!, a!)))],
};

/** a − b, 0 for the same infinity. */
function gap(a: Tensor, b: Tensor): Tensor {
  const same = logicalAnd(eq(a, b), logicalNot(isfinite(a)));
  return sub(where(same, 0, a), where(same, 0, b));
}

/** ln(eᵃ + eᵇ), without overflow. @example logAddExp([1000], [1000]) // [1000.693…] */
export function logAddExp(a: TensorLike, b: TensorLike): Tensor {
  return apply(logAddExpOp, pair(a, b));
}

/** log₂(2ᵃ + 2ᵇ), without overflow. @example logAddExp2([1000], [1000]) // [1001] */
export function logAddExp2(a: TensorLike, b: TensorLike): Tensor {
  const operands = pair(a, b);
  const dtype = floatingDtype(resultType(...operands));
  const [x, y] = operands.map((operand) => cast(operand, dtype)) as [Tensor, Tensor];
  return div(logAddExp(mul(x, Math.LN2), mul(y, Math.LN2)), Math.LN2);
}

/** The greater of two, elementwise; of NaN and a number the number. @see maximum @example fmax([1, NaN], [3, 2]).toArray() // [3, 2] */
export function fmax(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = pair(a, b);
  return where(logicalOr(ge(x, y), isnan(y)), x, y);
}

/** The lesser of two, elementwise; of NaN and a number the number. @see minimum @example fmin([1, NaN], [3, 2]).toArray() // [1, 2] */
export function fmin(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = pair(a, b);
  return where(logicalOr(le(x, y), isnan(y)), x, y);
}

/** Where `x` is +∞. @example isposinf([Infinity, -Infinity]).toArray() // [true, false] */
export function isposinf(x: TensorLike): Tensor {
  return eq(x, Infinity);
}

/** Where `x` is −∞. @example isneginf([Infinity, -Infinity]).toArray() // [false, true] */
export function isneginf(x: TensorLike): Tensor {
  return eq(x, -Infinity);
}

/** Power in float64, whatever the operands are. @example floatPower(tensor([3], { dtype: "int32" }), -1).dtype // "float64" */
export function floatPower(a: TensorLike, b: TensorLike): Tensor {
  return pow(cast(asTensor(a), "float64"), cast(asTensor(b), "float64"));
}

/** From `start` to `end` by a share: `start + weight · (end − start)`. @example lerp([0, 10], [10, 20], 0.25).toArray() // [2.5, 12.5] */
export function lerp(start: TensorLike, end: TensorLike, weight: TensorLike): Tensor {
  const [a, b] = pair(start, end);
  // From the nearer end, so that both ends are hit exactly.
  const gap = sub(b, a);
  const fromStart = () => add(a, mul(gap, weight));
  if (typeof weight === "number") return weight < 0.5 ? fromStart() : sub(b, mul(gap, 1 - weight));
  const [, share] = pair(gap, weight);
  return where(lt(share, 0.5), fromStart(), sub(b, mul(gap, sub(1, share))));
}

/** `x + value · a · b`. @param options `value`, default 1. @example addcmul([1], [2], [3], { value: 10 }).toArray() // [61] */
export function addcmul(x: TensorLike, a: TensorLike, b: TensorLike, options: { value?: number } = {}): Tensor {
  return add(x, mul(mul(a, b), options.value ?? 1));
}

/** `x + value · a / b`. @param options `value`, default 1. @example addcdiv([1], [6], [3], { value: 10 }).toArray() // [21] */
export function addcdiv(x: TensorLike, a: TensorLike, b: TensorLike, options: { value?: number } = {}): Tensor {
  return add(x, mul(div(a, b), options.value ?? 1));
}

/**
 * NaN and infinities replaced by numbers.
 *
 * @param options `nan`, default 0; `posinf` and `neginf`, default the greatest and the least finite number of the type.
 * @example nanToNum([NaN, 1], { nan: 7 }).toArray() // [7, 1]
 */
export function nanToNum(x: TensorLike, options: { nan?: number; posinf?: number; neginf?: number } = {}): Tensor {
  const t = asTensor(x);
  if (!isFloating(t.dtype)) return t;
  const most = t.dtype === "float32" ? 3.4028234663852886e38 : Number.MAX_VALUE;
  const { nan = 0, posinf = most, neginf = -most } = options;
  return where(isnan(t), nan, where(eq(t, Infinity), posinf, where(eq(t, -Infinity), neginf, t)));
}

/** 0 for x < 0, 1 for x > 0, and `values` at 0; 0 for NaN, as in PyTorch. It has no derivative. @example heaviside([-1, 0, 2], 0.5).toArray() // [0, 0.5, 1] */
export function heaviside(x: TensorLike, values: TensorLike): Tensor {
  const [t, v] = pair(x, values).map((operand) => operand.detach()) as [Tensor, Tensor];
  broadcastShapes(t.shape, v.shape, "heaviside");
  return where(eq(t, 0), v, cast(gt(t, 0), t.dtype));
}

/** Where the sign bit is set, of −0 too. @example signbit([-0, 0, -1]).toArray() // [true, false, true] */
export function signbit(x: TensorLike): Tensor {
  const t = asTensor(x).detach();
  return isFloating(t.dtype) ? logicalOr(lt(t, 0), logicalAnd(eq(t, 0), lt(reciprocal(t), 0))) : lt(t, 0);
}

/** The magnitude of `a` with the sign of `b`. @example copySign([1, -2], [-0, 3]).toArray() // [-1, 2] */
export function copySign(a: TensorLike, b: TensorLike): Tensor {
  const [given, y] = pair(a, b);
  broadcastShapes(given.shape, y.shape, "copySign");
  const x = cast(given, floatingDtype(resultType(given, y)));
  return where(signbit(y), neg(abs(x)), abs(x));
}

/**
 * Where elements agree up to `atol + rtol·|b|`.
 *
 * @param options `rtol`, default 1e-5; `atol`, default 1e-8; `equalNaN`: NaN agrees with NaN, default false.
 * @see allClose
 * @example isClose([1, 2], [1, 2.1]).toArray() // [true, false]
 */
export function isClose(
  a: TensorLike,
  b: TensorLike,
  options: { rtol?: number; atol?: number; equalNaN?: boolean } = {},
): Tensor {
  const { rtol = 1e-5, atol = 1e-8, equalNaN = false } = options;
  const [x, y] = pair(a, b);
  const near = logicalAnd(isfinite(y), le(abs(sub(x, y)), add(mul(abs(y), rtol), atol)));
  const same = logicalOr(eq(x, y), near);
  return equalNaN ? logicalOr(same, logicalAnd(isnan(x), isnan(y))) : same;
}

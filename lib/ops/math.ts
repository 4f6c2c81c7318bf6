/** Functions of one number, elementwise. */
import { apply, type OpSpec } from "../autograd/apply.ts";
import { zerosLike } from "../creation.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { add, div, maximum, minimum, mul, neg, sub } from "./arithmetic.ts";
import { ge, le, logicalAnd } from "./comparison.ts";
import { arithmeticOp, atResult, floatOp, pair, quotientType, sameTypeOp } from "./operands.ts";
import { where } from "./select.ts";

const expOp = floatOp("exp", (dy, saved) => mul(dy, saved.output));
const expm1Op = floatOp("expm1", (dy, saved) => mul(dy, add(saved.output, 1)));
const logOp = floatOp("log", (dy, saved) => div(dy, saved.input(0)));
const log1pOp = floatOp("log1p", (dy, saved) => div(dy, add(saved.input(0), 1)));
const log2Op = floatOp("log2", (dy, saved) => div(dy, mul(saved.input(0), Math.LN2)));
const log10Op = floatOp("log10", (dy, saved) => div(dy, mul(saved.input(0), Math.LN10)));
const sqrtOp = floatOp("sqrt", (dy, saved) => div(dy, mul(saved.output, 2)));
const rsqrtOp = floatOp("rsqrt", (dy, saved) => mul(mul(dy, -0.5), mul(saved.output, mul(saved.output, saved.output))));
const reciprocalOp = floatOp("reciprocal", (dy, saved) => neg(mul(dy, mul(saved.output, saved.output))));
const sinOp = floatOp("sin", (dy, saved) => mul(dy, cos(saved.input(0))));
const cosOp = floatOp("cos", (dy, saved) => neg(mul(dy, sin(saved.input(0)))));
const tanOp = floatOp("tan", (dy, saved) => mul(dy, add(mul(saved.output, saved.output), 1)));
const asinOp = floatOp("asin", (dy, saved) => div(dy, sqrt(sub(1, square(saved.input(0))))));
const acosOp = floatOp("acos", (dy, saved) => neg(div(dy, sqrt(sub(1, square(saved.input(0)))))));
const atanOp = floatOp("atan", (dy, saved) => div(dy, add(square(saved.input(0)), 1)));
const sinhOp = floatOp("sinh", (dy, saved) => mul(dy, cosh(saved.input(0))));
const coshOp = floatOp("cosh", (dy, saved) => mul(dy, sinh(saved.input(0))));
const tanhOp = floatOp(
  "tanh",
  atResult("tanhGradient", (dy, y) => mul(dy, sub(1, square(y)))),
);
const asinhOp = floatOp("asinh", (dy, saved) => div(dy, sqrt(add(square(saved.input(0)), 1))));
const acoshOp = floatOp("acosh", (dy, saved) => div(dy, sqrt(sub(square(saved.input(0)), 1))));
const atanhOp = floatOp("atanh", (dy, saved) => div(dy, sub(1, square(saved.input(0)))));
const erfOp = floatOp("erf", (dy, saved) => mul(dy, mul(exp(neg(square(saved.input(0)))), 2 / Math.sqrt(Math.PI))));
const absOp = sameTypeOp("abs", (dy, saved) => mul(dy, sign(saved.input(0))));
const signOp = sameTypeOp("sign", (dy) => zerosLike(dy), { keepBool: true });
const squareOp = sameTypeOp("square", (dy, saved) => mul(dy, mul(saved.input(0), 2)));
const floorOp = sameTypeOp("floor", (dy) => zerosLike(dy));
const ceilOp = sameTypeOp("ceil", (dy) => zerosLike(dy));
const roundOp = sameTypeOp("round", (dy) => zerosLike(dy));
const truncOp = sameTypeOp("trunc", (dy) => zerosLike(dy));

const clampOp: OpSpec<[min: number, max: number]> = {
  name: "clamp",
  forward: ([x], min, max) => minimum(maximum(x!, min), max),
  backward: (dy, { inputs: [x] }, min, max) => [where(logicalAnd(ge(x!, min), le(x!, max)), dy, 0)],
};

const atan2Op = arithmeticOp(
  "atan2",
  (dy, { inputs: [y, x] }) => {
    const scale = reciprocal(add(mul(x!, x!), mul(y!, y!)));
    return [() => mul(mul(dy, x!), scale), () => neg(mul(mul(dy, y!), scale))];
  },
  { typeOf: quotientType, looksAt: "inputs" },
);

/** e^x. @example exp([0, 1]) // [1, 2.718…] */
export function exp(x: TensorLike): Tensor {
  return apply(expOp, [x]);
}

/** e^x − 1, exact near 0. @example expm1([0, 1]) // [0, 1.718…] */
export function expm1(x: TensorLike): Tensor {
  return apply(expm1Op, [x]);
}

/** Natural logarithm ln x. @example log([1, 10]) // [0, 2.302…] */
export function log(x: TensorLike): Tensor {
  return apply(logOp, [x]);
}

/** ln(1 + x), exact near 0. @example log1p([0, 1]) // [0, 0.693…] */
export function log1p(x: TensorLike): Tensor {
  return apply(log1pOp, [x]);
}

/** Logarithm to base 2. @example log2([8, 0.5]).toArray() // [3, -1] */
export function log2(x: TensorLike): Tensor {
  return apply(log2Op, [x]);
}

/** Logarithm to base 10. @example log10([100, 1]).toArray() // [2, 0] */
export function log10(x: TensorLike): Tensor {
  return apply(log10Op, [x]);
}

/** Square root √x. @example sqrt([4, 9]).toArray() // [2, 3] */
export function sqrt(x: TensorLike): Tensor {
  return apply(sqrtOp, [x]);
}

/** Reciprocal of the square root, 1/√x. @example rsqrt([4, 16]).toArray() // [0.5, 0.25] */
export function rsqrt(x: TensorLike): Tensor {
  return apply(rsqrtOp, [x]);
}

/** Reciprocal 1/x. @example reciprocal([2, 4]).toArray() // [0.5, 0.25] */
export function reciprocal(x: TensorLike): Tensor {
  return apply(reciprocalOp, [x]);
}

/** Sine of radians. @example sin([0, 1]) // [0, 0.841…] */
export function sin(x: TensorLike): Tensor {
  return apply(sinOp, [x]);
}

/** Cosine of radians. @example cos([0, 1]) // [1, 0.540…] */
export function cos(x: TensorLike): Tensor {
  return apply(cosOp, [x]);
}

/** Tangent of radians. @example tan([0, 1]) // [0, 1.557…] */
export function tan(x: TensorLike): Tensor {
  return apply(tanOp, [x]);
}

/** Arc sine in [−π/2, π/2]. @example asin([0, 1]) // [0, 1.570…] */
export function asin(x: TensorLike): Tensor {
  return apply(asinOp, [x]);
}

/** Arc cosine in [0, π]. @example acos([1, 0]) // [0, 1.570…] */
export function acos(x: TensorLike): Tensor {
  return apply(acosOp, [x]);
}

/** Arc tangent in (−π/2, π/2). @example atan([0, 1]) // [0, 0.785…] */
export function atan(x: TensorLike): Tensor {
  return apply(atanOp, [x]);
}

/** Hyperbolic sine. @example sinh([0, 1]) // [0, 1.175…] */
export function sinh(x: TensorLike): Tensor {
  return apply(sinhOp, [x]);
}

/** Hyperbolic cosine. @example cosh([0, 1]) // [1, 1.543…] */
export function cosh(x: TensorLike): Tensor {
  return apply(coshOp, [x]);
}

/** Hyperbolic tangent (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ), in (−1, 1). @example tanh([0, 1]) // [0, 0.761…] */
export function tanh(x: TensorLike): Tensor {
  return apply(tanhOp, [x]);
}

/** Inverse hyperbolic sine. @example asinh([0, 1]) // [0, 0.881…] */
export function asinh(x: TensorLike): Tensor {
  return apply(asinhOp, [x]);
}

/** Inverse hyperbolic cosine. @example acosh([1, 2]) // [0, 1.316…] */
export function acosh(x: TensorLike): Tensor {
  return apply(acoshOp, [x]);
}

/** Inverse hyperbolic tangent. @example atanh([0, 0.5]) // [0, 0.549…] */
export function atanh(x: TensorLike): Tensor {
  return apply(atanhOp, [x]);
}

/** Error function 2/√π ∫₀ˣ e^{−t²} dt. @example erf([0, 1]) // [0, 0.842…] */
export function erf(x: TensorLike): Tensor {
  return apply(erfOp, [x]);
}

/** Absolute value |x|. @example abs([-2, 3]).toArray() // [2, 3] */
export function abs(x: TensorLike): Tensor {
  return apply(absOp, [x]);
}

/** Sign: −1, 0 or 1; 0 for NaN, as in PyTorch. @example sign([-2, 0, 3]).toArray() // [-1, 0, 1] */
export function sign(x: TensorLike): Tensor {
  return apply(signOp, [x]);
}

/** Square x². @example square([-2, 3]).toArray() // [4, 9] */
export function square(x: TensorLike): Tensor {
  return apply(squareOp, [x]);
}

/** The greatest whole number ≤ x. @example floor([1.5, -1.5]).toArray() // [1, -2] */
export function floor(x: TensorLike): Tensor {
  return apply(floorOp, [x]);
}

/** The least whole number ≥ x. @example ceil([1.5, -1.5]).toArray() // [2, -1] */
export function ceil(x: TensorLike): Tensor {
  return apply(ceilOp, [x]);
}

/** The nearest whole number, halves to the even one. @example round([0.5, 1.5, 2.4]).toArray() // [0, 2, 2] */
export function round(x: TensorLike): Tensor {
  return apply(roundOp, [x]);
}

/** The whole number without its fraction. @example trunc([1.5, -1.5]).toArray() // [1, -1] */
export function trunc(x: TensorLike): Tensor {
  return apply(truncOp, [x]);
}

/** The angle of the point (x, y) in (−π, π]. @example atan2([1], [0]) // [1.570…], i.e. π/2 */
export function atan2(y: TensorLike, x: TensorLike): Tensor {
  return apply(atan2Op, pair(y, x));
}

/**
 * `x` held between two bounds.
 *
 * @param options `min`, default −∞; `max`, default +∞.
 * @example clamp([-2, 0.5, 2], { min: -1, max: 1 }).toArray() // [-1, 0.5, 1]
 */
export function clamp(x: TensorLike, options: { min?: number; max?: number }): Tensor {
  return apply(clampOp, [x], [options.min ?? -Infinity, options.max ?? Infinity]);
}

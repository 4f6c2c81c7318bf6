/** The elementwise kernels as JavaScript expressions in x, y and z; `compile.ts` makes loops of them. */
import type { BinaryOp, UnaryOp } from "../backend.ts";
import { digamma, lgamma, zeta } from "./gamma.ts";
import { erf, erfc, erfinv, floorDivide, gcd, geluTanhShare, geluTanhSlope, tanhOfSingle } from "./special.ts";

/** Functions that the expressions may call by name. */
export const helpers = {
  digamma,
  erf,
  erfc,
  erfinv,
  floorDivide,
  gcd,
  geluTanhShare,
  geluTanhSlope,
  lgamma,
  tanhOfSingle,
  zeta,
};

export const unary: Readonly<Record<UnaryOp, string>> = {
  copy: "x",
  neg: "-x",
  abs: "Math.abs(x)",
  sign: "x > 0 ? 1 : x < 0 ? -1 : 0",
  exp: "Math.exp(x)",
  expm1: "Math.expm1(x)",
  log: "Math.log(x)",
  log1p: "Math.log1p(x)",
  log2: "Math.log2(x)",
  log10: "Math.log10(x)",
  sqrt: "Math.sqrt(x)",
  rsqrt: "1 / Math.sqrt(x)",
  square: "x * x",
  reciprocal: "1 / x",
  sin: "Math.sin(x)",
  cos: "Math.cos(x)",
  tan: "Math.tan(x)",
  asin: "Math.asin(x)",
  acos: "Math.acos(x)",
  atan: "Math.atan(x)",
  sinh: "Math.sinh(x)",
  cosh: "Math.cosh(x)",
  tanh: "Math.tanh(x)",
  asinh: "Math.asinh(x)",
  acosh: "Math.acosh(x)",
  atanh: "Math.atanh(x)",
  floor: "Math.floor(x)",
  ceil: "Math.ceil(x)",
  // Halves go to the even neighbour, as IEEE 754 and PyTorch have it; Math.round sends them up.
  round: "x % 1 === 0.5 || x % 1 === -0.5 ? 2 * Math.round(x / 2) : Math.round(x)",
  trunc: "Math.trunc(x)",
  erf: "erf(x)",
  erfc: "erfc(x)",
  erfinv: "erfinv(x)",
  lgamma: "lgamma(x)",
  digamma: "digamma(x)",
  // e⁻ˣ overflows to ∞ for very negative x, which still gives the right limit 0.
  sigmoid: "1 / (1 + Math.exp(-x))",
  // Written so that NaN stays NaN.
  relu: "x <= 0 ? 0 : x",
  gelu: "0.5 * x * (1 + erf(x * Math.SQRT1_2))",
  geluTanh: "x * geluTanhShare(x)",
  softplus: "Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))",
  logSigmoid: "Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x)))",
  logicalNot: "x === 0",
  isNaN: "x !== x",
  isFinite: "x - x === 0",
  isInf: "x === Infinity || x === -Infinity",
};

/** What is quicker, and exact enough where results are float32. */
export const unaryOfSingle: Readonly<Partial<Record<UnaryOp, string>>> = { tanh: "tanhOfSingle(x)" };

export const binary: Readonly<Record<BinaryOp, string>> = {
  add: "x + y",
  sub: "x - y",
  mul: "x * y",
  div: "x / y",
  // C's pow has 1 ** NaN = 1 and (−1) ** ±∞ = 1, JavaScript's has NaN.
  pow: "x === 1 || (x === -1 && (y === Infinity || y === -Infinity)) ? 1 : Math.pow(x, y)",
  maximum: "x > y || x !== x ? x : y",
  minimum: "x < y || x !== x ? x : y",
  floorDivide: "floorDivide(x, y)",
  remainder: "(x % y !== 0 && (x % y < 0) !== (y < 0)) ? (x % y) + y : x % y",
  fmod: "x % y",
  atan2: "Math.atan2(x, y)",
  // The derivatives of gelu and of its approximation at x, times y.
  geluGradient: "y * (0.5 * (1 + erf(x * Math.SQRT1_2)) + (x * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI))",
  geluTanhGradient: "y * geluTanhSlope(x)",
  // Derivatives at the results x, times y.
  tanhGradient: "y * ((1 - x) * (1 + x))",
  sigmoidGradient: "y * (x * (1 - x))",
  reluGradient: "x > 0 ? y : 0",
  logitsLoss: "Math.max(x, 0) - x * y + Math.log1p(Math.exp(-Math.abs(x)))",
  zeta: "zeta(x, y)",
  gcd: "gcd(x, y)",
  bitwiseAnd: "x & y",
  bitwiseOr: "x | y",
  bitwiseXor: "x ^ y",
  // JavaScript counts the places of a shift modulo 32; past all bits nothing is left but the sign.
  bitwiseLeftShift: "y >= 0 && y < 32 ? x << y : 0",
  bitwiseRightShift: "y >= 0 && y < 32 ? x >> y : x < 0 ? -1 : 0",
  eq: "x === y",
  ne: "x !== y",
  lt: "x < y",
  le: "x <= y",
  gt: "x > y",
  ge: "x >= y",
  logicalAnd: "x !== 0 && y !== 0",
  logicalOr: "x !== 0 || y !== 0",
  logicalXor: "(x !== 0) !== (y !== 0)",
};

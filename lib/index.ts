/** The public surface of the library, listed by hand: what a cell has in scope and what `import … from "gradbook"` offers. */
import "./methods.ts";

export { apply, type OpSpec } from "./autograd/apply.ts";
// Autograd
export { type BackwardOptions, backward } from "./autograd/engine.ts";
export { enableGrad, isGradEnabled, noGrad } from "./autograd/mode.ts";
// Tensors
export {
  arange,
  asTensor,
  eye,
  fromData,
  full,
  fullLike,
  linspace,
  ones,
  onesLike,
  type TensorOptions,
  tensor,
  zeros,
  zerosLike,
} from "./creation.ts";
export type { DType, TypedArray } from "./dtype.ts";
// Ops
export { add, div, maximum, minimum, mul, neg, sub } from "./ops/arithmetic.ts";
export {
  allClose,
  eq,
  equal,
  ge,
  gt,
  isfinite,
  isinf,
  isnan,
  le,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  lt,
  ne,
} from "./ops/comparison.ts";
export { floorDivide, fmod, remainder } from "./ops/division.ts";
export {
  abs,
  acos,
  acosh,
  asin,
  asinh,
  atan,
  atan2,
  atanh,
  ceil,
  cos,
  cosh,
  erf,
  exp,
  expm1,
  floor,
  log,
  log1p,
  log2,
  log10,
  reciprocal,
  round,
  rsqrt,
  sign,
  sin,
  sinh,
  sqrt,
  square,
  tan,
  tanh,
  trunc,
} from "./ops/math.ts";
export { matmul } from "./ops/matmul.ts";
export { pow } from "./ops/power.ts";
export { mean, sum } from "./ops/reduction.ts";
export { where } from "./ops/select.ts";
export { expand, permute, reshape, transpose } from "./ops/shape.ts";
export type { Shape } from "./shape.ts";
export { Tensor, type TensorLike } from "./tensor.ts";

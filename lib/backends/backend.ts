/** What a backend supplies: kernels over views. Ops allocate the output and never loop over elements themselves. */
import type { View } from "../storage.ts";

export type UnaryOp =
  | "copy"
  | "neg"
  | "abs"
  | "sign"
  | "exp"
  | "expm1"
  | "log"
  | "log1p"
  | "log2"
  | "log10"
  | "sqrt"
  | "rsqrt"
  | "square"
  | "reciprocal"
  | "sin"
  | "cos"
  | "tan"
  | "asin"
  | "acos"
  | "atan"
  | "sinh"
  | "cosh"
  | "tanh"
  | "asinh"
  | "acosh"
  | "atanh"
  | "floor"
  | "ceil"
  | "round"
  | "trunc"
  | "erf"
  | "sigmoid"
  | "relu"
  | "softplus"
  | "logSigmoid"
  | "logicalNot"
  | "isNaN"
  | "isFinite"
  | "isInf";

export type BinaryOp =
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "pow"
  | "maximum"
  | "minimum"
  | "floorDivide"
  | "remainder"
  | "fmod"
  | "atan2"
  | "eq"
  | "ne"
  | "lt"
  | "le"
  | "gt"
  | "ge"
  | "logicalAnd"
  | "logicalOr"
  | "logicalXor";

export type ReduceOp = "sum" | "prod" | "max" | "min" | "any" | "all";

/**
 * Kernels of one engine. Inputs may have any strides; `out` is where the result goes, of the result's shape and type, and may not overlap an
 * input except for being the very same view. Inputs of elementwise kernels broadcast to the shape of `out`.
 */
export interface Backend {
  readonly name: string;
  /** `out = op(x)`, elementwise; `copy` also converts the type. */
  unary(op: UnaryOp, x: View, out: View): void;
  /** `out = op(a, b)`, elementwise. */
  binary(op: BinaryOp, a: View, b: View, out: View): void;
  /** `out = condition ? a : b`, elementwise. */
  where(condition: View, a: View, b: View, out: View): void;
  /** Folds the dimensions `dims` of `x`; `out` is contiguous and has the remaining dimensions, kept or not. */
  reduce(op: ReduceOp, x: View, dims: readonly number[], out: View): void;
  /** Index of the greatest or least element along `dim`, the first one if tied, NaN before all; `out` is a contiguous int32. */
  argReduce(op: "max" | "min", x: View, dim: number, out: View): void;
  /** Running sum or product along `dim`; `out` is contiguous. */
  scan(op: "sum" | "prod", x: View, dim: number, out: View): void;
  /** Softmax or its logarithm along `dim`, without overflow; `out` is contiguous. */
  softmax(x: View, dim: number, log: boolean, out: View): void;
  /** `out[…, i, j] = Σₖ a[…, i, k] · b[…, k, j]`; all have the same rank ≥ 2, leading dimensions broadcast, `out` is contiguous. */
  matmul(a: View, b: View, out: View): void;
  /** `out[…, i, …] = x[…, index[…, i, …], …]` along `dim`; `out` is contiguous and has the shape of `index`. */
  gather(x: View, dim: number, index: View, out: View): void;
  /** `out[…, index[…, i, …], …] += x[…, i, …]` along `dim`; `out` is contiguous, `index` no greater than `x`. */
  scatterAdd(x: View, dim: number, index: View, out: View): void;
  /** The order that sorts `x` along `dim`, stable, NaN last when rising; `out` is a contiguous int32. */
  argsort(x: View, dim: number, descending: boolean, out: View): void;
  /** The row-major positions of the elements other than 0. */
  nonzero(x: View): Int32Array;
}

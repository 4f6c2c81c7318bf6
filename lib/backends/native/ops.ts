/** The numbers of kernels and ops, in the order in which the sources of the engine list them. */
import type { BinaryOp, DrawKind, ElementLoss, MoveRule, RecurrentKind, ReduceOp, UnaryOp } from "../backend.ts";

/** As `KernelId` in kernels.h. */
export const kernel = {
  elementwise: 0,
  reduce: 1,
  softmax: 2,
  matmul: 3,
  argReduce: 4,
  scan: 5,
  gather: 6,
  scatterAdd: 7,
  argsort: 8,
  conv: 9,
  convInput: 10,
  convWeight: 11,
  maxPool: 12,
  move: 13,
  normalize: 14,
  normalizeBackward: 15,
  softmaxBackward: 16,
  crossEntropy: 17,
  crossEntropyBackward: 18,
  recur: 19,
  recurBackward: 20,
  attention: 21,
  attentionBackward: 22,
  draw: 23,
  learnWords: 24,
  chain: 25,
  lu: 26,
  cholesky: 27,
  solveTriangle: 28,
  qr: 29,
  eigh: 30,
  svd: 31,
  elementLoss: 32,
  elementLossBackward: 33,
  bounds: 34,
  copy: 35,
  cat: 36,
} as const;

/** As `UNARY_OPS` in elementwise.cpp; the others stay with the fallback. */
export const unaryOps: readonly UnaryOp[] = [
  "copy",
  "neg",
  "abs",
  "sign",
  "exp",
  "expm1",
  "log",
  "log1p",
  "log2",
  "log10",
  "sqrt",
  "rsqrt",
  "square",
  "reciprocal",
  "sin",
  "cos",
  "tan",
  "asin",
  "acos",
  "atan",
  "sinh",
  "cosh",
  "tanh",
  "asinh",
  "acosh",
  "atanh",
  "floor",
  "ceil",
  "round",
  "trunc",
  "erf",
  "sigmoid",
  "relu",
  "gelu",
  "geluTanh",
  "softplus",
  "logSigmoid",
  "logicalNot",
  "isNaN",
  "isFinite",
  "isInf",
];

/** As `BINARY_OPS` in elementwise.cpp; the others stay with the fallback. */
export const binaryOps: readonly BinaryOp[] = [
  "add",
  "sub",
  "mul",
  "div",
  "pow",
  "maximum",
  "minimum",
  "floorDivide",
  "remainder",
  "fmod",
  "atan2",
  "geluGradient",
  "geluTanhGradient",
  "tanhGradient",
  "sigmoidGradient",
  "reluGradient",
  "logitsLoss",
  "eq",
  "ne",
  "lt",
  "le",
  "gt",
  "ge",
  "logicalAnd",
  "logicalOr",
  "logicalXor",
];

/** As `Fold` in reduce.cpp; the others stay with the fallback. */
export const foldOps: readonly ReduceOp[] = ["sum", "prod", "max", "min"];

/** As `Rule` in optimizer.cpp. */
export const moveRules: readonly MoveRule[] = ["sgd", "adam", "rmsProp"];

/** As `DrawKind` in random.cpp. */
export const drawKinds: readonly DrawKind[] = ["uniform", "normal", "exponential", "bernoulli"];

/** As `Loss` in element-losses.cpp. */
export const elementLosses: readonly ElementLoss[] = ["square", "absolute", "logits", "probabilities", "huber"];

/** As `RecurrentKind` in recurrence.h. */
export const recurrentKinds: readonly RecurrentKind[] = ["tanh", "relu", "gru", "lstm"];

/** The numbers of ops by name. */
export function numbersOf<T extends string>(ops: readonly T[]): ReadonlyMap<T, number> {
  return new Map(ops.map((op, i) => [op, i]));
}

/**
 * The public surface of the library, listed by hand: what `import … from "gradbook"` offers and what every cell has in scope. In-place ops and a
 * few conversions (`x.float()`, `x.view(2, 3)`) exist as methods only. Exports are sorted by file: autograd, creation, ops, and so on.
 */
import "./methods.ts";

export { AnomalyError, detectAnomaly } from "./autograd/anomaly.ts";
export { apply } from "./autograd/custom.ts";
export { type BackwardOptions, backward, gradients } from "./autograd/engine.ts";
export { type GradcheckOptions, gradcheck, gradgradcheck } from "./autograd/gradcheck.ts";
export { type GraphNode, type RecordedGraph, recordedGraph } from "./autograd/graph.ts";
export { enableGrad, isGradEnabled, noGrad } from "./autograd/mode.ts";
export type { OpSpec } from "./autograd/node.ts";
export { grad, hessian, hvp, jacobian, jvp, valueAndGrad, vjp } from "./autograd/transforms.ts";
export { type EngineInfo, engineInfo, setThreads } from "./backends/index.ts";
export { type Bounds, CheckError, check, type Tolerance } from "./check.ts";
export {
  arange,
  asTensor,
  eye,
  fromData,
  full,
  fullLike,
  linspace,
  logspace,
  ones,
  onesLike,
  type TensorOptions,
  tensor,
  trilIndices,
  triuIndices,
  zeros,
  zerosLike,
} from "./creation.ts";
export * as data from "./data/index.ts";
export type { DType, TypedArray } from "./dtype.ts";
export * as ensemble from "./ensemble/index.ts";
export * as fft from "./fft/index.ts";
export type { Callback } from "./fit/callback.ts";
export type { Checkpoint } from "./fit/checkpoint.ts";
export { loadCheckpoint, saveCheckpoint } from "./fit/checkpoint-file.ts";
export { DivergenceError } from "./fit/divergence.ts";
export type { FitOptions } from "./fit/options.ts";
export { type ProgressOptions, progressBar } from "./fit/progress.ts";
export type { EpochReport, History, StepReport } from "./fit/report.ts";
export { fit } from "./fit.ts";
export * as io from "./io/index.ts";
export * as linalg from "./linalg/index.ts";
export { type MemoryUse, memory, resetPeakMemory, setMemoryLimit } from "./memory.ts";
export * as models from "./models/index.ts";
export * as F from "./nn/functional.ts";
export * as nn from "./nn/index.ts";
export {
  elu,
  gelu,
  hardtanh,
  leakyRelu,
  logSigmoid,
  logSoftmax,
  mish,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  softmax,
  softmin,
  softplus,
  softsign,
} from "./ops/activation.ts";
export { add, div, maximum, minimum, mul, neg, sub } from "./ops/arithmetic.ts";
export { broadcastTo, fliplr, flipud, ravel, rot90, swapDims, tensorSplit, tile } from "./ops/arrangement.ts";
export {
  bitwiseAnd,
  bitwiseLeftShift,
  bitwiseNot,
  bitwiseOr,
  bitwiseRightShift,
  bitwiseXor,
} from "./ops/bitwise.ts";
export { cumulativeTrapezoid, gradient, trapezoid } from "./ops/calculus.ts";
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
export { clone } from "./ops/conversion.ts";
export { floorDivide, fmod, gcd, lcm, remainder } from "./ops/division.ts";
export { einsum } from "./ops/einsum.ts";
export { oneHot } from "./ops/encode.ts";
export { erfc, erfinv } from "./ops/error-function.ts";
export { amax, amin, argmax, argmin, max, min } from "./ops/extremes.ts";
export { digamma, lgamma, mvlgamma, polygamma } from "./ops/gamma.ts";
export { bincount, histc, histogram } from "./ops/histogram.ts";
export {
  flip,
  gather,
  indexSelect,
  maskedFill,
  maskedSelect,
  narrow,
  nonzero,
  scatterAdd,
  select,
  slice,
} from "./ops/indexing.ts";
export { cat, stack } from "./ops/join.ts";
export { linear } from "./ops/linear.ts";
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
  clamp,
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
export { bmm, diag, diagonal, dot, mm, mv, outer, trace, tril, triu } from "./ops/matrix.ts";
export { argsort, sort, topK } from "./ops/order.ts";
export { pow } from "./ops/power.ts";
export { all, any, logSumExp, mean, norm, prod, std, sum, variance } from "./ops/reduction.ts";
export { cumMax, cumMin, diff, logCumSumExp } from "./ops/running.ts";
export { cumProd, cumSum } from "./ops/scan.ts";
export { indexAdd, indexCopy, indexFill, maskedScatter, scatter, take, takeAlongDim } from "./ops/scatter.ts";
export { scatterReduce } from "./ops/scatter-reduce.ts";
export { where } from "./ops/select.ts";
export { kthValue, median, mode, nanMedian, quantile } from "./ops/selection.ts";
export {
  expand,
  flatten,
  moveDim,
  permute,
  reshape,
  squeeze,
  t,
  transpose,
  unflatten,
  unsqueeze,
} from "./ops/shape.ts";
export {
  addcdiv,
  addcmul,
  copySign,
  deg2rad,
  exp2,
  floatPower,
  fmax,
  fmin,
  frac,
  heaviside,
  hypot,
  isClose,
  isneginf,
  isposinf,
  ldexp,
  lerp,
  logAddExp,
  logAddExp2,
  logit,
  nanToNum,
  rad2deg,
  signbit,
  sinc,
  xlogy,
} from "./ops/special.ts";
export { chunk, pad, repeat, repeatInterleave, roll, split, unbind } from "./ops/split.ts";
export {
  atLeast1d,
  atLeast2d,
  atLeast3d,
  broadcastTensors,
  cartesianProd,
  columnStack,
  combinations,
  dstack,
  hstack,
  meshgrid,
  vstack,
} from "./ops/stacking.ts";
export {
  aminmax,
  cdist,
  corrcoef,
  countNonzero,
  cov,
  dist,
  nanMean,
  nanSum,
  renorm,
  stdMean,
  varMean,
} from "./ops/statistics.ts";
export {
  addbmm,
  addmm,
  addmv,
  addr,
  baddbmm,
  blockDiag,
  chainMatmul,
  cross,
  diagEmbed,
  inner,
  kron,
  tensordot,
  vander,
} from "./ops/tensor-products.ts";
export { bucketize, isin, searchSorted, unique, uniqueConsecutive } from "./ops/unique.ts";
export { diagonalScatter, selectScatter, sliceScatter } from "./ops/window-scatter.ts";
export * as optim from "./optim/index.ts";
export * as plot from "./plot/index.ts";
export { type LoopOptions, progress } from "./progress.ts";
export {
  bernoulli,
  type GeneratorState,
  manualSeed,
  multinomial,
  normal,
  poisson,
  RandomGenerator,
  type RandomOptions,
  rand,
  randint,
  randintLike,
  randLike,
  randn,
  randnLike,
  randperm,
} from "./random.ts";
export type { Shape } from "./shape.ts";
export { type GradFn, Tensor, type TensorLike } from "./tensor.ts";
export * as text from "./text/index.ts";
export { broadcastShapes, canCast, isFloatingPoint, promoteTypes, resultType } from "./types.ts";
export * as vision from "./vision/index.ts";
export { type VmapOptions, vmap } from "./vmap.ts";
export * as widgets from "./widgets/index.ts";
export { bartlettWindow, blackmanWindow, hammingWindow, hannWindow } from "./windows.ts";

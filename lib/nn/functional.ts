/** Layers as functions, under PyTorch's names: what `F` holds. */
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
} from "../ops/activation.ts";
export * from "../ops/average-pooling.ts";
export * from "../ops/convolution.ts";
export { oneHot } from "../ops/encode.ts";
export type { ValuesAndIndices } from "../ops/extremes.ts";
export * from "../ops/grid-sample.ts";
export * from "../ops/hard-activation.ts";
export * from "../ops/interpolation.ts";
export { linear } from "../ops/linear.ts";
export { tanh } from "../ops/math.ts";
export * from "../ops/max-pooling.ts";
export * from "../ops/max-unpooling.ts";
export type { PoolOptions } from "../ops/pooling-window.ts";
export * from "../ops/signal.ts";
export type { PerDim } from "../ops/spatial.ts";
export { type PaddingMode, type PadOptions, pad } from "../ops/split.ts";
export * from "../ops/transposed-convolution.ts";
export * from "../ops/unfold.ts";
export * from "./class-losses.ts";
export * from "./ctc-loss.ts";
export * from "./functions/activation.ts";
export { type AttentionOptions, scaledDotProductAttention, sinusoidalPositions } from "./functions/attention.ts";
export {
  type CosineOptions,
  cosineSimilarity,
  type DistanceOptions,
  pairwiseDistance,
} from "./functions/distance.ts";
export * from "./functions/dropout.ts";
export * from "./functions/embedding.ts";
export * from "./functions/fractional-pooling.ts";
export * from "./functions/group-normalization.ts";
export * from "./functions/linear.ts";
export * from "./functions/normalization.ts";
export * from "./likelihood-losses.ts";
export * from "./losses.ts";
export * from "./margin-losses.ts";

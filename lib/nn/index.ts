/** Layers, losses and initialisation: what `nn` holds. */
export type { BackwardHook } from "./backward-hooks.ts";
export * as functional from "./functional.ts";
export * as init from "./initialization.ts";
export {
  ELU,
  GELU,
  Hardtanh,
  LeakyReLU,
  LogSigmoid,
  LogSoftmax,
  Mish,
  PReLU,
  ReLU,
  ReLU6,
  SELU,
  Sigmoid,
  SiLU,
  Softmax,
  Softmin,
  Softplus,
  Softsign,
  Tanh,
} from "./layers/activation.ts";
export { AdaptiveLogSoftmaxWithLoss, type AdaptiveSoftmaxOptions } from "./layers/adaptive-softmax.ts";
export { AdditiveAttention, type AlignmentOptions, DotAttention, GeneralAttention } from "./layers/alignment.ts";
export { type AttendOptions, MultiheadAttention, type MultiheadAttentionOptions } from "./layers/attention.ts";
export { ModuleDict, ModuleList, Sequential } from "./layers/container.ts";
export {
  Conv1d,
  Conv2d,
  Conv3d,
  type ConvModuleOptions,
  type ConvPaddingMode,
  ConvTranspose1d,
  ConvTranspose2d,
  ConvTranspose3d,
  type ConvTransposeModuleOptions,
} from "./layers/convolution.ts";
export { CosineSimilarity, PairwiseDistance } from "./layers/distance.ts";
export {
  AlphaDropout,
  type DrawOptions,
  Dropout,
  Dropout1d,
  Dropout2d,
  Dropout3d,
  FeatureAlphaDropout,
  GaussianNoise,
} from "./layers/dropout.ts";
export { Embedding, EmbeddingBag, type EmbeddingBagModuleOptions } from "./layers/embedding.ts";
export { Flatten, Unflatten } from "./layers/flatten.ts";
export { FractionalMaxPool2d, FractionalMaxPool3d, type FractionalPoolOptions } from "./layers/fractional-pooling.ts";
export {
  GroupNorm,
  InstanceNorm1d,
  InstanceNorm2d,
  InstanceNorm3d,
  LocalResponseNorm,
  RMSNorm,
} from "./layers/group-normalization.ts";
export {
  CELU,
  GLU,
  Hardshrink,
  Hardsigmoid,
  Hardswish,
  RReLU,
  Softmax2d,
  Softshrink,
  Tanhshrink,
  Threshold,
} from "./layers/hard-activation.ts";
export { Bilinear, Identity, Linear, type WeightOptions } from "./layers/linear.ts";
export {
  BCELoss,
  BCEWithLogitsLoss,
  CrossEntropyLoss,
  HuberLoss,
  KLDivLoss,
  L1Loss,
  Loss,
  MSELoss,
  NLLLoss,
  SmoothL1Loss,
} from "./layers/loss.ts";
export {
  CosineEmbeddingLoss,
  CTCLoss,
  GaussianNLLLoss,
  HingeEmbeddingLoss,
  MarginRankingLoss,
  MultiLabelMarginLoss,
  MultiLabelSoftMarginLoss,
  MultiMarginLoss,
  PoissonNLLLoss,
  SoftMarginLoss,
  TripletMarginLoss,
  TripletMarginWithDistanceLoss,
} from "./layers/margin-loss.ts";
export { BatchNorm1d, BatchNorm2d, BatchNorm3d, LayerNorm } from "./layers/normalization.ts";
export {
  CircularPad1d,
  CircularPad2d,
  ConstantPad1d,
  ConstantPad2d,
  ConstantPad3d,
  type PadWidths,
  ReflectionPad1d,
  ReflectionPad2d,
  ReflectionPad3d,
  ReplicationPad1d,
  ReplicationPad2d,
  ReplicationPad3d,
  ZeroPad2d,
} from "./layers/padding.ts";
export { ParameterDict, ParameterList } from "./layers/parameter-list.ts";
export {
  Perceptron,
  type PerceptronFitOptions,
  type PerceptronHistory,
  type PerceptronUpdate,
} from "./layers/perceptron.ts";
export {
  AdaptiveAvgPool1d,
  AdaptiveAvgPool2d,
  AdaptiveAvgPool3d,
  AdaptiveMaxPool1d,
  AdaptiveMaxPool2d,
  AdaptiveMaxPool3d,
  AvgPool1d,
  AvgPool2d,
  AvgPool3d,
  GlobalAvgPool,
  GlobalMaxPool,
  LPPool1d,
  LPPool2d,
  MaxPool1d,
  MaxPool2d,
  MaxPool3d,
} from "./layers/pooling.ts";
export { LearnedPositionalEncoding, PositionalEncoding, type PositionOptions } from "./layers/position.ts";
export { GRU, LSTM, type LSTMState, RNN, type RNNOptions } from "./layers/recurrent.ts";
export type { RecurrentOptions } from "./layers/recurrent-base.ts";
export { GRUCell, LSTMCell, RNNCell } from "./layers/recurrent-cells.ts";
export {
  ChannelShuffle,
  Fold,
  PixelShuffle,
  PixelUnshuffle,
  Unfold,
  Upsample,
  type WindowOptions,
} from "./layers/resizing.ts";
export {
  Transformer,
  TransformerDecoder,
  TransformerEncoder,
  type TransformerMasks,
  type TransformerOptions,
} from "./layers/transformer.ts";
export {
  type ActivationOption,
  type DecoderMasks,
  type EncoderMasks,
  TransformerDecoderLayer,
  TransformerEncoderLayer,
  type TransformerLayerOptions,
} from "./layers/transformer-layers.ts";
export { Maxout, RBF } from "./layers/units.ts";
export { MaxUnpool1d, MaxUnpool2d, MaxUnpool3d } from "./layers/unpooling.ts";

export { type ForwardHook, type ForwardPreHook, type KeyReport, type Layer, Module, type StateDict } from "./module.ts";
export { Buffer, Parameter } from "./parameter.ts";
export type { LossOptions, Reduction } from "./reduction.ts";
export { Summary, type SummaryNode, type SummaryRow, summary } from "./summary.ts";
export * as utils from "./utils.ts";

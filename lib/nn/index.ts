/** Layers, losses and initialisation: what `nn` holds. */
export * as functional from "./functional.ts";
export * as init from "./init.ts";
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
  Softplus,
  Softsign,
  Tanh,
} from "./layers/activation.ts";
export { ModuleDict, ModuleList, Sequential } from "./layers/container.ts";
export { Dropout } from "./layers/dropout.ts";
export { Embedding } from "./layers/embedding.ts";
export { Flatten, Unflatten } from "./layers/flatten.ts";
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
export { BatchNorm1d, LayerNorm } from "./layers/normalization.ts";
export {
  Perceptron,
  type PerceptronFitOptions,
  type PerceptronHistory,
  type PerceptronUpdate,
} from "./layers/perceptron.ts";
export type { Reduction } from "./losses.ts";
export { type ForwardHook, type ForwardPreHook, type KeyReport, type Layer, Module, type StateDict } from "./module.ts";
export { Buffer, Parameter } from "./parameter.ts";
export { Summary, type SummaryRow, summary } from "./summary.ts";

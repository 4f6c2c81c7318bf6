/** Optimizers, schedules and what else steers training: what `optim` holds. */
export { Adadelta, type AdadeltaOptions } from "./adadelta.ts";
export { Adagrad, type AdagradOptions } from "./adagrad.ts";
export { Adam, type AdamOptions } from "./adam.ts";
export { Adamax, type AdamaxOptions } from "./adamax.ts";
export { AdamW } from "./adamw.ts";
export { ASGD, type ASGDOptions } from "./asgd.ts";
export { AveragedModel, type AveragedModelOptions } from "./averaged-model.ts";
export { clipGradNorm_, clipGradValue_ } from "./clip.ts";
export { EarlyStopping, type EarlyStoppingOptions, type EarlyStoppingState } from "./early-stopping.ts";
export { Lion, type LionOptions } from "./lion.ts";
export * as lrScheduler from "./lr-scheduler.ts";
export { NAdam, type NAdamOptions } from "./nadam.ts";
export { type CommonOptions, Optimizer, type OptimizerState, type ParamGroup, type Params } from "./optimizer.ts";
export { proximalL1_ } from "./proximal.ts";
export { RAdam, type RAdamOptions } from "./radam.ts";
export { RMSprop, type RMSpropOptions } from "./rmsprop.ts";
export { Rprop, type RpropOptions } from "./rprop.ts";
export { BFGS, type BFGSOptions } from "./second-order/bfgs.ts";
export {
  ConjugateGradient,
  type ConjugateGradientOptions,
  type ConjugateGradientResult,
  conjugateGradient,
  type NonlinearOptions,
} from "./second-order/conjugate-gradient.ts";
export { HessianFree, type HessianFreeOptions } from "./second-order/hessian-free.ts";
export { LBFGS, type LBFGSOptions } from "./second-order/lbfgs.ts";
export { Newton, type NewtonOptions } from "./second-order/newton.ts";
export { SGD, type SGDOptions } from "./sgd.ts";

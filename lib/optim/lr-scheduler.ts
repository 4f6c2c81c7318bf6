/** Schedules of learning rates: what `optim.lrScheduler` holds. */
export { ChainedScheduler, SequentialLR } from "./compose.ts";
export { CyclicLR, type CyclicOptions, OneCycleLR, type OneCycleOptions } from "./cycle.ts";
export { type PlateauOptions, ReduceLROnPlateau } from "./plateau.ts";
export { ConstantLR, LinearLR, PolynomialLR } from "./ramp.ts";
export {
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  ExponentialLR,
  LambdaLR,
  LRScheduler,
  type LrLambda,
  MultiplicativeLR,
  MultiStepLR,
  type ScheduleState,
  StepLR,
} from "./schedule.ts";

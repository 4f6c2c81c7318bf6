/** Schedules of learning rates: what `optim.lrScheduler` holds. */
export { type PlateauOptions, ReduceLROnPlateau } from "./plateau.ts";
export {
  CosineAnnealingLR,
  ExponentialLR,
  LambdaLR,
  LRScheduler,
  MultiStepLR,
  type ScheduleState,
  StepLR,
} from "./schedule.ts";

/** A checkpoint: all that training needs to go on as if it had never stopped. */
import type { EarlyStoppingState } from "../optim/early-stopping.ts";
import type { OptimizerState } from "../optim/optimizer.ts";
import type { ScheduleState } from "../optim/schedule.ts";
import type { GeneratorState } from "../random.ts";
import type { Tensor } from "../tensor.ts";
import type { History } from "./report.ts";

/** Training at the end of an epoch. It shares nothing with the training that goes on. */
export interface Checkpoint {
  /** Epochs and steps that are done. */
  readonly epoch: number;
  readonly step: number;
  readonly model: Record<string, Tensor>;
  readonly optimizer: OptimizerState;
  /** The schedules in order, null for those that remember nothing. */
  readonly schedules: readonly (ScheduleState | null)[];
  readonly stopping: EarlyStoppingState | null;
  /** The default generator, and those of the options, the data and the layers that have one of their own, in this order. */
  readonly generators: readonly GeneratorState[];
  readonly history: History;
}

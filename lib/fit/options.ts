/** What training is told. */
import type { EarlyStopping, EarlyStoppingOptions } from "../optim/early-stopping.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import type { ScheduleState } from "../optim/schedule.ts";
import type { RandomGenerator } from "../random.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import type { Callback } from "./callback.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { ProgressOptions } from "./progress.ts";
import type { EpochReport, StepReport } from "./report.ts";

/** Inputs and targets: all at once, or in batches such as a DataLoader's. */
export type TrainingData = { readonly x: TensorLike; readonly y: TensorLike } | Iterable<readonly [Tensor, Tensor]>;

/** From outputs and targets to what training makes small. */
export type LossFunction = (output: Tensor, target: Tensor) => Tensor;

/** What changes learning rates between epochs; some want to see a metric. With a state it can be resumed. */
export interface Schedule {
  step(metric: number): void;
  stateDict?(): ScheduleState;
  loadStateDict?(state: ScheduleState): void;
}

/** Options of training. */
export interface FitOptions {
  /** Moves the model's parameters. */
  optimizer: Optimizer;
  /** Default: the mean squared error. */
  loss?: LossFunction;
  /** How many steps to take in all. Give this or `epochs`. */
  steps?: number;
  /** How many passes over the data to make. */
  epochs?: number;
  /** Samples in a step; if left out, all of them. Only for data given as `{ x, y }`. */
  batchSize?: number;
  /** Whether batches are drawn in a new random order each epoch; default true. */
  shuffle?: boolean;
  /** Where the orders come from; the default generator if left out. */
  generator?: RandomGenerator;
  /** Data to judge the model by after each epoch. */
  validation?: TrainingData;
  /** More numbers to note after each epoch. */
  metrics?: Readonly<Record<string, (output: Tensor, target: Tensor) => number | Tensor>>;
  /** Changes learning rates after each epoch; it sees the validation loss, or the epoch's if there is none. */
  schedule?: Schedule | readonly Schedule[];
  /** Changes learning rates after each step, as one-cycle schedules do; it sees the loss of the step. */
  stepSchedule?: Schedule | readonly Schedule[];
  /** Clips gradients before each step: to a norm, or numbers one by one. */
  clip?: number | { norm: number } | { value: number };
  /** Ends training when the validation loss (or the epoch's) has stopped to improve. */
  earlyStopping?: EarlyStopping | EarlyStoppingOptions;
  /** Watch training: see `Callback`. */
  callbacks?: readonly Callback[];
  /** Whether to draw a line that says how far training has come, or how to; default false. */
  progress?: boolean | ProgressOptions;
  /** Hands over all of training after every epoch, or every so many: `(c) => saveCheckpoint("run.json", c)`, for one. */
  checkpoint?: { every?: number; save: (checkpoint: Checkpoint) => unknown };
  /** Goes on from a checkpoint, exactly as if training had not stopped; steps and epochs count from its start. */
  resume?: Checkpoint;
  /** Called after each step; `false` ends training. */
  onStep?: (report: StepReport) => unknown;
  /** Called after each epoch; `false` ends training. */
  onEpoch?: (report: EpochReport) => unknown;
}

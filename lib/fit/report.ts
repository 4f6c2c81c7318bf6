/** What training tells of itself: before it begins, after steps and epochs, and in the end. */

/** How long training will be, as far as it is known. */
export interface TrainingPlan {
  /** Steps in all. */
  readonly steps?: number;
  /** Passes over the data in all, if they were asked for. */
  readonly epochs?: number;
}

/** A step of training, as callbacks see it. */
export interface StepReport {
  /** The number of the step, from 0. */
  readonly step: number;
  /** The pass over the data, from 0. */
  readonly epoch: number;
  /** The loss before the step. */
  readonly loss: number;
}

/** An epoch of training, as callbacks see it. */
export interface EpochReport {
  /** The pass over the data, from 0. */
  readonly epoch: number;
  /** The mean loss of its steps. */
  readonly loss: number;
  /** The learning rate of the first group. */
  readonly lr: number;
  /** The loss on validation data, if there are any. */
  readonly validation?: number;
  /** The metrics by name, on validation data if there are any, else on the last batch. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** What training left behind, ready to plot. */
export interface History {
  /** The loss of every step. */
  readonly loss: number[];
  /** The mean loss of every epoch. */
  readonly epochLoss: number[];
  /** The validation loss of every epoch; empty without validation data. */
  readonly validation: number[];
  /** Each metric, epoch by epoch. */
  readonly metrics: Record<string, number[]>;
  /** The learning rate of every epoch. */
  readonly lr: number[];
  /** Why training ended: it was done, early stopping ended it, or a callback did. */
  stopped: "done" | "early" | "callback";
  /** The best epoch, counted from 0, if there is early stopping: its weights are the model's now. */
  bestEpoch?: number;
}

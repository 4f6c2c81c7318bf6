/** What can watch training: objects with any of the methods below. */
import type { EpochReport, History, StepReport, TrainingPlan } from "./report.ts";

/** Watches training. A callback that returns `false` after a step or an epoch ends it. */
export interface Callback {
  /** Before the first step. */
  onTrainBegin?(plan: TrainingPlan): void;
  /** After each step. */
  onStep?(report: StepReport): unknown;
  /** After each epoch. */
  onEpoch?(report: EpochReport): unknown;
  /** After the last step, whatever ended training. */
  onTrainEnd?(history: History): void;
}

/** Many callbacks as one: all see everything, and any of them can end training. */
export function combined(callbacks: readonly Callback[]): Required<Callback> {
  const goesOn = (answers: readonly unknown[]) => !answers.includes(false);
  return {
    onTrainBegin: (plan) => {
      for (const callback of callbacks) callback.onTrainBegin?.(plan);
    },
    onStep: (report) => goesOn(callbacks.map((callback) => callback.onStep?.(report))),
    onEpoch: (report) => goesOn(callbacks.map((callback) => callback.onEpoch?.(report))),
    onTrainEnd: (history) => {
      for (const callback of callbacks) callback.onTrainEnd?.(history);
    },
  };
}

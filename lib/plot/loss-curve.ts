/** What training did, epoch by epoch. */
import type { Chart } from "./chart.ts";
import type { AxesOptions } from "./frame.ts";
import { line } from "./line.ts";
import type { Values } from "./values.ts";

/** The part of a training history that is drawn: `fit` returns one. */
export interface LossHistory {
  /** The loss of each step. */
  readonly loss: Values;
  /** The mean loss of each epoch. */
  readonly epochLoss: readonly number[];
  /** The validation loss of each epoch; empty if there was none. */
  readonly validation: readonly number[];
}

/**
 * The loss by epoch, training and validation, on a log scale; by step where there was one epoch only.
 *
 * @param history What `fit` returned.
 * @param options As of `line`; `yScale: "linear"` for losses that go below 0.
 * @see book §1.6.
 * @example plot.lossCurve({ loss: [1, 0.5, 0.3], epochLoss: [0.6], validation: [] })
 */
export function lossCurve(history: LossHistory, options: AxesOptions = {}): Chart {
  const { loss, epochLoss, validation } = history;
  const shared = { yLabel: "loss", yScale: "log", points: false, ...options } as const;
  // With all samples in each step, an epoch is a step.
  if (epochLoss.length <= 1 && validation.length === 0) return line(loss, { xLabel: "step", ...shared });
  const series: Record<string, readonly number[]> =
    validation.length > 0 ? { train: epochLoss, validation } : { train: epochLoss };
  return line(series, { xLabel: "epoch", ...shared });
}

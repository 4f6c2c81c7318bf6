/** Stopping while it is best. */
import { withGrad } from "../autograd/mode.ts";
import { clone } from "../autograd/primitives.ts";
import type { Tensor } from "../tensor.ts";

/** What can be saved and brought back: a module, for one. */
export interface Restorable {
  stateDict(): Record<string, Tensor>;
  loadStateDict(state: Record<string, Tensor>): unknown;
}

/** What early stopping remembers. */
export interface EarlyStoppingState {
  best: number;
  bestEpoch: number;
  wait: number;
  epoch: number;
  /** The best weights, if there are any yet. */
  saved: Record<string, Tensor> | null;
}

/** Options of EarlyStopping. */
export interface EarlyStoppingOptions {
  /** Training stops at this many epochs in a row without progress; default 10. */
  patience?: number;
  /** How much counts as progress; default 0. */
  minDelta?: number;
  /** Whether the model goes back to its best epoch when training stops; default true. */
  restoreBest?: boolean;
  /** Whether the metric should fall (min, default) or rise. */
  mode?: "min" | "max";
}

/**
 * Ends training when the validation metric has stopped to improve, and brings the best weights back.
 *
 * @param options `patience`, `minDelta`, `restoreBest`, `mode`.
 * @see Prechelt (1998); book §1.11, §2.6.6.
 * @example
 * const stopping = new EarlyStopping({ patience: 2 });
 * [3, 2, 2.5, 2.1].map((loss) => stopping.step(loss)) // [false, false, false, true]
 */
export class EarlyStopping {
  /** The best value so far. */
  best: number;
  /** The epoch of the best value, counted from 0; −1 before the first. */
  bestEpoch = -1;
  /** Epochs since the best one. */
  wait = 0;
  /** Whether patience has run out. */
  stopped = false;
  readonly restoreBest: boolean;
  private readonly patience: number;
  private readonly minDelta: number;
  private readonly sign: 1 | -1;
  private epoch = 0;
  private saved: Record<string, Tensor> | null = null;

  constructor(options: EarlyStoppingOptions = {}) {
    const { patience = 10, minDelta = 0, restoreBest = true, mode = "min" } = options;
    if (!(patience >= 0)) throw new RangeError(`Cannot stop with patience ${patience}: it must be ≥ 0`);
    if (!(minDelta >= 0)) throw new RangeError(`Cannot stop with minDelta ${minDelta}: it must be ≥ 0`);
    this.patience = patience;
    this.minDelta = minDelta;
    this.restoreBest = restoreBest;
    this.sign = mode === "min" ? 1 : -1;
    this.best = this.sign * Infinity;
  }

  /**
   * Notes the metric of an epoch.
   *
   * @param metric Its value; NaN is no progress.
   * @param model Its weights are copied if they are the best so far, and brought back when training stops.
   * @returns Whether to stop.
   */
  step(metric: number, model?: Restorable): boolean {
    const gain = this.sign * (this.best - metric);
    if (gain > this.minDelta || (this.bestEpoch < 0 && !Number.isNaN(metric))) {
      this.best = metric;
      this.bestEpoch = this.epoch;
      this.wait = 0;
      if (model && this.restoreBest) this.saved = copyOf(model.stateDict());
    } else {
      this.wait++;
      this.stopped = this.wait >= this.patience;
    }
    this.epoch++;
    if (this.stopped && model) this.restore(model);
    return this.stopped;
  }

  /** What it remembers: to save. The weights are its own: copy them to keep them. */
  stateDict(): EarlyStoppingState {
    const { best, bestEpoch, wait, epoch, saved } = this;
    return { best, bestEpoch, wait, epoch, saved };
  }

  /** Takes over a saved state. */
  loadStateDict(state: EarlyStoppingState): void {
    Object.assign(this, state);
    this.stopped = this.wait >= this.patience && this.bestEpoch >= 0;
  }

  /** Brings the best weights back, if there are any and `restoreBest`: for training that ended for another reason. */
  restore(model: Restorable): void {
    if (this.restoreBest && this.saved !== null) model.loadStateDict(this.saved);
  }
}

function copyOf(state: Record<string, Tensor>): Record<string, Tensor> {
  return withGrad(false, () =>
    Object.fromEntries(Object.entries(state).map(([name, tensor]) => [name, clone(tensor)])),
  );
}

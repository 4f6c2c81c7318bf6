/** The schedule that watches a metric. */
import type { Optimizer } from "./optimizer.ts";
import type { ScheduleState } from "./schedule.ts";

/** Options of ReduceLROnPlateau. */
export interface PlateauOptions {
  /** Whether the metric should fall (min, default) or rise. */
  mode?: "min" | "max";
  /** What the learning rate is multiplied by; default 0.1. */
  factor?: number;
  /** Epochs without progress that are borne; default 10. */
  patience?: number;
  /** How much counts as progress; default 1e-4. */
  threshold?: number;
  /** Whether the threshold is relative to the best value (rel, default) or absolute. */
  thresholdMode?: "rel" | "abs";
  /** Epochs after a cut that do not count; default 0. */
  cooldown?: number;
  /** The least learning rate; default 0. */
  minLr?: number;
  /** Changes smaller than this are not made; default 1e-8. */
  eps?: number;
}

/**
 * Cuts the learning rate when a metric has stopped to improve.
 *
 * @param optimizer Whose learning rates change.
 * @example const schedule = new ReduceLROnPlateau(optimizer, { patience: 5 }); schedule.step(validationLoss)
 */
export class ReduceLROnPlateau {
  best: number;
  numBadEpochs = 0;
  cooldownCounter = 0;
  lastEpoch = 0;
  private readonly options: Required<PlateauOptions>;

  constructor(
    private readonly optimizer: Optimizer,
    options: PlateauOptions = {},
  ) {
    this.options = {
      mode: options.mode ?? "min",
      factor: options.factor ?? 0.1,
      patience: options.patience ?? 10,
      threshold: options.threshold ?? 1e-4,
      thresholdMode: options.thresholdMode ?? "rel",
      cooldown: options.cooldown ?? 0,
      minLr: options.minLr ?? 0,
      eps: options.eps ?? 1e-8,
    };
    if (!(this.options.factor < 1))
      throw new RangeError(`Cannot cut the learning rate by factor ${options.factor}: it must be < 1`);
    this.best = this.options.mode === "min" ? Infinity : -Infinity;
  }

  /** The learning rates as they are now, one a group. */
  getLastLr(): number[] {
    return this.optimizer.paramGroups.map((group) => group.lr);
  }

  /** @param metric The value of this epoch. */
  step(metric: number): void {
    this.lastEpoch++;
    if (this.isBetter(metric)) {
      this.best = metric;
      this.numBadEpochs = 0;
    } else {
      this.numBadEpochs++;
    }
    if (this.cooldownCounter > 0) {
      this.cooldownCounter--;
      this.numBadEpochs = 0;
    }
    if (this.numBadEpochs > this.options.patience) {
      this.cut();
      this.cooldownCounter = this.options.cooldown;
      this.numBadEpochs = 0;
    }
  }

  /** What the schedule remembers: to save. */
  stateDict(): ScheduleState {
    const { best, numBadEpochs, cooldownCounter, lastEpoch } = this;
    return { best, numBadEpochs, cooldownCounter, lastEpoch };
  }

  /** Takes over a saved state. */
  loadStateDict(state: ScheduleState): void {
    Object.assign(this, state);
  }

  private isBetter(metric: number): boolean {
    const { mode, threshold, thresholdMode } = this.options;
    const sign = mode === "min" ? -1 : 1;
    const margin = thresholdMode === "abs" ? this.best + sign * threshold : this.best * (1 + sign * threshold);
    return mode === "min" ? metric < margin : metric > margin;
  }

  private cut(): void {
    const { factor, minLr, eps } = this.options;
    for (const group of this.optimizer.paramGroups) {
      const next = Math.max(group.lr * factor, minLr);
      if (group.lr - next > eps) group.lr = next;
    }
  }
}

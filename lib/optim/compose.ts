/** Schedules made of schedules. */
import type { Optimizer } from "./optimizer.ts";
import type { LRScheduler, ScheduleState } from "./schedule.ts";

/** Several schedules of one optimizer. */
abstract class Composed {
  /** @param schedulers In order. */
  constructor(
    protected readonly optimizer: Optimizer,
    protected readonly schedulers: readonly LRScheduler[],
  ) {
    if (schedulers.length === 0) throw new RangeError("Cannot compose no schedules: give at least one");
  }

  /** Goes on to the next learning rates. */
  abstract step(): void;

  /** The learning rates as they are now, one a group. */
  getLastLr(): number[] {
    return this.optimizer.paramGroups.map((group) => group.lr);
  }

  /** What the schedules remember: to save. */
  stateDict(): ScheduleState {
    return { schedulers: this.schedulers.map((schedule) => schedule.stateDict()) };
  }

  /** Takes over a saved state. */
  loadStateDict(state: ScheduleState): void {
    (state.schedulers as ScheduleState[]).forEach((saved, i) => {
      this.schedulers[i]!.loadStateDict(saved);
    });
  }
}

/**
 * One schedule after another: a warm-up, then the rest.
 *
 * @param options `schedulers`, all of the same optimizer; `milestones`: the epochs at which the next one takes over.
 * @throws {RangeError} If there is not one milestone less than schedules.
 * @example
 * const { LinearLR, CosineAnnealingLR, SequentialLR } = optim.lrScheduler;
 * const schedulers = [new LinearLR(optimizer, { totalIters: 5 }), new CosineAnnealingLR(optimizer, { tMax: 95 })];
 * new SequentialLR(optimizer, { schedulers, milestones: [5] }).getLastLr() // [0.0333…]
 */
export class SequentialLR extends Composed {
  /** Steps so far. */
  lastEpoch = 0;
  private readonly milestones: readonly number[];

  constructor(optimizer: Optimizer, options: { schedulers: readonly LRScheduler[]; milestones: readonly number[] }) {
    super(optimizer, options.schedulers);
    const { schedulers, milestones } = options;
    if (milestones.length !== schedulers.length - 1) {
      throw new RangeError(
        `Cannot run ${schedulers.length} schedules with ${milestones.length} milestones: give ${schedulers.length - 1}`,
      );
    }
    this.milestones = milestones;
    // The others have set their first rates when they were made; it is not their turn yet.
    schedulers[0]!.restart();
  }

  step(): void {
    this.lastEpoch++;
    const turn = this.milestones.filter((milestone) => milestone <= this.lastEpoch).length;
    const schedule = this.schedulers[turn]!;
    if (turn > 0 && this.milestones[turn - 1] === this.lastEpoch) schedule.restart();
    else schedule.step();
  }

  override stateDict(): ScheduleState {
    return { ...super.stateDict(), lastEpoch: this.lastEpoch };
  }

  override loadStateDict(state: ScheduleState): void {
    super.loadStateDict(state);
    this.lastEpoch = state.lastEpoch as number;
  }
}

/**
 * Several schedules at once, each changing what the one before left.
 *
 * @param schedulers All of the same optimizer.
 * @example
 * const { ConstantLR, ExponentialLR, ChainedScheduler } = optim.lrScheduler;
 * new ChainedScheduler([new ConstantLR(optimizer), new ExponentialLR(optimizer, { gamma: 0.9 })]).step();
 */
export class ChainedScheduler extends Composed {
  constructor(schedulers: readonly LRScheduler[]) {
    super(schedulers[0]?.optimizer as Optimizer, schedulers);
    if (schedulers.some((schedule) => schedule.optimizer !== this.optimizer))
      throw new RangeError("Cannot chain schedules of different optimizers: make them of one");
  }

  step(): void {
    for (const schedule of this.schedulers) schedule.step();
  }
}

/** Schedules: learning rates that change with time. Call `step()` after each epoch, after the optimizer's step. */
import type { CommonOptions, Optimizer, ParamGroup } from "./optimizer.ts";

type Group = ParamGroup<CommonOptions>;

/** What a schedule remembers. */
export type ScheduleState = Record<string, unknown>;

/**
 * A schedule that only time drives. A subclass says the rate of a group.
 *
 * @example
 * class Halving extends LRScheduler {
 *   protected rate(group: { lr: number }) { return group.lr / 2; }
 * }
 * const schedule = new Halving(optimizer);
 * schedule.step();
 * schedule.getLastLr() // [0.05]
 */
export abstract class LRScheduler {
  /** Steps so far. */
  lastEpoch = 0;
  /** The learning rates at the start, one a group. */
  readonly baseLrs: readonly number[];

  /** @param optimizer Whose learning rates change. */
  constructor(readonly optimizer: Optimizer) {
    for (const group of optimizer.paramGroups) group.initialLr ??= group.lr;
    this.baseLrs = optimizer.paramGroups.map((group) => group.initialLr!);
  }

  /** The learning rate of a group at `lastEpoch` ≥ 1, by the one before, `group.lr`, or by `base`, the optimizer's own. */
  protected abstract rate(group: Group, base: number): number;

  /** The learning rate of a group at the start: as it is, unless a subclass starts elsewhere. */
  protected firstRate(group: Group, _base: number): number {
    return group.lr;
  }

  /** The learning rates as they are now, one a group. */
  getLastLr(): number[] {
    return this.optimizer.paramGroups.map((group) => group.lr);
  }

  /** Goes on to the next learning rates. */
  step(): void {
    this.lastEpoch++;
    this.update(this.rate);
  }

  /** Goes back to the start, from the optimizer's own learning rates. */
  restart(): void {
    this.lastEpoch = 0;
    this.update((_, base) => base);
    this.start();
  }

  /** What the schedule remembers: to save. */
  stateDict(): ScheduleState {
    return { lastEpoch: this.lastEpoch, baseLrs: [...this.baseLrs] };
  }

  /** Takes over a saved state. The optimizer's learning rates come from the optimizer's state. */
  loadStateDict(state: ScheduleState): void {
    Object.assign(this, state);
  }

  /** Sets the first rates. Subclasses that start elsewhere call it when they are built. */
  protected start(): void {
    this.update(this.firstRate);
  }

  private update(rate: (group: Group, base: number) => number): void {
    this.optimizer.paramGroups.forEach((group, i) => {
      group.lr = rate.call(this, group, this.baseLrs[i]!);
    });
  }
}

/**
 * Multiplies the learning rate by γ every so many epochs.
 *
 * @param options `stepSize`: epochs between; `gamma` γ, default 0.1.
 * @example new StepLR(optimizer, { stepSize: 30 })
 */
export class StepLR extends LRScheduler {
  constructor(
    optimizer: Optimizer,
    private readonly options: { stepSize: number; gamma?: number },
  ) {
    super(optimizer);
    if (!(options.stepSize >= 1)) throw new RangeError(`Cannot step every ${options.stepSize} epochs: it must be ≥ 1`);
  }

  protected rate(group: Group): number {
    const { stepSize, gamma = 0.1 } = this.options;
    return this.lastEpoch % stepSize === 0 ? group.lr * gamma : group.lr;
  }
}

/**
 * Multiplies the learning rate by γ at given epochs.
 *
 * @param options `milestones`: the epochs; `gamma` γ, default 0.1.
 * @example new MultiStepLR(optimizer, { milestones: [30, 80] })
 */
export class MultiStepLR extends LRScheduler {
  constructor(
    optimizer: Optimizer,
    private readonly options: { milestones: readonly number[]; gamma?: number },
  ) {
    super(optimizer);
  }

  protected rate(group: Group): number {
    const { milestones, gamma = 0.1 } = this.options;
    return group.lr * gamma ** milestones.filter((epoch) => epoch === this.lastEpoch).length;
  }
}

/**
 * Multiplies the learning rate by γ every epoch.
 *
 * @param options `gamma` γ.
 * @example new ExponentialLR(optimizer, { gamma: 0.9 })
 */
export class ExponentialLR extends LRScheduler {
  constructor(
    optimizer: Optimizer,
    private readonly options: { gamma: number },
  ) {
    super(optimizer);
  }

  protected rate(group: Group): number {
    return group.lr * this.options.gamma;
  }
}

/**
 * Lets the learning rate fall, and then rise again, along a cosine: `η_min + ½ (η₀ − η_min)(1 + cos(π t / T))`.
 *
 * @param options `tMax` T: epochs from top to bottom; `etaMin` η_min, default 0.
 * @see Loshchilov and Hutter (2017).
 * @example new CosineAnnealingLR(optimizer, { tMax: 100 })
 */
export class CosineAnnealingLR extends LRScheduler {
  constructor(
    optimizer: Optimizer,
    private readonly options: { tMax: number; etaMin?: number },
  ) {
    super(optimizer);
    if (!(options.tMax >= 1)) throw new RangeError(`Cannot anneal over ${options.tMax} epochs: tMax must be ≥ 1`);
  }

  // From the rate before, as in PyTorch, so that it works with other schedules on the same optimizer.
  protected rate(group: Group, base: number): number {
    const { tMax, etaMin = 0 } = this.options;
    const height = (epoch: number) => 1 + Math.cos((Math.PI * epoch) / tMax);
    const t = this.lastEpoch;
    // At the bottom the quotient below would be 0 / 0.
    if ((t - 1 - tMax) % (2 * tMax) === 0) return group.lr + ((base - etaMin) * (1 - Math.cos(Math.PI / tMax))) / 2;
    return (height(t) / height(t - 1)) * (group.lr - etaMin) + etaMin;
  }
}

/**
 * Lets the learning rate fall along a cosine and jump up again, in periods that may grow: `η_min + ½ (η₀ − η_min)(1 + cos(π t / T))`.
 *
 * @param options `t0`: epochs of the first period; `tMult`: how much longer each next one is, a whole number, default 1; `etaMin` η_min, default 0.
 * @throws {RangeError} If `t0` or `tMult` is no whole number ≥ 1.
 * @see Loshchilov and Hutter (2017).
 * @example new CosineAnnealingWarmRestarts(optimizer, { t0: 10, tMult: 2 })
 */
export class CosineAnnealingWarmRestarts extends LRScheduler {
  constructor(
    optimizer: Optimizer,
    private readonly options: { t0: number; tMult?: number; etaMin?: number },
  ) {
    super(optimizer);
    const { t0, tMult = 1 } = options;
    for (const [name, value] of Object.entries({ t0, tMult })) {
      if (!Number.isInteger(value) || value < 1)
        throw new RangeError(`Cannot restart with ${name} ${value}: it must be a whole number ≥ 1`);
    }
  }

  protected rate(_: Group, base: number): number {
    const { t0, tMult = 1, etaMin = 0 } = this.options;
    let [t, period] = [this.lastEpoch, t0];
    for (; t >= period; period *= tMult) t -= period;
    return etaMin + ((base - etaMin) * (1 + Math.cos((Math.PI * t) / period))) / 2;
  }
}

/** A function of the epoch, or one for each group. */
export type LrLambda = ((epoch: number) => number) | readonly ((epoch: number) => number)[];

function lambdasFor(optimizer: Optimizer, lrLambda: LrLambda): readonly ((epoch: number) => number)[] {
  const lambdas = typeof lrLambda === "function" ? optimizer.paramGroups.map(() => lrLambda) : lrLambda;
  if (lambdas.length !== optimizer.paramGroups.length) {
    throw new RangeError(
      `Cannot use ${lambdas.length} functions for ${optimizer.paramGroups.length} groups: give one each`,
    );
  }
  return lambdas;
}

/**
 * Multiplies the learning rate at the start by any function of the epoch.
 *
 * @param options `lrLambda`: from the epoch, 0 first, to the factor; one function, or one a group.
 * @example new LambdaLR(optimizer, { lrLambda: (epoch) => 0.95 ** epoch })
 */
export class LambdaLR extends LRScheduler {
  private readonly lambdas: readonly ((epoch: number) => number)[];

  constructor(optimizer: Optimizer, options: { lrLambda: LrLambda }) {
    super(optimizer);
    this.lambdas = lambdasFor(optimizer, options.lrLambda);
    this.start();
  }

  protected rate(group: Group, base: number): number {
    return base * this.lambdas[this.optimizer.paramGroups.indexOf(group)]!(this.lastEpoch);
  }

  protected override firstRate(group: Group, base: number): number {
    return this.rate(group, base);
  }
}

/**
 * Multiplies the learning rate by a function of the epoch, epoch after epoch.
 *
 * @param options `lrLambda`: from the epoch, 1 first, to the factor; one function, or one a group.
 * @example new MultiplicativeLR(optimizer, { lrLambda: () => 0.95 })
 */
export class MultiplicativeLR extends LRScheduler {
  private readonly lambdas: readonly ((epoch: number) => number)[];

  constructor(optimizer: Optimizer, options: { lrLambda: LrLambda }) {
    super(optimizer);
    this.lambdas = lambdasFor(optimizer, options.lrLambda);
  }

  protected rate(group: Group): number {
    return group.lr * this.lambdas[this.optimizer.paramGroups.indexOf(group)]!(this.lastEpoch);
  }
}

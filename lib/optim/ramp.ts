/** Schedules that go from one learning rate to another in a number of epochs and then stay: for warming up and winding down. */
import type { CommonOptions, Optimizer, ParamGroup } from "./optimizer.ts";
import { LRScheduler } from "./schedule.ts";

type Group = ParamGroup<CommonOptions>;

function checkIters(totalIters: number): void {
  if (!Number.isInteger(totalIters) || totalIters < 1)
    throw new RangeError(`Cannot change rates in ${totalIters} epochs: totalIters must be a whole number ≥ 1`);
}

function checkFactor(name: string, factor: number): void {
  if (!(factor >= 0 && factor <= 1))
    throw new RangeError(`Cannot scale learning rates with ${name} ${factor}: it must be from 0 to 1`);
}

/**
 * A share of the learning rate for the first epochs, then all of it.
 *
 * @param options `factor`, in (0, 1], default ⅓; `totalIters`: epochs until then, default 5.
 * @throws {RangeError} If the factor is not in (0, 1].
 * @example new ConstantLR(optimizer, { factor: 0.1, totalIters: 3 }).getLastLr() // [0.01…]
 */
export class ConstantLR extends LRScheduler {
  private readonly factor: number;
  private readonly totalIters: number;

  constructor(optimizer: Optimizer, options: { factor?: number; totalIters?: number } = {}) {
    super(optimizer);
    const { factor = 1 / 3, totalIters = 5 } = options;
    checkFactor("factor", factor);
    if (factor === 0) throw new RangeError("Cannot scale learning rates with factor 0: no factor leads back from 0");
    checkIters(totalIters);
    this.factor = factor;
    this.totalIters = totalIters;
    this.start();
  }

  protected override firstRate(group: Group): number {
    return group.lr * this.factor;
  }

  protected rate(group: Group): number {
    return this.lastEpoch === this.totalIters ? group.lr / this.factor : group.lr;
  }
}

/**
 * From one share of the learning rate to another in equal steps: the usual warm-up.
 *
 * @param options `startFactor`, in (0, 1], default ⅓; `endFactor`, in [0, 1], default 1; `totalIters`: epochs from one to the other, default 5.
 * @throws {RangeError} If a factor is out of its range.
 * @see Goyal et al. (2017) for warm-up.
 * @example new LinearLR(optimizer, { startFactor: 0.5, totalIters: 4 }).getLastLr() // [0.05]
 */
export class LinearLR extends LRScheduler {
  private readonly startFactor: number;
  private readonly endFactor: number;
  private readonly totalIters: number;

  constructor(optimizer: Optimizer, options: { startFactor?: number; endFactor?: number; totalIters?: number } = {}) {
    super(optimizer);
    const { startFactor = 1 / 3, endFactor = 1, totalIters = 5 } = options;
    checkFactor("startFactor", startFactor);
    checkFactor("endFactor", endFactor);
    if (startFactor === 0)
      throw new RangeError("Cannot scale learning rates with startFactor 0: no factor leads away from 0");
    checkIters(totalIters);
    this.startFactor = startFactor;
    this.endFactor = endFactor;
    this.totalIters = totalIters;
    this.start();
  }

  protected override firstRate(group: Group): number {
    return group.lr * this.startFactor;
  }

  // From the rate before, as in PyTorch, so that it works with other schedules on the same optimizer.
  protected rate(group: Group): number {
    const { startFactor, endFactor, totalIters, lastEpoch } = this;
    if (lastEpoch > totalIters) return group.lr;
    const rise = endFactor - startFactor;
    return group.lr * (1 + rise / (totalIters * startFactor + (lastEpoch - 1) * rise));
  }
}

/**
 * To 0 along a power: `η₀ (1 − t/T)ᵖ`.
 *
 * @param options `totalIters` T: epochs until 0, default 5; `power` p, default 1.
 * @throws {RangeError} If `totalIters` is no whole number ≥ 1.
 * @example new PolynomialLR(optimizer, { totalIters: 10, power: 2 })
 */
export class PolynomialLR extends LRScheduler {
  private readonly totalIters: number;
  private readonly power: number;

  constructor(optimizer: Optimizer, options: { totalIters?: number; power?: number } = {}) {
    super(optimizer);
    const { totalIters = 5, power = 1 } = options;
    checkIters(totalIters);
    this.totalIters = totalIters;
    this.power = power;
  }

  protected rate(group: Group): number {
    const { totalIters, power, lastEpoch } = this;
    if (lastEpoch > totalIters) return group.lr;
    return group.lr * ((totalIters - lastEpoch) / (totalIters - lastEpoch + 1)) ** power;
  }
}

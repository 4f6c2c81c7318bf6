/** Schedules that raise and lower the learning rate step by step, and the momentum against it. */
import type { CommonOptions, Optimizer, ParamGroup } from "./optimizer.ts";
import { LRScheduler } from "./schedule.ts";

type Group = ParamGroup<CommonOptions>;

/** A group of an optimizer with momentum, under either of its names. */
type MomentumGroup = Group & { momentum?: number; betas?: readonly [number, number] };

/** Throws unless every group has a momentum to cycle: of SGD and RMSprop `momentum`, of Adam's kin β₁. */
function checkMomentum(optimizer: Optimizer): void {
  const without = optimizer.paramGroups.some((group) => !("betas" in group) && !("momentum" in group));
  if (without) {
    throw new TypeError(
      `Cannot cycle the momentum of ${optimizer.constructor.name}: it has none; pass { cycleMomentum: false }`,
    );
  }
}

function setMomentum(group: MomentumGroup, momentum: number): void {
  if (group.betas) group.betas = [momentum, group.betas[1]];
  else group.momentum = momentum;
}

/** A value for all groups, or one a group. */
type PerGroup = number | readonly number[];

function spread(optimizer: Optimizer, name: string, value: PerGroup): readonly number[] {
  const groups = optimizer.paramGroups.length;
  if (typeof value === "number") return new Array<number>(groups).fill(value);
  if (value.length !== groups)
    throw new RangeError(`Cannot use ${value.length} values of ${name} for ${groups} groups: give one each`);
  return value;
}

/** Options of OneCycleLR. */
export interface OneCycleOptions {
  /** The greatest learning rate; one a group, if given as a list. */
  maxLr: PerGroup;
  /** Steps of the whole cycle. Give this, or `epochs` and `stepsPerEpoch`. */
  totalSteps?: number;
  epochs?: number;
  stepsPerEpoch?: number;
  /** The share of the cycle in which the rate rises; default 0.3. */
  pctStart?: number;
  /** The curve: a cosine (default) or a line. */
  annealStrategy?: "cos" | "linear";
  /** Whether momentum falls as the rate rises; default true. */
  cycleMomentum?: boolean;
  /** The least momentum; default 0.85. */
  baseMomentum?: number;
  /** The greatest momentum; default 0.95. */
  maxMomentum?: number;
  /** The first rate is `maxLr / divFactor`; default 25. */
  divFactor?: number;
  /** The last rate is the first one / `finalDivFactor`; default 1e4. */
  finalDivFactor?: number;
  /** Whether the rate first falls to where it began, as fast as it rose, and then further; default false. */
  threePhase?: boolean;
}

/** A stretch of a cycle: where it ends, and from which rate and momentum to which, 0 … 3 naming the numbers of `levels`. */
interface Phase {
  readonly end: number;
  readonly rates: readonly [from: "first" | "max" | "last", to: "first" | "max" | "last"];
  readonly momenta: readonly [from: number, to: number];
}

/**
 * One cycle: the learning rate rises from `maxLr / divFactor` to `maxLr` and falls to almost 0, the momentum goes the other way. Call `step()`
 * after every step of the optimizer, not after epochs.
 *
 * @throws {RangeError} If the number of steps is not given or `pctStart` is no share, and from `step()` past the last step.
 * @throws {TypeError} If the optimizer has no momentum to cycle.
 * @see Smith and Topin (2019).
 * @example new OneCycleLR(optimizer, { maxLr: 0.5, totalSteps: 100 }).getLastLr() // [0.02…]
 */
export class OneCycleLR extends LRScheduler {
  readonly totalSteps: number;
  private readonly maxLrs: readonly number[];
  private readonly phases: readonly Phase[];
  private readonly options: Required<Pick<OneCycleOptions, "divFactor" | "finalDivFactor">>;
  private readonly curve: (from: number, to: number, share: number) => number;
  private readonly cycleMomentum: boolean;

  constructor(optimizer: Optimizer, options: OneCycleOptions) {
    super(optimizer);
    const { pctStart = 0.3, cycleMomentum = true, baseMomentum = 0.85, maxMomentum = 0.95 } = options;
    const { divFactor = 25, finalDivFactor = 1e4, annealStrategy = "cos", threePhase = false } = options;
    this.totalSteps = options.totalSteps ?? (options.epochs ?? NaN) * (options.stepsPerEpoch ?? NaN);
    if (!Number.isInteger(this.totalSteps) || this.totalSteps < 1)
      throw new RangeError("Cannot tell how long the cycle is: give totalSteps, or epochs and stepsPerEpoch");
    if (!(pctStart >= 0 && pctStart <= 1))
      throw new RangeError(`Cannot rise for a share of ${pctStart} of the cycle: pctStart must be from 0 to 1`);
    this.maxLrs = spread(optimizer, "maxLr", options.maxLr);
    this.options = { divFactor, finalDivFactor };
    this.curve =
      annealStrategy === "cos"
        ? (from, to, share) => to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share))
        : (from, to, share) => from + (to - from) * share;
    this.cycleMomentum = cycleMomentum;
    if (cycleMomentum) checkMomentum(optimizer);
    const top = pctStart * this.totalSteps - 1;
    const up: Phase = { end: top, rates: ["first", "max"], momenta: [maxMomentum, baseMomentum] };
    const end = this.totalSteps - 1;
    this.phases = threePhase
      ? [
          up,
          { end: 2 * top, rates: ["max", "first"], momenta: [baseMomentum, maxMomentum] },
          { end, rates: ["first", "last"], momenta: [maxMomentum, maxMomentum] },
        ]
      : [up, { end, rates: ["max", "last"], momenta: [baseMomentum, maxMomentum] }];
    this.start();
  }

  protected override firstRate(group: Group): number {
    return this.rate(group);
  }

  protected rate(group: Group): number {
    const step = this.lastEpoch;
    if (step >= this.totalSteps + 1)
      throw new RangeError(`Cannot take step ${step} of a cycle of ${this.totalSteps} steps`);
    const max = this.maxLrs[this.optimizer.paramGroups.indexOf(group)]!;
    const first = max / this.options.divFactor;
    const levels = { first, max, last: first / this.options.finalDivFactor };
    const at = this.phases.findIndex((phase, i) => step <= phase.end || i === this.phases.length - 1);
    const begin = at === 0 ? 0 : this.phases[at - 1]!.end;
    const { end, rates, momenta } = this.phases[at]!;
    const share = (step - begin) / (end - begin);
    if (this.cycleMomentum) setMomentum(group, this.curve(momenta[0], momenta[1], share));
    return this.curve(levels[rates[0]], levels[rates[1]], share);
  }
}

/** Options of CyclicLR. */
export interface CyclicOptions {
  /** The least learning rate, and the first; one a group, if given as a list. */
  baseLr: PerGroup;
  /** The greatest learning rate; one a group, if given as a list. */
  maxLr: PerGroup;
  /** Steps from the least to the greatest; default 2000. */
  stepSizeUp?: number;
  /** Steps back; default as many. */
  stepSizeDown?: number;
  /** How cycles shrink: not at all (default), by half each, or by γ each step. */
  mode?: "triangular" | "triangular2" | "expRange";
  /** γ of the mode expRange; default 1. */
  gamma?: number;
  /** Whether momentum falls as the rate rises; default true. */
  cycleMomentum?: boolean;
  /** The least momentum; default 0.8. */
  baseMomentum?: number;
  /** The greatest momentum; default 0.9. */
  maxMomentum?: number;
}

/**
 * Cycle after cycle: the learning rate rises along a line and falls again, the momentum goes the other way. Call `step()` after every step of the
 * optimizer, not after epochs.
 *
 * @throws {TypeError} If the optimizer has no momentum to cycle.
 * @see Smith (2017).
 * @example new CyclicLR(optimizer, { baseLr: 0.01, maxLr: 0.1, stepSizeUp: 50 }).getLastLr() // [0.01]
 */
export class CyclicLR extends LRScheduler {
  private readonly baseRates: readonly number[];
  private readonly maxLrs: readonly number[];
  private readonly options: CyclicOptions;

  constructor(optimizer: Optimizer, options: CyclicOptions) {
    super(optimizer);
    this.options = options;
    this.baseRates = spread(optimizer, "baseLr", options.baseLr);
    this.maxLrs = spread(optimizer, "maxLr", options.maxLr);
    if (options.cycleMomentum ?? true) checkMomentum(optimizer);
    this.start();
  }

  protected override firstRate(group: Group): number {
    return this.rate(group);
  }

  protected rate(group: Group): number {
    const { stepSizeUp = 2000, stepSizeDown = stepSizeUp, mode = "triangular", gamma = 1 } = this.options;
    const { cycleMomentum = true, baseMomentum = 0.8, maxMomentum = 0.9 } = this.options;
    const place = this.lastEpoch / (stepSizeUp + stepSizeDown);
    const [cycle, x] = [Math.floor(place), place - Math.floor(place)];
    const turn = stepSizeUp / (stepSizeUp + stepSizeDown);
    const scales = { triangular: 1, triangular2: 0.5 ** cycle, expRange: gamma ** this.lastEpoch };
    const height = (x <= turn ? x / turn : (x - 1) / (turn - 1)) * scales[mode];
    if (cycleMomentum) setMomentum(group, maxMomentum - (maxMomentum - baseMomentum) * height);
    const at = this.optimizer.paramGroups.indexOf(group);
    return this.baseRates[at]! + (this.maxLrs[at]! - this.baseRates[at]!) * height;
  }
}

import type { TypedArray } from "../dtype.ts";
import {
  type CommonOptions,
  checkAtLeast,
  checkShare,
  type KernelRule,
  Optimizer,
  type ParamGroup,
  type Params,
  type RuleState,
  withDefaults,
} from "./optimizer.ts";

/** Options of Adam and its kin. */
export interface AdamOptions extends CommonOptions {
  /** β₁, β₂: the shares of the running averages of g and g² that are kept; default 0.9, 0.999. */
  betas: readonly [number, number];
  /** Keeps the divisor from 0; default 1e-8. */
  eps: number;
  /** Whether to divide by the greatest running average of g² so far; default false. */
  amsgrad: boolean;
}

const averages = ["expAvg", "expAvgSq", null];
const averagesAndGreatest = ["expAvg", "expAvgSq", "maxExpAvgSq"];

/** 1 − βⁿ. From 2⁻⁵⁴ on the power changes nothing any more, and powers cost as much as some elements do. */
function biasAt(step: number, beta: number): number {
  return step * (1 - beta) > 54 * Math.LN2 ? 1 : 1 - beta ** step;
}

/** What frees the averages of their bias at a step: all parameters ask for the same, so it is kept until one asks for another. */
class Correction {
  private step = 0;
  private lr = 0;
  private beta1 = 0;
  private beta2 = 0;
  /** The learning rate over the bias of the first average. */
  rate = 0;
  /** The root of the bias of the second one. */
  root = 1;

  /** Makes it that of a step. */
  moveTo(step: number, { lr, betas }: AdamOptions): void {
    const [beta1, beta2] = [betas[0], betas[1]];
    if (step === this.step && lr === this.lr && beta1 === this.beta1 && beta2 === this.beta2) return;
    this.step = step;
    this.lr = lr;
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.rate = lr / biasAt(step, beta1);
    this.root = Math.sqrt(biasAt(step, beta2));
  }
}

/** Throws unless the betas are shares and eps is not negative. */
export function checkMoments({ betas, eps }: { betas: readonly [number, number]; eps: number }): void {
  checkShare("beta 1", betas[0]);
  checkShare("beta 2", betas[1]);
  checkAtLeast("eps", eps, 0);
}

/**
 * Adam: running averages m of g and v of g², freed of their bias towards 0, then `w ← w − η m̂ / (√v̂ + ε)`. Its first steps are of size η.
 *
 * @param params Parameters or groups of them.
 * @param options `lr` η, default 0.001; `betas`; `eps`; `amsgrad`; `weightDecay`; `maximize`.
 * @see Kingma and Ba (2015), Reddi, Kale and Kumar (2018) for amsgrad; book §2.5.
 * @example new Adam(model.parameters(), { lr: 0.05 })
 */
export class Adam extends Optimizer<AdamOptions> {
  private readonly correction = new Correction();

  constructor(params: Params<AdamOptions>, options: Partial<AdamOptions> = {}) {
    super(params, withDefaults<AdamOptions>({ lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, amsgrad: false }, options));
  }

  protected override checkOptions(group: ParamGroup<AdamOptions>): void {
    checkMoments(group);
  }

  protected override kernelRule(step: number, group: ParamGroup<AdamOptions>): KernelRule {
    const { eps, amsgrad, betas } = group;
    this.correction.moveTo(step, group);
    const { rate, root } = this.correction;
    return {
      rule: "adam",
      states: amsgrad ? averagesAndGreatest : averages,
      numbers: [rate, root, eps, betas[0], betas[1]],
    };
  }

  protected update(p: TypedArray, g: TypedArray, state: RuleState, group: ParamGroup<AdamOptions>): void {
    const { eps, amsgrad, betas } = group;
    const [beta1, beta2] = [betas[0], betas[1]];
    this.correction.moveTo(state.step, group);
    const { rate, root } = this.correction;
    const m = state.array("expAvg");
    const v = state.array("expAvgSq");
    const greatest = amsgrad ? state.array("maxExpAvgSq") : null;
    for (let i = 0; i < p.length; i++) {
      const mean = beta1 * m[i]! + (1 - beta1) * g[i]!;
      let square = beta2 * v[i]! + (1 - beta2) * g[i]! * g[i]!;
      m[i] = mean;
      v[i] = square;
      if (greatest !== null) greatest[i] = square = Math.max(greatest[i]!, square);
      p[i]! -= (rate * mean) / (Math.sqrt(square) / root + eps);
    }
  }
}

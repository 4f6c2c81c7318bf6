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

/** The learning rate over the bias of the first average, and the root of that of the second, at a step. */
interface Correction {
  readonly step: number;
  readonly lr: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly rate: number;
  readonly root: number;
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
  private latest: Correction | null = null;

  constructor(params: Params<AdamOptions>, options: Partial<AdamOptions> = {}) {
    super(params, withDefaults<AdamOptions>({ lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, amsgrad: false }, options));
  }

  protected override checkOptions(group: ParamGroup<AdamOptions>): void {
    checkMoments(group);
  }

  /** What frees the averages of their bias. All parameters of a step ask for the same, and powers cost as much as some elements do. */
  private correction(step: number, { lr, betas: [beta1, beta2] }: AdamOptions): Correction {
    const { latest } = this;
    if (latest?.step === step && latest.lr === lr && latest.beta1 === beta1 && latest.beta2 === beta2) return latest;
    const [rate, root] = [lr / (1 - beta1 ** step), Math.sqrt(1 - beta2 ** step)];
    this.latest = { step, lr, beta1, beta2, rate, root };
    return this.latest;
  }

  protected override kernelRule(state: RuleState, group: ParamGroup<AdamOptions>): KernelRule {
    const { eps, amsgrad } = group;
    const [beta1, beta2] = group.betas;
    const { rate, root } = this.correction(state.step, group);
    const [m, v] = [state.tensor("expAvg"), state.tensor("expAvgSq")];
    return {
      rule: "adam",
      states: [m, v, amsgrad ? state.tensor("maxExpAvgSq") : null],
      numbers: [rate, root, eps, beta1, beta2],
    };
  }

  protected update(p: TypedArray, g: TypedArray, state: RuleState, group: ParamGroup<AdamOptions>): void {
    const { eps, amsgrad } = group;
    const [beta1, beta2] = group.betas;
    const { rate, root } = this.correction(state.step, group);
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

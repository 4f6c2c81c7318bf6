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
  constructor(params: Params<AdamOptions>, options: Partial<AdamOptions> = {}) {
    super(params, withDefaults<AdamOptions>({ lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, amsgrad: false }, options));
  }

  protected override checkOptions(group: ParamGroup<AdamOptions>): void {
    checkMoments(group);
  }

  protected override kernelRule(state: RuleState, group: ParamGroup<AdamOptions>): KernelRule {
    const { lr, eps, amsgrad } = group;
    const [beta1, beta2] = group.betas;
    const [m, v] = [state.tensor("expAvg"), state.tensor("expAvgSq")];
    return {
      rule: "adam",
      states: [m, v, amsgrad ? state.tensor("maxExpAvgSq") : null],
      numbers: [lr / (1 - beta1 ** state.step), Math.sqrt(1 - beta2 ** state.step), eps, beta1, beta2],
    };
  }

  protected update(p: TypedArray, g: TypedArray, state: RuleState, group: ParamGroup<AdamOptions>): void {
    const { lr, eps, amsgrad } = group;
    const [beta1, beta2] = group.betas;
    const m = state.array("expAvg");
    const v = state.array("expAvgSq");
    const greatest = amsgrad ? state.array("maxExpAvgSq") : null;
    const rate = lr / (1 - beta1 ** state.step);
    const correction = Math.sqrt(1 - beta2 ** state.step);
    for (let i = 0; i < p.length; i++) {
      const mean = beta1 * m[i]! + (1 - beta1) * g[i]!;
      let square = beta2 * v[i]! + (1 - beta2) * g[i]! * g[i]!;
      m[i] = mean;
      v[i] = square;
      if (greatest !== null) greatest[i] = square = Math.max(greatest[i]!, square);
      p[i]! -= (rate * mean) / (Math.sqrt(square) / correction + eps);
    }
  }
}

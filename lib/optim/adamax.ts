import type { TypedArray } from "../dtype.ts";
import { checkMoments } from "./adam.ts";
import {
  type CommonOptions,
  Optimizer,
  type ParamGroup,
  type Params,
  type RuleState,
  withDefaults,
} from "./optimizer.ts";

/** Options of Adamax. */
export interface AdamaxOptions extends CommonOptions {
  /** β₁: the share of the running average of g that is kept; β₂: by how much the greatest magnitude fades; default 0.9, 0.999. */
  betas: readonly [number, number];
  /** Added to each magnitude; default 1e-8. */
  eps: number;
}

/**
 * Adamax: Adam with the greatest magnitude so far, `u ← max(β₂ u, |g| + ε)`, in the place of the root mean square: `w ← w − η m̂ / u`.
 *
 * @param params Parameters or groups of them.
 * @param options `lr` η, default 0.002; `betas`; `eps`; `weightDecay`; `maximize`.
 * @see Kingma and Ba (2015), section 7.
 * @example new Adamax(model.parameters())
 */
export class Adamax extends Optimizer<AdamaxOptions> {
  constructor(params: Params<AdamaxOptions>, options: Partial<AdamaxOptions> = {}) {
    super(params, withDefaults<AdamaxOptions>({ lr: 2e-3, betas: [0.9, 0.999], eps: 1e-8 }, options));
  }

  protected override checkOptions(group: ParamGroup<AdamaxOptions>): void {
    checkMoments(group);
  }

  protected update(p: TypedArray, g: TypedArray, state: RuleState, group: ParamGroup<AdamaxOptions>): void {
    const [beta1, beta2] = group.betas;
    const m = state.array("expAvg");
    const u = state.array("expInf");
    const rate = group.lr / (1 - beta1 ** state.step);
    for (let i = 0; i < p.length; i++) {
      const mean = beta1 * m[i]! + (1 - beta1) * g[i]!;
      const greatest = Math.max(beta2 * u[i]!, Math.abs(g[i]!) + group.eps);
      m[i] = mean;
      u[i] = greatest;
      p[i]! -= (rate * mean) / greatest;
    }
  }
}

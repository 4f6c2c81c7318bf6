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

/** Options of RAdam. */
export interface RAdamOptions extends CommonOptions {
  /** β₁, β₂: the shares of the running averages of g and g² that are kept; default 0.9, 0.999. */
  betas: readonly [number, number];
  /** Keeps the divisor from 0; default 1e-8. */
  eps: number;
}

/**
 * RAdam: Adam that trusts its running average of g² only as far as it has seen enough gradients; its first steps use the momentum alone.
 *
 * @param params Parameters or groups of them.
 * @param options `lr`, default 0.001; `betas`; `eps`; `weightDecay`; `maximize`.
 * @see Liu et al. (2020).
 * @example new RAdam(model.parameters())
 */
export class RAdam extends Optimizer<RAdamOptions> {
  constructor(params: Params<RAdamOptions>, options: Partial<RAdamOptions> = {}) {
    super(params, withDefaults<RAdamOptions>({ lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8 }, options));
  }

  protected override checkOptions(group: ParamGroup<RAdamOptions>): void {
    checkMoments(group);
  }

  protected update(p: TypedArray, g: TypedArray, state: RuleState, group: ParamGroup<RAdamOptions>): void {
    const [beta1, beta2] = group.betas;
    const m = state.array("expAvg");
    const v = state.array("expAvgSq");
    const t = state.step;
    const correction = 1 - beta2 ** t;
    const rate = group.lr / (1 - beta1 ** t);
    // ρ: how many gradients the average of squares stands for, now and in the end.
    const limit = 2 / (1 - beta2) - 1;
    const rho = limit - (2 * t * beta2 ** t) / correction;
    const trusted = rho > 5;
    const rectified = trusted
      ? Math.sqrt((((rho - 4) * (rho - 2) * limit) / ((limit - 4) * (limit - 2) * rho)) * correction)
      : 1;
    for (let i = 0; i < p.length; i++) {
      const mean = beta1 * m[i]! + (1 - beta1) * g[i]!;
      const square = beta2 * v[i]! + (1 - beta2) * g[i]! * g[i]!;
      m[i] = mean;
      v[i] = square;
      p[i]! -= trusted ? (rate * mean * rectified) / (Math.sqrt(square) + group.eps) : rate * mean;
    }
  }
}

import type { TypedArray } from "../dtype.ts";
import { checkMoments } from "./adam.ts";
import {
  type CommonOptions,
  checkAtLeast,
  Optimizer,
  type ParamGroup,
  type Params,
  type RuleState,
  withDefaults,
} from "./optimizer.ts";

/** Options of NAdam. */
export interface NAdamOptions extends CommonOptions {
  /** β₁, β₂: the shares of the running averages of g and g² that are kept; default 0.9, 0.999. */
  betas: readonly [number, number];
  /** Keeps the divisor from 0; default 1e-8. */
  eps: number;
  /** ψ: how fast the momentum μₜ = β₁ (1 − ½ · 0.96^{ψ t}) rises to β₁; default 0.004. */
  momentumDecay: number;
}

/**
 * NAdam: Adam whose step already uses the momentum of the next step, as Nesterov's does.
 *
 * @param params Parameters or groups of them.
 * @param options `lr`, default 0.002; `betas`; `eps`; `momentumDecay`; `weightDecay`; `maximize`.
 * @see Dozat (2016); book §2.5.
 * @example new NAdam(model.parameters())
 */
export class NAdam extends Optimizer<NAdamOptions> {
  constructor(params: Params<NAdamOptions>, options: Partial<NAdamOptions> = {}) {
    super(
      params,
      withDefaults<NAdamOptions>({ lr: 2e-3, betas: [0.9, 0.999], eps: 1e-8, momentumDecay: 4e-3 }, options),
    );
  }

  protected override checkOptions(group: ParamGroup<NAdamOptions>): void {
    checkMoments(group);
    checkAtLeast("momentumDecay", group.momentumDecay, 0);
  }

  protected update(p: TypedArray, g: TypedArray, state: RuleState, group: ParamGroup<NAdamOptions>): void {
    const { lr, eps, momentumDecay } = group;
    const [beta1, beta2] = group.betas;
    const m = state.array("expAvg");
    const v = state.array("expAvgSq");
    const momentum = (t: number) => beta1 * (1 - 0.5 * 0.96 ** (t * momentumDecay));
    const [now, next] = [momentum(state.step), momentum(state.step + 1)];
    const product = (state.numbers.muProduct ?? 1) * now;
    state.numbers.muProduct = product;
    const correction = 1 - beta2 ** state.step;
    const gradientRate = (lr * (1 - now)) / (1 - product);
    const meanRate = (lr * next) / (1 - product * next);
    for (let i = 0; i < p.length; i++) {
      const mean = beta1 * m[i]! + (1 - beta1) * g[i]!;
      const square = beta2 * v[i]! + (1 - beta2) * g[i]! * g[i]!;
      m[i] = mean;
      v[i] = square;
      p[i]! -= (gradientRate * g[i]! + meanRate * mean) / (Math.sqrt(square / correction) + eps);
    }
  }
}

import type { TypedArray } from "../dtype.ts";
import {
  type CommonOptions,
  checkAtLeast,
  Optimizer,
  type ParamGroup,
  type Params,
  type RuleState,
  withDefaults,
} from "./optimizer.ts";

/** Options of ASGD. */
export interface ASGDOptions extends CommonOptions {
  /** λ: the decay of weights and of the rate; default 1e-4. */
  lambd: number;
  /** The power of the rate's decay; default 0.75. */
  alpha: number;
  /** The step from which on weights are averaged; default 1e6. */
  t0: number;
}

/**
 * Averaged gradient descent: `w ← (1 − λ η_t) w − η_t g` with `η_t = η / (1 + λ η t)^α`. The average of the weights from step t₀ on is in the
 * state, under `ax`.
 *
 * @param params Parameters or groups of them.
 * @param options `lr` η, default 0.01; `lambd`; `alpha`; `t0`; `weightDecay`; `maximize`.
 * @see Polyak and Juditsky (1992).
 * @example new ASGD(model.parameters(), { t0: 100 })
 */
export class ASGD extends Optimizer<ASGDOptions> {
  constructor(params: Params<ASGDOptions>, options: Partial<ASGDOptions> = {}) {
    super(params, withDefaults<ASGDOptions>({ lr: 1e-2, lambd: 1e-4, alpha: 0.75, t0: 1e6 }, options));
  }

  protected override checkOptions({ lambd }: ParamGroup<ASGDOptions>): void {
    checkAtLeast("lambd", lambd, 0);
  }

  protected update(p: TypedArray, g: TypedArray, state: RuleState, group: ParamGroup<ASGDOptions>): void {
    const { lr, lambd, alpha, t0 } = group;
    const average = state.array("ax");
    const rate = state.numbers.eta ?? lr;
    const share = state.numbers.mu ?? 1;
    for (let i = 0; i < p.length; i++) {
      p[i] = p[i]! * (1 - lambd * rate) - rate * g[i]!;
      average[i]! += (p[i]! - average[i]!) * share;
    }
    state.numbers.eta = lr / (1 + lambd * lr * state.step) ** alpha;
    state.numbers.mu = 1 / Math.max(1, state.step - t0);
  }
}

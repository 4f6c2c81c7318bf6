import type { TypedArray } from "../dtype.ts";
import {
  type CommonOptions,
  checkShare,
  Optimizer,
  type ParamGroup,
  type Params,
  type RuleState,
  withDefaults,
} from "./optimizer.ts";

/** Options of Lion. */
export interface LionOptions extends CommonOptions {
  /** β₁: the share of the momentum in the step; β₂: the share of it that is kept; default 0.9, 0.99. */
  betas: readonly [number, number];
}

/**
 * Lion: `w ← (1 − η λ) w − η sign(β₁ m + (1 − β₁) g)`, `m ← β₂ m + (1 − β₂) g`: only the sign of the momentum counts, so every weight moves by η.
 * It wants a rate three to ten times smaller than Adam's.
 *
 * @param params Parameters or groups of them.
 * @param options `lr` η, default 0.0001; `betas`; `weightDecay` λ, of the weights themselves as in AdamW, default 0; `maximize`.
 * @see Chen et al. (2023), algorithm 2.
 * @example new Lion(model.parameters(), { lr: 3e-4, weightDecay: 0.1 })
 */
export class Lion extends Optimizer<LionOptions> {
  protected override readonly decoupledDecay = true;

  constructor(params: Params<LionOptions>, options: Partial<LionOptions> = {}) {
    super(params, withDefaults<LionOptions>({ lr: 1e-4, betas: [0.9, 0.99] }, options));
  }

  protected override checkOptions({ betas }: ParamGroup<LionOptions>): void {
    checkShare("beta 1", betas[0]);
    checkShare("beta 2", betas[1]);
  }

  protected update(p: TypedArray, g: TypedArray, state: RuleState, group: ParamGroup<LionOptions>): void {
    const { lr } = group;
    const [beta1, beta2] = group.betas;
    const m = state.array("expAvg");
    for (let i = 0; i < p.length; i++) {
      p[i]! -= lr * Math.sign(beta1 * m[i]! + (1 - beta1) * g[i]!);
      m[i] = beta2 * m[i]! + (1 - beta2) * g[i]!;
    }
  }
}

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

/** Options of Adagrad. */
export interface AdagradOptions extends CommonOptions {
  /** By how much the learning rate shrinks: η / (1 + (t − 1) · lrDecay); default 0. */
  lrDecay: number;
  /** What the sum of squares starts from; default 0. */
  initialAccumulatorValue: number;
  /** Keeps the divisor from 0; default 1e-10. */
  eps: number;
}

/**
 * Adagrad: `s ← s + g²`, `w ← w − η g / (√s + ε)`: weights that had small gradients so far move further.
 *
 * @param params Parameters or groups of them.
 * @param options `lr` η, default 0.01; `lrDecay`; `initialAccumulatorValue`; `eps`; `weightDecay`; `maximize`.
 * @see Duchi, Hazan and Singer (2011); book §2.5.
 * @example new Adagrad(model.parameters(), { lr: 0.1 })
 */
export class Adagrad extends Optimizer<AdagradOptions> {
  constructor(params: Params<AdagradOptions>, options: Partial<AdagradOptions> = {}) {
    super(
      params,
      withDefaults<AdagradOptions>({ lr: 1e-2, lrDecay: 0, initialAccumulatorValue: 0, eps: 1e-10 }, options),
    );
  }

  protected override checkOptions({ lrDecay, initialAccumulatorValue, eps }: ParamGroup<AdagradOptions>): void {
    checkAtLeast("lrDecay", lrDecay, 0);
    checkAtLeast("initialAccumulatorValue", initialAccumulatorValue, 0);
    checkAtLeast("eps", eps, 0);
  }

  protected update(p: TypedArray, g: TypedArray, state: RuleState, group: ParamGroup<AdagradOptions>): void {
    const { lr, lrDecay, initialAccumulatorValue, eps } = group;
    const s = state.array("sum", initialAccumulatorValue);
    const rate = lr / (1 + (state.step - 1) * lrDecay);
    for (let i = 0; i < p.length; i++) {
      const total = s[i]! + g[i]! * g[i]!;
      s[i] = total;
      p[i]! -= (rate * g[i]!) / (Math.sqrt(total) + eps);
    }
  }
}

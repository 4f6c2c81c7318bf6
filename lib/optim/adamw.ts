import type { TypedArray } from "../dtype.ts";
import type { Tensor } from "../tensor.ts";
import { Adam, type AdamOptions } from "./adam.ts";
import type { ParamGroup, Params, RuleState } from "./optimizer.ts";

/**
 * AdamW: Adam, with weights that decay by themselves, `w ← (1 − η λ) w`, instead of through the gradient, where Adam would divide the decay away.
 *
 * @param params Parameters or groups of them.
 * @param options As Adam, but `weightDecay` λ is 0.01 by default.
 * @see Loshchilov and Hutter (2019); book §2.5.
 * @example new AdamW(model.parameters(), { lr: 0.001, weightDecay: 0.1 })
 */
export class AdamW extends Adam {
  constructor(params: Params<AdamOptions>, options: Partial<AdamOptions> = {}) {
    super(params, { ...options, weightDecay: options.weightDecay ?? 1e-2 });
  }

  protected override gradient(p: Tensor, grad: Tensor, group: ParamGroup<AdamOptions>): TypedArray {
    return super.gradient(p, grad, { ...group, weightDecay: 0 });
  }

  protected override update(p: TypedArray, g: TypedArray, state: RuleState, group: ParamGroup<AdamOptions>): void {
    const keep = 1 - group.lr * group.weightDecay;
    if (keep !== 1) for (let i = 0; i < p.length; i++) p[i]! *= keep;
    super.update(p, g, state, group);
  }
}

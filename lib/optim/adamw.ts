import { Adam, type AdamOptions } from "./adam.ts";
import type { Params } from "./optimizer.ts";

/**
 * AdamW: Adam, with weights that decay by themselves, `w ← (1 − η λ) w`, instead of through the gradient, where Adam would divide the decay away.
 *
 * @param params Parameters or groups of them.
 * @param options As Adam, but `weightDecay` λ is 0.01 by default.
 * @see Loshchilov and Hutter (2019); book §2.5.
 * @example new AdamW(model.parameters(), { lr: 0.001, weightDecay: 0.1 })
 */
export class AdamW extends Adam {
  protected override readonly decoupledDecay = true;

  constructor(params: Params<AdamOptions>, options: Partial<AdamOptions> = {}) {
    super(params, { ...options, weightDecay: options.weightDecay ?? 1e-2 });
  }
}

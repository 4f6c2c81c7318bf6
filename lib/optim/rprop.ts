import type { TypedArray } from "../dtype.ts";
import {
  type CommonOptions,
  Optimizer,
  type ParamGroup,
  type Params,
  type RuleState,
  withDefaults,
} from "./optimizer.ts";

/** Options of Rprop. */
export interface RpropOptions extends CommonOptions {
  /** η₋, η₊: what a step is multiplied by when the gradient turned round and when it did not; default 0.5, 1.2. */
  etas: readonly [number, number];
  /** The least and the greatest step; default 1e-6, 50. */
  stepSizes: readonly [number, number];
}

/**
 * Resilient backpropagation: every weight has a step of its own, which grows while its gradient keeps its sign and shrinks when that turns round;
 * the size of the gradient counts nothing. For whole sets, not for mini-batches.
 *
 * @param params Parameters or groups of them.
 * @param options `lr`: the first step, default 0.01; `etas`; `stepSizes`; `maximize`. There is no `weightDecay`: it would only change signs.
 * @see Riedmiller and Braun (1993).
 * @example new Rprop(model.parameters())
 */
export class Rprop extends Optimizer<RpropOptions> {
  constructor(params: Params<RpropOptions>, options: Partial<RpropOptions> = {}) {
    super(params, withDefaults<RpropOptions>({ lr: 1e-2, etas: [0.5, 1.2], stepSizes: [1e-6, 50] }, options));
  }

  protected override checkOptions({ etas }: ParamGroup<RpropOptions>): void {
    const [shrink, grow] = etas;
    if (!(shrink > 0 && shrink < 1 && grow > 1)) {
      throw new RangeError(`Cannot optimize with etas ${shrink}, ${grow}: the first must be in (0, 1), the second > 1`);
    }
  }

  protected update(p: TypedArray, g: TypedArray, state: RuleState, group: ParamGroup<RpropOptions>): void {
    const [shrink, grow] = group.etas;
    const [least, most] = group.stepSizes;
    const previous = state.array("prev");
    const steps = state.array("stepSize", group.lr);
    for (let i = 0; i < p.length; i++) {
      const agreement = g[i]! * previous[i]!;
      const factor = agreement > 0 ? grow : agreement < 0 ? shrink : 1;
      const size = Math.min(Math.max(steps[i]! * factor, least), most);
      // After a turn the weight rests for a step.
      const slope = agreement < 0 ? 0 : g[i]!;
      steps[i] = size;
      previous[i] = slope;
      p[i]! -= Math.sign(slope) * size;
    }
  }
}

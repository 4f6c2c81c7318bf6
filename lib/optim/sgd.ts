import type { TypedArray } from "../dtype.ts";
import {
  type CommonOptions,
  checkAtLeast,
  type KernelRule,
  Optimizer,
  type ParamGroup,
  type Params,
  type RuleState,
  withDefaults,
} from "./optimizer.ts";

/** Options of SGD. */
export interface SGDOptions extends CommonOptions {
  /** μ: the share of the last step that is kept; default 0. */
  momentum: number;
  /** The share of the gradient that does not enter the momentum; default 0. */
  dampening: number;
  /** Whether to look ahead along the momentum; default false. */
  nesterov: boolean;
}

const nothing = [null];
const buffer = ["momentumBuffer"];

/**
 * Gradient descent: `w ← w − η v`, where `v ← μ v + g` is the gradient with momentum. "Stochastic" if g is a mini-batch's.
 *
 * @param params Parameters or groups of them.
 * @param options `lr` η, default 0.001; `momentum`; `dampening`; `nesterov`; `weightDecay`; `maximize`.
 * @throws {RangeError} If an option is negative, or `nesterov` goes without momentum or with dampening.
 * @see Polyak (1964), Nesterov (1983), Sutskever et al. (2013); book §1.6, §2.5.1.
 * @example new SGD(model.parameters(), { lr: 0.1, momentum: 0.9 })
 */
export class SGD extends Optimizer<SGDOptions> {
  constructor(params: Params<SGDOptions>, options: Partial<SGDOptions> = {}) {
    super(params, withDefaults<SGDOptions>({ lr: 1e-3, momentum: 0, dampening: 0, nesterov: false }, options));
  }

  protected override checkOptions({ momentum, dampening, nesterov }: ParamGroup<SGDOptions>): void {
    checkAtLeast("momentum", momentum, 0);
    if (nesterov && (momentum === 0 || dampening !== 0)) {
      throw new RangeError(
        `Cannot use nesterov with momentum ${momentum} and dampening ${dampening}: it needs momentum > 0 and no dampening`,
      );
    }
  }

  protected override kernelRule(step: number, group: ParamGroup<SGDOptions>): KernelRule {
    const { lr, momentum, dampening, nesterov } = group;
    return {
      rule: "sgd",
      states: momentum === 0 ? nothing : buffer,
      numbers: [lr, momentum, step === 1 ? 1 : 1 - dampening, nesterov ? 1 : 0],
    };
  }

  protected update(p: TypedArray, g: TypedArray, state: RuleState, group: ParamGroup<SGDOptions>): void {
    const { lr, momentum, dampening, nesterov } = group;
    if (momentum === 0) {
      for (let i = 0; i < p.length; i++) p[i]! -= lr * g[i]!;
      return;
    }
    // The first gradient enters whole, as in PyTorch.
    const v = state.array("momentumBuffer");
    const share = state.step === 1 ? 1 : 1 - dampening;
    for (let i = 0; i < p.length; i++) {
      const next = momentum * v[i]! + share * g[i]!;
      v[i] = next;
      p[i]! -= lr * (nesterov ? g[i]! + momentum * next : next);
    }
  }
}

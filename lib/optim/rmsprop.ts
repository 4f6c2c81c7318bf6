import type { TypedArray } from "../dtype.ts";
import {
  type CommonOptions,
  checkAtLeast,
  checkShare,
  type KernelRule,
  Optimizer,
  type ParamGroup,
  type Params,
  type RuleState,
  withDefaults,
} from "./optimizer.ts";

/** Options of RMSprop. */
export interface RMSpropOptions extends CommonOptions {
  /** α: the share of the running average that is kept; default 0.99. */
  alpha: number;
  /** Keeps the divisor from 0; default 1e-8. */
  eps: number;
  /** The share of the last step that is kept; default 0. */
  momentum: number;
  /** Whether to divide by the standard deviation of the gradient instead of its root mean square; default false. */
  centered: boolean;
}

/** What is remembered: by whether the variance is centered, and whether there is momentum. */
const remembered = [
  [
    ["squareAvg", null, null],
    ["squareAvg", null, "momentumBuffer"],
  ],
  [
    ["squareAvg", "gradAvg", null],
    ["squareAvg", "gradAvg", "momentumBuffer"],
  ],
];

/**
 * RMSprop: `s ← α s + (1 − α) g²`, `w ← w − η g / (√s + ε)`: Adagrad that forgets.
 *
 * @param params Parameters or groups of them.
 * @param options `lr` η, default 0.01; `alpha`; `eps`; `momentum`; `centered`; `weightDecay`; `maximize`.
 * @see Tieleman and Hinton (2012), Graves (2013) for the centered form; book §2.5.
 * @example new RMSprop(model.parameters(), { lr: 0.001 })
 */
export class RMSprop extends Optimizer<RMSpropOptions> {
  constructor(params: Params<RMSpropOptions>, options: Partial<RMSpropOptions> = {}) {
    super(
      params,
      withDefaults<RMSpropOptions>({ lr: 1e-2, alpha: 0.99, eps: 1e-8, momentum: 0, centered: false }, options),
    );
  }

  protected override checkOptions({ alpha, eps, momentum }: ParamGroup<RMSpropOptions>): void {
    checkShare("alpha", alpha);
    checkAtLeast("eps", eps, 0);
    checkAtLeast("momentum", momentum, 0);
  }

  protected override kernelRule(_step: number, group: ParamGroup<RMSpropOptions>): KernelRule {
    const { lr, alpha, eps, momentum, centered } = group;
    const states = remembered[centered ? 1 : 0]![momentum > 0 ? 1 : 0]!;
    return { rule: "rmsProp", states, numbers: [lr, alpha, eps, momentum] };
  }

  protected update(p: TypedArray, g: TypedArray, state: RuleState, group: ParamGroup<RMSpropOptions>): void {
    const { lr, alpha, eps, momentum, centered } = group;
    const s = state.array("squareAvg");
    const mean = centered ? state.array("gradAvg") : null;
    const buffer = momentum > 0 ? state.array("momentumBuffer") : null;
    for (let i = 0; i < p.length; i++) {
      const square = alpha * s[i]! + (1 - alpha) * g[i]! * g[i]!;
      s[i] = square;
      let variance = square;
      if (mean !== null) {
        const average = alpha * mean[i]! + (1 - alpha) * g[i]!;
        mean[i] = average;
        variance -= average * average;
      }
      let move = g[i]! / (Math.sqrt(variance) + eps);
      if (buffer !== null) buffer[i] = move = momentum * buffer[i]! + move;
      p[i]! -= lr * move;
    }
  }
}

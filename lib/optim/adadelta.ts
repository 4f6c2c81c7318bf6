import type { TypedArray } from "../dtype.ts";
import {
  type CommonOptions,
  checkAtLeast,
  checkShare,
  Optimizer,
  type ParamGroup,
  type Params,
  type RuleState,
  withDefaults,
} from "./optimizer.ts";

/** Options of Adadelta. */
export interface AdadeltaOptions extends CommonOptions {
  /** The share of the running averages that is kept; default 0.9. */
  rho: number;
  /** Keeps the divisor from 0; default 1e-6. */
  eps: number;
}

/**
 * Adadelta: steps `Δ = g √(d + ε) / √(s + ε)`, where s and d are running averages of g² and Δ², so that a step has the unit of the weight.
 *
 * @param params Parameters or groups of them.
 * @param options `lr`, a factor of Δ, default 1; `rho`; `eps`; `weightDecay`; `maximize`.
 * @see Zeiler (2012); book §2.5.
 * @example new Adadelta(model.parameters())
 */
export class Adadelta extends Optimizer<AdadeltaOptions> {
  constructor(params: Params<AdadeltaOptions>, options: Partial<AdadeltaOptions> = {}) {
    super(params, withDefaults<AdadeltaOptions>({ lr: 1, rho: 0.9, eps: 1e-6 }, options));
  }

  protected override checkOptions({ rho, eps }: ParamGroup<AdadeltaOptions>): void {
    checkShare("rho", rho);
    checkAtLeast("eps", eps, 0);
  }

  protected update(
    p: TypedArray,
    g: TypedArray,
    state: RuleState,
    { lr, rho, eps }: ParamGroup<AdadeltaOptions>,
  ): void {
    const s = state.array("squareAvg");
    const d = state.array("accDelta");
    for (let i = 0; i < p.length; i++) {
      const average = rho * s[i]! + (1 - rho) * g[i]! * g[i]!;
      const delta = (Math.sqrt(d[i]! + eps) / Math.sqrt(average + eps)) * g[i]!;
      s[i] = average;
      d[i] = rho * d[i]! + (1 - rho) * delta * delta;
      p[i]! -= lr * delta;
    }
  }
}

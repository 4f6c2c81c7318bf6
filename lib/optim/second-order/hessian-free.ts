import { type CommonOptions, checkAtLeast, type ParamGroup, type Params, withDefaults } from "../optimizer.ts";
import { solveByConjugateGradient } from "./conjugate-gradient.ts";
import { dot, plus, scaled } from "./vectors.ts";
import { type Closure, type Memory, WholeVectorOptimizer } from "./whole-vector.ts";

/** Options of HessianFree. */
export interface HessianFreeOptions extends CommonOptions {
  /** λ at the start: what is added to the Hessian's diagonal; default 1. It adapts itself. */
  damping: number;
  /** Conjugate gradient steps in one step; default 50. */
  maxIter: number;
  /** Conjugate gradients end when the residual is this share of the gradient; default 1e-4. */
  tolerance: number;
}

/**
 * Hessian-free optimization: goes towards the minimum of the quadratic `g d + ½ dᵀ(H + λ1) d`, found by conjugate gradients, which ask for products
 * `H v` only; so the Hessian is never written down. λ rises when the quadratic promised more than came, and falls when it told the truth.
 *
 * The closure must return the loss without going backward itself.
 *
 * @param params Parameters, one group.
 * @param options `lr`, default 1; `damping`; `maxIter`; `tolerance`.
 * @throws {RangeError} If there are several groups.
 * @see Martens (2010); Pearlmutter (1994) for the products; book §4.6. Martens takes the Gauss–Newton matrix, here it is the Hessian itself, and
 * conjugate gradients end where its curvature is not positive.
 * @example new HessianFree(model.parameters()).step(() => F.mseLoss(model(samples.x), samples.y))
 */
export class HessianFree extends WholeVectorOptimizer<HessianFreeOptions> {
  private iterations = 0;
  private damping: number;

  constructor(params: Params<HessianFreeOptions>, options: Partial<HessianFreeOptions> = {}) {
    super(params, withDefaults<HessianFreeOptions>({ lr: 1, damping: 1, maxIter: 50, tolerance: 1e-4 }, options));
    this.damping = this.options.damping;
  }

  protected override checkOptions({ damping, maxIter, tolerance }: ParamGroup<HessianFreeOptions>): void {
    checkAtLeast("damping", damping, 0);
    checkAtLeast("maxIter", maxIter, 1);
    checkAtLeast("tolerance", tolerance, 0);
  }

  protected move(closure: Closure): void {
    const { lr, maxIter, tolerance } = this.options;
    const start = this.curvature(closure);
    const downhill = scaled(start.gradient, -1);
    const times = (v: Float64Array) => plus(start.times(v), v, this.damping);
    const found = solveByConjugateGradient(times, downhill, { maxIter, tolerance });
    // Where even the first direction curves down, go along it: it leads down the farther one goes.
    const step = scaled(found.iterations === 0 ? downhill : found.x, lr);
    const promised = -dot(downhill, step) + dot(step, times(step)) / 2;
    const x = this.read();
    const gained = this.evaluateAt(plus(x, step), closure).loss - start.loss;
    const trust = gained / promised;
    if (trust > 0.75) this.damping *= 2 / 3;
    else if (!(trust >= 0.25)) this.damping = Math.max(this.damping * 1.5, 1e-8);
    // A step that leads uphill is not taken; the next is shorter.
    if (!(gained <= 0)) this.write(x);
    this.iterations++;
  }

  protected remember(): Memory {
    return { numbers: { step: this.iterations, damping: this.damping }, vectors: {} };
  }

  protected recall({ numbers }: Memory): void {
    this.iterations = numbers.step ?? 0;
    this.damping = numbers.damping ?? this.options.damping;
  }
}

import { type CommonOptions, checkAtLeast, type ParamGroup, type Params, withDefaults } from "../optimizer.ts";
import { strongWolfe } from "./strong-wolfe.ts";
import { dot, maxAbs, plus, scaled, sumAbs } from "./vectors.ts";
import { type Closure, type Evaluation, type Memory, WholeVectorOptimizer } from "./whole-vector.ts";

/** Options of BFGS. */
export interface BFGSOptions extends CommonOptions {
  /** Nothing moves where no element of the gradient is greater; default 1e-7. */
  toleranceGrad: number;
}

/**
 * BFGS: goes along `−H g`, where H is built up from what the gradient did on the way until it is the inverse Hessian, and searches along that line.
 * A step is one iteration. H has as many elements as the square of the number of weights: for some thousand weights take LBFGS.
 *
 * @param params Parameters, one group.
 * @param options `lr`: the first step tried along each line, default 1; `toleranceGrad`.
 * @throws {RangeError} If there are several groups.
 * @see Broyden, Fletcher, Goldfarb and Shanno (1970); Nocedal and Wright (2006), §6.1; book §4.6.
 * @example new BFGS(model.parameters()).step(() => F.mseLoss(model(samples.x), samples.y))
 */
export class BFGS extends WholeVectorOptimizer<BFGSOptions> {
  private iterations = 0;
  /** H, row-major; null before the first change was seen. */
  private inverse: Float64Array | null = null;
  private here: Evaluation | null = null;

  constructor(params: Params<BFGSOptions>, options: Partial<BFGSOptions> = {}) {
    super(params, withDefaults<BFGSOptions>({ lr: 1, toleranceGrad: 1e-7 }, options));
  }

  protected override checkOptions({ toleranceGrad }: ParamGroup<BFGSOptions>): void {
    checkAtLeast("toleranceGrad", toleranceGrad, 0);
  }

  /** H: the present idea of the inverse Hessian, row-major; null before the second step. */
  get inverseHessian(): Float64Array | null {
    return this.inverse;
  }

  protected move(closure: Closure): void {
    const start = this.evaluate(closure);
    if (maxAbs(start.gradient) <= this.options.toleranceGrad) return;
    const x = this.read();
    let direction = this.inverse === null ? scaled(start.gradient, -1) : this.times(start.gradient).map((v) => -v);
    if (dot(direction, start.gradient) >= 0) {
      // Only rounding can make H point uphill: start anew.
      this.inverse = null;
      direction = scaled(start.gradient, -1);
    }
    const { lr } = this.options;
    const t = this.inverse === null ? Math.min(1, 1 / sumAbs(start.gradient)) * lr : lr;
    const evaluate = (at: Float64Array) => this.evaluateAt(at, closure);
    const found = strongWolfe({ x, direction, start, t, evaluate });
    this.write(plus(x, direction, found.t));
    this.learn(scaled(direction, found.t), plus(found.gradient, start.gradient, -1));
    this.iterations++;
    this.here = found;
  }

  /** The loss after the last step. */
  get loss(): number | null {
    return this.here?.loss ?? null;
  }

  /** H ← (1 − ρ s yᵀ) H (1 − ρ y sᵀ) + ρ s sᵀ with ρ = 1 / yᵀs: the nearest that maps y to s. */
  private learn(s: Float64Array, y: Float64Array): void {
    const curvature = dot(s, y);
    if (!(curvature > 1e-12 * Math.sqrt(dot(s, s) * dot(y, y)))) return;
    const n = this.size;
    if (this.inverse === null) {
      this.inverse = new Float64Array(n * n);
      for (let i = 0; i < n; i++) this.inverse[i * n + i] = curvature / dot(y, y);
    }
    const hy = this.times(y);
    const scale = (1 + dot(y, hy) / curvature) / curvature;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        this.inverse[i * n + j]! += scale * s[i]! * s[j]! - (hy[i]! * s[j]! + s[i]! * hy[j]!) / curvature;
      }
    }
  }

  private times(v: Float64Array): Float64Array {
    const n = this.size;
    return v.map((_, i) => dot(this.inverse!.subarray(i * n, (i + 1) * n), v));
  }

  protected remember(): Memory {
    return { numbers: { step: this.iterations }, vectors: this.inverse === null ? {} : { inverse: this.inverse } };
  }

  protected recall({ numbers, vectors }: Memory): void {
    this.iterations = numbers.step ?? 0;
    this.inverse = vectors.inverse ?? null;
  }
}

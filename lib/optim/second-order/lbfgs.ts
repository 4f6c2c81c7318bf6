import { type CommonOptions, checkAtLeast, type ParamGroup, type Params, withDefaults } from "../optimizer.ts";
import { strongWolfe } from "./strong-wolfe.ts";
import { add_, dot, maxAbs, plus, scaled, sumAbs } from "./vectors.ts";
import { type Closure, type Evaluation, type Memory, WholeVectorOptimizer } from "./whole-vector.ts";

/** Options of LBFGS. */
export interface LBFGSOptions extends CommonOptions {
  /** Iterations in a step; default 20. */
  maxIter: number;
  /** How often a step may compute the loss; default 1.25 times `maxIter`. */
  maxEval: number;
  /** A step ends when no element of the gradient is greater; default 1e-7. */
  toleranceGrad: number;
  /** A step ends when loss or parameters change less; default 1e-9. */
  toleranceChange: number;
  /** How many changes of the gradient are remembered; default 100. */
  historySize: number;
  /** `"strongWolfe"` searches along each direction; null (default) goes `lr` of it. */
  lineSearchFn: "strongWolfe" | null;
}

/** A change of the parameters and the change of the gradient that it made. */
interface Change {
  readonly s: Float64Array;
  readonly y: Float64Array;
}

/**
 * L-BFGS: goes along `−H g`, where H stands for the inverse Hessian and is never written down: it follows from the last changes of parameters
 * and gradient. A step is many iterations, each of which computes the loss anew. For losses without noise: all data at once.
 *
 * @param params Parameters, one group.
 * @param options `lr`, default 1; `maxIter`; `maxEval`; `toleranceGrad`; `toleranceChange`; `historySize`; `lineSearchFn`.
 * @throws {RangeError} If there are several groups.
 * @see Liu and Nocedal (1989); book §4.6; follows torch.optim.LBFGS step by step.
 * @example
 * const lbfgs = new LBFGS(model.parameters(), { lineSearchFn: "strongWolfe" });
 * lbfgs.step(() => F.mseLoss(model(samples.x), samples.y));
 */
export class LBFGS extends WholeVectorOptimizer<LBFGSOptions> {
  private iterations = 0;
  private changes: Change[] = [];
  /** The first guess of the inverse curvature, the same in every direction. */
  private diagonal = 1;
  private direction: Float64Array | null = null;
  private length = 0;
  private before: Evaluation | null = null;

  constructor(params: Params<LBFGSOptions>, options: Partial<LBFGSOptions> = {}) {
    const { maxIter = 20 } = options;
    const own = { lr: 1, maxIter, maxEval: Math.floor((maxIter * 5) / 4), toleranceGrad: 1e-7, toleranceChange: 1e-9 };
    super(params, withDefaults<LBFGSOptions>({ ...own, historySize: 100, lineSearchFn: null }, options));
  }

  protected override checkOptions({ maxIter, historySize, lineSearchFn }: ParamGroup<LBFGSOptions>): void {
    checkAtLeast("maxIter", maxIter, 1);
    checkAtLeast("historySize", historySize, 1);
    if (lineSearchFn !== null && lineSearchFn !== "strongWolfe") {
      throw new RangeError(
        `Cannot optimize with lineSearchFn ${String(lineSearchFn)}: it must be "strongWolfe" or null`,
      );
    }
  }

  protected move(closure: Closure): void {
    const { lr, maxIter, maxEval, toleranceGrad, toleranceChange, lineSearchFn } = this.options;
    let here = this.evaluate(closure);
    let evaluations = 1;
    if (maxAbs(here.gradient) <= toleranceGrad) return;
    for (let iteration = 1; iteration <= maxIter; iteration++) {
      this.iterations++;
      const direction = this.nextDirection(here.gradient);
      const first = this.iterations === 1;
      let t = first ? Math.min(1, 1 / sumAbs(here.gradient)) * lr : lr;
      this.direction = direction;
      this.length = t;
      this.before = here;
      if (dot(here.gradient, direction) > -toleranceChange) break;
      const x = this.read();
      if (lineSearchFn !== null) {
        const evaluate = (at: Float64Array) => this.evaluateAt(at, closure);
        const found = strongWolfe({ x, direction, start: here, t, evaluate });
        here = found;
        t = found.t;
        evaluations += found.evaluations;
        this.write(plus(x, direction, t));
      } else {
        this.write(plus(x, direction, t));
        // After the last iteration the gradient is of no use.
        if (iteration !== maxIter) here = this.evaluate(closure);
        evaluations++;
      }
      this.length = t;
      if (iteration === maxIter || evaluations >= maxEval || maxAbs(here.gradient) <= toleranceGrad) break;
      if (maxAbs(direction) * t <= toleranceChange) break;
      if (Math.abs(here.loss - this.before.loss) < toleranceChange) break;
    }
  }

  /** `−H g`, after noting the last change. */
  private nextDirection(gradient: Float64Array): Float64Array {
    if (this.before === null || this.direction === null) return scaled(gradient, -1);
    const y = plus(gradient, this.before.gradient, -1);
    const s = scaled(this.direction, this.length);
    const curvature = dot(y, s);
    if (curvature > 1e-10) {
      this.changes.push({ s, y });
      if (this.changes.length > this.options.historySize) this.changes.shift();
      this.diagonal = curvature / dot(y, y);
    }
    // The two loops: undo the changes one after another, then do them again the other way round.
    const q = scaled(gradient, -1);
    const shares = new Array<number>(this.changes.length);
    for (let i = this.changes.length - 1; i >= 0; i--) {
      const { s: moved, y: turned } = this.changes[i]!;
      shares[i] = dot(moved, q) / dot(turned, moved);
      add_(q, turned, -shares[i]!);
    }
    const direction = scaled(q, this.diagonal);
    this.changes.forEach(({ s: moved, y: turned }, i) => {
      add_(direction, moved, shares[i]! - dot(turned, direction) / dot(turned, moved));
    });
    return direction;
  }

  protected remember(): Memory {
    const { iterations, diagonal, length, before, direction, changes } = this;
    const numbers = { step: iterations, diagonal, length, changes: changes.length, loss: before?.loss ?? 0 };
    const history = changes.flatMap(({ s, y }, i) => [[`s${i}`, s] as const, [`y${i}`, y] as const]);
    const vectors: Record<string, Float64Array> = Object.fromEntries(history);
    if (before !== null) Object.assign(vectors, { gradient: before.gradient, direction });
    return { numbers, vectors };
  }

  protected recall({ numbers, vectors }: Memory): void {
    this.iterations = numbers.step ?? 0;
    this.diagonal = numbers.diagonal ?? 1;
    this.length = numbers.length ?? 0;
    this.direction = vectors.direction ?? null;
    this.before = vectors.gradient ? { loss: numbers.loss ?? 0, gradient: vectors.gradient } : null;
    this.changes = Array.from({ length: numbers.changes ?? 0 }, (_, i) => ({
      s: vectors[`s${i}`]!,
      y: vectors[`y${i}`]!,
    }));
  }
}

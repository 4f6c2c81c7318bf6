import { backend } from "../../backends/index.ts";
import { packedView, Storage, type View } from "../../storage.ts";
import { type CommonOptions, checkAtLeast, type ParamGroup, type Params, withDefaults } from "../optimizer.ts";
import { maxAbs, plus } from "./vectors.ts";
import { type Closure, type Memory, WholeVectorOptimizer } from "./whole-vector.ts";

/** Options of Newton. */
export interface NewtonOptions extends CommonOptions {
  /** λ: added to the Hessian's diagonal; default 0. It is raised where that is needed to go downhill. */
  damping: number;
}

/**
 * Newton's method: `w ← w − η (H + λ1)⁻¹ g` with the whole Hessian H: the minimum of a quadratic in a single step. Where H + λ1 is not positive
 * definite, which near a saddle it is not, λ is raised for this step until it is.
 *
 * The Hessian takes as many backward passes as there are weights: for small problems, and to see what curvature is worth.
 *
 * @param params Parameters, one group.
 * @param options `lr` η, default 1; `damping` λ, default 0.
 * @throws {RangeError} If there are several groups.
 * @see Levenberg (1944), Marquardt (1963) for the damping; book §2.5.
 * @example
 * const w = tensor([3, -2], { requiresGrad: true });
 * new Newton([w]).step(() => w.mul(w).sum());
 * w.norm().item() < 1e-12 // true
 */
export class Newton extends WholeVectorOptimizer<NewtonOptions> {
  private iterations = 0;

  constructor(params: Params<NewtonOptions>, options: Partial<NewtonOptions> = {}) {
    super(params, withDefaults<NewtonOptions>({ lr: 1, damping: 0 }, options));
  }

  protected override checkOptions({ damping }: ParamGroup<NewtonOptions>): void {
    checkAtLeast("damping", damping, 0);
  }

  protected move(closure: Closure): void {
    const n = this.size;
    const { gradient, times } = this.curvature(closure);
    const hessian = new Float64Array(n * n);
    const unit = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      unit[i] = 1;
      hessian.set(times(unit), i * n);
      unit[i] = 0;
    }
    const lower = this.decompose(hessian, maxAbs(hessian));
    const half = solve(lower, gradient, { upper: false });
    const step = solve(transposed(lower, n), half, { upper: true });
    this.write(plus(this.read(), step, -this.options.lr));
    this.iterations++;
  }

  /** The Cholesky factor of H + λ1, for the least λ tried that has one. */
  private decompose(hessian: Float64Array, scale: number): Float64Array {
    const n = this.size;
    let { damping } = this.options;
    for (;;) {
      const damped = hessian.slice();
      for (let i = 0; i < n; i++) damped[i * n + i]! += damping;
      const lower = new Float64Array(n * n);
      const failed = new Int32Array(1);
      backend.cholesky(batchOf(damped, n, n), batchOf(lower, n, n), packedView(new Storage(failed), "int32"));
      if (failed[0] === 0) return lower;
      if (!Number.isFinite(scale))
        throw new RangeError("Cannot step Newton: the Hessian has elements that are not finite");
      damping = Math.max(10 * damping, 1e-3 * (scale || 1));
    }
  }

  protected remember(): Memory {
    return { numbers: { step: this.iterations }, vectors: {} };
  }

  protected recall({ numbers }: Memory): void {
    this.iterations = numbers.step ?? 0;
  }
}

/** A batch of one matrix. */
function batchOf(elements: Float64Array, rows: number, columns: number): View {
  return packedView(new Storage(elements), "float64", [1, rows, columns]);
}

/** x of `T x = b`. */
function solve(triangle: Float64Array, b: Float64Array, { upper }: { upper: boolean }): Float64Array {
  const n = b.length;
  const x = new Float64Array(n);
  backend.solveTriangle(batchOf(triangle, n, n), batchOf(b, n, 1), { upper, unit: false }, batchOf(x, n, 1));
  return x;
}

function transposed(matrix: Float64Array, n: number): Float64Array {
  return matrix.map((_, at) => matrix[(at % n) * n + Math.floor(at / n)]!);
}

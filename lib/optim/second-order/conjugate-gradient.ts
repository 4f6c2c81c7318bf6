/** Conjugate gradients: for linear equations, and for any loss. */

import { cast } from "../../autograd/primitives.ts";
import { asTensor, fromData } from "../../creation.ts";
import { matmul } from "../../ops/matmul.ts";
import { show } from "../../shape.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import { type CommonOptions, checkAtLeast, type ParamGroup, type Params, withDefaults } from "../optimizer.ts";
import { strongWolfe } from "./strong-wolfe.ts";
import { add_, dot, maxAbs, plus, scaled, sumAbs } from "./vectors.ts";
import { type Closure, type Memory, WholeVectorOptimizer } from "./whole-vector.ts";

/** How long to go on. */
export interface ConjugateGradientOptions {
  /** Where to start; default 0. */
  x0?: TensorLike;
  /** Steps at most; default as many as there are unknowns. */
  maxIter?: number;
  /** Ends when the residual ‖b − A x‖ is no greater than this share of ‖b‖; default 1e-10. */
  tolerance?: number;
}

/** What conjugate gradients found. */
export interface ConjugateGradientResult {
  readonly x: Tensor;
  /** The steps taken. */
  readonly iterations: number;
  /** ‖b − A x‖ after each step, and before the first. */
  readonly residuals: readonly number[];
}

/**
 * x of `A x = b` for a symmetric positive definite A, which need not be written down: only its product with a vector is asked for. Each step goes
 * along a direction that undoes nothing of the ones before (`dᵢᵀ A dⱼ = 0`), so there are at most as many as unknowns; it is also the way down the
 * quadratic `½ xᵀA x − bᵀx`.
 *
 * Shapes: b `(n)`, A `(n, n)` → x `(n)`.
 *
 * @param a The matrix, or a function that multiplies by it.
 * @param options `x0`, `maxIter`, `tolerance`.
 * @throws {RangeError} If b is no vector, or A is found to have a direction of negative curvature.
 * @see Hestenes and Stiefel (1952); book §4.6.
 * @example conjugateGradient([[4, 1], [1, 3]], [1, 2]).iterations // 2
 */
export function conjugateGradient(
  a: TensorLike | ((v: Tensor) => Tensor),
  b: TensorLike,
  options: ConjugateGradientOptions = {},
): ConjugateGradientResult {
  const target = asTensor(b);
  if (target.ndim !== 1)
    throw new RangeError(`Cannot solve for ${show(target.shape)}: the right side must be a vector`);
  const matrix = typeof a === "function" ? null : cast(asTensor(a), "float64");
  const multiply = typeof a === "function" ? a : (v: Tensor) => matmul(matrix!, v);
  const goal = Float64Array.from(target.data);
  const times = (v: Float64Array) => Float64Array.from(multiply(fromData(v)).data);
  const found = solveByConjugateGradient(times, goal, {
    maxIter: options.maxIter ?? goal.length,
    tolerance: options.tolerance ?? 1e-10,
    x0: options.x0 === undefined ? null : Float64Array.from(asTensor(options.x0).data),
  });
  if (found.isNegative) {
    throw new RangeError(
      `Cannot solve by conjugate gradients: in step ${found.iterations + 1} the matrix has curvature ${found.curvature} along a direction, and must be positive definite`,
    );
  }
  const x = fromData(found.x);
  return {
    x: cast(x, target.dtype === "float64" ? "float64" : "float32"),
    iterations: found.iterations,
    residuals: found.residuals,
  };
}

/** The same on plain vectors. It ends early, and says so, at a direction along which the curvature is not positive. */
export function solveByConjugateGradient(
  times: (v: Float64Array) => Float64Array,
  b: Float64Array,
  options: { maxIter: number; tolerance: number; x0?: Float64Array | null },
) {
  const x = options.x0?.slice() ?? new Float64Array(b.length);
  const residual = options.x0 ? plus(b, times(x), -1) : b.slice();
  let direction: Float64Array = residual.slice();
  let square = dot(residual, residual);
  const residuals = [Math.sqrt(square)];
  const enough = options.tolerance * Math.sqrt(dot(b, b));
  let [iterations, curvature, isNegative] = [0, 0, false];
  while (iterations < options.maxIter && Math.sqrt(square) > enough) {
    const product = times(direction);
    curvature = dot(direction, product);
    isNegative = !(curvature > 0);
    if (isNegative) break;
    const step = square / curvature;
    add_(x, direction, step);
    add_(residual, product, -step);
    const next = dot(residual, residual);
    direction = plus(residual, direction, next / square);
    square = next;
    residuals.push(Math.sqrt(square));
    iterations++;
  }
  return { x, iterations, residuals, direction, curvature, isNegative };
}

/** Options of ConjugateGradient. */
export interface NonlinearOptions extends CommonOptions {
  /** How the last direction's share is found: `"polakRibiere"` (default, never negative) or `"fletcherReeves"`. */
  method: "polakRibiere" | "fletcherReeves";
  /** Nothing moves where no element of the gradient is greater; default 1e-7. */
  toleranceGrad: number;
}

/**
 * Nonlinear conjugate gradients: `d ← −g + β d`, then a search along d. Each direction keeps a share of the last, so ravines are not crossed back and
 * forth, for one vector of memory. A step is one iteration.
 *
 * @param params Parameters, one group.
 * @param options `lr`: the first step tried along each line, default 1; `method`; `toleranceGrad`.
 * @throws {RangeError} If there are several groups.
 * @see Fletcher and Reeves (1964), Polak and Ribière (1969); book §4.6.
 * @example new ConjugateGradient(model.parameters()).step(() => F.mseLoss(model(samples.x), samples.y))
 */
export class ConjugateGradient extends WholeVectorOptimizer<NonlinearOptions> {
  private iterations = 0;
  private direction: Float64Array | null = null;
  private slope: Float64Array | null = null;
  /** The descent that the last step promised, from which the length of the next is guessed. */
  private promise = 0;

  constructor(params: Params<NonlinearOptions>, options: Partial<NonlinearOptions> = {}) {
    super(params, withDefaults<NonlinearOptions>({ lr: 1, method: "polakRibiere", toleranceGrad: 1e-7 }, options));
  }

  protected override checkOptions({ method, toleranceGrad }: ParamGroup<NonlinearOptions>): void {
    checkAtLeast("toleranceGrad", toleranceGrad, 0);
    if (method !== "polakRibiere" && method !== "fletcherReeves") {
      throw new RangeError(
        `Cannot optimize with method ${String(method)}: it must be "polakRibiere" or "fletcherReeves"`,
      );
    }
  }

  protected move(closure: Closure): void {
    const start = this.evaluate(closure);
    const { gradient } = start;
    if (maxAbs(gradient) <= this.options.toleranceGrad) return;
    let direction = this.nextDirection(gradient);
    let descent = dot(direction, gradient);
    // After as many directions as there are dimensions they have lost their relation: start anew, as when one leads uphill.
    if (descent >= 0 || this.iterations % this.size === 0) {
      direction = scaled(gradient, -1);
      descent = dot(direction, gradient);
    }
    const { lr } = this.options;
    const guess = this.promise === 0 ? Math.min(1, 1 / sumAbs(gradient)) : this.promise / descent;
    const evaluate = (at: Float64Array) => this.evaluateAt(at, closure);
    const x = this.read();
    // Directions stay conjugate only if each line is searched to nearly its minimum.
    const found = strongWolfe({ x, direction, start, t: lr * guess, flatness: 0.1, evaluate });
    this.write(plus(x, direction, found.t));
    this.promise = found.t * descent;
    this.direction = direction;
    this.slope = gradient;
    this.iterations++;
  }

  private nextDirection(gradient: Float64Array): Float64Array {
    const { slope: before, direction } = this;
    if (before === null || direction === null) return scaled(gradient, -1);
    const kept =
      this.options.method === "fletcherReeves" ? dot(gradient, gradient) : dot(gradient, plus(gradient, before, -1));
    const beta = Math.max(0, kept / dot(before, before));
    return plus(scaled(gradient, -1), direction, beta);
  }

  protected remember(): Memory {
    const { iterations, promise, direction, slope } = this;
    return {
      numbers: { step: iterations, promise },
      vectors: direction === null ? {} : { direction, slope: slope! },
    };
  }

  protected recall({ numbers, vectors }: Memory): void {
    this.iterations = numbers.step ?? 0;
    this.promise = numbers.promise ?? 0;
    this.direction = vectors.direction ?? null;
    this.slope = vectors.slope ?? null;
  }
}

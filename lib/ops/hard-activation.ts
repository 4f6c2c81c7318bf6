/** Activations made of pieces, and gates. */
import { asTensor } from "../creation.ts";
import { show, wrapDim } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { hardtanh, sigmoid } from "./activation.ts";
import { add, div, mul, sub } from "./arithmetic.ts";
import { ge, gt, le, logicalAnd, lt } from "./comparison.ts";
import { type DimOption, oneDim } from "./dims.ts";
import { expm1, tanh } from "./math.ts";
import { where } from "./select.ts";
import { chunk } from "./split.ts";

/**
 * Continuous ELU: `max(0, x) + min(0, α (e^{x/α} − 1))`, whose slope at 0 is 1 for every α.
 *
 * @param alpha α, not 0; default 1.
 * @throws {RangeError} If α is 0.
 * @see Barron (2017).
 * @example celu([-1, 2]) // [-0.632…, 2]
 */
export function celu(x: TensorLike, alpha = 1): Tensor {
  if (alpha === 0) throw new RangeError("Cannot compute celu with alpha 0: x is divided by it");
  const t = asTensor(x);
  // The exponential sees no positive number, whose overflow would make 0 · ∞ of the gradient.
  return where(gt(t, 0), t, mul(expm1(div(where(gt(t, 0), 0, t), alpha)), alpha));
}

/** Sigmoid made of lines: `min(max(0, x + 3), 6) / 6`. @see Courbariaux et al. (2015). @example hardsigmoid([-3, 0, 1.5]).toArray() // [0, 0.5, 0.75] */
export function hardsigmoid(x: TensorLike): Tensor {
  return div(hardtanh(add(asTensor(x), 3), { min: 0, max: 6 }), 6);
}

/** SiLU made of pieces: `x · hardsigmoid(x)`. @see Howard et al. (2019). @example hardswish([-3, 0, 3]).toArray() // [0, 0, 3] */
export function hardswish(x: TensorLike): Tensor {
  const t = asTensor(x);
  // Not plainly 0 below −3: as in PyTorch, −∞ gives NaN.
  return where(lt(t, -3), mul(t, 0), where(gt(t, 3), t, div(mul(t, add(t, 3)), 6)));
}

/**
 * `x` where it is greater than a threshold, else a value.
 *
 * @param level The threshold.
 * @param value What stands for all others.
 * @example threshold([-1, 0.5, 2], 1, -9).toArray() // [-9, -9, 2]
 */
export function threshold(x: TensorLike, level: number, value: number): Tensor {
  const t = asTensor(x);
  return where(le(t, level), value, t);
}

/** `x` where |x| > λ, else 0. @param lambda λ ≥ 0; default ½. @example hardshrink([-1, 0.25, 1]).toArray() // [-1, 0, 1] */
export function hardshrink(x: TensorLike, lambda = 0.5): Tensor {
  const t = asTensor(x);
  return where(logicalAnd(ge(t, -lambda), le(t, lambda)), 0, t);
}

/** `x` moved toward 0 by λ, and 0 if it would pass it: the proximal step of the L1 penalty. @param lambda λ ≥ 0; default ½. @example softshrink([-2, 0.25, 1]).toArray() // [-1.5, 0, 0.5] */
export function softshrink(x: TensorLike, lambda = 0.5): Tensor {
  if (!(lambda >= 0)) throw new RangeError(`Cannot compute softshrink with lambda ${lambda}: it must be ≥ 0`);
  const t = asTensor(x);
  return where(gt(t, lambda), sub(t, lambda), where(lt(t, -lambda), add(t, lambda), 0));
}

/** What tanh takes away: `x − tanh x`. @example tanhshrink([0, 1]) // [0, 0.238…] */
export function tanhshrink(x: TensorLike): Tensor {
  const t = asTensor(x);
  return sub(t, tanh(t));
}

/**
 * Gated linear unit: `a · σ(b)`, where a and b are the halves of x.
 *
 * Shapes: `(…, 2 n, …)` → `(…, n, …)`.
 *
 * @param dim The dimension to halve; default −1.
 * @throws {RangeError} If its size is odd.
 * @see Dauphin et al. (2017).
 * @example glu([4, 0]).toArray() // [2]
 */
export function glu(x: TensorLike, dim: DimOption = -1): Tensor {
  const t = asTensor(x);
  const d = wrapDim(oneDim(dim), t.ndim, "take glu");
  if (t.ndim === 0 || t.shape[d]! % 2 !== 0) {
    throw new RangeError(`Cannot take glu along dimension ${d} of ${show(t.shape)}: its size must be even`);
  }
  const [a, b] = chunk(t, 2, d) as [Tensor, Tensor];
  return mul(a, sigmoid(b));
}

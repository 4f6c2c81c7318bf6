/** Holding gradients back. */
import { withGrad } from "../autograd/mode.ts";
import { maximum, minimum } from "../ops/arithmetic.ts";
import { copy_, mul_ } from "../ops/inplace.ts";
import type { Tensor } from "../tensor.ts";

function gradientsOf(parameters: Iterable<Tensor> | Tensor): Tensor[] {
  const list = Symbol.iterator in parameters ? [...(parameters as Iterable<Tensor>)] : [parameters as Tensor];
  return list.flatMap((p) => (p.grad === null ? [] : [p.grad.detach()]));
}

/**
 * Scales all gradients by one factor so that their norm, taken together, is at most `maxNorm`. The direction stays.
 *
 * @param parameters Those with no gradient are passed over.
 * @param maxNorm The greatest norm, > 0.
 * @param options `normType`: the exponent, default 2, Infinity for the greatest magnitude; `errorIfNonfinite`: throw if the norm is NaN or
 *   infinite, default false.
 * @returns The norm before.
 * @see Pascanu, Mikolov and Bengio (2013); book §4.8.
 * @example clipGradNorm_(model.parameters(), 1)
 */
export function clipGradNorm_(
  parameters: Iterable<Tensor> | Tensor,
  maxNorm: number,
  options: { normType?: number; errorIfNonfinite?: boolean } = {},
): number {
  const { normType = 2, errorIfNonfinite = false } = options;
  if (!(maxNorm >= 0)) throw new RangeError(`Cannot clip gradients to norm ${maxNorm}: it must be ≥ 0`);
  if (!(normType > 0))
    throw new RangeError(`Cannot clip gradients by the norm of exponent ${normType}: it must be > 0`);
  const grads = gradientsOf(parameters);
  const norm = totalNorm(grads, normType);
  if (errorIfNonfinite && !Number.isFinite(norm)) {
    throw new RangeError(`Cannot clip gradients whose norm is ${norm}: something before went wrong`);
  }
  // PyTorch's constant keeps the division from 0.
  const factor = maxNorm / (norm + 1e-6);
  withGrad(false, () => {
    if (!(factor >= 1)) for (const grad of grads) mul_(grad, factor);
  });
  return norm;
}

function totalNorm(grads: readonly Tensor[], p: number): number {
  let total = 0;
  for (const { data } of grads) {
    for (const value of data) {
      const size = Math.abs(value);
      if (Number.isNaN(size)) return NaN;
      if (p === Infinity) total = Math.max(total, size);
      else total += p === 2 ? size * size : size ** p;
    }
  }
  return p === Infinity ? total : total ** (1 / p);
}

/**
 * Cuts each number of each gradient off at ±`clipValue`.
 *
 * @param parameters Those with no gradient are passed over.
 * @param clipValue ≥ 0.
 * @example clipGradValue_(model.parameters(), 0.5)
 */
export function clipGradValue_(parameters: Iterable<Tensor> | Tensor, clipValue: number): void {
  if (!(clipValue >= 0)) throw new RangeError(`Cannot clip gradients to ±${clipValue}: it must be ≥ 0`);
  withGrad(false, () => {
    for (const grad of gradientsOf(parameters)) copy_(grad, minimum(maximum(grad, -clipValue), clipValue));
  });
}

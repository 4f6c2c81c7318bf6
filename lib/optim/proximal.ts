/** Steps that bring parameters back to where a penalty wants them, after a step on the loss alone. */
import { withGrad } from "../autograd/mode.ts";
import { softshrink } from "../ops/hard-activation.ts";
import { copy_ } from "../ops/inplace.ts";
import type { Tensor } from "../tensor.ts";

/**
 * The proximal step of an L1 penalty, in place: `w ← sign(w) max(|w| − t, 0)` moves every number towards 0 by t and stops there.
 *
 * Gradient descent on a loss with the penalty `λ Σ|w|` only jitters around 0; a step on the loss alone, followed by this one with `t = lr · λ`,
 * gives zeros that are exact (ISTA).
 *
 * @param parameters Of any shapes.
 * @param threshold t ≥ 0: the learning rate times the strength λ of the penalty.
 * @throws {RangeError} If the threshold is negative or not a number.
 * @see Tibshirani (1996); Daubechies, Defrise and De Mol (2004); book §2.6.2.
 * @example
 * const w = tensor([3, -0.5, -2]);
 * proximalL1_([w], 1);
 * w.toArray() // [2, 0, -1]
 */
export function proximalL1_(parameters: Iterable<Tensor>, threshold: number): void {
  if (!(threshold >= 0)) throw new RangeError(`Cannot shrink parameters by ${threshold}: it must be ≥ 0`);
  withGrad(false, () => {
    for (const parameter of parameters) copy_(parameter, softshrink(parameter, threshold));
  });
}

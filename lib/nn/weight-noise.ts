/** Noise on weights while a gradient is taken. */
import { withGrad } from "../autograd/mode.ts";
import { clone } from "../autograd/primitives.ts";
import { mul } from "../ops/arithmetic.ts";
import { add_, copy_ } from "../ops/inplace.ts";
import { type RandomSource, randnLike } from "../random.ts";
import type { Tensor } from "../tensor.ts";

/**
 * Adds normal noise to parameters in place, and returns a function that takes it away again, to the last bit: a gradient taken in between is that at
 * the disturbed weights, so that training prefers flat minima.
 *
 * @param options `std`, the standard deviation; default 0.01. `generator`: where the draws come from.
 * @returns Restores the parameters. Call it after backward and before the optimizer's step.
 * @throws {RangeError} If the standard deviation is negative.
 * @see Graves (2011), Hochreiter and Schmidhuber (1997); book §2.6.3.
 * @example const w = zeros([2]); perturb_([w])(); w.toArray() // [0, 0]
 */
export function perturb_(parameters: Iterable<Tensor>, options: RandomSource & { std?: number } = {}): () => void {
  const { std = 0.01, generator } = options;
  if (!(std >= 0)) throw new RangeError(`Cannot add noise of standard deviation ${std}: it must be ≥ 0`);
  const list = [...parameters];
  return withGrad(false, () => {
    const before = list.map((p) => clone(p));
    for (const p of list) add_(p, mul(randnLike(p, { generator }), std));
    return () => {
      withGrad(false, () => {
        list.forEach((p, i) => {
          copy_(p, before[i]!);
        });
      });
    };
  });
}

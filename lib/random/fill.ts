/** Filling tensors in place with random numbers. */
import { fromData } from "../creation.ts";
import { allocate, isFloating, type TypedArray } from "../dtype.ts";
import { copy_ } from "../ops/inplace.ts";
import { markChanged } from "../ops/mutation.ts";
import type { Tensor } from "../tensor.ts";
import { defaultGenerator, type RandomGenerator, type RandomSource } from "./generator.ts";

/** Lets `draw` fill `x`, through a copy if its elements do not lie in a row. */
function fillDrawn(
  x: Tensor,
  verb: string,
  options: RandomSource,
  draw: (array: TypedArray, g: RandomGenerator) => void,
): Tensor {
  if (!isFloating(x.dtype)) throw new TypeError(`Cannot ${verb} a ${x.dtype} tensor: it must be float32 or float64`);
  const { generator = defaultGenerator } = options;
  if (!x.isContiguous) {
    const array = allocate(x.dtype, x.size);
    draw(array, generator);
    return copy_(x, fromData(array, x.shape));
  }
  markChanged(x, verb);
  const { storage, offset, size } = x;
  draw(storage.own.subarray(offset, offset + size), generator);
  return x;
}

/**
 * Fills `x` in place with numbers drawn uniformly from [`from`, `to`).
 *
 * @param options `from`, default 0; `to`, default 1.
 * @example uniform_(zeros([3]), { from: 5, to: 5 }).toArray() // [5, 5, 5]
 */
export function uniform_(x: Tensor, options: RandomSource & { from?: number; to?: number } = {}): Tensor {
  const { from = 0, to = 1 } = options;
  if (!(from <= to)) throw new RangeError(`Cannot draw from ${from} to ${to}: the first must not be the greater`);
  return fillDrawn(x, "draw uniform numbers into", options, (array, generator) => {
    // The bounds are first rounded to the tensor's type, as in PyTorch.
    const single = array instanceof Float32Array;
    const [low, high] = single ? [Math.fround(from), Math.fround(to)] : [from, to];
    generator.fillUniform(array, single ? Math.fround(high - low) : high - low, low);
  });
}

/**
 * Fills `x` in place with normal numbers.
 *
 * @param options `mean`, default 0; `std`, the standard deviation, default 1.
 * @example normal_(zeros([3]), { mean: 5, std: 0 }).toArray() // [5, 5, 5]
 */
export function normal_(x: Tensor, options: RandomSource & { mean?: number; std?: number } = {}): Tensor {
  const { mean = 0, std = 1 } = options;
  if (!(std >= 0)) throw new RangeError(`Cannot draw with standard deviation ${std}: it must be ≥ 0`);
  return fillDrawn(x, "draw normal numbers into", options, (array, generator) => {
    generator.fillNormal(array, std, mean);
  });
}

/**
 * Fills `x` in place with ones, drawn with a probability, and zeros.
 *
 * @param p The probability of a 1; default ½.
 * @example bernoulli_(zeros([2]), 1).toArray() // [1, 1]
 */
export function bernoulli_(x: Tensor, p = 0.5, options: RandomSource = {}): Tensor {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`Cannot draw with probability ${p}: it must be from 0 to 1`);
  return fillDrawn(x, "draw into", options, (array, generator) => {
    generator.fillBernoulli(array, p);
  });
}

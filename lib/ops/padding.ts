/** Padding with a tensor's own elements: each padded dimension is picked anew, by an index that runs past its ends. */
import { asTensor, fromData } from "../creation.ts";
import { show } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { indexSelect } from "./indexing.ts";

/** Where the element at position i, outside of 0 to size − 1, is taken from. */
type Source = (i: number, size: number) => number;

function padFrom(
  name: string,
  x: TensorLike,
  widths: readonly number[],
  source: Source,
  most: (size: number) => number,
) {
  const whole = asTensor(x);
  if (widths.length % 2 !== 0 || widths.length > 2 * whole.ndim || widths.some((w) => !Number.isInteger(w))) {
    throw new RangeError(
      `Cannot ${name} ${show(whole.shape)} by ${show(widths)}: give two widths a dimension, the last dimension first`,
    );
  }
  let result = whole;
  for (let i = 0; i < widths.length; i += 2) {
    const dim = whole.ndim - 1 - i / 2;
    const size = whole.shape[dim]!;
    const [before, after] = [widths[i]!, widths[i + 1]!];
    if (before === 0 && after === 0) continue;
    if (Math.max(before, after) > most(size) || size + before + after < 1) {
      throw new RangeError(
        `Cannot ${name} dimension ${dim} of ${show(whole.shape)} by ${before} and ${after}: its size allows ${-size + 1} to ${most(size)}`,
      );
    }
    const index = Int32Array.from({ length: size + before + after }, (_, k) => source(k - before, size));
    result = indexSelect(result, dim, fromData(index));
  }
  return result;
}

/**
 * Surrounds a tensor with its mirror image; the edge itself is not repeated.
 *
 * @param widths Before and after the last dimension, then the one before it, and so on; each less than the size.
 * @throws {RangeError} If a width is not less than the size of its dimension.
 * @example reflectionPad([1, 2, 3], [2, 1]).toArray() // [3, 2, 1, 2, 3, 2]
 */
export function reflectionPad(x: TensorLike, widths: readonly number[]): Tensor {
  const mirror: Source = (i, size) => (i < 0 ? -i : i >= size ? 2 * (size - 1) - i : i);
  return padFrom("reflect", x, widths, mirror, (size) => size - 1);
}

/**
 * Surrounds a tensor with copies of its edges.
 *
 * @param widths Before and after the last dimension, then the one before it, and so on.
 * @example replicationPad([1, 2, 3], [2, 1]).toArray() // [1, 1, 1, 2, 3, 3]
 */
export function replicationPad(x: TensorLike, widths: readonly number[]): Tensor {
  return padFrom(
    "replicate",
    x,
    widths,
    (i, size) => Math.min(Math.max(i, 0), size - 1),
    () => Infinity,
  );
}

/**
 * Surrounds a tensor with itself: before the start comes the end, as on a ring.
 *
 * @param widths Before and after the last dimension, then the one before it, and so on; none greater than the size.
 * @throws {RangeError} If a width is greater than the size of its dimension.
 * @example circularPad([1, 2, 3], [2, 1]).toArray() // [2, 3, 1, 2, 3, 1]
 */
export function circularPad(x: TensorLike, widths: readonly number[]): Tensor {
  return padFrom(
    "wrap",
    x,
    widths,
    (i, size) => (i + size) % size,
    (size) => size,
  );
}

/** Convolution and cross-correlation as mathematics has them: of one signal or picture with one filter, without batch and channels. */
import { show } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { conv1d, conv2d } from "./convolution.ts";
import { flip } from "./indexing.ts";
import { pair } from "./operands.ts";
import { reshape } from "./shape.ts";
import { pad } from "./split.ts";

/** How much of the sliding filter counts. */
export interface SignalOptions {
  /** `"full"` (default): wherever they overlap; `"same"`: the middle of that, as large as the signal; `"valid"`: where the filter lies inside. */
  mode?: "full" | "same" | "valid";
}

function slide(name: string, signal: TensorLike, filter: TensorLike, flipped: boolean, mode: SignalOptions["mode"]) {
  const [x, k] = pair(signal, filter);
  if (x.ndim !== k.ndim || x.ndim < 1 || x.ndim > 2) {
    throw new RangeError(`Cannot ${name} ${show(x.shape)} with ${show(k.shape)}: both must be lists, or both matrices`);
  }
  if (x.size === 0 || k.size === 0) {
    throw new RangeError(`Cannot ${name} ${show(x.shape)} with ${show(k.shape)}: neither may be empty`);
  }
  const dims = k.shape.map((_, d) => d);
  const widths = k.shape.flatMap((size) => {
    if (mode === "valid") return [0, 0];
    if (mode !== "same") return [size - 1, size - 1];
    // Of the n + size − 1 places of "full", ⌊(size − 1) / 2⌋ are left out at the start; the list is turned around below.
    return [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)];
  });
  const padded = pad(x, widths.reverse());
  const weight = flipped ? flip(k, dims) : k;
  const run = x.ndim === 1 ? conv1d : conv2d;
  const y = run(reshape(padded, [1, 1, ...padded.shape]), reshape(weight, [1, 1, ...k.shape]));
  return reshape(y, y.shape.slice(2));
}

/**
 * Convolution `(x ∗ k)(i) = Σ x(i − j) k(j)`: the filter is flipped, which makes the operation commutative. What deep learning calls convolution is
 * `crossCorrelate`.
 *
 * Shapes: `(length)` and `(size)`, or `(rows, columns)` and `(rows, columns)`; with mode full `length + size − 1`.
 *
 * @param kernel The filter.
 * @throws {RangeError} If the two are not both lists or both matrices, or the filter does not fit and mode is valid.
 * @see book §3.4.
 * @example convolve([1, 2, 3], [0, 1, 0.5]).toArray() // [0, 1, 2.5, 4, 1.5]
 */
export function convolve(x: TensorLike, kernel: TensorLike, options: SignalOptions = {}): Tensor {
  return slide("convolve", x, kernel, true, options.mode);
}

/**
 * Cross-correlation `Σ x(i + j) k(j)`: how much the signal looks like the filter at each place.
 *
 * Shapes: `(length)` and `(size)`, or `(rows, columns)` and `(rows, columns)`; with mode full `length + size − 1`.
 *
 * @param kernel The filter.
 * @throws {RangeError} If the two are not both lists or both matrices, or the filter does not fit and mode is valid.
 * @see book §3.4.
 * @example crossCorrelate([1, 2, 3], [0, 1], { mode: "valid" }).toArray() // [2, 3]
 */
export function crossCorrelate(x: TensorLike, kernel: TensorLike, options: SignalOptions = {}): Tensor {
  return slide("cross-correlate", x, kernel, false, options.mode);
}

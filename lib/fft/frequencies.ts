/** The frequencies that a spectrum is of, and their order. */
import { asTensor, fromData, type TensorOptions } from "../creation.ts";
import { defaultDtype } from "../dtype.ts";
import { roll } from "../ops/split.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { signalDim } from "./complex.ts";

/** Options of lists of frequencies. */
export interface FrequencyOptions extends TensorOptions {
  /** The time between samples; default 1. */
  d?: number;
}

function frequencies(n: number, count: number, number: (k: number) => number, options: FrequencyOptions): Tensor {
  if (!Number.isInteger(n) || n < 1)
    throw new RangeError(`Cannot list ${n} frequencies: it must be a whole number ≥ 1`);
  const { d = 1, dtype = defaultDtype, requiresGrad = false } = options;
  const list = Float64Array.from({ length: count }, (_, k) => number(k) / (n * d));
  const made = fromData(list).to(dtype);
  return requiresGrad ? made.requiresGrad_() : made;
}

/** The frequencies of `fft`: from 0 up, then the negative ones. @example fft.fftfreq(4).toArray() // [0, 0.25, -0.5, -0.25] */
export function fftfreq(n: number, options: FrequencyOptions = {}): Tensor {
  return frequencies(n, n, (k) => (k < n / 2 ? k : k - n), options);
}

/** The frequencies of `rfft`, from 0 to half of the sampling rate. @example fft.rfftfreq(4).toArray() // [0, 0.25, 0.5] */
export function rfftfreq(n: number, options: FrequencyOptions = {}): Tensor {
  return frequencies(n, Math.floor(n / 2) + 1, (k) => k, options);
}

/** Dimensions as a list: those named, or all. */
function dimsOf(t: Tensor, dim: number | readonly number[] | undefined): number[] {
  const list = dim === undefined ? t.shape.map((_, d) => d) : typeof dim === "number" ? [dim] : dim;
  return list.map((d) => signalDim(d, t.ndim, "shift"));
}

/**
 * Puts frequency 0 in the middle: the halves of each dimension change places.
 *
 * @param dim Which dimensions, default all; of pairs name those of the signal.
 * @example fft.fftshift([0, 1, 2, -2, -1]).toArray() // [-2, -1, 0, 1, 2]
 */
export function fftshift(x: TensorLike, dim?: number | readonly number[]): Tensor {
  const t = asTensor(x);
  const dims = dimsOf(t, dim);
  return roll(
    t,
    dims.map((d) => Math.floor(t.shape[d]! / 2)),
    dims,
  );
}

/** Undoes `fftshift`. @example fft.ifftshift([-2, -1, 0, 1, 2]).toArray() // [0, 1, 2, -2, -1] */
export function ifftshift(x: TensorLike, dim?: number | readonly number[]): Tensor {
  const t = asTensor(x);
  const dims = dimsOf(t, dim);
  return roll(
    t,
    dims.map((d) => Math.ceil(t.shape[d]! / 2)),
    dims,
  );
}

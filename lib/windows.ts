/** Windows that fade signals in and out. */
import { fromData, type TensorOptions } from "./creation.ts";
import { allocate, defaultDtype } from "./dtype.ts";
import { checkShape } from "./shape.ts";
import type { Tensor } from "./tensor.ts";

/** Options of windows. */
export interface WindowOptions extends TensorOptions {
  /** Whether the window is one period of a periodic one, for spectra (default), or symmetric, for filters. */
  periodic?: boolean;
}

/** A window by its value at a share of the way, from 0 to 1. */
function sampled(length: number, options: WindowOptions, valueAt: (share: number) => number): Tensor {
  checkShape([length], "make a window");
  const { dtype = defaultDtype, periodic = true, requiresGrad = false } = options;
  const array = allocate(dtype, length);
  const whole = periodic ? length : length - 1;
  for (let i = 0; i < length; i++) array[i] = length === 1 ? 1 : valueAt(i / whole);
  const window = fromData(array, [length], dtype);
  return requiresGrad ? window.requiresGrad_() : window;
}

const cosines =
  (...weights: readonly number[]) =>
  (share: number) =>
    weights.reduce((total, weight, i) => total + weight * Math.cos(2 * Math.PI * i * share), 0);

/** Hann's window: ½ − ½ cos 2πt. @param options `periodic`, default true. @example hannWindow(4) // [0, 0.5, 1, 0.5] */
export function hannWindow(length: number, options: WindowOptions = {}): Tensor {
  return sampled(length, options, cosines(0.5, -0.5));
}

/** Hamming's window: 0.54 − 0.46 cos 2πt. @param options `periodic`, default true. @example hammingWindow(4) // [0.0799…, 0.54…, 1, 0.54…] */
export function hammingWindow(length: number, options: WindowOptions = {}): Tensor {
  return sampled(length, options, cosines(0.54, -0.46));
}

/** Blackman's window: 0.42 − 0.5 cos 2πt + 0.08 cos 4πt. @param options `periodic`, default true. @example blackmanWindow(4).shape // [4] */
export function blackmanWindow(length: number, options: WindowOptions = {}): Tensor {
  return sampled(length, options, cosines(0.42, -0.5, 0.08));
}

/** Bartlett's window, a triangle: 1 − |2t − 1|. @param options `periodic`, default true. @example bartlettWindow(4).toArray() // [0, 0.5, 1, 0.5] */
export function bartlettWindow(length: number, options: WindowOptions = {}): Tensor {
  return sampled(length, options, (share) => 1 - Math.abs(2 * share - 1));
}

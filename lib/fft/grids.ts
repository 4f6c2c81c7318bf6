/** Fourier transforms along several dimensions, one after another. */
import { asTensor } from "../creation.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import type { FftOptions, Norm } from "./complex.ts";
import { fft, ifft, irfft, rfft } from "./lines.ts";

/** Options of transforms along several dimensions. */
export interface FftGridOptions {
  /** The lengths of the signal along those dimensions; default the lengths there are. */
  s?: readonly number[];
  /** The dimensions; the one of the pairs does not count. */
  dim?: readonly number[];
  norm?: Norm;
}

type Step = (x: TensorLike, options: FftOptions) => Tensor;

/** The dimensions and their lengths: those named, or the last as many as there are lengths, or all. */
function plan(rank: number, { s, dim, norm }: FftGridOptions): FftOptions[] {
  const count = s?.length ?? rank;
  const dims = dim ?? Array.from({ length: count }, (_, i) => i - count);
  if (s !== undefined && s.length !== dims.length) {
    throw new RangeError(`Cannot transform ${dims.length} dimensions to ${s.length} lengths: there must be as many`);
  }
  return dims.map((d, i) => ({ dim: d, n: s?.[i], norm }));
}

const each = (step: Step, x: TensorLike, plans: readonly FftOptions[]): Tensor =>
  plans.reduce<Tensor>((y, options) => step(y, options), asTensor(x));

const rankOf = (z: TensorLike) => asTensor(z).ndim - 1;
const planes = (options: FftGridOptions): FftGridOptions => ({ ...options, dim: options.dim ?? [-2, -1] });

/** The transform along several dimensions, by default all. @see fft.fft @example fft.fftn([[[1, 0]], [[0, 0]]]).toArray() // [[[1, 0]], [[1, 0]]] */
export function fftn(z: TensorLike, options: FftGridOptions = {}): Tensor {
  return each(fft, z, plan(rankOf(z), options));
}

/** The inverse of `fftn`. @example fft.ifftn(fft.fftn([[[1, 2]], [[3, 4]]])) // [[[1, 2]], [[3, 4]]] */
export function ifftn(z: TensorLike, options: FftGridOptions = {}): Tensor {
  return each(ifft, z, plan(rankOf(z), options));
}

/** The transform of pictures, along rows and columns. Shapes: pairs `(…, rows, columns, 2)` → the same. @example fft.fft2([[[1, 0]], [[0, 0]]]).toArray() // [[[1, 0]], [[1, 0]]] */
export function fft2(z: TensorLike, options: FftGridOptions = {}): Tensor {
  return fftn(z, planes(options));
}

/** The inverse of `fft2`. @example fft.ifft2(fft.fft2([[[1, 2]], [[3, 4]]])) // [[[1, 2]], [[3, 4]]] */
export function ifft2(z: TensorLike, options: FftGridOptions = {}): Tensor {
  return ifftn(z, planes(options));
}

/** The transform of real numbers along several dimensions, by default all; of the last half the spectrum. @see fft.rfft @example fft.rfftn([[1, 0], [0, 0]]).shape // [2, 2, 2] */
export function rfftn(x: TensorLike, options: FftGridOptions = {}): Tensor {
  const plans = plan(asTensor(x).ndim, options);
  return each(fft, rfft(x, plans.at(-1)), plans.slice(0, -1));
}

/** The inverse of `rfftn`. @param options `s`: the last length cannot be told from the spectrum, and is even unless given. @example fft.irfftn(fft.rfftn([[1, 2], [3, 4]])) // [[1, 2], [3, 4]] */
export function irfftn(z: TensorLike, options: FftGridOptions = {}): Tensor {
  const plans = plan(rankOf(z), options);
  return irfft(each(ifft, z, plans.slice(0, -1)), plans.at(-1));
}

/** The transform of real pictures. Shapes: `(…, rows, columns)` → pairs `(…, rows, ⌊columns / 2⌋ + 1, 2)`. @example fft.rfft2([[1, 0], [0, 0]]).shape // [2, 2, 2] */
export function rfft2(x: TensorLike, options: FftGridOptions = {}): Tensor {
  return rfftn(x, planes(options));
}

/** The inverse of `rfft2`. @example fft.irfft2(fft.rfft2([[1, 2], [3, 4]])) // [[1, 2], [3, 4]] */
export function irfft2(z: TensorLike, options: FftGridOptions = {}): Tensor {
  return irfftn(z, planes(options));
}

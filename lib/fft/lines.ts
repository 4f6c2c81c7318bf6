/** Fourier transforms along one dimension: of complex signals, and of real ones, of which half the spectrum says all. */
import { cast } from "../autograd/primitives.ts";
import { asTensor } from "../creation.ts";
import { floatingDtype } from "../dtype.ts";
import { flip, narrow, select } from "../ops/indexing.ts";
import { cat } from "../ops/join.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { complex, conj, type FftOptions, pairsOf, resized, signalDim, transformed } from "./complex.ts";

function along(name: string, z: TensorLike, options: FftOptions, inverse: boolean): Tensor {
  const pairs = pairsOf(z, name);
  const d = signalDim(options.dim ?? -1, pairs.ndim - 1, name);
  return transformed(resized(pairs, d, options.n ?? pairs.shape[d]!, name), d, inverse, options.norm);
}

/**
 * The discrete Fourier transform `X[k] = Σₙ x[n] e^{−2πi kn/N}`: how much of each frequency is in a signal.
 *
 * Shapes: pairs `(…, n, 2)` → the same.
 *
 * @param z Complex numbers as pairs: see `complex`. For real ones use `rfft`.
 * @param options `n`, `dim`, `norm`.
 * @throws {RangeError} If they are no pairs, or n is no whole number ≥ 1.
 * @see Cooley and Tukey (1965).
 * @example fft([[1, 0], [0, 0]]).toArray() // [[1, 0], [1, 0]]
 */
export function fft(z: TensorLike, options: FftOptions = {}): Tensor {
  return along("fft", z, options, false);
}

/** The inverse of `fft`: `x[n] = Σₖ X[k] e^{2πi kn/N} / N`. @see fft.fft @example ifft([[1, 0], [1, 0]]).toArray() // [[1, 0], [0, 0]] */
export function ifft(z: TensorLike, options: FftOptions = {}): Tensor {
  return along("ifft", z, options, true);
}

/**
 * The transform of a real signal: the frequencies from 0 to half of the sampling rate; the others are their conjugates.
 *
 * Shapes: `(…, n)` → pairs `(…, ⌊n / 2⌋ + 1, 2)`.
 *
 * @param options `n`, `dim`, `norm`.
 * @throws {RangeError} If there is no dimension, or n is no whole number ≥ 1.
 * @example rfft([1, 0]).toArray() // [[1, 0], [1, 0]]
 */
export function rfft(x: TensorLike, options: FftOptions = {}): Tensor {
  const given = asTensor(x);
  const t = cast(given, floatingDtype(given.dtype));
  const d = signalDim(options.dim ?? -1, t.ndim, "rfft");
  const signal = resized(t, d, options.n ?? t.shape[d]!, "rfft");
  const n = signal.shape[d]!;
  return narrow(transformed(complex(signal), d, false, options.norm), d, { start: 0, length: Math.floor(n / 2) + 1 });
}

/**
 * The inverse of `rfft`: a real signal from half of its spectrum.
 *
 * Shapes: pairs `(…, m, 2)` → `(…, n)`.
 *
 * @param options `n`, default the even length 2 (m − 1); `dim`, `norm`.
 * @throws {RangeError} If they are no pairs, or n is no whole number ≥ 1.
 * @example irfft(rfft([1, 2, 3]), { n: 3 }) // [1, 2, 3]
 */
export function irfft(z: TensorLike, options: FftOptions = {}): Tensor {
  const pairs = pairsOf(z, "irfft");
  const d = signalDim(options.dim ?? -1, pairs.ndim - 1, "irfft");
  const n = options.n ?? 2 * (pairs.shape[d]! - 1);
  const half = resized(pairs, d, Math.floor(n / 2) + 1, "irfft");
  const mirrored = conj(flip(narrow(half, d, { start: 1, length: Math.max(0, n - half.shape[d]!) }), d));
  return select(transformed(resized(cat([half, mirrored], d), d, n, "irfft"), d, true, options.norm), -1, 0);
}

/** The discrete Fourier transform of one line of complex numbers, of any length. */
import { cfft, cifft } from "fourier-transform";

/** How a length that is no power of two is reached by one that is: see `chirped`. */
interface Chirp {
  /** e^{−πi n²/N}, n from 0. */
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
  /** The transform of its conjugate, which the line is convolved with. */
  readonly filterReal: Float64Array;
  readonly filterImaginary: Float64Array;
}

const chirps = new Map<number, Chirp>();

function chirpOf(length: number): Chirp {
  const known = chirps.get(length);
  if (known !== undefined) return known;
  const real = new Float64Array(length);
  const imaginary = new Float64Array(length);
  let turn = 0;
  for (let n = 0; n < length; n++) {
    // n² modulo 2N by (n + 1)² = n² + 2n + 1, so that the angle stays small and exact.
    real[n] = Math.cos((Math.PI * turn) / length);
    imaginary[n] = -Math.sin((Math.PI * turn) / length);
    turn = (turn + 2 * n + 1) % (2 * length);
  }
  const size = 2 ** Math.ceil(Math.log2(2 * length - 1));
  const filterReal = new Float64Array(size);
  const filterImaginary = new Float64Array(size);
  for (let n = 0; n < length; n++) {
    for (const at of n === 0 ? [0] : [n, size - n]) {
      filterReal[at] = real[n]!;
      filterImaginary[at] = -imaginary[n]!;
    }
  }
  cfft(filterReal, filterImaginary);
  const chirp = { real, imaginary, filterReal, filterImaginary };
  chirps.set(length, chirp);
  return chirp;
}

/** `X[k] = Σₙ x[n] e^{−2πi kn/N}` for any N: with kn = (k² + n² − (k − n)²)/2 a convolution, for which a power of two will do. @see Bluestein (1970). */
function chirped(real: Float64Array, imaginary: Float64Array): void {
  const length = real.length;
  const chirp = chirpOf(length);
  const size = chirp.filterReal.length;
  const a = new Float64Array(size);
  const b = new Float64Array(size);
  for (let n = 0; n < length; n++) {
    a[n] = real[n]! * chirp.real[n]! - imaginary[n]! * chirp.imaginary[n]!;
    b[n] = real[n]! * chirp.imaginary[n]! + imaginary[n]! * chirp.real[n]!;
  }
  cfft(a, b);
  for (let k = 0; k < size; k++) {
    const [p, q] = [a[k]!, b[k]!];
    a[k] = p * chirp.filterReal[k]! - q * chirp.filterImaginary[k]!;
    b[k] = p * chirp.filterImaginary[k]! + q * chirp.filterReal[k]!;
  }
  cifft(a, b);
  for (let k = 0; k < length; k++) {
    real[k] = a[k]! * chirp.real[k]! - b[k]! * chirp.imaginary[k]!;
    imaginary[k] = a[k]! * chirp.imaginary[k]! + b[k]! * chirp.real[k]!;
  }
}

/** Transforms a line in place, without any factor: `X[k] = Σₙ x[n] e^{∓2πi kn/N}`, the sign + for the inverse. */
export function transform(real: Float64Array, imaginary: Float64Array, inverse: boolean): void {
  const length = real.length;
  if (length < 2) return;
  // The inverse is the transform with the two parts exchanged, before and after.
  const [x, y] = inverse ? [imaginary, real] : [real, imaginary];
  if ((length & (length - 1)) === 0) cfft(x, y);
  else chirped(x, y);
}

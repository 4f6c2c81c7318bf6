/** The part of fourier-transform that is used; the package has no types of its own. */
declare module "fourier-transform" {
  /** Transforms in place a line whose length is a power of two from 2 on. */
  export function cfft(real: Float64Array, imaginary: Float64Array): void;
  /** The inverse, divided by the length. */
  export function cifft(real: Float64Array, imaginary: Float64Array): void;
}

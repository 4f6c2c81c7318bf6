/** Arithmetic on vectors of doubles: what rules that move all parameters at once compute with. */

/** Σ aᵢ bᵢ. */
export function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}

/** `a + scale · b` as a new vector. */
export function plus(a: Float64Array, b: Float64Array, scale = 1): Float64Array {
  return a.map((value, i) => value + scale * b[i]!);
}

/** Adds `scale · b` to `a` in place. */
export function add_(a: Float64Array, b: Float64Array, scale = 1): void {
  for (let i = 0; i < a.length; i++) a[i]! += scale * b[i]!;
}

/** `scale · a` as a new vector. */
export function scaled(a: Float64Array, scale: number): Float64Array {
  return a.map((value) => scale * value);
}

/** The greatest magnitude; 0 of no elements. */
export function maxAbs(a: Float64Array): number {
  let most = 0;
  for (const value of a) if (!(Math.abs(value) <= most)) most = Math.abs(value);
  return most;
}

/** Σ |aᵢ|. */
export function sumAbs(a: Float64Array): number {
  let total = 0;
  for (const value of a) total += Math.abs(value);
  return total;
}

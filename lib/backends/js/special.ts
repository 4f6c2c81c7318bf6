/** Special functions that JavaScript's Math lacks. */

/**
 * The error function, to about 1 ulp: its Taylor series where that converges fast, else 1 − erfc by a continued fraction.
 * @see Abramowitz and Stegun (1964), 7.1.6 and 7.1.14.
 */
export function erf(x: number): number {
  const z = Math.abs(x);
  if (!(z < 6)) return z >= 6 ? Math.sign(x) : x;
  if (z < 3) {
    // e^{−x²} · 2/√π · Σ 2ⁿ x^{2n+1} / (1·3·…·(2n+1)): all terms positive, so nothing cancels.
    let term = z;
    let sum = z;
    for (let n = 1; term > sum * 1e-17; n++) {
      term *= (2 * z * z) / (2 * n + 1);
      sum += term;
    }
    return Math.sign(x) * sum * Math.exp(-z * z) * (2 / Math.sqrt(Math.PI));
  }
  return Math.sign(x) * (1 - tail(z));
}

/** 1 − erf z for z ≥ ¾ by a continued fraction, which wants the more terms the smaller z is. */
function tail(z: number): number {
  let fraction = 0;
  for (let n = Math.ceil(20 + 180 / (z * z)); n > 0; n--) fraction = n / 2 / (z + fraction);
  return Math.exp(-z * z) / (Math.sqrt(Math.PI) * (z + fraction));
}

/** 1 − erf x, with all its digits also where erf x is nearly 1. */
export function erfc(x: number): number {
  if (!(x >= 0.75)) return 1 - erf(x);
  return x > 27 ? 0 : tail(x);
}

/**
 * The inverse of the error function: a closed guess, then Halley's steps, each of which triples the number of right digits.
 * @see Winitzki (2008).
 */
export function erfinv(x: number): number {
  const z = Math.abs(x);
  if (!(z < 1)) return z === 1 ? x * Infinity : NaN;
  const rest = z < 0.5 ? Math.log1p(-z * z) : Math.log((1 - z) * (1 + z));
  const [t, u] = [2 / (Math.PI * 0.147) + rest / 2, -rest / 0.147];
  let y = Math.sqrt(u / (Math.sqrt(t * t + u) + t));
  for (let step = 0; step < 3; step++) {
    // Near 1 the error is taken of erfc, since 1 − z is exact there.
    const error = z < 0.5 ? erf(y) - z : 1 - z - erfc(y);
    const slope = error / ((2 / Math.sqrt(Math.PI)) * Math.exp(-y * y));
    y -= slope / (1 + y * slope);
  }
  return Math.sign(x) * y;
}

/** The greatest common divisor of two whole numbers, by Euclid's algorithm. */
export function gcd(x: number, y: number): number {
  let [a, b] = [Math.abs(x), Math.abs(y)];
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

/**
 * The quotient rounded down, as Python's `//` and PyTorch have it: by the remainder, which is exact, where x / y may round up to a whole number that
 * is too large.
 */
export function floorDivide(x: number, y: number): number {
  if (y === 0) return x / y;
  const remainder = x % y;
  let quotient = (x - remainder) / y;
  if (remainder !== 0 && remainder < 0 !== y < 0) quotient -= 1;
  if (quotient === 0) return x / y < 0 ? -0 : 0;
  const whole = Math.floor(quotient);
  return quotient - whole > 0.5 ? whole + 1 : whole;
}

/**
 * tanh x to nine digits, for results of single precision, which hold seven: a quotient of polynomials, fitted so that the greatest relative error is least.
 * V8 compiles it in place, where `Math.tanh` is a call into C++.
 */
export function tanhOfSingle(x: number): number {
  // From here on a float32 is 1.
  if (x > 9.1) return 1;
  if (x < -9.1) return -1;
  const t = x * x;
  const above =
    0.9999999985601 +
    t *
      (0.1367614796404 +
        t * (0.0038636067382 + t * (2.791219484432e-5 + t * (3.035607104417e-8 - t * 1.203397062129e-11))));
  const below = 1 + t * (0.4700947990487 + t * (0.0272285622047 + t * (0.0003930306846462 + t * 1.280711711146e-6)));
  return (x * above) / below;
}

const [geluSlope, geluBend] = [Math.sqrt(8 / Math.PI), 0.044715 * Math.sqrt(8 / Math.PI)];

/** What gelu's approximation takes of x: (1 + tanh u) / 2, which is σ(2u), for u = √(2/π) (x + 0.044715 x³). */
export function geluTanhShare(x: number): number {
  return 1 / (1 + Math.exp(-x * (geluSlope + geluBend * x * x)));
}

/** The derivative of gelu's approximation. */
export function geluTanhSlope(x: number): number {
  const share = geluTanhShare(x);
  // Far out the share does not change any more, and x³ might be ∞.
  const near = Math.max(-20, Math.min(20, x));
  return share + share * (1 - share) * near * (geluSlope + 3 * geluBend * near * near);
}

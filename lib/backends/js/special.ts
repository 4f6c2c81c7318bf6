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
  let fraction = 0;
  for (let n = 60; n > 0; n--) fraction = n / 2 / (z + fraction);
  return Math.sign(x) * (1 - Math.exp(-z * z) / (Math.sqrt(Math.PI) * (z + fraction)));
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

/** The logarithm of the gamma function, and its derivatives. */

/** B₂ₖ / (2k)!, k = 1 … 8, of the Euler–Maclaurin formula. */
const maclaurin = [
  1 / 12,
  -1 / 720,
  1 / 30240,
  -1 / 1209600,
  1 / 47900160,
  -691 / 1307674368000,
  1 / 74724249600,
  -3617 / 10670622842880000,
];

/**
 * Hurwitz's zeta function `ζ(s, q) = Σₙ (q + n)⁻ˢ`, n from 0: the first terms, then the Euler–Maclaurin formula for the rest.
 * @see Abramowitz and Stegun (1964), 23.1.30.
 */
export function zeta(s: number, q: number): number {
  if (s === 1) return Infinity;
  if (!(s > 1)) return NaN;
  if (q <= 0 && Number.isInteger(q)) return Infinity;
  // (q + n)⁻ˢ is no number for negative q unless s is whole.
  if (q < 0 && !Number.isInteger(s)) return NaN;
  if (q === Infinity) return 0;
  if (q < 0) {
    // The terms below 0 are, in the other direction, a part of the series of their distance to 0.
    const count = Math.ceil(-q);
    const least = -q - (count - 1);
    return zeta(s, q + count) + (s % 2 === 0 ? 1 : -1) * (zeta(s, least) - zeta(s, least + count));
  }
  let sum = 0;
  let at = q;
  for (; at < 10; at++) sum += at ** -s;
  let term = at ** -s;
  sum += (term * at) / (s - 1) + term / 2;
  let factor = s;
  for (let k = 0; k < maclaurin.length; k++) {
    term /= at;
    sum += maclaurin[k]! * factor * term;
    term /= at;
    factor *= (s + 2 * k + 1) * (s + 2 * k + 2);
  }
  return sum;
}

const euler = 0.5772156649015329;
/** ζ(k) − 1 = ζ(k, 2) for k = 2 … 30. */
const zetas = Array.from({ length: 29 }, (_, i) => zeta(i + 2, 2));

/** ln Γ(2 + z) for |z| ≤ ½: its Taylor series, exact also near its zero. */
function nearTwo(z: number): number {
  let sum = 0;
  for (let k = 30; k >= 2; k--) sum = z * (zetas[k - 2]! / k - sum);
  return z * (1 - euler + sum);
}

/** 1/(2k(2k − 1)) · B₂ₖ, k = 1 … 8: Stirling's series. */
const stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400];

/** sin πx and cos πx, with x first reduced to [−½, ½], where the product has no rounding to speak of. */
function turn(x: number): { sine: number; cosine: number } {
  const whole = Math.round(x);
  const odd = whole % 2 !== 0;
  const part = Math.PI * (x - whole);
  return { sine: odd ? -Math.sin(part) : Math.sin(part), cosine: odd ? -Math.cos(part) : Math.cos(part) };
}

/**
 * ln |Γ(x)|: a series around 2, steps to it from near by, Stirling's series far away, reflection for negative x.
 * @see Abramowitz and Stegun (1964), 6.1.17, 6.1.33 and 6.1.40.
 */
export function lgamma(x: number): number {
  if (x === Infinity || x === -Infinity) return Infinity;
  if (x <= 0 && Number.isInteger(x)) return Infinity;
  if (x < 0) return Math.log(Math.PI / Math.abs(turn(x).sine)) - lgamma(1 - x);
  if (x < 0.5) return lgamma(x + 1) - Math.log(x);
  if (x < 1.5) return nearTwo(x - 1) - Math.log1p(x - 1);
  if (x < 10) {
    let [at, product] = [x, 1];
    while (at > 2.5) product *= --at;
    return nearTwo(at - 2) + Math.log(product);
  }
  const square = 1 / (x * x);
  let sum = 0;
  for (let k = stirling.length - 1; k >= 0; k--) sum = sum * square + stirling[k]!;
  return (x - 0.5) * Math.log(x) - x + 0.9189385332046727 + sum / x;
}

/** The derivative of ln Γ: up to 10 by steps, its asymptotic series from there, reflection for negative x. */
export function digamma(x: number): number {
  if (x === 0) return 1 / x === Infinity ? -Infinity : Infinity;
  if (x === Infinity) return x;
  if (x < 0) {
    if (Number.isInteger(x) || x === -Infinity) return NaN;
    const { sine, cosine } = turn(x);
    return digamma(1 - x) - (Math.PI * cosine) / sine;
  }
  let [sum, at] = [0, x];
  while (at < 10) sum -= 1 / at++;
  const square = 1 / (at * at);
  let rest = 0;
  for (let k = stirling.length - 1; k >= 0; k--) rest = (rest + stirling[k]! * (2 * k + 1)) * square;
  return sum + Math.log(at) - 0.5 / at - rest;
}

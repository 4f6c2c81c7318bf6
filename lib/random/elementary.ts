/**
 * Logarithm, sine and cosine by additions, multiplications and divisions alone. IEEE 754 fixes those to the last bit, while engines may round
 * `Math.log` and its kin as they like; so what is drawn with these is the same on every platform.
 */

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
const high = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;

/** ln 2 in two parts, the first short enough that its product with an exponent is exact. */
const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;

/** 1/(2k + 1) for k = 0 … 12: the series of artanh. */
const odd = Array.from({ length: 13 }, (_, k) => 1 / (2 * k + 1));

/** Natural logarithm of a positive, normal number: `ln(m · 2ᵉ) = 2 artanh((m − 1)/(m + 1)) + e ln 2`, to about 1 ulp. */
export function ln(x: number): number {
  float[0] = x;
  let exponent = (words[high]! >>> 20) - 1023;
  words[high] = (words[high]! & 0xfffff) | (1023 << 20);
  let m = float[0]!;
  if (m > Math.SQRT2) {
    m /= 2;
    exponent += 1;
  }
  const s = (m - 1) / (m + 1);
  const square = s * s;
  let sum = odd[12]!;
  for (let k = 11; k > 0; k--) sum = sum * square + odd[k]!;
  return exponent * ln2High + (2 * s + (2 * s * square * sum + exponent * ln2Low));
}

/** `ln(1 + x)` for −1 < x, to full precision near 0 too. */
export function ln1p(x: number): number {
  const y = 1 + x;
  // What rounding took from 1 + x, relative to it, is the error of the logarithm.
  return y === 1 ? x : ln(y) - (y - 1 - x) / y;
}

/** 1/n! for n = 0 … 19. */
const factorials = (() => {
  const list = [1];
  for (let n = 1; n < 20; n++) list.push(list[n - 1]! * n);
  return list.map((f) => 1 / f);
})();

function sine(x: number): number {
  const square = x * x;
  let sum = 0;
  for (let n = 17; n > 1; n -= 2) sum = -square * (factorials[n]! + sum);
  return x + x * sum;
}

function cosine(x: number): number {
  const square = x * x;
  let sum = 0;
  for (let n = 18; n > 0; n -= 2) sum = -square * (factorials[n]! + sum);
  return 1 + sum;
}

/** The point on the unit circle after `u` turns, 0 ≤ u < 1: `[cos 2πu, sin 2πu]`. */
export function circlePoint(u: number): [cos: number, sin: number] {
  const quarter = Math.floor(4 * u + 0.5);
  const x = 2 * Math.PI * (u - quarter / 4);
  const [c, s] = [cosine(x), sine(x)];
  switch (quarter % 4) {
    case 0:
      return [c, s];
    case 1:
      return [-s, c];
    case 2:
      return [-c, -s];
    default:
      return [s, -c];
  }
}

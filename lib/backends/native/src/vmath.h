// Elementary functions without branches, which the compiler turns into vector code. In float32 they keep within 2e-7 of the exact result,
// relatively; in float64 they are the C library's.
#pragma once
#include <math.h>
#include <string.h>

#include "isa.h"

namespace GB_ISA {

GB_INLINE unsigned bitsOf(float x) {
  unsigned bits;
  memcpy(&bits, &x, 4);
  return bits;
}

GB_INLINE float fromBits(unsigned bits) {
  float x;
  memcpy(&x, &bits, 4);
  return x;
}

/** e^x: x = n ln 2 + r, and e^r by a polynomial. 2^n is multiplied in two halves, so that it reaches the subnormal numbers. */
GB_INLINE float vexp(float x) {
  float c = x > 89.0f ? 89.0f : x;
  c = c < -104.0f ? -104.0f : c;
  // Adding 1.5 · 2^23 leaves the nearest whole number in the low bits.
  const float magic = 12582912.0f;
  float shifted = c * 1.44269504f + magic;
  float n = shifted - magic;
  float r = c - n * 0.693145752f;
  r = r - n * 1.42860677e-6f;
  // The Taylor coefficients, the last two moved a little to spread the error over |r| ≤ ln 2 / 2.
  float q = 1.9875691500e-4f;
  q = q * r + 1.3981999507e-3f;
  q = q * r + 8.3334519073e-3f;
  q = q * r + 4.1665795894e-2f;
  q = q * r + 1.6666665459e-1f;
  q = q * r + 5.0000001201e-1f;
  float p = 1.0f + (r + r * r * q);
  int k = int(bitsOf(shifted) - bitsOf(magic));
  int half = k >> 1;
  return p * fromBits((unsigned(half) + 127u) << 23) * fromBits((unsigned(k) - unsigned(half) + 127u) << 23);
}

/** ln x: x = 2^e m with m near 1, and ln m by a polynomial in m − 1. */
GB_INLINE float vlog(float x) {
  // Subnormal numbers are scaled up first.
  bool tiny = x < 1.17549435e-38f;
  float scaled = tiny ? x * 8388608.0f : x;
  unsigned bits = bitsOf(scaled);
  // Taking off the bits of √½ puts m between √½ and √2.
  int e = int(bits - 0x3f3504f3u) >> 23;
  float m = fromBits(bits - (unsigned(e) << 23)) - 1.0f;
  float exponent = float(e) - (tiny ? 23.0f : 0.0f);
  float z = m * m;
  float p = 7.0376836292e-2f;
  p = p * m - 1.1514610310e-1f;
  p = p * m + 1.1676998740e-1f;
  p = p * m - 1.2420140846e-1f;
  p = p * m + 1.4249322787e-1f;
  p = p * m - 1.6668057665e-1f;
  p = p * m + 2.0000714765e-1f;
  p = p * m - 2.4999993993e-1f;
  p = p * m + 3.3333331174e-1f;
  float y = m * z * p + exponent * -2.12194440e-4f;
  y = y - 0.5f * z;
  float result = m + y + exponent * 0.693359375f;
  result = x == __builtin_inff() ? x : result;
  result = x == 0.0f ? -__builtin_inff() : result;
  return x >= 0.0f ? result : __builtin_nanf("");
}

/** tanh x: an odd polynomial near 0, else by e^{2|x|}. */
GB_INLINE float vtanh(float x) {
  float a = x < 0 ? -x : x;
  float z = x * x;
  float p = -5.70498872745e-3f;
  p = p * z + 2.06390887954e-2f;
  p = p * z - 5.37397155531e-2f;
  p = p * z + 1.33314422036e-1f;
  p = p * z - 3.33332819422e-1f;
  float near = x + x * z * p;
  float far = 1.0f - 2.0f / (vexp(a + a) + 1.0f);
  far = x < 0 ? -far : far;
  return a < 0.625f ? near : far;
}

GB_INLINE float vsigmoid(float x) { return 1.0f / (1.0f + vexp(-x)); }

/** ln(1 + t) for t from 0 to 1; what 1 + t rounds away is put back by the quotient. */
GB_INLINE float vlog1p(float t) {
  float u = 1.0f + t;
  float kept = u - 1.0f;
  float result = vlog(u) * (t / kept);
  return kept == 0.0f ? t : result;
}

/** ln(1 + e^-|x|), what softplus adds to max(0, x). */
template <class T>
GB_INLINE T vsoftTail(T x);

template <>
inline __attribute__((always_inline)) float vsoftTail(float x) {
  return vlog1p(vexp(x < 0 ? x : -x));
}

template <>
inline __attribute__((always_inline)) double vsoftTail(double x) {
  return log1p(exp(-fabs(x)));
}

/** The error function: an odd polynomial up to 1, from there 1 − e^-p, where the polynomial p stands for −ln(1 − erf). Least squares made both. */
GB_INLINE float verf(float x) {
  float a = x < 0 ? -x : x;
  float z = x * x;
  float n = 7.8824974e-5f;
  n = n * z - 8.0188555e-4f;
  n = n * z + 5.1893123e-3f;
  n = n * z - 2.6854329e-2f;
  n = n * z + 1.1283597e-1f;
  n = n * z - 3.7612626e-1f;
  n = n * z + 1.1283791f;
  // From 4 on the result is 1 to all digits.
  float c = a > 4.0f ? 4.0f : a;
  float p = -1.4653208e-6f;
  p = p * c + 4.3093522e-5f;
  p = p * c - 5.7506183e-4f;
  p = p * c + 4.6710530e-3f;
  p = p * c - 2.6202152e-2f;
  p = p * c + 1.0974308e-1f;
  p = p * c + 6.3214147e-1f;
  p = p * c + 1.1300691f;
  p = p * c - 2.8363359e-4f;
  float far = 1.0f - vexp(-p);
  far = x < 0 ? -far : far;
  float result = a < 1.0f ? x * n : far;
  return x == x ? result : x;
}

GB_INLINE double verf(double x) { return erf(x); }

/** What of a normal distribution lies beyond a ≥ 0, divided by e^(−a²/2): a quotient of polynomials, whose coefficients least squares made. */
GB_INLINE float vtailShare(float a) {
  // From 14 on e^(−a²/2) is 0.
  float c = a > 14.0f ? 14.0f : a;
  float p = 4.07742337e-3f;
  p = p * c + 4.03714243e-2f;
  p = p * c + 1.82458664e-1f;
  p = p * c + 4.37246920e-1f;
  p = p * c + 5.00000003e-1f;
  float q = 1.02204559e-2f;
  q = q * c + 1.01202964e-1f;
  q = q * c + 4.67420683e-1f;
  q = q * c + 1.19927804f;
  q = q * c + 1.67237879f;
  q = q * c + 1.0f;
  return p / q;
}

/** The share of a normal distribution that lies below x. */
GB_INLINE float vnormal(float x) {
  float tail = vexp(-0.5f * x * x) * vtailShare(x < 0 ? -x : x);
  return x < 0 ? tail : 1.0f - tail;
}

GB_INLINE double vnormal(double x) { return 0.5 + 0.5 * erf(x * 0.70710678118654752440); }

/** The derivative of x times that share. */
GB_INLINE float vgeluSlope(float x) {
  float density = vexp(-0.5f * x * x), tail = density * vtailShare(x < 0 ? -x : x);
  return (x < 0 ? tail : 1.0f - tail) + x * 0.398942280f * density;
}

GB_INLINE double vgeluSlope(double x) { return vnormal(x) + x * 0.39894228040143267794 * exp(-0.5 * x * x); }

GB_INLINE double vexp(double x) { return exp(x); }
GB_INLINE double vlog(double x) { return log(x); }
GB_INLINE double vtanh(double x) { return tanh(x); }
GB_INLINE double vsigmoid(double x) { return 1.0 / (1.0 + exp(-x)); }

}  // namespace GB_ISA

// Elementary functions of float32 that go through float64 without branches, so that they run in vectors: what they give is exact but for half an ulp
// of float32. In float64 they are the C library's.
#pragma once
#include <math.h>
#include <string.h>

#include "isa.h"

namespace GB_ISA {

/** The logarithm of a number that float32 can hold: with x = 2^e m and s = (m − 1)/(m + 1), ln m = 2 artanh s. */
GB_INLINE double wideLog(double x) {
  unsigned long long bits;
  memcpy(&bits, &x, 8);
  // Taking off the bits of √½ puts m between √½ and √2.
  int exponent = int((bits - 0x3fe6a09e667f3bcdull) >> 32) >> 20;
  bits -= (unsigned long long)(unsigned(exponent)) << 52;
  double m;
  memcpy(&m, &bits, 8);
  double s = (m - 1) / (m + 1), z = s * s;
  double p = 1.0 / 19;
  p = p * z + 1.0 / 17;
  p = p * z + 1.0 / 15;
  p = p * z + 1.0 / 13;
  p = p * z + 1.0 / 11;
  p = p * z + 1.0 / 9;
  p = p * z + 1.0 / 7;
  p = p * z + 1.0 / 5;
  p = p * z + 1.0 / 3;
  double result = exponent * 0.69314718055994530942 + (2 * s + 2 * s * z * p);
  result = x == 0 ? -__builtin_inf() : result;
  result = x < 0 ? __builtin_nan("") : result;
  // Infinity stays, and so does what is no number.
  return x < __builtin_inf() ? result : x;
}

/** e^x, as far as float32 can tell it from 0 and from infinity. */
GB_INLINE double wideExp(double x) {
  double c = x > 90 ? 90 : x;
  c = c < -110 ? -110 : c;
  // Adding 1.5 · 2^52 leaves the nearest whole number in the low bits.
  const double magic = 6755399441055744.0;
  double shifted = c * 1.44269504088896340736 + magic;
  double n = shifted - magic;
  double r = (c - n * 0.693147180369123816490) - n * 1.90821492927058770002e-10;
  // Taylor's series: |r| ≤ ln 2 / 2.
  double p = 1.0 / 39916800;
  p = p * r + 1.0 / 3628800;
  p = p * r + 1.0 / 362880;
  p = p * r + 1.0 / 40320;
  p = p * r + 1.0 / 5040;
  p = p * r + 1.0 / 720;
  p = p * r + 1.0 / 120;
  p = p * r + 1.0 / 24;
  p = p * r + 1.0 / 6;
  p = p * r + 0.5;
  p = p * r + 1;
  p = p * r + 1;
  unsigned long long bits;
  memcpy(&bits, &shifted, 8);
  bits = (bits + 1023) << 52;
  double power;
  memcpy(&power, &bits, 8);
  return x == x ? p * power : x;
}

GB_INLINE float wideLog1p(float x) {
  double a = x, far = wideLog(1 + a);
  // Where the sum loses too many digits, the series has but two terms.
  return float(fabs(a) < 1e-5 ? a - 0.5 * a * a : far);
}

GB_INLINE float wideExpm1(float x) {
  double a = x, far = wideExp(a) - 1;
  return float(fabs(a) < 1e-5 ? a * (1 + 0.5 * a) : far);
}

GB_INLINE float wideLog2(float x) { return float(wideLog(x) * 1.44269504088896340736); }
GB_INLINE float wideLog10(float x) { return float(wideLog(x) * 0.43429448190325182765); }

/** x^y with the C library's results at 0, infinity and for negative x. Comparisons are of float64 alone: a mix would not become vectors. */
GB_INLINE float widePow(float base, float exponent) {
  double x = base, y = exponent, size = fabs(x);
  double result = wideExp(y * wideLog(size));
  bool isWhole = y == __builtin_trunc(y);
  bool isOdd = isWhole & (y * 0.5 != __builtin_trunc(y * 0.5));
  // Infinity times 0, where the base alone decides.
  result = (size == 1) & ((x > 0) | isWhole) ? 1 : result;
  result = (x < 0) & !isWhole & (size < __builtin_inf()) ? __builtin_nan("") : result;
  result = isOdd ? __builtin_copysign(result, x) : result;
  return float(y == 0 ? 1 : result);
}

GB_INLINE float wideSinh(float x) {
  double a = fabs(double(x)), power = wideExp(a), z = a * a;
  // Where the difference loses too many digits, the series is short.
  double near = 1.0 / 5040;
  near = near * z + 1.0 / 120;
  near = near * z + 1.0 / 6;
  return float(__builtin_copysign(a < 0.25 ? a + a * z * near : 0.5 * power - 0.5 / power, double(x)));
}

GB_INLINE float wideCosh(float x) {
  double power = wideExp(fabs(double(x)));
  return float(0.5 * power + 0.5 / power);
}

GB_INLINE float wideAsinh(float x) {
  double a = fabs(double(x)), z = a * a, far = wideLog(a + __builtin_sqrt(z + 1));
  return float(__builtin_copysign(a < 0.01 ? a + a * z * (z * 0.075 - 1.0 / 6) : far, double(x)));
}

GB_INLINE float wideAcosh(float x) {
  double a = x, result = wideLog(a + __builtin_sqrt((a - 1) * (a + 1)));
  return float(a < 1 ? __builtin_nan("") : result);
}

GB_INLINE float wideAtanh(float x) {
  double a = fabs(double(x)), z = a * a, far = 0.5 * wideLog((1 + a) / (1 - a));
  return float(__builtin_copysign(a < 0.01 ? a + a * z * (z * 0.2 + 1.0 / 3) : far, double(x)));
}

GB_INLINE double wideLog1p(double x) { return log1p(x); }
GB_INLINE double wideSinh(double x) { return sinh(x); }
GB_INLINE double wideCosh(double x) { return cosh(x); }
GB_INLINE double wideAsinh(double x) { return asinh(x); }
GB_INLINE double wideAcosh(double x) { return acosh(x); }
GB_INLINE double wideAtanh(double x) { return atanh(x); }
GB_INLINE double wideExpm1(double x) { return expm1(x); }
GB_INLINE double wideLog2(double x) { return log2(x); }
GB_INLINE double wideLog10(double x) { return log10(x); }
GB_INLINE double widePow(double x, double y) { return pow(x, y); }

}  // namespace GB_ISA

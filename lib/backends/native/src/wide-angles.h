// Sine, cosine, tangent and their inverses of float32, through float64 without branches, as in wide-math.h. In float64 they are the C library's.
#pragma once
#include "wide-math.h"

namespace GB_ISA {

/** From here on a float32 is so many quarters of a turn that their product with π/2 is not exact any more: the C library has more digits of π. */
const float mostAngle = 1048576;

/** An angle as a number of quarters of a turn and a rest from −π/4 to π/4, of which these are sine and cosine. */
struct Angle {
  unsigned long long quarters;
  double sine, cosine;
};

GB_INLINE Angle angleOf(double x) {
  // Adding 1.5 · 2^52 leaves the nearest whole number in the low bits.
  const double magic = 6755399441055744.0;
  double shifted = x * 0.63661977236758134308 + magic;
  double n = shifted - magic;
  // The first 33 bits of π/2, of which the product is exact, then the next 53.
  double r = (x - n * 1.57079632673412561417) - n * 6.07710050650619224932e-11;
  double z = r * r;
  // Taylor's series.
  double s = -1.0 / 39916800;
  s = s * z + 1.0 / 362880;
  s = s * z - 1.0 / 5040;
  s = s * z + 1.0 / 120;
  s = s * z - 1.0 / 6;
  double c = 1.0 / 479001600;
  c = c * z - 1.0 / 3628800;
  c = c * z + 1.0 / 40320;
  c = c * z - 1.0 / 720;
  c = c * z + 1.0 / 24;
  c = c * z - 0.5;
  Angle result;
  memcpy(&result.quarters, &shifted, 8);
  result.sine = r + r * z * s;
  result.cosine = 1 + z * c;
  return result;
}

/** One of two numbers, the second if the lowest bit is set, with the sign turned if `turned` is 1. */
GB_INLINE double choose(double even, double odd, unsigned long long which, unsigned long long turned) {
  unsigned long long a, b, mask = 0 - (which & 1);
  memcpy(&a, &even, 8);
  memcpy(&b, &odd, 8);
  a = ((a & ~mask) | (b & mask)) ^ (turned << 63);
  double result;
  memcpy(&result, &a, 8);
  return result;
}

GB_INLINE float nearSin(float x) {
  Angle angle = angleOf(x);
  return float(choose(angle.sine, angle.cosine, angle.quarters, angle.quarters >> 1 & 1));
}

GB_INLINE float nearCos(float x) {
  Angle angle = angleOf(x);
  return float(choose(angle.cosine, angle.sine, angle.quarters, (angle.quarters + 1) >> 1 & 1));
}

GB_INLINE float nearTan(float x) {
  Angle angle = angleOf(x);
  double up = choose(angle.sine, angle.cosine, angle.quarters, angle.quarters & 1);
  return float(up / choose(angle.cosine, angle.sine, angle.quarters, 0));
}

/** A function of angles over packed numbers: in vectors, except where one is too large. */
template <class Near, class Far>
GB_INLINE void overAngles(long n, float* out, const float* x, Near near, Far far) {
  const long stretch = 128;
  for (long from = 0; from < n; from += stretch) {
    long to = least(n, from + stretch);
    int large = 0;
    for (long i = from; i < to; i++) large |= fabsf(x[i]) > mostAngle;
    if (large) {
      for (long i = from; i < to; i++) out[i] = float(far(double(x[i])));
    } else {
#pragma GCC ivdep
      for (long i = from; i < to; i++) out[i] = near(x[i]);
    }
  }
}

/** (arctan s − s) / s³ for |s| up to tan π/8, of s²; interpolated at Chebyshev's points, within 3e-12. */
GB_INLINE double arctanRest(double z) {
  double p = -0.040480514253406714;
  p = p * z + 0.0713782533282683;
  p = p * z - 0.09029469495772789;
  p = p * z + 0.11107538717160276;
  p = p * z - 0.1428561428027521;
  p = p * z + 0.1999999894359916;
  return p * z - 0.33333333331504367;
}

const double halfPi = 1.57079632679489661923, tanEighth = 0.41421356237309504880;

GB_INLINE float wideAtan(float x) {
  double a = fabs(double(x));
  // arctan a = π/2 − arctan 1/a, and = π/4 + arctan (a − 1)/(a + 1).
  bool middle = a > tanEighth, high = a > 1 / tanEighth;
  double above = high ? -1 : middle ? a - 1 : a;
  double below = high ? a : middle ? a + 1 : 1;
  double base = high ? halfPi : middle ? halfPi / 2 : 0;
  double s = above / below, z = s * s;
  return float(__builtin_copysign(base + (s + s * z * arctanRest(z)), double(x)));
}

GB_INLINE float wideAtan2(float sine, float cosine) {
  double y = fabs(double(sine)), x = fabs(double(cosine));
  bool steep = y > x;
  double less = steep ? x : y, more = steep ? y : x;
  // Infinite both, or zero both: as if they were 1, and as if the angle were 0.
  double small = less == __builtin_inf() ? 1 : less;
  double large = more == 0 ? 1 : less == __builtin_inf() ? 1 : more;
  bool middle = small > tanEighth * large;
  double s = (middle ? small - large : small) / (middle ? small + large : large), z = s * s;
  double angle = (middle ? halfPi / 2 : 0) + (s + s * z * arctanRest(z));
  angle = steep ? halfPi - angle : angle;
  angle = __builtin_copysign(1.0, double(cosine)) < 0 ? 2 * halfPi - angle : angle;
  angle = __builtin_copysign(angle, double(sine));
  return float((y == y) & (x == x) ? angle : y + x);
}

/** (arcsin s − s) / s³ for |s| up to ½, of s²; interpolated at Chebyshev's points, within 4e-12. */
GB_INLINE double arcsinRest(double z) {
  double p = 0.029414684719579236;
  p = p * z + 0.005347847810735646;
  p = p * z + 0.019338861244577715;
  p = p * z + 0.022126921470872547;
  p = p * z + 0.0303981136591448;
  p = p * z + 0.04464233869159969;
  p = p * z + 0.0750000062938936;
  return p * z + 0.1666666666541834;
}

/** The arc sine of |x| up to ½, and beyond it that of √((1 − |x|)/2), whose double is the arc cosine of |x|. */
GB_INLINE double lesserArc(double a) {
  double z = a > 0.5 ? 0.5 * (1 - a) : a * a;
  double s = a > 0.5 ? __builtin_sqrt(z) : a;
  return s + s * z * arcsinRest(z);
}

GB_INLINE float wideAsin(float x) {
  double a = fabs(double(x)), arc = lesserArc(a);
  return float(__builtin_copysign(a > 0.5 ? halfPi - 2 * arc : arc, double(x)));
}

GB_INLINE float wideAcos(float x) {
  double wide = x, a = fabs(wide), arc = lesserArc(a);
  double far = wide < 0 ? 2 * halfPi - 2 * arc : 2 * arc;
  return float(a > 0.5 ? far : halfPi - __builtin_copysign(arc, wide));
}

GB_INLINE double wideAtan(double x) { return atan(x); }
GB_INLINE double wideAtan2(double y, double x) { return atan2(y, x); }
GB_INLINE double wideAsin(double x) { return asin(x); }
GB_INLINE double wideAcos(double x) { return acos(x); }

}  // namespace GB_ISA

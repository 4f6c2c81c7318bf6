// Random numbers of the Mersenne Twister MT19937, to the last bit those that lib/random/ makes: what is computed of them takes additions, products,
// quotients and roots alone, in the order of lib/random/elementary.ts, and this file is compiled without joining a product and a sum into one
// rounding.
#include <cstdint>

#include "command.h"
#include "isa.h"
#include "kernels.h"

namespace GB_ISA {
namespace {

/** In the order in which `ops.ts` lists them. */
enum DrawKind { Uniform, Normal, Exponential, Bernoulli };

/** Numbers that are made at once. */
const long chunk = 256;

/** The generator: its key, then its position. */
struct Twister {
  static const int size = 624, shift = 397;
  uint32_t* key;

  static uint32_t mixed(uint32_t upper, uint32_t lower) {
    uint32_t y = (upper & 0x80000000u) | (lower & 0x7fffffffu);
    return (y >> 1) ^ (-(y & 1u) & 0x9908b0dfu);
  }

  void twist() {
    for (int i = 0; i < size - shift; i++) key[i] = key[i + shift] ^ mixed(key[i], key[i + 1]);
    for (int i = size - shift; i < size - 1; i++) key[i] = key[i + shift - size] ^ mixed(key[i], key[i + 1]);
    key[size - 1] = key[shift - 1] ^ mixed(key[size - 1], key[0]);
    key[size] = 0;
  }

  void take(uint32_t* to, long count) {
    while (count > 0) {
      if (key[size] == uint32_t(size)) twist();
      long from = key[size], now = least(count, size - from);
      for (long i = 0; i < now; i++) {
        uint32_t y = key[from + i];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c5680u;
        y ^= (y << 15) & 0xefc60000u;
        to[i] = y ^ (y >> 18);
      }
      key[size] = uint32_t(from + now);
      to += now;
      count -= now;
    }
  }

  /** Numbers in [0, 1) of 24 random bits. */
  void take24(double* to, long count) {
    uint32_t words[chunk];
    take(words, count);
    for (long i = 0; i < count; i++) to[i] = double(int32_t(words[i] & 0xffffffu)) * 0x1p-24;
  }

  /** Numbers in [0, 1) of 53 random bits. */
  void take53(double* to, long count) {
    uint32_t words[2 * chunk];
    take(words, 2 * count);
    for (long i = 0; i < count; i++) {
      uint64_t bits = uint64_t(words[2 * i] & 0x1fffffu) << 32 | words[2 * i + 1];
      to[i] = double(int64_t(bits)) * 0x1p-53;
    }
  }
};

/** Uniform numbers as fine as T has need of. */
GB_INLINE void takeFor(Twister& twister, const float*, double* to, long count) { twister.take24(to, count); }
GB_INLINE void takeFor(Twister& twister, const double*, double* to, long count) { twister.take53(to, count); }

/** `ln` of elementary.ts. */
GB_INLINE double naturalLog(double x) {
  uint64_t bits;
  __builtin_memcpy(&bits, &x, 8);
  double exponent = int32_t(bits >> 52) - 1023;
  bits = (bits & 0xfffffffffffffull) | 1023ull << 52;
  double m;
  __builtin_memcpy(&m, &bits, 8);
  bool large = m > 1.4142135623730951;
  m = large ? m / 2 : m;
  exponent = large ? exponent + 1 : exponent;
  double s = (m - 1) / (m + 1), square = s * s, sum = 1.0 / 25;
  const double odd[] = {1, 1.0 / 3, 1.0 / 5, 1.0 / 7, 1.0 / 9, 1.0 / 11, 1.0 / 13, 1.0 / 15, 1.0 / 17, 1.0 / 19, 1.0 / 21, 1.0 / 23};
#pragma GCC unroll 16
  for (int k = 11; k > 0; k--) sum = sum * square + odd[k];
  return exponent * 0.6931471803691238 + (2 * s + (2 * s * square * sum + exponent * 1.9082149292705877e-10));
}

/** `ln1p` of elementary.ts. */
GB_INLINE double naturalLog1p(double x) {
  double y = 1 + x;
  double corrected = naturalLog(y) - (y - 1 - x) / y;
  return y == 1 ? x : corrected;
}

/** 1/n!, as elementary.ts has them. */
struct Factorials {
  double inverse[20];
  constexpr Factorials() : inverse() {
    double product = 1;
    inverse[0] = 1;
    for (int n = 1; n < 20; n++) inverse[n] = 1 / (product *= n);
  }
};
constexpr Factorials factorials;

/** `circlePoint` of elementary.ts. */
GB_INLINE void circlePoint(double u, double& cosine, double& sine) {
  int quarter = int(4 * u + 0.5);
  double x = 2 * 3.141592653589793 * (u - double(quarter) / 4), square = x * x;
  double s = 0, c = 0;
#pragma GCC unroll 16
  for (int n = 17; n > 1; n -= 2) s = -square * (factorials.inverse[n] + s);
#pragma GCC unroll 16
  for (int n = 18; n > 0; n -= 2) c = -square * (factorials.inverse[n] + c);
  s = x + x * s;
  c = 1 + c;
  bool turned = quarter & 1;
  double across = turned ? s : c, up = turned ? c : s;
  cosine = (quarter + 1) & 2 ? -across : across;
  sine = quarter & 2 ? -up : up;
}

/** Makes blocks of 16 normal numbers of as many uniform ones, 8 apart. */
template <class T>
void toNormal(const double* uniform, long blocks, double scale, double shift, T* out) {
  for (long b = 0; b < blocks; b++, uniform += 16, out += 16) {
    for (int j = 0; j < 8; j++) {
      double radius = __builtin_sqrt(-2 * naturalLog(1 - uniform[j])), cosine, sine;
      circlePoint(uniform[j + 8], cosine, sine);
      // Rounded to T before they are scaled.
      out[j] = T(double(T(radius * cosine)) * scale + shift);
      out[j + 8] = T(double(T(radius * sine)) * scale + shift);
    }
  }
}

template <class T>
void normal(Twister& twister, T* out, long count, double scale, double shift) {
  double uniform[chunk];
  long whole = count / 16 * 16;
  // A rest is filled up from what is before it, with numbers of its own.
  for (long i = 0; i < whole; i += chunk) {
    long now = least(chunk, whole - i);
    takeFor(twister, out, uniform, now);
    toNormal(uniform, now / 16, scale, shift, out + i);
  }
  if (whole == count) return;
  // The last uniform numbers are drawn, though others take their places.
  takeFor(twister, out, uniform, count - whole);
  takeFor(twister, out, uniform, 16);
  toNormal(uniform, 1, scale, shift, out + count - 16);
}

template <class T>
void fill(Twister twister, DrawKind kind, T* out, long count, double scale, double shift) {
  if (kind == Normal) return normal(twister, out, count, scale, shift);
  double uniform[chunk];
  for (long i = 0; i < count; i += chunk, out += chunk) {
    long now = least(chunk, count - i);
    if (kind == Uniform) {
      takeFor(twister, out, uniform, now);
      for (long j = 0; j < now; j++) out[j] = T(uniform[j] * scale + shift);
      continue;
    }
    twister.take53(uniform, now);
    if (kind == Exponential) for (long j = 0; j < now; j++) out[j] = T(-naturalLog1p(-uniform[j]));
    else for (long j = 0; j < now; j++) out[j] = uniform[j] < scale ? T(1) : T(0);
  }
}

}  // namespace

/** Kind, type, addresses of the generator's words and of the numbers, count, scale, shift. */
void draw(const double* command) {
  Reader read(command);
  DrawKind kind = DrawKind(read.integer());
  bool single = read.integer() == Float32;
  Twister twister{read.pointer<uint32_t>()};
  char* out = read.pointer<char>();
  long count = read.integer();
  double scale = read.number(), shift = read.number();
  if (single) fill(twister, kind, reinterpret_cast<float*>(out), count, scale, shift);
  else fill(twister, kind, reinterpret_cast<double*>(out), count, scale, shift);
}

}  // namespace GB_ISA

// Running sums and products.
#include "command.h"
#include "isa.h"
#include "kernels.h"
#include "lines.h"
#include "pool.h"

namespace GB_ISA {
namespace {

/** Running sums or products down the columns of packed matrices, many columns at a time. */
template <class T>
void scanColumns(const Lines& lines, const T* x, bool product, T* out) {
  const long width = 128;
  long columns = lines.after, blocks = (columns + width - 1) / width;
  parallelRange(lines.lines / columns * blocks, greatest(1, 16384 / (lines.count * least(width, columns))), [&](long from, long to) {
    for (long task = from; task < to; task++) {
      long first = task % blocks * width, n = least(width, columns - first);
      long at = task / blocks * lines.count * columns + first;
      double values[width];
      for (long j = 0; j < n; j++) values[j] = product ? 1 : 0;
      for (long i = 0; i < lines.count; i++, at += columns) {
        if (product) for (long j = 0; j < n; j++) values[j] *= x[at + j];
        else for (long j = 0; j < n; j++) values[j] += x[at + j];
        for (long j = 0; j < n; j++) out[at + j] = T(values[j]);
      }
    }
  });
}

// Numbers of a vector in other places; those from its length on are of `fill`.
#if defined(__clang__)
#define GB_TAKE(v, fill, ...) __builtin_shufflevector(v, fill, __VA_ARGS__)
#else
#define GB_TAKE(v, fill, ...) __builtin_shuffle(v, fill, Places{__VA_ARGS__})
#endif

/** Running sums and products of float32 in double: those within a vector do not wait for the ones before it. */
struct Wide {
  static const int lanes = Vector<double>::lanes;
  typedef Vector<double>::type type;
  typedef long long Places __attribute__((vector_size(GB_BYTES)));
  typedef float Floats __attribute__((vector_size(GB_BYTES / 2)));
  typedef float Loose __attribute__((vector_size(GB_BYTES / 2), aligned(4), may_alias));

  template <bool product>
  static GB_INLINE_MEMBER type both(type a, type b) {
    return product ? a * b : a + b;
  }

  template <bool product>
  static GB_INLINE_MEMBER type within(type v) {
    type fill = splat<double>(product ? 1 : 0);
#if GB_BYTES == 64
    v = both<product>(v, GB_TAKE(v, fill, 8, 0, 1, 2, 3, 4, 5, 6));
    v = both<product>(v, GB_TAKE(v, fill, 8, 9, 0, 1, 2, 3, 4, 5));
    v = both<product>(v, GB_TAKE(v, fill, 8, 9, 10, 11, 0, 1, 2, 3));
#elif GB_BYTES == 32
    v = both<product>(v, GB_TAKE(v, fill, 4, 0, 1, 2));
    v = both<product>(v, GB_TAKE(v, fill, 4, 5, 0, 1));
#else
    v = both<product>(v, GB_TAKE(v, fill, 2, 0));
#endif
    return v;
  }

  /** The last number of a vector in all places. */
  static GB_INLINE_MEMBER type last(type v) {
#if GB_BYTES == 64
    return GB_TAKE(v, v, 7, 7, 7, 7, 7, 7, 7, 7);
#elif GB_BYTES == 32
    return GB_TAKE(v, v, 3, 3, 3, 3);
#else
    return GB_TAKE(v, v, 1, 1);
#endif
  }

  /** The running ones of whole vectors from `value` on, which becomes the last; how many there were. */
  template <bool product>
  static long run(const float* x, long n, double& value, float* out) {
    long i = 0;
    type before = splat(value);
    for (; i + lanes <= n; i += lanes) {
      type v = within<product>(__builtin_convertvector(*reinterpret_cast<const Loose*>(x + i), type));
      *reinterpret_cast<Loose*>(out + i) = __builtin_convertvector(both<product>(before, v), Floats);
      before = both<product>(before, last(v));
    }
    value = before[0];
    return i;
  }
};
#undef GB_TAKE

GB_INLINE long wholeVectors(const float* x, long n, bool product, double& value, float* out) {
  return product ? Wide::run<true>(x, n, value, out) : Wide::run<false>(x, n, value, out);
}

/** In double, what is too large on the way is so in the order of the elements. */
GB_INLINE long wholeVectors(const double*, long, bool, double&, double*) { return 0; }

template <class T>
void scanAs(const Lines& lines, const T* x, bool product, T* out) {
  if (lines.after >= 8 && lines.count > 0 && lines.isPacked()) return scanColumns(lines, x, product, out);
  parallelRange(lines.lines, greatest(1, 16384 / greatest(lines.count, 1)), [&](long from, long to) {
    for (long line = from; line < to; line++) {
      const T* at = x + lines.start(line);
      T* target = out + lines.packedStart(line, lines.count);
      double value = product ? 1 : 0;
      long i = lines.step == 1 && lines.after == 1 ? wholeVectors(at, lines.count, product, value, target) : 0;
      for (; i < lines.count; i++) {
        value = product ? value * at[i * lines.step] : value + at[i * lines.step];
        target[i * lines.after] = T(value);
      }
    }
  });
}

}  // namespace

/** Type, whether products are wanted, addresses of input and output, then the lines. */
void scan(const double* command) {
  Reader read(command);
  int type = int(read.integer());
  bool product = read.integer() != 0;
  char* x = read.pointer<char>();
  char* out = read.pointer<char>();
  Lines lines;
  lines.read(read);
  if (type == Float32) scanAs(lines, reinterpret_cast<float*>(x), product, reinterpret_cast<float*>(out));
  else scanAs(lines, reinterpret_cast<double*>(x), product, reinterpret_cast<double*>(out));
}

}  // namespace GB_ISA

// Softmax and its logarithm along a dimension.
#include "command.h"
#include "kernels.h"
#include "pool.h"
#include "vmath.h"

namespace GB_ISA {
namespace {

/** One row of neighbouring elements. */
template <class T>
void softmaxRow(const T* x, T* out, long n, bool log) {
  const int width = 32;
  T tops[width];
  for (int k = 0; k < width; k++) tops[k] = -T(__builtin_inf());
  long i = 0;
  for (; i + width <= n; i += width) {
    for (int k = 0; k < width; k++) tops[k] = x[i + k] > tops[k] || x[i + k] != x[i + k] ? x[i + k] : tops[k];
  }
  T top = -T(__builtin_inf());
  for (; i < n; i++) top = x[i] > top || x[i] != x[i] ? x[i] : top;
  for (int k = 0; k < width; k++) top = tops[k] > top || tops[k] != tops[k] ? tops[k] : top;

  // In stretches, so that sums of float32 stay exact enough in long rows.
  const long stretch = 1024;
  double total = 0;
  for (long from = 0; from < n; from += stretch) {
    long end = least(n, from + stretch);
    T sums[width] = {};
    long j = from;
    for (; j + width <= end; j += width) {
      for (int k = 0; k < width; k++) {
        T e = vexp(x[j + k] - top);
        sums[k] += e;
        if (!log) out[j + k] = e;
      }
    }
    T sum = 0;
    for (; j < end; j++) {
      T e = vexp(x[j] - top);
      sum += e;
      if (!log) out[j] = e;
    }
    for (int k = 0; k < width; k++) sum += sums[k];
    total += sum;
  }
  if (log) {
    T shift = top + T(::log(total));
    for (long j = 0; j < n; j++) out[j] = x[j] - shift;
  } else {
    T scale = T(1 / total);
    for (long j = 0; j < n; j++) out[j] *= scale;
  }
}

template <class T>
void run(const View& x, T* out, int rank, const long* shape, int dim, bool log) {
  long count = shape[dim], after = 1, lines = 1;
  for (int d = 0; d < rank; d++) {
    if (d != dim) lines *= shape[d];
    if (d > dim) after *= shape[d];
  }
  long step = x.strides[dim];
  parallelRange(lines, greatest(1, 8192 / greatest(count, 1)), [&](long from, long to) {
    bool straight = step == 1 && after == 1;
    T* packed = straight ? nullptr : static_cast<T*>(workspace(0, 2 * count * sizeof(T)));
    for (long line = from; line < to; line++) {
      long offset = 0, rest = line;
      for (int d = rank - 1; d >= 0; d--) {
        if (d == dim) continue;
        offset += rest % shape[d] * x.strides[d];
        rest /= shape[d];
      }
      const T* source = reinterpret_cast<const T*>(x.data) + offset;
      T* target = out + line / after * count * after + line % after;
      if (straight) {
        softmaxRow(source, target, count, log);
        continue;
      }
      for (long i = 0; i < count; i++) packed[i] = source[i * step];
      softmaxRow(packed, packed + count, count, log);
      for (long i = 0; i < count; i++) target[i * after] = packed[count + i];
    }
  });
}

}  // namespace

/** type, whether the logarithm is wanted, dimension, rank, shape, output address, input view. */
void softmax(const double* command) {
  Reader read(command);
  int type = int(read.integer());
  bool log = read.integer() != 0;
  int dim = int(read.integer());
  int rank = int(read.integer());
  long shape[maxRank];
  read.integers(shape, rank);
  char* out = read.pointer<char>();
  View x;
  read.view(x, rank);
  if (type == Float32) run(x, reinterpret_cast<float*>(out), rank, shape, dim, log);
  else run(x, reinterpret_cast<double*>(out), rank, shape, dim, log);
}

}  // namespace GB_ISA

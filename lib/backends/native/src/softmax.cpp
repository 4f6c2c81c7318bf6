// Softmax and its logarithm along a dimension, forward and backward.
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

/** Backward of one row, from that of the output and the output y: `dx = y (dy − Σ dy y)`, or `dy − e^y Σ dy` for the logarithm. */
template <class T>
void backRow(const T* dy, const T* y, T* dx, long n, bool log) {
  const int width = 32;
  const long stretch = 1024;
  double total = 0;
  for (long i = 0; i < n;) {
    long end = least(n, i + stretch);
    T sums[width] = {};
    T rest = 0;
    if (log) {
      for (; i + width <= end; i += width) for (int k = 0; k < width; k++) sums[k] += dy[i + k];
      for (; i < end; i++) rest += dy[i];
    } else {
      for (; i + width <= end; i += width) for (int k = 0; k < width; k++) sums[k] += dy[i + k] * y[i + k];
      for (; i < end; i++) rest += dy[i] * y[i];
    }
    total += Halves<T, width>::sum(sums) + rest;
  }
  T sum = T(total);
  if (log) {
#pragma GCC ivdep
    for (long i = 0; i < n; i++) dx[i] = dy[i] - vexp(y[i]) * sum;
  } else {
#pragma GCC ivdep
    for (long i = 0; i < n; i++) dx[i] = y[i] * (dy[i] - sum);
  }
}

template <class T>
void back(const View& dy, const View& y, T* dx, int rank, const long* shape, int dim, bool log) {
  long count = shape[dim], after = 1, lines = 1;
  for (int d = 0; d < rank; d++) {
    if (d != dim) lines *= shape[d];
    if (d > dim) after *= shape[d];
  }
  long dyStep = dy.strides[dim], yStep = y.strides[dim];
  bool straight = dyStep == 1 && yStep == 1 && after == 1;
  parallelRange(lines, greatest(1, 8192 / greatest(count, 1)), [&](long from, long to) {
    T* packed = straight ? nullptr : static_cast<T*>(workspace(0, 3 * count * sizeof(T)));
    for (long line = from; line < to; line++) {
      long dyAt = 0, yAt = 0, rest = line;
      for (int d = rank - 1; d >= 0; d--) {
        if (d == dim) continue;
        dyAt += rest % shape[d] * dy.strides[d];
        yAt += rest % shape[d] * y.strides[d];
        rest /= shape[d];
      }
      const T* slopes = reinterpret_cast<const T*>(dy.data) + dyAt;
      const T* values = reinterpret_cast<const T*>(y.data) + yAt;
      T* target = dx + line / after * count * after + line % after;
      if (straight) {
        backRow(slopes, values, target, count, log);
        continue;
      }
      for (long i = 0; i < count; i++) {
        packed[i] = slopes[i * dyStep];
        packed[count + i] = values[i * yStep];
      }
      backRow(packed, packed + count, packed + 2 * count, count, log);
      for (long i = 0; i < count; i++) target[i * after] = packed[2 * count + i];
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

/** As `softmax`, with the address of dx and the views of dy and of softmax's output. */
void softmaxBackward(const double* command) {
  Reader read(command);
  int type = int(read.integer());
  bool log = read.integer() != 0;
  int dim = int(read.integer());
  int rank = int(read.integer());
  long shape[maxRank];
  read.integers(shape, rank);
  char* dx = read.pointer<char>();
  View dy, y;
  read.view(dy, rank);
  read.view(y, rank);
  if (type == Float32) back(dy, y, reinterpret_cast<float*>(dx), rank, shape, dim, log);
  else back(dy, y, reinterpret_cast<double*>(dx), rank, shape, dim, log);
}

}  // namespace GB_ISA

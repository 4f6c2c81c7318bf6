// Softmax and its logarithm along a dimension, forward and backward.
#include "command.h"
#include "kernels.h"
#include "pool.h"
#include "rows.h"
#include "vmath.h"

namespace GB_ISA {
namespace {

/** So many exponentials at least: the compiler makes vectors of them, and of what is left of a row it cannot. */
const int fewest = 16;

/** The terms of `fewest` neighbours; those before `from` are 0. */
template <class T>
GB_INLINE void termsOf(const T* x, T top, int from, T* out, T* sums) {
  for (int k = 0; k < fewest; k++) {
    T e = vexp((k < from ? -T(__builtin_inf()) : x[k]) - top);
    if (out != nullptr) out[k] = e;
    sums[k] += e;
  }
}

/** `Σ e^(x − top)`, whose terms become the output where there is one. */
template <class T>
double exponentials(const T* x, T top, T* out, long n) {
  if (n < fewest) {
    T padded[fewest], terms[fewest], sums[fewest] = {};
    for (long k = 0; k < fewest; k++) padded[k] = k < n ? x[k] : -T(__builtin_inf());
    termsOf(padded, top, 0, terms, sums);
    if (out != nullptr) for (long k = 0; k < n; k++) out[k] = terms[k];
    return Halves<T, fewest>::sum(sums);
  }
  T sums[fewest] = {};
  double total = 0;
  // The end by a step that overlaps whole ones. These come after it, since the output may be x itself.
  long left = n % fewest, whole = n - left;
  if (left > 0) {
    T terms[fewest];
    termsOf(x + n - fewest, top, int(fewest - left), terms, sums);
    if (out != nullptr) for (long k = 0; k < left; k++) out[whole + k] = terms[fewest - left + k];
  }
  for (long i = 0; i < whole;) {
    long end = least(whole, i + 1024);
    for (; i < end; i += fewest) termsOf(x + i, top, 0, out == nullptr ? out : out + i, sums);
    total += Halves<T, fewest>::sum(sums);
    for (int k = 0; k < fewest; k++) sums[k] = 0;
  }
  return total;
}

/** One row of neighbouring elements. */
template <class T>
void softmaxRow(const T* x, T* out, long n, bool log) {
  T top = greatestOf(x, n);
  double total = exponentials(x, top, log ? nullptr : out, n);
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
  double total = sumOfTerms<T>(n, [&](long i) { return log ? dy[i] : dy[i] * y[i]; });
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

/** What a command of either way begins with: type, whether the logarithm is wanted, dimension, rank, shape, output address. */
struct Lines {
  bool isFloat, log;
  int dim, rank;
  long shape[maxRank];
  char* out;

  explicit Lines(Reader& read) {
    isFloat = read.integer() == Float32;
    log = read.integer() != 0;
    dim = int(read.integer());
    rank = int(read.integer());
    read.integers(shape, rank);
    out = read.pointer<char>();
  }
};

}  // namespace

/** As `Lines`, then the view of the input. */
void softmax(const double* command) {
  Reader read(command);
  Lines lines(read);
  View x;
  read.view(x, lines.rank);
  if (lines.isFloat) run(x, reinterpret_cast<float*>(lines.out), lines.rank, lines.shape, lines.dim, lines.log);
  else run(x, reinterpret_cast<double*>(lines.out), lines.rank, lines.shape, lines.dim, lines.log);
}

/** As `Lines`, where the output is dx, then the views of dy and of softmax's output. */
void softmaxBackward(const double* command) {
  Reader read(command);
  Lines lines(read);
  View dy, y;
  read.view(dy, lines.rank);
  read.view(y, lines.rank);
  if (lines.isFloat) back(dy, y, reinterpret_cast<float*>(lines.out), lines.rank, lines.shape, lines.dim, lines.log);
  else back(dy, y, reinterpret_cast<double*>(lines.out), lines.rank, lines.shape, lines.dim, lines.log);
}

}  // namespace GB_ISA

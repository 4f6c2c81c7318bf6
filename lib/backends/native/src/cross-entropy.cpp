// Cross-entropy of rows of scores against one class a row, with a share of the uniform distribution, forward and backward. Exponentials are computed
// again backward: that takes less time than carrying them through memory.
#include "command.h"
#include "kernels.h"
#include "pool.h"
#include "rows.h"
#include "vmath.h"

namespace GB_ISA {
namespace {

template <class T>
void forward(Reader& read) {
  long rows = read.integer(), n = read.integer();
  double smoothing = read.number();
  const T* x = read.pointer<T>();
  const int* target = read.pointer<int>();
  T* losses = read.pointer<T>();
  T* logSums = read.pointer<T>();
  parallelRange(rows, greatest(1, 8192 / n), [&](long from, long to) {
    for (long r = from; r < to; r++) {
      const T* row = x + r * n;
      T top = greatestOf(row, n);
      double logSum = top + log(sumOfTerms<T>(n, [&](long i) { return vexp(row[i] - top); }));
      logSums[r] = T(logSum);
      if (target[r] < 0) {
        losses[r] = 0;
        continue;
      }
      double loss = logSum - row[target[r]];
      if (smoothing > 0) loss += smoothing * (row[target[r]] - sumOfTerms<T>(n, [&](long i) { return row[i]; }) / n);
      losses[r] = T(loss);
    }
  });
}

template <class T>
void backward(Reader& read) {
  long rows = read.integer(), n = read.integer();
  double smoothing = read.number();
  const T* x = read.pointer<T>();
  const int* target = read.pointer<int>();
  const T* logSums = read.pointer<T>();
  const T* dy = read.pointer<T>();
  T scale = T(read.number());
  T* dx = read.pointer<T>();
  parallelRange(rows, greatest(1, 8192 / n), [&](long from, long to) {
    for (long r = from; r < to; r++) {
      const T* row = x + r * n;
      T* out = dx + r * n;
      if (target[r] < 0) {
        for (long i = 0; i < n; i++) out[i] = 0;
        continue;
      }
      T slope = dy ? dy[r] * scale : scale, logSum = logSums[r];
      T uniform = T(slope * smoothing / n);
#pragma GCC ivdep
      for (long i = 0; i < n; i++) out[i] = vexp(row[i] - logSum) * slope - uniform;
      out[target[r]] -= T(slope * (1 - smoothing));
    }
  });
}

}  // namespace

/** Type, rows, classes, smoothing, addresses of scores, classes (negative to leave a row out), losses and logarithms of sums. */
void crossEntropy(const double* command) {
  Reader read(command);
  if (read.integer() == Float32) forward<float>(read);
  else forward<double>(read);
}

/** As `crossEntropy` up to the classes, then addresses of the logarithms and of dy (0 for ones), a factor, and the address of the result. */
void crossEntropyBackward(const double* command) {
  Reader read(command);
  if (read.integer() == Float32) backward<float>(read);
  else backward<double>(read);
}

}  // namespace GB_ISA

// Normalizations, forward.
#include "norm.h"

namespace GB_ISA {
namespace {

template <class T>
double sumOfRun(const T* x, long n) {
  double total[1] = {};
  typedef typename Vector<T>::type Vec;
  fold<T, 1>(n, total, [&](long i, Vec* s) { s[0] += load(x + i); }, [&](long i, T* s) { s[0] += x[i]; });
  return total[0];
}

template <class T>
double squaresOfRun(const T* x, long n, T mean) {
  double total[1] = {};
  typedef typename Vector<T>::type Vec;
  auto wide = [&](long i, Vec* s) {
    Vec d = load(x + i) - mean;
    s[0] += d * d;
  };
  auto narrow = [&](long i, T* s) {
    T d = x[i] - mean;
    s[0] += d * d;
  };
  fold<T, 1>(n, total, wide, narrow);
  return total[0];
}

/**
 * `out = (x − mean) · scale · weight + bias`, a weight and a bias for each element; either may be missing. Returns the sum of the row `next`, so
 * that what is far in memory is read while results are written.
 */
template <class T, bool W, bool B>
double writeRow(const T* x, long n, T mean, T scale, const T* weight, const T* bias, const T* next, T* out) {
  typedef typename Vector<T>::type Vec;
  double total[1] = {};
  auto wide = [&](long i, Vec* s) {
    Vec unit = (load(x + i) - mean) * scale;
    if (W) unit *= load(weight + i);
    if (B) unit += load(bias + i);
    store(out + i, unit);
    s[0] += load(next + i);
  };
  auto narrow = [&](long i, T* s) {
    T unit = (x[i] - mean) * scale;
    if (W) unit *= weight[i];
    if (B) unit += bias[i];
    out[i] = unit;
    s[0] += next[i];
  };
  fold<T, 1>(n, total, wide, narrow);
  return total[0];
}

/** Rows with a weight for each element, from the sample `from` on. */
template <class T, bool W, bool B>
void forwardRows(const Norm<T>& m, const T* bias, T* out, long from, long to) {
  long n = m.channels;
  double sum = sumOfRun(m.x + from * n, n);
  for (long set = from; set < to; set++) {
    const T* x = m.x + set * n;
    T mean = m.centered ? T(sum / n) : T(0);
    m.means[set] = mean;
    m.variances[set] = T(squaresOfRun(x, n, mean) / n);
    long first = set % m.groups * n;
    const T* next = set + 1 < to ? x + n : x;
    sum = writeRow<T, W, B>(x, n, mean, m.scale(set), W ? m.weight + first : nullptr, B ? bias + first : nullptr, next, out + set * n);
  }
}

template <class T>
void writeRun(const T* x, long n, T mean, T factor, T shift, T* out) {
#pragma GCC ivdep
  for (long i = 0; i < n; i++) out[i] = (x[i] - mean) * factor + shift;
}

template <class T>
void forwardByRow(const Norm<T>& m, const T* bias, T* out) {
  parallelRange(m.sets(), grainOf(m.members()), [&](long from, long to) {
    if (m.weight && bias) forwardRows<T, true, true>(m, bias, out, from, to);
    else if (m.weight) forwardRows<T, true, false>(m, bias, out, from, to);
    else if (bias) forwardRows<T, false, true>(m, bias, out, from, to);
    else forwardRows<T, false, false>(m, bias, out, from, to);
  });
}

template <class T>
void forwardBySample(const Norm<T>& m, const T* bias, T* out) {
  long n = m.members();
  parallelRange(m.sets(), grainOf(n), [&](long from, long to) {
    for (long set = from; set < to; set++) {
      const T* x = m.x + set * n;
      T mean = m.centered ? T(sumOfRun(x, n) / n) : T(0);
      m.means[set] = mean;
      m.variances[set] = T(squaresOfRun(x, n, mean) / n);
      T scale = m.scale(set);
      long first = set % m.groups * m.channels;
      for (long c = 0; c < m.channels; c++) {
        long at = c * m.size;
        T factor = m.weight ? scale * m.weight[first + c] : scale;
        writeRun(x + at, m.size, mean, factor, bias ? bias[first + c] : T(0), out + set * n + at);
      }
    }
  });
}

template <class T>
void forwardByChannel(const Norm<T>& m, const T* bias, T* out) {
  long n = m.members(), step = m.channels * m.size;
  parallelRange(m.channels, grainOf(n), [&](long from, long to) {
    for (long c = from; c < to; c++) {
      const T* x = m.x + c * m.size;
      double sum = 0, squares = 0;
      for (long s = 0; s < m.samples && m.centered; s++) sum += sumOfRun(x + s * step, m.size);
      T mean = T(sum / n);
      for (long s = 0; s < m.samples; s++) squares += squaresOfRun(x + s * step, m.size, mean);
      m.means[c] = mean;
      m.variances[c] = T(squares / n);
      T factor = m.weight ? m.scale(c) * m.weight[c] : m.scale(c);
      T shift = bias ? bias[c] : T(0);
      for (long s = 0; s < m.samples; s++) writeRun(x + s * step, m.size, mean, factor, shift, out + c * m.size + s * step);
    }
  });
}

template <class T>
void forwardByColumn(const Norm<T>& m, const T* bias, T* out) {
  long rows = m.samples, width = m.channels;
  parallelRange((width + band - 1) / band, greatest(1, 16384 / (rows * band)), [&](long from, long to) {
    for (long first = from * band; first < least(width, to * band); first += band) {
      long columns = least(band, width - first);
      const T* x = m.x + first;
      double totals[band];
      T factor[band], shift[band], mean[band];
      sumColumns<T>(rows, columns, totals, [&](long r, long c) { return x[r * width + c]; });
      for (long c = 0; c < columns; c++) m.means[first + c] = mean[c] = m.centered ? T(totals[c] / rows) : T(0);
      sumColumns<T>(rows, columns, totals, [&](long r, long c) {
        T d = x[r * width + c] - mean[c];
        return d * d;
      });
      for (long c = 0; c < columns; c++) {
        m.variances[first + c] = T(totals[c] / rows);
        factor[c] = m.scale(first + c) * (m.weight ? m.weight[first + c] : T(1));
        shift[c] = bias ? bias[first + c] : T(0);
      }
      for (long r = 0; r < rows; r++) {
        T* to = out + r * width + first;
#pragma GCC ivdep
        for (long c = 0; c < columns; c++) to[c] = (x[r * width + c] - mean[c]) * factor[c] + shift[c];
      }
    }
  });
}

template <class T>
void forward(Reader& read) {
  Norm<T> m = readNorm<T>(read);
  const T* bias = read.pointer<T>();
  T* out = read.pointer<T>();
  if (!m.byChannel && m.size == 1) forwardByRow(m, bias, out);
  else if (!m.byChannel) forwardBySample(m, bias, out);
  else if (m.size == 1) forwardByColumn(m, bias, out);
  else forwardByChannel(m, bias, out);
}

}  // namespace

/** Type, four sizes, whether by channel, whether centered, epsilon, addresses of x, weight (0 for none) and statistics, then of bias (0) and output. */
void normalize(const double* command) {
  Reader read(command);
  if (read.integer() == Float32) forward<float>(read);
  else forward<double>(read);
}

}  // namespace GB_ISA

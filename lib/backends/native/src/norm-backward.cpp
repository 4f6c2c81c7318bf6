// Normalizations, backward: `dx = scale · (g − mean g − unit · mean(g · unit))` with g = dy · weight and unit = (x − mean) · scale.
#include "norm.h"

namespace GB_ISA {
namespace {

/** `Σ dy` and `Σ dy (x − mean)` of a run. */
template <class T>
void slopesOf(const T* dy, const T* x, long n, T mean, double* totals) {
  typedef typename Vector<T>::type Vec;
  auto wide = [&](long i, Vec* s) {
    Vec d = load(dy + i);
    s[0] += d;
    s[1] += d * (load(x + i) - mean);
  };
  auto narrow = [&](long i, T* s) {
    s[0] += dy[i];
    s[1] += dy[i] * (x[i] - mean);
  };
  fold<T, 2>(n, totals, wide, narrow);
}

/** What backward writes; gradients of weight and bias may be unwanted. */
template <class T>
struct Gradients {
  const T* dy;
  T* dx;
  T* dWeight;
  T* dBias;
};

/** `dx = dy · factor − (x − mean) · slope − shift` of a run with one weight. */
template <class T>
void backRun(const T* dy, const T* x, long n, T mean, T factor, T slope, T shift, T* dx) {
#pragma GCC ivdep
  for (long i = 0; i < n; i++) dx[i] = dy[i] * factor - (x[i] - mean) * slope - shift;
}

/** A row with a weight for each element: the sums for dx, and the row's share of the gradients of weight and bias. */
template <class T, bool W>
void slopesOfRow(const T* dy, const T* x, const T* weight, long n, T mean, T scale, T* dWeight, T* dBias, double* totals) {
  typedef typename Vector<T>::type Vec;
  auto wide = [&](long i, Vec* s) {
    Vec d = load(dy + i), unit = (load(x + i) - mean) * scale;
    store(dBias + i, load(dBias + i) + d);
    store(dWeight + i, load(dWeight + i) + d * unit);
    if (W) d *= load(weight + i);
    s[0] += d;
    s[1] += d * unit;
  };
  auto narrow = [&](long i, T* s) {
    T d = dy[i], unit = (x[i] - mean) * scale;
    dBias[i] += d;
    dWeight[i] += d * unit;
    if (W) d *= weight[i];
    s[0] += d;
    s[1] += d * unit;
  };
  fold<T, 2>(n, totals, wide, narrow);
}

template <class T, bool W>
void backRow(const T* dy, const T* x, const T* weight, long n, T mean, T scale, T slope, T shift, T* dx) {
#pragma GCC ivdep
  for (long i = 0; i < n; i++) {
    T d = W ? dy[i] * weight[i] : dy[i];
    dx[i] = (d - (x[i] - mean) * slope - shift) * scale;
  }
}

/** Adds up the shares of the gradients of weight and bias that `pieces` pieces of the samples have. */
template <class T>
void addShares(const T* shares, long pieces, long width, const Gradients<T>& g) {
  for (int which = 0; which < 2; which++) {
    T* to = which == 0 ? g.dWeight : g.dBias;
    if (!to) continue;
    parallelRange((width + band - 1) / band, greatest(1, 16384 / (pieces * band)), [&](long from, long end) {
      for (long first = from * band; first < least(width, end * band); first += band) {
        double totals[band];
        long columns = least(band, width - first);
        const T* share = shares + which * width + first;
        sumColumns<T>(pieces, columns, totals, [&](long p, long c) { return share[2 * p * width + c]; });
        for (long c = 0; c < columns; c++) to[first + c] = T(totals[c]);
      }
    });
  }
}

/** A weight for each element of a row: the rows are cut into pieces that gather their share of the weights' gradients. */
template <class T>
void backwardByRow(const Norm<T>& m, const Gradients<T>& g) {
  long n = m.channels, width = m.groups * n;
  long height = greatest(1, least(64, m.samples / 8));
  long pieces = (m.samples + height - 1) / height;
  T* shares = static_cast<T*>(sharedWorkspace(0, pieces * 2 * width * sizeof(T)));
  parallelRange(pieces, greatest(1, 8192 / (height * width)), [&](long from, long to) {
    for (long piece = from; piece < to; piece++) {
      T* dWeight = shares + piece * 2 * width;
      T* dBias = dWeight + width;
      for (long i = 0; i < 2 * width; i++) dWeight[i] = 0;
      for (long set = piece * height * m.groups; set < least(m.samples, (piece + 1) * height) * m.groups; set++) {
        long first = set % m.groups * n;
        const T* dy = g.dy + set * n;
        const T* x = m.x + set * n;
        T mean = m.means[set], scale = m.scale(set);
        double sums[2] = {};
        const T* w = m.weight ? m.weight + first : nullptr;
        if (w) slopesOfRow<T, true>(dy, x, w, n, mean, scale, dWeight + first, dBias + first, sums);
        else slopesOfRow<T, false>(dy, x, w, n, mean, scale, dWeight + first, dBias + first, sums);
        T slope = T(sums[1] / n) * scale, shift = m.centered ? T(sums[0] / n) : T(0);
        if (w) backRow<T, true>(dy, x, w, n, mean, scale, slope, shift, g.dx + set * n);
        else backRow<T, false>(dy, x, w, n, mean, scale, slope, shift, g.dx + set * n);
      }
    }
  });
  addShares(shares, pieces, width, g);
}

/** One weight for all elements of a channel of a sample. */
template <class T>
void backwardBySample(const Norm<T>& m, const Gradients<T>& g) {
  long n = m.members(), width = m.groups * m.channels;
  T* shares = static_cast<T*>(sharedWorkspace(0, m.samples * 2 * width * sizeof(T)));
  parallelRange(m.sets(), grainOf(n), [&](long from, long to) {
    for (long set = from; set < to; set++) {
      long first = set % m.groups * m.channels;
      T* dWeight = shares + set / m.groups * 2 * width + first;
      T* dBias = dWeight + width;
      T mean = m.means[set], scale = m.scale(set);
      double plain = 0, tilted = 0;
      for (long c = 0; c < m.channels; c++) {
        double sums[2] = {};
        long at = set * n + c * m.size;
        slopesOf(g.dy + at, m.x + at, m.size, mean, sums);
        dBias[c] = T(sums[0]);
        dWeight[c] = T(sums[1] * scale);
        double w = m.weight ? m.weight[first + c] : 1;
        plain += w * sums[0];
        tilted += w * sums[1];
      }
      T slope = T(tilted / n) * scale * scale * scale, shift = m.centered ? T(plain / n) * scale : T(0);
      for (long c = 0; c < m.channels; c++) {
        long at = set * n + c * m.size;
        T factor = m.weight ? scale * m.weight[first + c] : scale;
        backRun(g.dy + at, m.x + at, m.size, mean, factor, slope, shift, g.dx + at);
      }
    }
  });
  addShares(shares, m.samples, width, g);
}

template <class T>
void backwardByChannel(const Norm<T>& m, const Gradients<T>& g) {
  long n = m.members(), step = m.channels * m.size;
  parallelRange(m.channels, grainOf(n), [&](long from, long to) {
    for (long c = from; c < to; c++) {
      T mean = m.means[c], scale = m.scale(c);
      double sums[2] = {};
      for (long s = 0; s < m.samples; s++) {
        long at = s * step + c * m.size;
        slopesOf(g.dy + at, m.x + at, m.size, mean, sums);
      }
      if (g.dBias) g.dBias[c] = T(sums[0]);
      if (g.dWeight) g.dWeight[c] = T(sums[1] * scale);
      T factor = m.weight ? scale * m.weight[c] : scale;
      T slope = T(sums[1] / n) * scale * scale * factor, shift = m.centered ? T(sums[0] / n) * factor : T(0);
      for (long s = 0; s < m.samples; s++) {
        long at = s * step + c * m.size;
        backRun(g.dy + at, m.x + at, m.size, mean, factor, slope, shift, g.dx + at);
      }
    }
  });
}

template <class T>
void backwardByColumn(const Norm<T>& m, const Gradients<T>& g) {
  long rows = m.samples, width = m.channels;
  parallelRange((width + band - 1) / band, greatest(1, 16384 / (rows * band)), [&](long from, long to) {
    for (long first = from * band; first < least(width, to * band); first += band) {
      long columns = least(band, width - first);
      const T* x = m.x + first;
      const T* dy = g.dy + first;
      const T* mean = m.means + first;
      double plain[band], tilted[band];
      T factor[band], slope[band], shift[band];
      sumColumns<T>(rows, columns, plain, [&](long r, long c) { return dy[r * width + c]; });
      sumColumns<T>(rows, columns, tilted, [&](long r, long c) { return dy[r * width + c] * (x[r * width + c] - mean[c]); });
      for (long c = 0; c < columns; c++) {
        T scale = m.scale(first + c);
        if (g.dBias) g.dBias[first + c] = T(plain[c]);
        if (g.dWeight) g.dWeight[first + c] = T(tilted[c] * scale);
        factor[c] = scale * (m.weight ? m.weight[first + c] : T(1));
        slope[c] = T(tilted[c] / rows) * scale * scale * factor[c];
        shift[c] = m.centered ? T(plain[c] / rows) * factor[c] : T(0);
      }
      for (long r = 0; r < rows; r++) {
        T* dx = g.dx + r * width + first;
#pragma GCC ivdep
        for (long c = 0; c < columns; c++) {
          dx[c] = dy[r * width + c] * factor[c] - (x[r * width + c] - mean[c]) * slope[c] - shift[c];
        }
      }
    }
  });
}

template <class T>
void backward(Reader& read) {
  Norm<T> m = readNorm<T>(read);
  Gradients<T> g;
  g.dy = read.pointer<T>();
  g.dx = read.pointer<T>();
  g.dWeight = read.pointer<T>();
  g.dBias = read.pointer<T>();
  if (!m.byChannel && m.size == 1) backwardByRow(m, g);
  else if (!m.byChannel) backwardBySample(m, g);
  else if (m.size == 1) backwardByColumn(m, g);
  else backwardByChannel(m, g);
}

}  // namespace

/** As `normalize` up to the statistics, then addresses of the gradients of output, input, weight (0 for none) and bias (0). */
void normalizeBackward(const double* command) {
  Reader read(command);
  if (read.integer() == Float32) backward<float>(read);
  else backward<double>(read);
}

}  // namespace GB_ISA

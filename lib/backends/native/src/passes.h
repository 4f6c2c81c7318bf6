// Passes over a matrix that is changed by outer products and multiplied by a vector, so that memory is read once for both.
#pragma once
#include "decomposition.h"
#include "vectors.h"

namespace GB_ISA {

/** How many numbers a stretch of rows has at least. */
const double passNumbers = 16384;

/** Into how many stretches of rows a matrix is cut at most. */
const long mostPasses = 8;

/** R rows of A: `a −= x·u + y·w`, and `sum += z·a` for the new a. */
template <int R>
static void updateFew(double* a, long aRow, long from, long to, const double* x, const double* u, const double* y, const double* w,
                      const double* z, double* sum) {
  typedef typename Vector<double>::type Vec;
  Vec xs[R], ys[R], zs[R];
  for (int r = 0; r < R; r++) {
    xs[r] = splat(x[r]);
    ys[r] = splat(y[r]);
    zs[r] = splat(z[r]);
  }
  for (long j = from; j < to; j += Vector<double>::lanes) {
    Vec us = load(u + j), ws = load(w + j), total = load(sum + j);
#pragma GCC unroll 4
    for (int r = 0; r < R; r++) {
      Vec own = load(a + r * aRow + j) - xs[r] * us - ys[r] * ws;
      store(a + r * aRow + j, own);
      total += zs[r] * own;
    }
    store(sum + j, total);
  }
}

/**
 * Rows of A from `first` to before `end`, columns from `from` to before `to`, both whole vectors apart: `a −= x uᵀ + y wᵀ`, and then `sum = Aᵀ z`. The matrix
 * is read and written once. `sums` has places for `mostPasses` sums of `to` numbers.
 */
static void updateRows(double* a, long aRow, long first, long end, long from, long to, const double* x, const double* u, const double* y,
                       const double* w, const double* z, double* sum, double* sums, bool spread) {
  // As many stretches whatever the number of threads, so that their sums are rounded alike.
  long passes = greatest(1, least(mostPasses, long(double(end - first) * (to - from) / passNumbers)));
  long height = ((end - first + passes - 1) / passes + 3) / 4 * 4;
  auto pass = [&](long p) {
    double* own = sums + p * to;
    for (long j = from; j < to; j++) own[j] = 0;
    long i = first + p * height, last = least(end, i + height);
    for (; i + 4 <= last; i += 4) updateFew<4>(a + i * aRow, aRow, from, to, x + i, u, y + i, w, z + i, own);
    for (; i < last; i++) updateFew<1>(a + i * aRow, aRow, from, to, x + i, u, y + i, w, z + i, own);
  };
  if (spread && passes > 1) parallel(passes, pass);
  else for (long p = 0; p < passes; p++) pass(p);
  for (long j = from; j < to; j++) sum[j] = sums[j];
  for (long p = 1; p < passes; p++) addTo(sum + from, sums + p * to + from, 1.0, to - from);
}

/** `out = A u`, of the same rows and columns. */
static void projectRows(const double* a, long aRow, long first, long end, long from, long to, const double* u, double* out, bool spread) {
  typedef typename Vector<double>::type Vec;
  long passes = greatest(1, least(mostPasses, long(double(end - first) * (to - from) / passNumbers)));
  long height = ((end - first + passes - 1) / passes + 3) / 4 * 4;
  auto pass = [&](long p) {
    long i = first + p * height, last = least(end, i + height);
    for (; i + 4 <= last; i += 4) {
      Vec sums[4] = {};
      for (long j = from; j < to; j += Vector<double>::lanes) {
        Vec us = load(u + j);
#pragma GCC unroll 4
        for (int r = 0; r < 4; r++) sums[r] += us * load(a + (i + r) * aRow + j);
      }
      for (int r = 0; r < 4; r++) out[i + r] = sumOf<double>(sums[r]);
    }
    for (; i < last; i++) out[i] = product(a + i * aRow + from, u + from, to - from);
  };
  if (spread && passes > 1) parallel(passes, pass);
  else for (long p = 0; p < passes; p++) pass(p);
}

}  // namespace GB_ISA

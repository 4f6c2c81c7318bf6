// Householder's reflections H = I − s v vᵀ: made one by one, multiplied together in blocks, so that most of the work is products of matrices.
#pragma once
#include <math.h>
#include <string.h>

#include "decomposition.h"
#include "vectors.h"

namespace GB_ISA {

/** `scale` is s, `length` what the reflection makes of the vector's first element; the others become 0. */
struct Reflection {
  double scale;
  double length;
};

/** The length of a vector, without overflow. */
static double lengthOf(const double* x, long n) {
  double squares = product(x, x, n);
  if (squares > 1e-280 && squares < 1e280) return sqrt(squares);
  double top = 0;
  for (long i = 0; i < n; i++) top = fabs(x[i]) > top ? fabs(x[i]) : top;
  if (!(top > 0)) return squares;
  double sum = 0;
  for (long i = 0; i < n; i++) sum += (x[i] / top) * (x[i] / top);
  return top * sqrt(sum);
}

/** Makes of x the v of the reflection that turns x into its first axis, with v[0] = 1: onto the other side of 0 than where x is, as LAPACK does. */
static Reflection reflect(double* x, long n) {
  double below = lengthOf(x + 1, n - 1);
  if (below == 0) {
    double first = x[0];
    x[0] = 1;
    return {0, first};
  }
  // Numbers that have few digits left, near the least normal one, are multiplied up first.
  double unit = below + fabs(x[0]) < 1e-290 ? 0x1p+200 : 1;
  if (unit != 1) {
    for (long i = 0; i < n; i++) x[i] *= unit;
    below = lengthOf(x + 1, n - 1);
  }
  double both[2] = {x[0], below};
  double length = x[0] < 0 ? lengthOf(both, 2) : -lengthOf(both, 2), divisor = x[0] - length;
  x[0] = 1;
  for (long i = 1; i < n; i++) x[i] /= divisor;
  return {-divisor / length, length / unit};
}

/** Reflections one after another, H₀ H₁ …: row k holds v, which is 0 before its element k + shift and 1 there. */
struct Reflections {
  double* vectors;
  double* scales;
  /** Numbers in a row, and from one to the next. */
  long length, row;
  long count, shift;
};

/** What `applyBlock` needs to work in, for a matrix of so many columns. */
static long blockPlaces(long columns) { return 2 * strip * strip + 2 * strip * padded(columns); }

/** C = H C for the product H of up to `strip` reflections from `first` on, or Hᵀ C; C is the rows from `first + shift` on. */
static void applyBlock(const Reflections& all, long first, long count, bool transposed, double* c, long cRow, long columns, double* work,
                       bool spread) {
  if (columns <= 0 || count <= 0) return;
  long from = first + all.shift, rows = all.length - from;
  double* gram = work;
  double* factor = gram + strip * strip;
  double* w = factor + strip * strip;
  double* turnedW = w + strip * padded(columns);
  const double* v = all.vectors + first * all.row + from;
  gemm<double>(count, count, rows, rowMajor(v, all.row), turned(v, all.row), gram, strip, false, spread);
  // H = I − V T Vᵀ; T is upper triangular, and a column follows from those before it. The factor is −T.
  for (long i = 0; i < count; i++) {
    double scale = all.scales[first + i];
    for (long j = 0; j < i; j++) {
      double sum = 0;
      for (long l = j; l < i; l++) sum += factor[j * strip + l] * gram[l * strip + i];
      factor[j * strip + i] = -scale * sum;
      factor[i * strip + j] = 0;
    }
    factor[i * strip + i] = -scale;
  }
  long wRow = padded(columns);
  gemm<double>(count, columns, rows, rowMajor(v, all.row), rowMajor(c, cRow), w, wRow, false, spread);
  Matrix<double> t = transposed ? turned(factor, strip) : rowMajor(factor, strip);
  gemm<double>(count, columns, count, t, rowMajor(w, wRow), turnedW, wRow, false, spread);
  gemm<double>(rows, columns, count, turned(v, all.row), rowMajor(turnedW, wRow), c, cRow, true, spread);
}

/** The first `columns` columns of the identity, where a product of reflections begins. */
static void beginProduct(const Reflections& all, double* q, long qRow, long columns) {
  for (long i = 0; i < all.length; i++) {
    memset(q + i * qRow, 0, columns * sizeof(double));
    if (i < columns) q[i * qRow + i] = 1;
  }
}

/** The place of the last block of reflections, with which a product is gone on from its beginning. */
static long lastBlock(const Reflections& all) { return all.count > 0 ? (all.count - 1) / strip * strip : -strip; }

/** Goes on with a product at the block `first`, from the last to the first; returns the next one, which is below 0 at the end. */
static long formProduct(const Reflections& all, long first, double* q, long qRow, long columns, double* work, Allowance& allowance, bool spread) {
  // What a block does not touch is still the identity.
  for (; first >= 0 && allowance.isLeft(); first -= strip) {
    long from = first + all.shift;
    applyBlock(all, first, least(strip, all.count - first), false, q + from * qRow + from, qRow, columns - from, work, spread);
    allowance.use(2.0 * strip * (all.length - from) * (columns - from));
  }
  return first;
}

/** C = (the product of all reflections) C. */
static void applyProduct(const Reflections& all, double* c, long cRow, long columns, double* work, bool spread) {
  for (long first = (all.count - 1) / strip * strip; first >= 0 && all.count > 0; first -= strip) {
    applyBlock(all, first, least(strip, all.count - first), false, c + (first + all.shift) * cRow, cRow, columns, work, spread);
  }
}

/**
 * Reflects the columns of a matrix with at least as many rows until it is upper triangular, from the column `first` on, where a strip begins; what is below
 * the diagonal stays undefined. Returns where it has stopped.
 */
static long triangularize(double* a, long aRow, long columns, const Reflections& all, long first, double* work, Allowance& allowance, bool spread) {
  long rows = all.length;
  for (; first < columns && allowance.isLeft(); first += strip) {
    long width = least(strip, columns - first), rest = first + width;
    double* v = all.vectors + first * all.row;
    for (long i = first; i < rows; i++) for (long j = 0; j < width; j++) v[j * all.row + i] = a[i * aRow + first + j];
    for (long j = 0; j < width; j++) {
      double* own = v + j * all.row;
      long at = first + j;
      Reflection made = reflect(own + at, rows - at);
      all.scales[at] = made.scale;
      a[at * aRow + at] = made.length;
      for (long i = first; i < at; i++) a[i * aRow + at] = own[i];
      for (long i = 0; i < at; i++) own[i] = 0;
      for (long l = j + 1; l < width; l++) {
        double* other = v + l * all.row;
        addTo(other + at, own + at, -made.scale * product(own + at, other + at, rows - at), rows - at);
      }
    }
    applyBlock(all, first, width, true, a + first * aRow + rest, aRow, columns - rest, work, spread);
    allowance.use(2.0 * width * (rows - first) * (columns - first));
  }
  return least(first, columns);
}

/** The same at once. */
static void triangularize(double* a, long aRow, long columns, const Reflections& all, double* work, bool spread) {
  Allowance unlimited(__builtin_inf());
  triangularize(a, aRow, columns, all, 0, work, unlimited, spread);
}

}  // namespace GB_ISA

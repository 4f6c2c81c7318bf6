// Decompositions by elimination, in strips: LU with pivots, Cholesky's, and triangular equations.
#include <math.h>
#include <string.h>

#include "decomposition.h"
#include "gather.h"
#include "vectors.h"

namespace GB_ISA {
namespace {

/**
 * How many columns are decomposed, strip by strip, before the rest of a matrix is brought up to date: a product of so few would read and write the rest more
 * than it computes. Whole strips.
 */
const long wide = 4 * strip;

/** Where the block of whole strips ends that a place lies in. */
long blockEnd(long place, long n) { return least(n, (place / wide + 1) * wide); }

void swapRows(double* a, double* b, long n) {
  for (long j = 0; j < n; j++) {
    double held = a[j];
    a[j] = b[j];
    b[j] = held;
  }
}

/** Eliminates below the diagonal in the columns from `first` to before `end`, with pivots; rows are swapped whole. */
void eliminateStrip(double* a, long n, long first, long end, int* order) {
  for (long k = first; k < end; k++) {
    long pivot = k;
    for (long i = k + 1; i < n; i++) if (fabs(a[i * n + k]) > fabs(a[pivot * n + k])) pivot = i;
    if (pivot != k) {
      swapRows(a + k * n, a + pivot * n, n);
      int held = order[k];
      order[k] = order[pivot];
      order[pivot] = held;
    }
    double top = a[k * n + k];
    if (top == 0) continue;
    for (long i = k + 1; i < n; i++) {
      double share = a[i * n + k] /= top;
      if (share != 0) addTo(a + i * n + k + 1, a + k * n + k + 1, -share, end - k - 1);
    }
  }
}

/** `A −= L U` for rows and columns from `row` and `column` on to before `rowEnd` and `columnEnd`, by L's columns and U's rows from `first` to before `end`. */
void subtractProduct(double* a, long n, long row, long rowEnd, long column, long columnEnd, long first, long end, double* work, bool spread) {
  if (row == rowEnd || column == columnEnd) return;
  negate(a + row * n + first, n, rowEnd - row, end - first, work, wide);
  gemm<double>(rowEnd - row, columnEnd - column, end - first, rowMajor(work, wide), rowMajor(a + first * n + column, n), a + row * n + column, n,
               true, spread);
}

/** Columns that a strip of rows is solved for at a time: they stay in the nearest cache. */
const long columnsAtOnce = 128;

/** Calls `solve(column, count)` for stretches of so many columns. */
template <class Solve>
void byColumns(long columns, bool spread, const Solve& solve) {
  auto stretch = [&](long from, long to) {
    for (long j = from; j < to; j += columnsAtOnce) solve(j, least(columnsAtOnce, to - j));
  };
  if (spread) parallelRange(columns, columnsAtOnce, stretch);
  else stretch(0, columns);
}

/** Rows of U in the columns from `column` to before `columnEnd`, for the strip from `first` to before `end`. */
void eliminateAbove(double* a, long n, long first, long end, long column, long columnEnd, bool spread) {
  byColumns(columnEnd - column, spread, [&](long from, long count) {
    for (long i = first + 1; i < end; i++) {
      double* own = a + i * n + column + from;
      for (long l = first; l < i; l++) addTo(own, a + l * n + column + from, -a[i * n + l], count);
    }
  });
}

/** Goes on with `P A = L U`, in the place of A, from the column `first` on, where a block begins; returns where it has stopped, n at the end. */
long decomposeLU(double* a, long n, int* order, long first, double* work, Allowance& allowance, bool spread) {
  while (first < n && allowance.isLeft()) {
    long last = blockEnd(first, n);
    for (long from = first; from < last; from += strip) {
      long end = least(from + strip, last);
      eliminateStrip(a, n, from, end, order);
      eliminateAbove(a, n, from, end, end, last, spread);
      subtractProduct(a, n, end, n, end, last, from, end, work, spread);
    }
    for (long from = first; from < last; from += strip) {
      long end = least(from + strip, last);
      if (from > first) subtractProduct(a, n, from, end, last, n, first, from, work, spread);
      eliminateAbove(a, n, from, end, last, n, spread);
    }
    subtractProduct(a, n, last, n, last, n, first, last, work, spread);
    allowance.use(double(last - first) * (n - first) * (n - first));
    first = last;
  }
  return first;
}

/** Decomposes the block of a strip that lies on the diagonal; its width, or how many of its columns come before what is not positive. */
long decomposeCorner(double* a, long row, long width) {
  double column[strip];
  for (long k = 0; k < width; k++) {
    double rest = a[k * row + k];
    if (!(rest > 0)) return k;
    double top = a[k * row + k] = sqrt(rest);
    for (long i = k + 1; i < width; i++) column[i] = a[i * row + k] /= top;
    for (long i = k + 1; i < width; i++) addTo(a + i * row + k + 1, column + k + 1, -column[i], i - k);
  }
  return width;
}

/** X of `X Lᵀ = X`, for the corner L of a strip and the rows below it: some vectors of rows at a time, side by side. */
void divideByCorner(const double* corner, double* x, long row, long width, long rows, bool spread) {
  typedef typename Vector<double>::type Vec;
  const int lanes = Vector<double>::lanes, vectors = 8;
  const long group = vectors * lanes;
  auto divide = [&](long begin, long end) {
    double side[strip * group] __attribute__((aligned(64)));
    for (long from = begin; from < end; from += group) {
      long count = least(group, end - from);
      packPanel(x + from * row, row, 1L, count, width, side, group, group);
      for (long j = 0; j < width; j++) {
        Vec rest[vectors], inverse = splat(1 / corner[j * row + j]);
#pragma GCC unroll 8
        for (int v = 0; v < vectors; v++) rest[v] = load(side + j * group + v * lanes);
        for (long l = 0; l < j; l++) {
          Vec share = splat(corner[j * row + l]);
#pragma GCC unroll 8
          for (int v = 0; v < vectors; v++) rest[v] -= share * load(side + l * group + v * lanes);
        }
#pragma GCC unroll 8
        for (int v = 0; v < vectors; v++) store(side + j * group + v * lanes, rest[v] * inverse);
      }
      turn<double>(width, count, side, group, x + from * row, row);
    }
  };
  if (spread) parallelRange(rows, group, divide);
  else divide(0, rows);
}

/** `A −= L Lᵀ` below the diagonal, in the columns from `column` to before `columnEnd` and the rows from `column` on, by L's columns from `first` to before `end`. */
void subtractSquare(double* a, long n, long column, long columnEnd, long first, long end, double* work, bool spread) {
  negate(a + column * n + first, n, n - column, end - first, work, wide);
  // By groups of rows, each up to its diagonal.
  for (long i = column; i < n;) {
    long rows = columnEnd <= i + wide ? n - i : wide;
    gemm<double>(rows, least(columnEnd, i + rows) - column, end - first, rowMajor(work + (i - column) * wide, wide),
                 turned(a + column * n + first, n), a + i * n + column, n, true, spread);
    i += rows;
  }
}

/**
 * Goes on with the lower triangle of `A = L Lᵀ`, in the place of A, from the column `first` on, where a block begins; returns where it has stopped, n at
 * the end. `failed` becomes the size of the first leading block that is not positive definite, if there is one, and ends it.
 */
long decomposeCholesky(double* a, long n, long first, int& failed, double* work, Allowance& allowance, bool spread) {
  while (first < n && allowance.isLeft()) {
    long last = blockEnd(first, n);
    for (long from = first; from < last; from += strip) {
      long width = least(strip, last - from), end = from + width;
      double* corner = a + from * n + from;
      long done = decomposeCorner(corner, n, width);
      if (done < width) {
        failed = int(from + done + 1);
        return n;
      }
      divideByCorner(corner, a + end * n + from, n, width, n - end, spread);
      if (end < last) subtractSquare(a, n, end, last, from, end, work, spread);
    }
    if (last < n) subtractSquare(a, n, last, n, first, last, work, spread);
    allowance.use(double(last - first) * (n - first) * (n - first) / 2);
    first = last;
  }
  if (first < n) return first;
  for (long i = 0; i < n; i++) for (long j = i + 1; j < n; j++) a[i * n + j] = 0;
  return n;
}

struct Triangle {
  long n, columns;
  /** Whether it is upper triangular, and whether its diagonal counts as ones. */
  bool upper, unit;
};

/** Rows of X from `first` to before `end` less what T says of the rows from `known` to before `knownEnd`. */
void subtractKnown(const double* t, double* x, const Triangle& how, long first, long end, long known, long knownEnd, double* work, bool spread) {
  long width = knownEnd - known, columns = how.columns;
  if (width == 0) return;
  negate(t + first * how.n + known, how.n, end - first, width, work, width);
  gemm<double>(end - first, columns, width, rowMajor(work, width), rowMajor(x + known * columns, columns), x + first * columns, columns, true, spread);
}

/** X of `T X = X`: blocks of rows are brought up to date by all rows that are known, and solved strip by strip. */
void substitute(const double* t, double* x, const Triangle& how, double* work, bool spread) {
  long n = how.n, columns = how.columns;
  for (long done = 0; done < n; done += strip) {
    long block = done / wide * wide, last = blockEnd(done, n), width = least(strip, n - done);
    // An upper triangle is gone through from its end.
    long first = how.upper ? n - done - width : done, end = first + width;
    if (how.upper) {
      if (done == block) subtractKnown(t, x, how, n - last, n - block, n - block, n, work, spread);
      subtractKnown(t, x, how, first, end, end, n - block, work, spread);
    } else {
      if (done == block) subtractKnown(t, x, how, block, last, 0, block, work, spread);
      subtractKnown(t, x, how, first, end, block, first, work, spread);
    }
    byColumns(columns, spread, [&](long column, long count) {
      for (long step = 0; step < width; step++) {
        long i = how.upper ? end - 1 - step : first + step;
        long from = how.upper ? i + 1 : first, to = how.upper ? end : i;
        double* own = x + i * columns + column;
        for (long k = from; k < to; k++) if (t[i * n + k] != 0) addTo(own, x + k * columns + column, -t[i * n + k], count);
        if (how.unit) continue;
        double top = t[i * n + i];
        for (long j = 0; j < count; j++) own[j] /= top;
      }
    });
  }
}

/** Runs `body(i, first column, work, allowance, spread)` for each matrix of n rows, or goes on with the only one; it returns where it has stopped. */
template <class Body>
void strips(const Continued& how, long count, long n, Body&& body) {
  Places whole;
  whole.take(n * wide);
  if (how.progress) {
    how.ask(whole);
    if (!how.places) return;
    Allowance allowance(how.most);
    how.progress->place = double(body(0, long(how.progress->place), how.places, allowance, true));
    how.progress->done = how.progress->place == double(n);
    return;
  }
  eachMatrix(count, double(n) * n, whole.bytes(), [&](long i, double* work, bool spread) {
    Allowance unlimited(__builtin_inf());
    body(i, 0, work, unlimited, spread);
  });
}

}  // namespace

/** count of matrices, n; A, the factors (address and step each), and the order (int32, n a matrix); then as `Continued`. */
void lu(const double* command) {
  Reader read(command);
  long count = read.integer(), n = read.integer();
  Batch a(read), factors(read);
  int* order = read.pointer<int>();
  Continued how(read);
  strips(how, count, n, [&](long i, long first, double* work, Allowance& allowance, bool spread) {
    if (first == 0) {
      memcpy(factors[i], a[i], n * n * sizeof(double));
      for (long row = 0; row < n; row++) order[i * n + row] = int(row);
    }
    return decomposeLU(factors[i], n, order + i * n, first, work, allowance, spread);
  });
}

/** count of matrices, n; A, L (address and step each), and what failed (int32); then as `Continued`. */
void cholesky(const double* command) {
  Reader read(command);
  long count = read.integer(), n = read.integer();
  Batch a(read), lower(read);
  int* failed = read.pointer<int>();
  Continued how(read);
  strips(how, count, n, [&](long i, long first, double* work, Allowance& allowance, bool spread) {
    if (first == 0) {
      memcpy(lower[i], a[i], n * n * sizeof(double));
      failed[i] = 0;
    }
    return decomposeCholesky(lower[i], n, first, failed[i], work, allowance, spread);
  });
}

/** count of matrices, n, columns, whether upper, whether the diagonal counts as ones; T, B and X (address and step each). */
void solveTriangle(const double* command) {
  Reader read(command);
  long count = read.integer();
  Triangle how;
  how.n = read.integer();
  how.columns = read.integer();
  how.upper = read.integer() != 0;
  how.unit = read.integer() != 0;
  Batch t(read), b(read), x(read);
  long size = how.n * how.columns;
  eachMatrix(count, double(how.n) * how.n, how.n * wide * sizeof(double) + 64, [&](long i, double* work, bool spread) {
    if (x[i] != b[i]) memcpy(x[i], b[i], size * sizeof(double));
    substitute(t[i], x[i], how, work, spread);
  });
}

}  // namespace GB_ISA

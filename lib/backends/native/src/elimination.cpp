// Decompositions by elimination, in strips: LU with pivots, Cholesky's, and triangular equations.
#include <math.h>
#include <string.h>

#include "decomposition.h"
#include "vectors.h"

namespace GB_ISA {
namespace {

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

/** Goes on with `P A = L U`, in the place of A, from the column `first` on, where a strip begins; returns where it has stopped, n at the end. */
long decomposeLU(double* a, long n, int* order, long first, double* work, Allowance& allowance, bool spread) {
  for (; first < n && allowance.isLeft(); first += strip) {
    long width = least(strip, n - first), end = first + width;
    eliminateStrip(a, n, first, end, order);
    for (long i = first + 1; i < end; i++) {
      for (long l = first; l < i; l++) addTo(a + i * n + end, a + l * n + end, -a[i * n + l], n - end);
    }
    negate(a + end * n + first, n, n - end, width, work, strip);
    gemm<double>(n - end, n - end, width, rowMajor(work, strip), rowMajor(a + first * n + end, n), a + end * n + end, n, true, spread);
    allowance.use(double(width) * (n - first) * (n - first));
  }
  return least(first, n);
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

/** X of `X Lᵀ = X`, for the corner L of a strip and the rows below it: sixteen rows at a time, side by side in vectors. */
void divideByCorner(const double* corner, double* x, long row, long width, long rows) {
  const long group = 16;
  double inverse[strip];
  for (long j = 0; j < width; j++) inverse[j] = 1 / corner[j * row + j];
  for (long from = 0; from < rows; from += group) {
    long count = least(group, rows - from);
    double side[strip][group] __attribute__((aligned(64))) = {};
    double* own = x + from * row;
    for (long i = 0; i < count; i++) for (long j = 0; j < width; j++) side[j][i] = own[i * row + j];
    for (long j = 0; j < width; j++) {
      double rest[group] __attribute__((aligned(64)));
      for (long i = 0; i < group; i++) rest[i] = side[j][i];
      for (long l = 0; l < j; l++) {
        double share = corner[j * row + l];
        for (long i = 0; i < group; i++) rest[i] -= share * side[l][i];
      }
      for (long i = 0; i < group; i++) side[j][i] = rest[i] * inverse[j];
    }
    for (long i = 0; i < count; i++) for (long j = 0; j < width; j++) own[i * row + j] = side[j][i];
  }
}

/**
 * Goes on with the lower triangle of `A = L Lᵀ`, in the place of A, from the column `first` on, where a strip begins; returns where it has stopped, n at
 * the end. `failed` becomes the size of the first leading block that is not positive definite, if there is one, and ends it.
 */
long decomposeCholesky(double* a, long n, long first, int& failed, double* work, Allowance& allowance, bool spread) {
  for (; first < n && allowance.isLeft(); first += strip) {
    long width = least(strip, n - first), end = first + width;
    double* corner = a + first * n + first;
    long done = decomposeCorner(corner, n, width);
    if (done < width) {
      failed = int(first + done + 1);
      return n;
    }
    divideByCorner(corner, a + end * n + first, n, width, n - end);
    // The rest is brought up to date by groups of rows, each up to its diagonal.
    negate(a + end * n + first, n, n - end, width, work, strip);
    const long group = 4 * strip;
    for (long i = end; i < n; i += group) {
      long rows = least(group, n - i), columns = i + rows - end;
      gemm<double>(rows, columns, width, rowMajor(work + (i - end) * strip, strip), turned(a + end * n + first, n), a + i * n + end, n, true,
                   spread);
    }
    allowance.use(double(width) * (n - first) * (n - first) / 2);
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

/** X of `T X = X`, a strip of rows at a time. */
void substitute(const double* t, double* x, const Triangle& how, double* work, bool spread) {
  long n = how.n, columns = how.columns;
  for (long done = 0; done < n; done += strip) {
    long width = least(strip, n - done);
    // An upper triangle is gone through from its end.
    long first = how.upper ? n - done - width : done, known = how.upper ? first + width : 0;
    if (done > 0) {
      negate(t + first * n + known, n, width, done, work, done);
      gemm<double>(width, columns, done, rowMajor(work, done), rowMajor(x + known * columns, columns), x + first * columns, columns, true,
                   spread);
    }
    for (long step = 0; step < width; step++) {
      long i = how.upper ? first + width - 1 - step : first + step;
      long from = how.upper ? i + 1 : first, to = how.upper ? first + width : i;
      double* own = x + i * columns;
      for (long k = from; k < to; k++) if (t[i * n + k] != 0) addTo(own, x + k * columns, -t[i * n + k], columns);
      if (how.unit) continue;
      double top = t[i * n + i];
      for (long j = 0; j < columns; j++) own[j] /= top;
    }
  }
}

/** Runs `body(i, first column, work, allowance, spread)` for each matrix of n rows, or goes on with the only one; it returns where it has stopped. */
template <class Body>
void strips(const Continued& how, long count, long n, Body&& body) {
  Places whole;
  whole.take(n * strip);
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
  eachMatrix(count, double(how.n) * how.n, how.n * strip * sizeof(double) + 64, [&](long i, double* work, bool spread) {
    if (x[i] != b[i]) memcpy(x[i], b[i], size * sizeof(double));
    substitute(t[i], x[i], how, work, spread);
  });
}

}  // namespace GB_ISA

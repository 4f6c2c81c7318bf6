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

/** `P A = L U`, in the place of A. */
void decomposeLU(double* a, long n, int* order, double* work, bool spread) {
  for (long i = 0; i < n; i++) order[i] = int(i);
  for (long first = 0; first < n; first += strip) {
    long width = least(strip, n - first), end = first + width;
    eliminateStrip(a, n, first, end, order);
    if (end == n) break;
    for (long i = first + 1; i < end; i++) {
      for (long l = first; l < i; l++) addTo(a + i * n + end, a + l * n + end, -a[i * n + l], n - end);
    }
    negate(a + end * n + first, n, n - end, width, work, strip);
    gemm<double>(n - end, n - end, width, rowMajor(work, strip), rowMajor(a + first * n + end, n), a + end * n + end, n, true, spread);
  }
}

/** The lower triangle of `A = L Lᵀ`, in the place of A; 0, or the size of the first leading block that is not positive definite. */
long decomposeCholesky(double* a, long n, double* work, bool spread) {
  for (long first = 0; first < n; first += strip) {
    long width = least(strip, n - first), end = first + width;
    for (long i = first; i < n; i++) {
      double* own = a + i * n + first;
      for (long j = 0; j < width && first + j <= i; j++) {
        double rest = own[j] - product(own, a + (first + j) * n + first, j);
        if (first + j != i) own[j] = rest / a[(first + j) * n + first + j];
        else if (rest > 0) own[j] = sqrt(rest);
        else return i + 1;
      }
    }
    // The rest is brought up to date by groups of rows, each up to its diagonal.
    negate(a + end * n + first, n, n - end, width, work, strip);
    const long group = 4 * strip;
    for (long i = end; i < n; i += group) {
      long rows = least(group, n - i), columns = i + rows - end;
      gemm<double>(rows, columns, width, rowMajor(work + (i - end) * strip, strip), turned(a + end * n + first, n), a + i * n + end, n, true,
                   spread);
    }
  }
  for (long i = 0; i < n; i++) for (long j = i + 1; j < n; j++) a[i * n + j] = 0;
  return 0;
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

}  // namespace

/** count of matrices, n; A, the factors (address and step each), and the order (int32, n a matrix). */
void lu(const double* command) {
  Reader read(command);
  long count = read.integer(), n = read.integer();
  Batch a(read), factors(read);
  int* order = read.pointer<int>();
  eachMatrix(count, double(n) * n, n * strip * sizeof(double) + 64, [&](long i, double* work, bool spread) {
    memcpy(factors[i], a[i], n * n * sizeof(double));
    decomposeLU(factors[i], n, order + i * n, work, spread);
  });
}

/** count of matrices, n; A, L (address and step each), and what failed (int32). */
void cholesky(const double* command) {
  Reader read(command);
  long count = read.integer(), n = read.integer();
  Batch a(read), lower(read);
  int* failed = read.pointer<int>();
  eachMatrix(count, double(n) * n, n * strip * sizeof(double) + 64, [&](long i, double* work, bool spread) {
    memcpy(lower[i], a[i], n * n * sizeof(double));
    failed[i] = int(decomposeCholesky(lower[i], n, work, spread));
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

// Products of batches of matrices: which way of multiplying suits the sizes.
#include "command.h"
#include "gemm.h"

namespace GB_ISA {
namespace {

/** M × N inner products of rows that lie straight in memory. */
template <class T, int M, int N>
void dots(long k, const T* a, long aRow, const T* b, long bColumn, T* c, long cRow) {
  typedef typename Vector<T>::type Vec;
  const int lanes = Vector<T>::lanes;
  Vec sums[M][N];
  for (int i = 0; i < M; i++) for (int j = 0; j < N; j++) sums[i][j] = Vec{};
  long p = 0;
  for (; p + lanes <= k; p += lanes) {
    Vec right[N];
    for (int j = 0; j < N; j++) right[j] = load(b + j * bColumn + p);
    for (int i = 0; i < M; i++) {
      Vec left = load(a + i * aRow + p);
      for (int j = 0; j < N; j++) sums[i][j] += left * right[j];
    }
  }
  for (int i = 0; i < M; i++) {
    for (int j = 0; j < N; j++) {
      T sum = sumOf<T>(sums[i][j]);
      for (long r = p; r < k; r++) sum += a[i * aRow + r] * b[j * bColumn + r];
      c[i * cRow + j] = sum;
    }
  }
}

template <class T, int N>
void dotRows(long m, long k, const T* a, long aRow, const T* b, long bColumn, T* c, long cRow) {
  long i = 0;
  for (; i + 4 <= m; i += 4) dots<T, 4, N>(k, a + i * aRow, aRow, b, bColumn, c + i * cRow, cRow);
  for (; i < m; i++) dots<T, 1, N>(k, a + i * aRow, aRow, b, bColumn, c + i * cRow, cRow);
}

/** A few rows times a matrix whose columns lie straight in memory: transposing it into panels would cost more than the product. */
template <class T>
void fewRows(long m, long n, long k, const T* a, long aRow, const T* b, long bColumn, T* c, long cRow, bool spread) {
  auto columns = [&](long from, long to) {
    long j = from;
    for (; j + 4 <= to; j += 4) dotRows<T, 4>(m, k, a, aRow, b + j * bColumn, bColumn, c + j, cRow);
    for (; j < to; j++) dotRows<T, 1>(m, k, a, aRow, b + j * bColumn, bColumn, c + j, cRow);
  };
  if (spread) parallelRange(n, greatest(4, 131072 / (k * m + 1) / 4 * 4), columns);
  else columns(0, n);
}

/** One row times a matrix whose rows lie straight in memory: rows of B are added up. */
template <class T>
void rowByMatrix(long n, long k, const T* a, long aColumn, const T* b, long bRow, T* c, bool spread) {
  auto columns = [&](long from, long to) {
    for (long j = from; j < to; j++) c[j] = 0;
    long p = 0;
    for (; p + 4 <= k; p += 4) {
      T a0 = a[p * aColumn], a1 = a[(p + 1) * aColumn], a2 = a[(p + 2) * aColumn], a3 = a[(p + 3) * aColumn];
      const T *b0 = b + p * bRow, *b1 = b0 + bRow, *b2 = b1 + bRow, *b3 = b2 + bRow;
#pragma GCC ivdep
      for (long j = from; j < to; j++) c[j] += a0 * b0[j] + a1 * b1[j] + (a2 * b2[j] + a3 * b3[j]);
    }
    for (; p < k; p++) {
      T x = a[p * aColumn];
#pragma GCC ivdep
      for (long j = from; j < to; j++) c[j] += x * b[p * bRow + j];
    }
  };
  if (spread) parallelRange(n, greatest(64, 131072 / (k + 1)), columns);
  else columns(0, n);
}

/** Products too small for packing to pay: plain loops. */
template <class T>
void small(long m, long n, long k, Matrix<T> a, Matrix<T> b, T* c, long cRow) {
  for (long i = 0; i < m; i++) {
    for (long j = 0; j < n; j++) {
      T sum = 0;
      for (long p = 0; p < k; p++) sum += a.at[i * a.row + p * a.column] * b.at[p * b.row + j * b.column];
      c[i * cRow + j] = sum;
    }
  }
}

template <class T>
void addRow(long m, long n, const T* bias, T* c, long cRow) {
  for (long i = 0; i < m; i++) {
#pragma GCC ivdep
    for (long j = 0; j < n; j++) c[i * cRow + j] += bias[j];
  }
}

/** The product by the way that suits sizes and strides; false if that is packing panels, which is left to the caller. */
template <class T>
bool withoutPacking(long m, long n, long k, Matrix<T> a, Matrix<T> b, T* c, long cRow, bool spread) {
  if (m * n * k <= 256) {
    small(m, n, k, a, b, c, cRow);
    return true;
  }
  bool straightA = a.column == 1 || k == 1, straightB = b.row == 1 || k == 1;
  if (straightA && straightB && m <= 16 && k >= 32) {
    fewRows(m, n, k, a.at, a.row, b.at, b.column, c, cRow, spread);
    return true;
  }
  // The same with the sides changed: few columns, and A by rows.
  if (n == 1 && straightA && b.row == 1 && cRow == 1) {
    fewRows(1L, m, k, b.at, 0L, a.at, a.row, c, m, spread);
    return true;
  }
  if (m == 1 && b.column == 1) {
    rowByMatrix(n, k, a.at, a.column, b.at, b.row, c, spread);
    return true;
  }
  return false;
}

template <class T>
void product(long m, long n, long k, Matrix<T> a, Matrix<T> b, T* c, long cRow, const T* bias, bool spread) {
  if (m == 0 || n == 0) return;
  if (!withoutPacking(m, n, k, a, b, c, cRow, spread)) return gemm<T>(m, n, k, a, b, c, cRow, false, spread, bias);
  if (bias) addRow(m, n, bias, c, cRow);
}

template <class T>
void run(Reader& read) {
  int batchRank = int(read.integer());
  long batch[maxRank], aSteps[maxRank], bSteps[maxRank];
  read.integers(batch, batchRank);
  long m = read.integer(), n = read.integer(), k = read.integer();
  T* c = read.pointer<T>();
  Matrix<T> a, b;
  a.at = read.pointer<T>();
  read.integers(aSteps, batchRank);
  a.row = read.integer();
  a.column = read.integer();
  b.at = read.pointer<T>();
  read.integers(bSteps, batchRank);
  b.row = read.integer();
  b.column = read.integer();
  const T* bias = read.pointer<T>();
  long count = 1;
  for (int d = 0; d < batchRank; d++) count *= batch[d];
  auto one = [&](long i, bool spread) {
    Matrix<T> left = a, right = b;
    long rest = i;
    for (int d = batchRank - 1; d >= 0; d--) {
      left.at += rest % batch[d] * aSteps[d];
      right.at += rest % batch[d] * bSteps[d];
      rest /= batch[d];
    }
    product<T>(m, n, k, left, right, c + i * m * n, n, bias, spread);
  };
  // A batch keeps all threads busy by itself; a few large products are spread one by one.
  if (count < 4 && count < 2 * pool.threads()) {
    for (long i = 0; i < count; i++) one(i, true);
  } else {
    double work = double(m) * n * k;
    parallelRange(count, work > 0 ? greatest(1, long(200e3 / work)) : count, [&](long from, long to) {
      for (long i = from; i < to; i++) one(i, false);
    });
  }
}

}  // namespace

/** type, batch rank, batch shape, m, n, k, output address, and of a and b: address, batch strides, row stride, column stride; the address of the bias, 0 for none. */
void matmul(const double* command) {
  Reader read(command);
  if (read.integer() == Float32) run<float>(read);
  else run<double>(read);
}

}  // namespace GB_ISA

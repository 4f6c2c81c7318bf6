// Attention, forward and backward. A block of queries meets all keys that it sees at once: its scores stay in the cache, and memory grows with the
// length, not with its square. Backward computes the weights again from the logarithms of their sums.
#include "command.h"
#include "gemm.h"
#include "rows.h"
#include "vmath.h"

namespace GB_ISA {
namespace {

/** Queries that go together. */
const long blockRows = 48;

/** A matrix for each member of a batch, by strides. */
template <class T>
struct Operand {
  const T* at;
  long steps[maxRank];
  long row, column;

  void read(Reader& from, int lead) {
    at = from.pointer<T>();
    from.integers(steps, lead);
    row = from.integer();
    column = from.integer();
  }
};

/** What attends to what: as `Attention` in backend.ts. */
template <class T>
struct Attention {
  int lead;
  long batch[maxRank], members, queries, size, keys, width;
  bool isCausal, isMasked;
  T scale;
  Operand<T> query, key, value, mask;
  T *out, *logSums;

  explicit Attention(Reader& read) {
    lead = int(read.integer());
    read.integers(batch, lead);
    queries = read.integer();
    size = read.integer();
    keys = read.integer();
    width = read.integer();
    isCausal = read.integer() != 0;
    scale = T(read.number());
    query.read(read, lead);
    key.read(read, lead);
    value.read(read, lead);
    isMasked = read.integer() != 0;
    if (isMasked) mask.read(read, lead);
    out = read.pointer<T>();
    logSums = read.pointer<T>();
    members = 1;
    for (int d = 0; d < lead; d++) members *= batch[d];
  }

  /** The matrix of a member of the batch, from some row on. */
  Matrix<T> of(const Operand<T>& operand, long member, long row = 0) const {
    const T* at = operand.at + row * operand.row;
    for (int d = lead - 1; d >= 0; d--) {
      at += member % batch[d] * operand.steps[d];
      member /= batch[d];
    }
    return {at, operand.row, operand.column};
  }

  long blocks() const { return (queries + blockRows - 1) / blockRows; }
  /** How many keys the query sees. */
  long seen(long query) const { return isCausal ? least(keys, query + 1) : keys; }
  long seenByBlock(long first, long rows) const { return seen(first + rows - 1); }

  /** The products of a block of queries with the keys that it sees; `scores` has rows as long as these. */
  void multiply(long member, long first, long rows, T* scores, bool spread) const {
    long count = seenByBlock(first, rows);
    Matrix<T> k = of(key, member);
    gemm<T>(rows, count, size, of(query, member, first), Matrix<T>{k.at, k.column, k.row}, scores, count, false, spread);
  }

  /** A query's scores from its products. */
  void score(T* row, long member, long query) const {
    long count = seen(query);
    T factor = scale;
    if (!isMasked) {
#pragma GCC ivdep
      for (long j = 0; j < count; j++) row[j] *= factor;
      return;
    }
    Matrix<T> m = of(mask, member, query);
    if (m.column == 1) {
#pragma GCC ivdep
      for (long j = 0; j < count; j++) row[j] = row[j] * factor + m.at[j];
    } else {
      for (long j = 0; j < count; j++) row[j] = row[j] * factor + m.at[j * m.column];
    }
  }
};

/** Scores become weights. */
template <class T>
T weigh(T* row, long count) {
  T top = greatestOf(row, count);
  double total = sumOfTerms<T>(count, [&](long j) { return row[j] = vexp(row[j] - top); });
  T factor = T(1 / total);
#pragma GCC ivdep
  for (long j = 0; j < count; j++) row[j] *= factor;
  return top + T(log(total));
}

template <class T>
void forward(Reader& read) {
  Attention<T> a(read);
  parallel(a.members * a.blocks(), [&](long task) {
    long member = task / a.blocks(), first = task % a.blocks() * blockRows, rows = least(blockRows, a.queries - first);
    long count = a.seenByBlock(first, rows);
    T* scores = static_cast<T*>(workspace(4, rows * count * sizeof(T)));
    a.multiply(member, first, rows, scores, false);
    for (long i = 0; i < rows; i++) {
      T* row = scores + i * count;
      long seen = a.seen(first + i);
      a.score(row, member, first + i);
      a.logSums[member * a.queries + first + i] = weigh(row, seen);
      for (long j = seen; j < count; j++) row[j] = 0;
    }
    T* to = a.out + (member * a.queries + first) * a.width;
    gemm<T>(rows, a.width, count, Matrix<T>{scores, count, 1}, a.of(a.value, member), to, a.width, false, false);
  });
}

template <class T>
void backward(Reader& read) {
  Attention<T> a(read);
  Operand<T> slopes;
  slopes.read(read, a.lead);
  T* dQuery = read.pointer<T>();
  T* dKey = read.pointer<T>();
  T* dValue = read.pointer<T>();
  auto member = [&](long n, bool spread) {
    T* keySlopes = dKey + n * a.keys * a.size;
    T* valueSlopes = dValue + n * a.keys * a.width;
    memset(keySlopes, 0, a.keys * a.size * sizeof(T));
    memset(valueSlopes, 0, a.keys * a.width * sizeof(T));
    for (long first = 0; first < a.queries; first += blockRows) {
      long rows = least(blockRows, a.queries - first), count = a.seenByBlock(first, rows);
      T* weights = static_cast<T*>(workspace(4, 2 * rows * count * sizeof(T)));
      T* scoreSlopes = weights + rows * count;
      a.multiply(n, first, rows, weights, spread);
      Matrix<T> dy = a.of(slopes, n, first), v = a.of(a.value, n);
      gemm<T>(rows, count, a.width, dy, Matrix<T>{v.at, v.column, v.row}, scoreSlopes, count, false, spread);
      const T* made = a.out + (n * a.queries + first) * a.width;
      for (long i = 0; i < rows; i++) {
        T *w = weights + i * count, *s = scoreSlopes + i * count;
        long seen = a.seen(first + i);
        T logSum = a.logSums[n * a.queries + first + i];
        // The mean of the slopes under the weights, for which the output stands.
        double mean = 0;
        for (long d = 0; d < a.width; d++) mean += dy.at[i * dy.row + d * dy.column] * made[i * a.width + d];
        a.score(w, n, first + i);
        T scale = a.scale, middle = T(mean);
#pragma GCC ivdep
        for (long j = 0; j < seen; j++) {
          w[j] = vexp(w[j] - logSum);
          s[j] = (s[j] - middle) * w[j] * scale;
        }
        for (long j = seen; j < count; j++) w[j] = s[j] = 0;
      }
      T* querySlopes = dQuery + (n * a.queries + first) * a.size;
      gemm<T>(rows, a.size, count, Matrix<T>{scoreSlopes, count, 1}, a.of(a.key, n), querySlopes, a.size, false, spread);
      gemm<T>(count, a.size, rows, Matrix<T>{scoreSlopes, 1, count}, a.of(a.query, n, first), keySlopes, a.size, true, spread);
      gemm<T>(count, a.width, rows, Matrix<T>{weights, 1, count}, dy, valueSlopes, a.width, true, spread);
    }
  };
  // Each member adds up over its queries; a few members are spread one by one.
  if (a.members < 2 * pool.threads()) for (long n = 0; n < a.members; n++) member(n, true);
  else parallel(a.members, [&](long n) { member(n, false); });
}

}  // namespace

/**
 * Type, how many leading dimensions, these, queries, size, keys, size of values, whether causal, scale; address and strides of queries, keys and values;
 * whether there is a mask, then as these; addresses of the output and of the logarithms of sums.
 */
void attention(const double* command) {
  Reader read(command);
  if (read.integer() == Float32) forward<float>(read);
  else forward<double>(read);
}

/** As `attention`, then address and strides of the output's gradient, and addresses of those of queries, keys and values. */
void attentionBackward(const double* command) {
  Reader read(command);
  if (read.integer() == Float32) backward<float>(read);
  else backward<double>(read);
}

}  // namespace GB_ISA

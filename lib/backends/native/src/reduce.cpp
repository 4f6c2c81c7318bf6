// Sums, products and extremes over dimensions. What is summed in float32 is summed in short stretches, whose results are added up as doubles, so
// that the error does not grow with the size; where stretches end depends on sizes alone, so that the result is the same for every number of threads.
#include "command.h"
#include "kernels.h"
#include "pool.h"
#include "vmath.h"

namespace GB_ISA {
namespace {

enum Fold { Sum, Prod, Max, Min, FoldCount };

template <class T, int F>
GB_INLINE T fold(T a, T x) {
  if (F == Sum) return a + x;
  if (F == Prod) return a * x;
  if (F == Max) return x > a || x != x ? x : a;
  return x < a || x != x ? x : a;
}

template <class T, int F>
GB_INLINE T neutral() {
  return F == Sum ? T(0) : F == Prod ? T(1) : F == Max ? -T(__builtin_inf()) : T(__builtin_inf());
}

/** Some dimensions of a view. */
struct Dims {
  int rank = 0;
  long shape[maxRank];
  long strides[maxRank];

  void add(long size, long stride) {
    if (size == 1) return;
    if (rank > 0 && strides[rank - 1] == stride * size) {
      shape[rank - 1] *= size;
      strides[rank - 1] = stride;
    } else {
      shape[rank] = size;
      strides[rank++] = stride;
    }
  }

  long size() const {
    long n = 1;
    for (int d = 0; d < rank; d++) n *= shape[d];
    return n;
  }

  /** The offset of element `i`, over the first `depth` dimensions. */
  long offset(long i, int depth) const {
    if (depth == 0) return 0;
    long at = 0;
    for (int d = depth - 1; d > 0; d--) {
      at += i % shape[d] * strides[d];
      i /= shape[d];
    }
    return at + i * strides[0];
  }
};

/** The same of vectors. */
template <class T, int F>
GB_INLINE typename Vector<T>::type foldVectors(typename Vector<T>::type a, typename Vector<T>::type x) {
  if (F == Sum) return a + x;
  if (F == Prod) return a * x;
  return ((F == Max ? x > a : x < a) | (x != x)) ? x : a;
}

/** Folds a power of two of numbers by halves, which do not wait for each other. */
template <class T, int F, int count>
struct Folded {
  static GB_INLINE_MEMBER T of(const T* v) {
    T half[count / 2];
    for (int k = 0; k < count / 2; k++) half[k] = fold<T, F>(v[k], v[k + count / 2]);
    return Folded<T, F, count / 2>::of(half);
  }
};

template <class T, int F>
struct Folded<T, F, 1> {
  static GB_INLINE_MEMBER T of(const T* v) { return *v; }
};

/** The last `left` neighbours of a vector of them, in the place of the others what changes nothing. */
template <class T, int F>
GB_INLINE typename Vector<T>::type lastOf(const T* x, long left) {
  typedef typename IntegerOf<T>::type One;
  const int lanes = Vector<T>::lanes;
  One places[lanes] __attribute__((aligned(GB_BYTES)));
  for (int l = 0; l < lanes; l++) places[l] = l;
  typedef One Places __attribute__((vector_size(GB_BYTES), may_alias));
  Places isWanted = *reinterpret_cast<Places*>(places) >= One(lanes - left);
  return isWanted ? load(x) : splat(neutral<T, F>());
}

/** Folds a run of at most a few thousand elements, in several chains at once. */
template <class T, int F>
double foldRun(const T* x, long n, long step) {
  const int lanes = Vector<T>::lanes;
  double result = neutral<double, F>();
  if (step != 1 || n < lanes) {
    for (long i = 0; i < n; i++) result = fold<double, F>(result, x[i * step]);
    return result;
  }
  typename Vector<T>::type a = splat(neutral<T, F>()), b = a, c = a, d = a;
  long i = 0;
  for (; i + 4 * lanes <= n; i += 4 * lanes) {
    a = foldVectors<T, F>(a, load(x + i));
    b = foldVectors<T, F>(b, load(x + i + lanes));
    c = foldVectors<T, F>(c, load(x + i + 2 * lanes));
    d = foldVectors<T, F>(d, load(x + i + 3 * lanes));
  }
  for (; i + lanes <= n; i += lanes) a = foldVectors<T, F>(a, load(x + i));
  if (i < n) b = foldVectors<T, F>(b, lastOf<T, F>(x + n - lanes, n - i));
  T numbers[4 * lanes];
  if (F == Prod) {
    // In double, which holds what float32 does not.
    store(numbers, a);
    store(numbers + lanes, b);
    store(numbers + 2 * lanes, c);
    store(numbers + 3 * lanes, d);
    for (int k = 0; k < 4 * lanes; k++) result = fold<double, F>(result, numbers[k]);
    return result;
  }
  store(numbers, foldVectors<T, F>(foldVectors<T, F>(a, b), foldVectors<T, F>(c, d)));
  return Folded<T, F, lanes>::of(numbers);
}

const long stretch = 4096;

/** Folds the elements `from` to `to` of the reduced dimensions. */
template <class T, int F>
double foldDims(const T* x, const Dims& reduced, long from, long to) {
  double result = neutral<double, F>();
  long inner = reduced.rank > 0 ? reduced.shape[reduced.rank - 1] : 1;
  long step = reduced.rank > 0 ? reduced.strides[reduced.rank - 1] : 0;
  if (reduced.rank <= 1) {
    for (long i = from; i < to; i += stretch) {
      result = fold<double, F>(result, foldRun<T, F>(x + i * step, least(to - i, stretch), step));
    }
    return result;
  }
  for (long i = from; i < to;) {
    long within = i % inner;
    long n = least(least(inner - within, to - i), stretch);
    const T* at = x + reduced.offset(i / inner, reduced.rank - 1) + within * step;
    result = fold<double, F>(result, foldRun<T, F>(at, n, step));
    i += n;
  }
  return result;
}

template <class T, int F>
void foldRows(const T* x, const Dims& kept, const Dims& reduced, T* out) {
  long outputs = kept.size(), count = reduced.size();
  const long piece = 65536;
  long pieces = (count + piece - 1) / piece;
  if (outputs < 8 && pieces > 1) {
    double* parts = static_cast<double*>(sharedWorkspace(0, outputs * pieces * sizeof(double)));
    parallel(outputs * pieces, [&](long task) {
      long o = task / pieces, p = task % pieces;
      parts[task] = foldDims<T, F>(x + kept.offset(o, kept.rank), reduced, p * piece, least(count, (p + 1) * piece));
    });
    for (long o = 0; o < outputs; o++) {
      double result = neutral<double, F>();
      for (long p = 0; p < pieces; p++) result = fold<double, F>(result, parts[o * pieces + p]);
      out[o] = T(result);
    }
    return;
  }
  parallelRange(outputs, greatest(1, 32768 / greatest(count, 1)), [&](long from, long to) {
    for (long o = from; o < to; o++) out[o] = T(foldDims<T, F>(x + kept.offset(o, kept.rank), reduced, 0, count));
  });
}

const long columnsAtOnce = 256;

/** Folds the rows `from` to `to` into one, for up to `columnsAtOnce` neighbouring columns. */
template <class T, int F>
void foldBand(const T* x, const Dims& reduced, long from, long to, long columns, double* result) {
  T lanes[columnsAtOnce];
  for (long c = 0; c < columns; c++) result[c] = neutral<double, F>();
  const long rowsAtOnce = 64;
  for (long r = from; r < to; r += rowsAtOnce) {
    long end = least(to, r + rowsAtOnce);
    for (long c = 0; c < columns; c++) lanes[c] = neutral<T, F>();
    long i = r;
    for (; i + 4 <= end; i += 4) {
      const T* rows[4];
      for (int k = 0; k < 4; k++) rows[k] = x + reduced.offset(i + k, reduced.rank);
      for (long c = 0; c < columns; c++) {
        T one = fold<T, F>(rows[0][c], rows[1][c]), other = fold<T, F>(rows[2][c], rows[3][c]);
        lanes[c] = fold<T, F>(lanes[c], fold<T, F>(one, other));
      }
    }
    for (; i < end; i++) {
      const T* row = x + reduced.offset(i, reduced.rank);
      for (long c = 0; c < columns; c++) lanes[c] = fold<T, F>(lanes[c], row[c]);
    }
    for (long c = 0; c < columns; c++) result[c] = fold<double, F>(result[c], lanes[c]);
  }
}

/** Where the last kept dimension lies straight in memory, but the reduced ones do not: whole rows are folded. */
template <class T, int F>
void foldColumns(const T* x, const Dims& kept, const Dims& reduced, T* out) {
  long columns = kept.shape[kept.rank - 1];
  long outer = kept.size() / columns;
  long rows = reduced.size();
  long bands = (columns + columnsAtOnce - 1) / columnsAtOnce;
  long piece = greatest(64, 65536 / columns);
  long pieces = outer * bands < 8 ? (rows + piece - 1) / piece : 1;
  if (pieces == 1) piece = rows;
  double* parts = static_cast<double*>(sharedWorkspace(0, outer * pieces * columns * sizeof(double)));
  auto band = [&](long task) {
    long b = task % bands, p = task / bands % pieces, o = task / bands / pieces;
    long first = b * columnsAtOnce;
    const T* from = x + kept.offset(o, kept.rank - 1) + first;
    double* result = parts + (o * pieces + p) * columns + first;
    long n = least(columnsAtOnce, columns - first);
    foldBand<T, F>(from, reduced, p * piece, least(rows, (p + 1) * piece), n, result);
  };
  long tasks = outer * bands * pieces;
  long work = least(columns, columnsAtOnce) * piece;
  parallelRange(tasks, greatest(1, 32768 / work), [&](long from, long to) {
    for (long task = from; task < to; task++) band(task);
  });
  for (long o = 0; o < outer; o++) {
    for (long c = 0; c < columns; c++) {
      double result = neutral<double, F>();
      for (long p = 0; p < pieces; p++) result = fold<double, F>(result, parts[(o * pieces + p) * columns + c]);
      out[o * columns + c] = T(result);
    }
  }
}

template <class T, int F>
void run(const T* x, const Dims& kept, const Dims& reduced, T* out) {
  bool straight = kept.rank > 0 && kept.strides[kept.rank - 1] == 1;
  if (straight && kept.shape[kept.rank - 1] >= 4) foldColumns<T, F>(x, kept, reduced, out);
  else foldRows<T, F>(x, kept, reduced, out);
}

template <class T>
void dispatch(long op, const T* x, const Dims& kept, const Dims& reduced, T* out) {
  switch (op) {
    case Sum: return run<T, Sum>(x, kept, reduced, out);
    case Prod: return run<T, Prod>(x, kept, reduced, out);
    case Max: return run<T, Max>(x, kept, reduced, out);
    default: return run<T, Min>(x, kept, reduced, out);
  }
}

}  // namespace

int foldCount() { return FoldCount; }

/** op, type, output address, input address, rank, then for each dimension: size, stride, whether it is reduced. */
void reduce(const double* command) {
  Reader read(command);
  long op = read.integer();
  int type = int(read.integer());
  char* out = read.pointer<char>();
  char* x = read.pointer<char>();
  int rank = int(read.integer());
  Dims kept, reduced;
  for (int d = 0; d < rank; d++) {
    long size = read.integer(), stride = read.integer();
    if (read.integer()) reduced.add(size, stride);
    else kept.add(size, stride);
  }
  if (type == Float32) dispatch(op, reinterpret_cast<float*>(x), kept, reduced, reinterpret_cast<float*>(out));
  else dispatch(op, reinterpret_cast<double*>(x), kept, reduced, reinterpret_cast<double*>(out));
}

}  // namespace GB_ISA

// Elementwise kernels. Every op is one loop over packed numbers of one type; the driver cuts the tensors into blocks that stay in the L1 cache, and
// packs and converts only those operands that are not packed numbers of that type already. So strides, broadcasting and types cost no further loops.
#include "elementwise.h"
#include "kernels.h"
#include "pool.h"
#include "strided.h"
#include "vmath.h"
#include "wide-angles.h"
#include "wide-math.h"

namespace GB_ISA {
namespace {

const long block = 1024;
/** Rows shorter than this are packed several to a block. */
const long shortRow = 48;

/** How much work an op is, compared with an addition. */
enum Cost { Cheap = 1, Medium = 6, Dear = 24 };

template <class T>
GB_INLINE T remainderOf(T x, T y) {
  double r = fmod(double(x), double(y));
  return T(r != 0 && (r < 0) != (y < 0) ? r + y : r);
}

/** The quotient rounded down, by the remainder, which is exact, where x / y may round up to a whole number that is too large. */
double floorQuotient(double x, double y) {
  if (y == 0) return x / y;
  double r = fmod(x, y);
  double quotient = (x - r) / y;
  if (r != 0 && (r < 0) != (y < 0)) quotient -= 1;
  if (quotient == 0) return x / y < 0 ? -0.0 : 0.0;
  double whole = ::floor(quotient);
  return quotient - whole > 0.5 ? whole + 1 : whole;
}

/** Twice what gelu's approximation takes the hyperbolic tangent of: (1 + tanh u) / 2 = σ(2u). */
template <class T>
GB_INLINE T geluArgument(T x) {
  return x * (T(1.5957691216057308) + T(0.07135481627260025) * (x * x));
}

template <class T>
GB_INLINE T geluTanhSlope(T x) {
  T share = vsigmoid(geluArgument(x));
  // Far out the share does not change any more, and x³ might be ∞.
  x = x > 20 ? T(20) : x < -20 ? T(-20) : x;
  return share + share * (1 - share) * x * (T(1.5957691216057308) + T(0.21406444881780076) * (x * x));
}

// In the order of `unaryOps` in ops.ts.
#define UNARY_OPS(X)                                                             \
  X(copy, Cheap, x)                                                              \
  X(neg, Cheap, -x)                                                              \
  X(abs, Cheap, x < 0 ? -x : x == 0 ? T(0) : x)                                  \
  X(sign, Cheap, x > 0 ? T(1) : x < 0 ? T(-1) : T(0))                            \
  X(exp, Medium, vexp(x))                                                        \
  X(expm1, Medium, wideExpm1(x))                                                 \
  X(log, Medium, vlog(x))                                                        \
  X(log1p, Medium, wideLog1p(x))                                                 \
  X(log2, Medium, wideLog2(x))                                                   \
  X(log10, Medium, wideLog10(x))                                                 \
  X(sqrt, Cheap, T(__builtin_sqrt(x)))                                           \
  X(rsqrt, Cheap, T(1) / T(__builtin_sqrt(x)))                                   \
  X(square, Cheap, x * x)                                                        \
  X(reciprocal, Cheap, T(1) / x)                                                 \
  X(sin, Medium, T(::sin(double(x))))                                            \
  X(cos, Medium, T(::cos(double(x))))                                            \
  X(tan, Medium, T(::tan(double(x))))                                            \
  X(asin, Medium, wideAsin(x))                                                   \
  X(acos, Medium, wideAcos(x))                                                   \
  X(atan, Medium, wideAtan(x))                                                   \
  X(sinh, Medium, wideSinh(x))                                                   \
  X(cosh, Medium, wideCosh(x))                                                   \
  X(tanh, Medium, vtanh(x))                                                      \
  X(asinh, Medium, wideAsinh(x))                                                 \
  X(acosh, Medium, wideAcosh(x))                                                 \
  X(atanh, Medium, wideAtanh(x))                                                 \
  X(floor, Cheap, T(__builtin_floor(x)))                                         \
  X(ceil, Cheap, T(__builtin_ceil(x)))                                           \
  X(round, Cheap, T(__builtin_nearbyint(x)))                                     \
  X(trunc, Cheap, T(__builtin_trunc(x)))                                         \
  X(erf, Medium, verf(x))                                                        \
  X(sigmoid, Medium, vsigmoid(x))                                                \
  X(relu, Cheap, x <= 0 ? T(0) : x)                                              \
  X(gelu, Medium, x * vnormal(x))                                                \
  X(geluTanh, Medium, x * vsigmoid(geluArgument(x)))                             \
  X(softplus, Medium, (x > 0 ? x : x == x ? T(0) : x) + vsoftTail(x))            \
  X(logSigmoid, Medium, (x < 0 ? x : x == x ? T(0) : x) - vsoftTail(x))          \
  X(logicalNot, Cheap, x == 0 ? T(1) : T(0))                                     \
  X(isNaN, Cheap, x != x ? T(1) : T(0))                                          \
  X(isFinite, Cheap, x - x == 0 ? T(1) : T(0))                                   \
  X(isInf, Cheap, x == T(__builtin_inf()) || x == -T(__builtin_inf()) ? T(1) : T(0))

// In the order of `binaryOps` in ops.ts.
#define BINARY_OPS(X)                                                            \
  X(add, Cheap, x + y)                                                           \
  X(sub, Cheap, x - y)                                                           \
  X(mul, Cheap, x * y)                                                           \
  X(div, Cheap, x / y)                                                           \
  X(pow, Dear, widePow(x, y))                                                    \
  X(maximum, Cheap, x > y || x != x ? x : y)                                     \
  X(minimum, Cheap, x < y || x != x ? x : y)                                     \
  X(floorDivide, Dear, T(floorQuotient(double(x), double(y))))                       \
  X(remainder, Dear, remainderOf(x, y))                                          \
  X(fmod, Dear, T(::fmod(double(x), double(y))))                                 \
  X(atan2, Medium, wideAtan2(x, y))                                              \
  X(geluGradient, Medium, y * vgeluSlope(x))                                     \
  X(geluTanhGradient, Medium, y * geluTanhSlope(x))                              \
  X(tanhGradient, Cheap, y * ((T(1) - x) * (T(1) + x)))                           \
  X(sigmoidGradient, Cheap, y * (x * (T(1) - x)))                                \
  X(reluGradient, Cheap, x > 0 ? y : T(0))                                       \
  X(logitsLoss, Medium, (x > 0 ? x : x == x ? T(0) : x) - x * y + vsoftTail(x)) \
  X(eq, Cheap, x == y ? T(1) : T(0))                                             \
  X(ne, Cheap, x != y ? T(1) : T(0))                                             \
  X(lt, Cheap, x < y ? T(1) : T(0))                                              \
  X(le, Cheap, x <= y ? T(1) : T(0))                                             \
  X(gt, Cheap, x > y ? T(1) : T(0))                                              \
  X(ge, Cheap, x >= y ? T(1) : T(0))                                             \
  X(logicalAnd, Cheap, x != 0 && y != 0 ? T(1) : T(0))                           \
  X(logicalOr, Cheap, x != 0 || y != 0 ? T(1) : T(0))                            \
  X(logicalXor, Cheap, (x != 0) != (y != 0) ? T(1) : T(0))

#define UNARY_LOOP(name, cost, expression)                                       \
  template <class T>                                                             \
  void unary_##name(long n, T* out, const T* a, const T*, const T*) {            \
    _Pragma("GCC ivdep") for (long i = 0; i < n; i++) {                          \
      T x = a[i];                                                                \
      out[i] = expression;                                                       \
    }                                                                            \
  }
#define BINARY_LOOP(name, cost, expression)                                      \
  template <class T>                                                             \
  void binary_##name(long n, T* out, const T* a, const T* b, const T*) {         \
    _Pragma("GCC ivdep") for (long i = 0; i < n; i++) {                          \
      T x = a[i], y = b[i];                                                      \
      out[i] = expression;                                                       \
    }                                                                            \
  }
UNARY_OPS(UNARY_LOOP)
BINARY_OPS(BINARY_LOOP)

#define ANGLE_LOOP(name, near)                                                                                  \
  template <>                                                                                                   \
  void unary_##name(long n, float* out, const float* a, const float*, const float*) {                           \
    overAngles(n, out, a, [](float x) { return near(x); }, [](double x) { return ::name(x); });                 \
  }
ANGLE_LOOP(sin, nearSin)
ANGLE_LOOP(cos, nearCos)
ANGLE_LOOP(tan, nearTan)

template <class T>
void where(long n, T* out, const T* condition, const T* a, const T* b) {
#pragma GCC ivdep
  for (long i = 0; i < n; i++) out[i] = condition[i] != 0 ? a[i] : b[i];
}

template <class T>
Op<T> opOf(int arity, long op) {
#define UNARY_ENTRY(name, cost, expression) {unary_##name<T>, cost},
#define BINARY_ENTRY(name, cost, expression) {binary_##name<T>, cost},
  static const Op<T> unary[] = {UNARY_OPS(UNARY_ENTRY)};
  static const Op<T> binary[] = {BINARY_OPS(BINARY_ENTRY)};
  if (arity == 1) return unary[op];
  if (arity == 2) return binary[op];
  return {where<T>, Cheap};
}

template <class T>
constexpr int typeOf() {
  return sizeof(T) == 4 ? Float32 : Float64;
}

int sizeOfType(int dtype) {
  return dtype == Float64 ? 8 : dtype == UInt8 || dtype == Bool ? 1 : 4;
}

template <class T, class S>
void convertIn(T* to, const S* from, long n, long step) {
  if (step == 1) {
    for (long i = 0; i < n; i++) to[i] = T(from[i]);
  } else {
    for (long i = 0; i < n; i++) to[i] = T(from[i * step]);
  }
}

/** Packs `n` elements of a view, from the element `offset` on. */
template <class T>
void packIn(T* to, const View& view, long offset, long n, long step) {
  if (view.dtype == Scalar) {
    T value = T(view.value);
    for (long i = 0; i < n; i++) to[i] = value;
    return;
  }
  const char* from = view.data + offset * sizeOfType(view.dtype);
  switch (view.dtype) {
    case Float32: return convertIn(to, reinterpret_cast<const float*>(from), n, step);
    case Float64: return convertIn(to, reinterpret_cast<const double*>(from), n, step);
    case Int32: return convertIn(to, reinterpret_cast<const int*>(from), n, step);
    default: return convertIn(to, reinterpret_cast<const unsigned char*>(from), n, step);
  }
}

template <class T, class S>
void convertOut(const T* from, S* to, long n, long step) {
  if (step == 1) {
    for (long i = 0; i < n; i++) to[i] = S(from[i]);
  } else {
    for (long i = 0; i < n; i++) to[i * step] = S(from[i]);
  }
}

/** Writes `n` packed results into the output view. */
template <class T>
void packOut(const T* from, const View& view, long offset, long n, long step) {
  char* to = view.data + offset * sizeOfType(view.dtype);
  switch (view.dtype) {
    case Float32: return convertOut(from, reinterpret_cast<float*>(to), n, step);
    case Float64: return convertOut(from, reinterpret_cast<double*>(to), n, step);
    case Int32: return convertOut(from, reinterpret_cast<int*>(to), n, step);
    case UInt8: return convertOut(from, reinterpret_cast<unsigned char*>(to), n, step);
    default: {
      unsigned char* truth = reinterpret_cast<unsigned char*>(to);
      for (long i = 0; i < n; i++) truth[i * step] = from[i] != 0;
    }
  }
}

template <class T>
class Elementwise {
 public:
  Elementwise(const Walk& walk, Op<T> op) : walk(walk), op(op), inputs(walk.count - 1) {
    inner = walk.rank > 0 ? walk.shape[walk.rank - 1] : 1;
    for (int v = 0; v < walk.count; v++) {
      step[v] = walk.rank > 0 ? walk.views[v].strides[walk.rank - 1] : 0;
      typed[v] = walk.views[v].dtype == typeOf<T>();
    }
  }

  void run() {
    long size = walk.size();
    if (size == 0) return;
    long grain = stretchOf(size, op.cost);
    if (walk.rank <= 1) {
      const long start[maxViews] = {};
      parallelRange(inner, grain, [&](long from, long to) { row(start, from, to); });
      return;
    }
    long rows = size / inner;
    parallelRange(rows, greatest(1, grain / inner), [this](long from, long to) {
      if (inner < shortRow) shortRows(from, to);
      else longRows(from, to);
    });
  }

 private:
  const Walk& walk;
  Op<T> op;
  int inputs;
  long inner;
  long step[maxViews];
  bool typed[maxViews];

  T* direct(int v, long offset) const { return reinterpret_cast<T*>(walk.views[v].data) + offset; }

  /** The elements `from` to `to` of the row that starts there. */
  void row(const long* start, long from, long to) {
    T buffers[maxViews][block] __attribute__((aligned(64)));
    bool constant[maxViews];
    for (int v = 0; v < walk.count; v++) {
      // What repeats along the row is packed once.
      constant[v] = v > 0 && (walk.views[v].dtype == Scalar || step[v] == 0);
      if (constant[v]) packIn(buffers[v], walk.views[v], start[v], least(block, to - from), 0);
    }
    bool straight = typed[0] && step[0] == 1, whole = straight;
    for (int v = 1; v < walk.count && whole; v++) whole = typed[v] && step[v] == 1;
    if (straight && op.loop == unary_copy<T> && !constant[1]) {
      return packIn(direct(0, start[0] + from), walk.views[1], start[1] + from * step[1], to - from, step[1]);
    }
    long length = whole ? to - from : block;
    for (long i = from; i < to; i += length) {
      long n = least(length, to - i);
      const T* in[3] = {nullptr, nullptr, nullptr};
      for (int v = 1; v <= inputs; v++) {
        if (!constant[v] && typed[v] && step[v] == 1) {
          in[v - 1] = direct(v, start[v] + i);
          continue;
        }
        if (!constant[v]) packIn(buffers[v], walk.views[v], start[v] + i * step[v], n, step[v]);
        in[v - 1] = buffers[v];
      }
      T* out = straight ? direct(0, start[0] + i) : buffers[0];
      op.loop(n, out, in[0], in[1], in[2]);
      if (!straight) packOut(out, walk.views[0], start[0] + i * step[0], n, step[0]);
    }
  }

  void longRows(long from, long to) {
    long index[maxRank], offset[maxViews];
    startAt(from, index, offset);
    for (long r = from; r < to; r++) {
      row(offset, 0, inner);
      advance(index, offset, 1);
    }
  }

  /** Whole rows, as many at once as fit a block. */
  void shortRows(long from, long to) {
    T buffers[maxViews][block] __attribute__((aligned(64)));
    long perBlock = block / inner;
    long index[maxRank], offset[maxViews], outAt[block];
    startAt(from, index, offset);
    bool packed = typed[0] && isPacked(walk.views[0]);
    int outer = walk.rank - 2;
    for (long r = from; r < to; r += perBlock) {
      long rows = least(perBlock, to - r);
      T* out = packed ? direct(0, offset[0]) : buffers[0];
      for (long k = 0; k < rows;) {
        long run = least(rows - k, walk.shape[outer] - index[outer]);
        for (int v = 1; v < walk.count; v++) packRows(buffers[v] + k * inner, v, offset[v], run);
        for (long q = 0; q < run; q++) outAt[k + q] = offset[0] + q * walk.views[0].strides[outer];
        advance(index, offset, run);
        k += run;
      }
      op.loop(rows * inner, out, buffers[1], inputs > 1 ? buffers[2] : nullptr, inputs > 2 ? buffers[3] : nullptr);
      if (packed) continue;
      for (long k = 0; k < rows; k++) packOut(out + k * inner, walk.views[0], outAt[k], inner, step[0]);
    }
  }

  /** Packs `rows` rows of a view that follow each other in the dimension before the last. */
  void packRows(T* to, int v, long offset, long rows) const {
    const View& view = walk.views[v];
    if (view.dtype == Scalar) return packIn(to, view, 0, rows * inner, 0);
    long stride = view.strides[walk.rank - 2], by = step[v];
    if (!typed[v]) {
      for (long q = 0; q < rows; q++) packIn(to + q * inner, view, offset + q * stride, inner, by);
      return;
    }
    const T* from = direct(v, offset);
    for (long q = 0; q < rows; q++, from += stride, to += inner) {
      if (by == 1) for (long j = 0; j < inner; j++) to[j] = from[j];
      else for (long j = 0; j < inner; j++) to[j] = from[j * by];
    }
  }

  /** Whether the rows of a view lie one after another without gaps. */
  bool isPacked(const View& view) const {
    long size = 1;
    for (int d = walk.rank - 1; d >= 0; d--) {
      if (view.strides[d] != size) return false;
      size *= walk.shape[d];
    }
    return true;
  }

  /** Where a row is, and where it starts in each view. */
  void startAt(long row, long* index, long* offset) const {
    for (int v = 0; v < walk.count; v++) offset[v] = walk.views[v].dtype == Scalar ? 0 : walk.rowOffset(v, row);
    for (int d = walk.rank - 2; d >= 0; d--) {
      index[d] = row % walk.shape[d];
      row /= walk.shape[d];
    }
  }

  /** Moves on by rows, as many at most as are left of the dimension before the last. */
  void advance(long* index, long* offset, long rows) const {
    for (int d = walk.rank - 2; d >= 0; d--, rows = 1) {
      index[d] += rows;
      bool back = index[d] == walk.shape[d];
      for (int v = 0; v < walk.count; v++) {
        if (walk.views[v].dtype == Scalar) continue;
        long stride = walk.views[v].strides[d];
        offset[v] += stride * (back ? rows - walk.shape[d] : rows);
      }
      if (!back) return;
      index[d] = 0;
    }
  }
};

template <class T>
void run(Walk& walk, int arity, long op) {
  const long pow = 4, square = 12;
  if (arity == 2 && op == pow && walk.views[2].dtype == Scalar && walk.views[2].value == 2) {
    walk.count = 2;
    arity = 1;
    op = square;
  }
  Elementwise<T>(walk, opOf<T>(arity, op)).run();
}

}  // namespace

Op<float> floatOp(int arity, long op) { return opOf<float>(arity, op); }

#define COUNT_ONE(name, cost, expression) +1
int unaryOpCount() { return UNARY_OPS(COUNT_ONE); }
int binaryOpCount() { return BINARY_OPS(COUNT_ONE); }

/** op, number of inputs, type to compute in, rank, shape, output view, input views. */
void elementwise(const double* command) {
  Reader read(command);
  long op = read.integer();
  int arity = int(read.integer());
  int type = int(read.integer());
  Walk walk;
  walk.rank = int(read.integer());
  walk.count = arity + 1;
  read.integers(walk.shape, walk.rank);
  for (int v = 0; v < walk.count; v++) read.view(walk.views[v], walk.rank);
  walk.merge();
  if (type == Float32) run<float>(walk, arity, op);
  else run<double>(walk, arity, op);
}

}  // namespace GB_ISA

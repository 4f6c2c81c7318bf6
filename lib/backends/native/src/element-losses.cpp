// Losses of elements against targets, added up in one pass over both, and their gradient in another: nothing in between goes through memory.
#include "command.h"
#include "kernels.h"
#include "pool.h"
#include "rows.h"
#include "vmath.h"

namespace GB_ISA {
namespace {

/** In the order of `elementLosses` in ops.ts. */
enum Loss { Square, Absolute, Logits, Probabilities, Huber };

/** The logarithm of a probability, cut off where PyTorch does. */
template <class T>
GB_INLINE T logOf(T p) {
  T l = vlog(p);
  return l < -100 ? T(-100) : l;
}

/** `bend` is where Huber's loss goes on straight. */
template <class T, int L>
GB_INLINE T lossOf(T x, T y, T bend) {
  if (L == Square) return (x - y) * (x - y);
  if (L == Huber) {
    T size = T(__builtin_fabs(x - y));
    return size < bend ? T(0.5) * size * size : bend * (size - T(0.5) * bend);
  }
  if (L == Absolute) return T(__builtin_fabs(x - y));
  if (L == Logits) return (x > 0 ? x : x == x ? T(0) : x) - x * y + vsoftTail(x);
  return -(y * logOf(x) + (1 - y) * logOf(1 - x));
}

/** The derivative of `lossOf` by x. */
template <class T, int L>
GB_INLINE T slopeOf(T x, T y, T bend) {
  T d = x - y;
  if (L == Square) return 2 * d;
  if (L == Huber) return d > bend ? bend : d < -bend ? -bend : d;
  if (L == Absolute) return d > 0 ? T(1) : d < 0 ? T(-1) : T(0);
  if (L == Logits) return vsigmoid(x) - y;
  T spread = (1 - x) * x;
  return d / (spread < T(1e-12f) ? T(1e-12f) : spread);
}

/** So many elements have a sum of their own, whatever the number of threads, so that the whole is the same for each. */
const long piece = 2048;

/** How many elements are worth a task: those with exponentials or logarithms take longer. */
template <int L>
constexpr long taskOf = L == Logits || L == Probabilities ? 2 * piece : 16 * piece;

/** The sum of the losses of a piece. They are written to the nearest cache first, since a loop that only writes has wider steps. */
template <class T, int L>
double sumOf(const T* x, const T* y, long count, T bend) {
  T losses[piece];
#pragma GCC ivdep
  for (long i = 0; i < count; i++) losses[i] = lossOf<T, L>(x[i], y[i], bend);
  return sumOfTerms<T>(count, [&](long i) { return losses[i]; });
}

template <class T, int L>
void add(const T* x, const T* y, long count, T bend, double scale, T* out) {
  long pieces = (count + piece - 1) / piece;
  double one = 0;
  double* sums = pieces > 1 ? static_cast<double*>(sharedWorkspace(0, pieces * sizeof(double))) : &one;
  parallelRange(pieces, taskOf<L> / piece, [&](long first, long last) {
    for (long p = first, at = p * piece; p < last; p++, at += piece) {
      sums[p] = sumOf<T, L>(x + at, y + at, least(piece, count - at), bend);
    }
  });
  double total = 0;
  for (long p = 0; p < pieces; p++) total += sums[p];
  *out = T(total * scale);
}

template <class T, int L>
void slopes(const T* x, const T* y, long count, T bend, double factor, T* dx) {
  T by = T(factor);
  parallelRange(count, taskOf<L>, [&](long from, long to) {
#pragma GCC ivdep
    for (long i = from; i < to; i++) dx[i] = by * slopeOf<T, L>(x[i], y[i], bend);
  });
}

template <class T, int L, bool Forward>
void runLoss(Reader& read) {
  long count = read.integer();
  const T* x = read.pointer<T>();
  const T* y = read.pointer<T>();
  T bend = T(read.number());
  double factor = read.number();
  T* out = read.pointer<T>();
  if (Forward) add<T, L>(x, y, count, bend, factor, out);
  else slopes<T, L>(x, y, count, bend, factor, out);
}

template <class T, bool Forward>
void run(Reader& read) {
  switch (read.integer()) {
    case Square: return runLoss<T, Square, Forward>(read);
    case Absolute: return runLoss<T, Absolute, Forward>(read);
    case Logits: return runLoss<T, Logits, Forward>(read);
    case Probabilities: return runLoss<T, Probabilities, Forward>(read);
    default: return runLoss<T, Huber, Forward>(read);
  }
}

}  // namespace

/** Type, loss, count, addresses of x and of the targets, where the loss bends, what the sum is multiplied by, address of the result. */
void elementLoss(const double* command) {
  Reader read(command);
  if (read.integer() == Float32) run<float, true>(read);
  else run<double, true>(read);
}

/** The same, with the gradient of each loss in the place of what the sum is multiplied by. */
void elementLossBackward(const double* command) {
  Reader read(command);
  if (read.integer() == Float32) run<float, false>(read);
  else run<double, false>(read);
}

}  // namespace GB_ISA

// Eigenvalues and eigenvectors of symmetric matrices: reflections make the matrix tridiagonal, and rotations, by implicit shifted QL steps, diagonal.
#include <float.h>

#include "passes.h"
#include "reflections.h"
#include "rotations.h"
#include "scaling.h"

namespace GB_ISA {
namespace {

struct Work {
  double *a, *reflections, *scales, *block;
  double *d, *e, *still, *w, *next, *sums, *q, *order;
  Rotated vectors;
  long row;

  void lay(Places& places, long n, bool wanted) {
    row = padded(n);
    a = places.take(n * row);
    reflections = places.take(n * row);
    scales = places.take(n);
    block = places.take(blockPlaces(n));
    d = places.take(n);
    e = places.take(n);
    still = places.take(row);
    w = places.take(row);
    next = places.take(row);
    sums = places.take(mostPasses * row);
    order = places.take(2 * n);
    if (!wanted) return;
    q = places.take(n * row);
    vectors.lay(places, n, n);
  }
};

/**
 * `A = H₀ H₁ … T … H₁ H₀`, with the diagonal of T in d and what is beside it in e. Of A all is read, not a triangle. Goes on at column k; returns where it has
 * stopped.
 */
long tridiagonalize(Work& work, long n, long k, Allowance& allowance, bool spread) {
  long row = work.row;
  double* a = work.a;
  // A's change by a reflection, A − v wᵀ − w vᵀ, is made when the next one reads A.
  for (; k < n && allowance.isLeft(); k++) {
    double* w = k % 2 == 0 ? work.w : work.next;
    double* next = k % 2 == 0 ? work.next : work.w;
    const double* v = k == 0 ? work.still : work.reflections + (k - 1) * row;
    allowance.use(3.0 * (n - k) * (n - k));
    work.d[k] = a[k * row + k] - 2 * v[k] * w[k];
    if (k == n - 1) continue;
    double* own = work.reflections + k * row;
    for (long i = 0; i < row; i++) own[i] = 0;
    for (long i = k + 1; i < n; i++) own[i] = a[i * row + k] - v[i] * w[k] - w[i] * v[k];
    Reflection made = reflect(own + k + 1, n - k - 1);
    work.scales[k] = made.scale;
    work.e[k] = made.length;
    long from = (k + 1) / Vector<double>::lanes * Vector<double>::lanes;
    updateRows(a, row, k + 1, n, from, row, v, w, w, v, own, next, work.sums, spread);
    for (long j = from; j <= k; j++) next[j] = 0;
    double along = 0;
    for (long j = k + 1; j < n; j++) along += next[j] * own[j];
    along *= made.scale * made.scale / 2;
    for (long j = from; j < row; j++) next[j] = made.scale * next[j] - along * own[j];
  }
  return k;
}

/** A block of T that is gone through from either end: d(0) is the one that is going to be split off. */
struct Ends {
  double *d, *e;
  long base, direction;

  double& diagonal(long i) const { return d[base + direction * i]; }
  double& beside(long i) const { return e[direction > 0 ? base + i : base - i - 1]; }
};

/** One implicit QL step on a block of `size`. */
void step(const Ends& t, long size, Rotated* vectors, bool spread) {
  double g = (t.diagonal(1) - t.diagonal(0)) / (2 * t.beside(0)), r = sqrt(g * g + 1);
  // Wilkinson's shift: the eigenvalue of the corner that is nearer to d(0).
  double shift = t.diagonal(0) - t.beside(0) / (g + (g < 0 ? -r : r));
  g = t.diagonal(size - 1) - shift;
  double s = 1, c = 1, carried = 0;
  double* pairs = vectors ? vectors->sweep(t.base + t.direction * (size - 1), -t.direction, size - 1, spread) : nullptr;
  for (long i = size - 2; i >= 0; i--) {
    double f = s * t.beside(i), b = c * t.beside(i);
    r = sqrt(f * f + g * g);
    if (r < 1e-140) {
      double both[2] = {f, g};
      r = lengthOf(both, 2);
    }
    if (i < size - 2) t.beside(i + 1) = r;
    s = r == 0 ? 0 : f / r;
    c = r == 0 ? 1 : g / r;
    g = t.diagonal(i + 1) - carried;
    r = (t.diagonal(i) - g) * s + 2 * c * b;
    carried = s * r;
    t.diagonal(i + 1) = g + carried;
    g = c * r - b;
    if (pairs) {
      *pairs++ = c;
      *pairs++ = s;
    }
  }
  t.diagonal(0) -= carried;
  t.beside(0) = g;
}

/** Rotates T until it is diagonal, from the value `first` on; returns where it has stopped, which is before n too where it does not end. */
long diagonalize(double* d, double* e, long n, long first, double& left, Rotated* vectors, Allowance& allowance, bool spread) {
  while (first < n && allowance.isLeft() && left > 0) {
    long last = first;
    for (; last < n - 1; last++) {
      if (fabs(e[last]) <= DBL_EPSILON * (fabs(d[last]) + fabs(d[last + 1])) || fabs(e[last]) < DBL_MIN) break;
    }
    if (last < n - 1) e[last] = 0;
    if (last == first) {
      first++;
      continue;
    }
    left--;
    // Towards the smaller end, as graded matrices want it.
    bool down = fabs(d[last]) < fabs(d[first]);
    step(Ends{d, e, down ? last : first, down ? -1L : 1L}, last - first + 1, vectors, spread);
    allowance.use(double(last - first) * (vectors ? 4 * n : 8));
  }
  return first;
}

enum Part { Start, Tridiagonal, Product, Diagonal };

/** Goes on with a decomposition; false if the allowance is used up before the end. */
bool goOn(Work& work, long n, const double* a, double* values, double* vectors, Progress& now, Allowance& allowance, bool spread) {
  long place = long(now.place);
  Reflections all{work.reflections, work.scales, n, work.row, greatest(0, n - 1), 1};
  if (now.part == Start) {
    now.scale = copyScaled(rowMajor(a, n), n, n, work.a, work.row);
    for (long j = 0; j < work.row; j++) work.still[j] = work.w[j] = work.next[j] = 0;
    now.part = Tridiagonal;
  }
  if (now.part == Tridiagonal) {
    now.place = place = tridiagonalize(work, n, place, allowance, spread);
    if (place < n) return false;
    now.part = Product;
    place = lastBlock(all);
    if (vectors) beginProduct(all, work.q, work.row, n);
  }
  if (now.part == Product) {
    if (vectors) {
      now.place = place = formProduct(all, place, work.q, work.row, n, work.block, allowance, spread);
      if (place >= 0) return false;
      work.vectors.fill(work.q, work.row);
    }
    now.part = Diagonal;
    now.left = double(60 * n + 60);
    place = 0;
  }
  now.place = place = diagonalize(work.d, work.e, n, place, now.left, vectors ? &work.vectors : nullptr, allowance, spread);
  if (vectors) work.vectors.turn(spread);
  if (place < n && now.left > 0) return false;
  orderOf(work.d, n, false, work.order);
  for (long k = 0; k < n; k++) values[k] = place == n ? now.scale * work.d[long(work.order[k])] : __builtin_nan("");
  if (vectors) work.vectors.take(work.order, nullptr, vectors, n);
  return true;
}

}  // namespace

/**
 * count of matrices, n; A, the values and the vectors (address and step each; 0 for the address of vectors that nobody wants); then as `Continued`, with one
 * matrix if there is a progress. What does not converge is NaN.
 */
void eigh(const double* command) {
  Reader read(command);
  long count = read.integer(), n = read.integer();
  Batch a(read), values(read), vectors(read);
  Continued how(read);
  Places whole;
  Work layout;
  layout.lay(whole, n, vectors.at != nullptr);
  auto one = [&](long i, double* at, Progress& now, double most, bool spread) {
    Places places(at);
    Work work;
    work.lay(places, n, vectors.at != nullptr);
    Allowance allowance(most);
    return goOn(work, n, a[i], values[i], vectors[i], now, allowance, spread);
  };
  if (how.progress) {
    how.ask(whole);
    if (how.places) how.progress->done = one(0, how.places, *how.progress, how.most, true);
    return;
  }
  eachMatrix(count, double(n) * n, whole.bytes(), [&](long i, double* at, bool spread) {
    Progress now{};
    one(i, at, now, __builtin_inf(), spread);
  });
}

}  // namespace GB_ISA

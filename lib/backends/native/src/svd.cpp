// Singular values and vectors, after Golub and Kahan: reflections from both sides make the matrix bidiagonal, and rotations, by implicit QR steps, diagonal.
#include <float.h>

#include "passes.h"
#include "reflections.h"
#include "rotations.h"
#include "scaling.h"

namespace GB_ISA {
namespace {

/** Places for a matrix with at least as many rows as columns. */
struct Work {
  double *a, *left, *right, *leftScales, *rightScales, *block;
  double *d, *e, *still, *w, *next, *x, *sums, *q, *order;
  /** The reflections of a matrix with many more rows than columns, of which only the triangle is made bidiagonal. */
  double *tall, *tallVectors, *tallScales;
  Rotated u, v;
  /** The matrix that is made bidiagonal, and from one of its rows to the next; the length of a left vector. */
  long rows, columns, row, leftRow;

  void lay(Places& places, long allRows, long n, bool wanted) {
    bool isTall = allRows > n + n / 2 + 4;
    rows = isTall ? n : allRows;
    columns = n;
    row = padded(n);
    leftRow = padded(rows);
    a = places.take(rows * row);
    left = places.take(n * leftRow);
    right = places.take(n * row);
    leftScales = places.take(n);
    rightScales = places.take(n);
    block = places.take(blockPlaces(n));
    d = places.take(n);
    e = places.take(n);
    still = places.take(greatest(row, leftRow));
    w = places.take(row);
    next = places.take(row);
    x = places.take(leftRow);
    sums = places.take(mostPasses * row);
    order = places.take(3 * n);
    tall = tallVectors = tallScales = nullptr;
    if (isTall) {
      tall = places.take(allRows * row);
      tallVectors = places.take(n * allRows);
      tallScales = places.take(n);
    }
    if (!wanted) return;
    q = places.take(rows * row);
    u.lay(places, rows, n);
    v.lay(places, n, n);
  }
};

/** `A = H₀ H₁ … B … G₁ G₀`, with the diagonal of B in d and what is right of it in e. Goes on at column k; returns where it has stopped. */
long bidiagonalize(Work& work, long k, Allowance& allowance, bool spread) {
  long m = work.rows, n = work.columns, row = work.row;
  const long lanes = Vector<double>::lanes;
  double* a = work.a;
  double* x = work.x;
  // A's change by a pair of reflections, A − v wᵀ − x uᵀ, is made when the next pair reads A.
  for (; k < n && allowance.isLeft(); k++) {
    double* w = k % 2 == 0 ? work.w : work.next;
    double* next = k % 2 == 0 ? work.next : work.w;
    const double* v = k == 0 ? work.still : work.left + (k - 1) * work.leftRow;
    const double* u = k == 0 ? work.still : work.right + (k - 1) * row;
    allowance.use(4.0 * (m - k) * (n - k));
    double* newV = work.left + k * work.leftRow;
    double* newU = work.right + k * row;
    for (long i = 0; i < k; i++) newV[i] = 0;
    for (long i = k; i < m; i++) newV[i] = a[i * row + k] - v[i] * w[k] - x[i] * u[k];
    Reflection made = reflect(newV + k, m - k);
    work.leftScales[k] = made.scale;
    work.d[k] = made.length;
    if (k == n - 1) continue;
    long from = (k + 1) / lanes * lanes;
    updateRows(a, row, k, m, from, row, v, w, x, u, newV, next, work.sums, spread);
    for (long j = from; j <= k; j++) next[j] = 0;
    for (long j = k + 1; j < row; j++) next[j] *= made.scale;
    for (long j = 0; j < row; j++) newU[j] = j <= k || j >= n ? 0 : a[k * row + j] - next[j];
    made = reflect(newU + k + 1, n - k - 1);
    work.rightScales[k] = made.scale;
    work.e[k] = made.length;
    projectRows(a, row, k + 1, m, from, row, newU, x, spread);
    double along = 0;
    for (long j = k + 1; j < n; j++) along += next[j] * newU[j];
    for (long i = k + 1; i < m; i++) x[i] = made.scale * (x[i] - along * newV[i]);
  }
  return k;
}

/** The rotation that makes (length, 0) of (f, g). */
struct Rotation {
  double c, s, length;
};

GB_INLINE Rotation rotation(double f, double g) {
  if (g == 0) return {1, 0, f};
  double length = sqrt(f * f + g * g);
  if (length < 1e-140) {
    double both[2] = {f, g};
    length = lengthOf(both, 2);
  }
  return {f / length, g / length, length};
}

/** A block of B from either end. From its last row on it is the transpose of such a block, so that left and right change places. */
struct Ends {
  double *d, *e;
  long base, direction;

  double& diagonal(long i) const { return d[base + direction * i]; }
  double& beside(long i) const { return e[direction > 0 ? base + i : base - i - 1]; }
};

/** One implicit QR step with a shift on a block of `size`. */
void stepShifted(const Ends& b, long size, double shift, double* right, double* left) {
  double f = (fabs(b.diagonal(0)) - shift) * ((b.diagonal(0) < 0 ? -1 : 1) + shift / b.diagonal(0)), g = b.beside(0);
  for (long i = 0; i < size - 1; i++) {
    Rotation r = rotation(f, g);
    if (i > 0) b.beside(i - 1) = r.length;
    f = r.c * b.diagonal(i) + r.s * b.beside(i);
    b.beside(i) = r.c * b.beside(i) - r.s * b.diagonal(i);
    g = r.s * b.diagonal(i + 1);
    b.diagonal(i + 1) *= r.c;
    Rotation l = rotation(f, g);
    b.diagonal(i) = l.length;
    f = l.c * b.beside(i) + l.s * b.diagonal(i + 1);
    b.diagonal(i + 1) = l.c * b.diagonal(i + 1) - l.s * b.beside(i);
    if (i < size - 2) {
      g = l.s * b.beside(i + 1);
      b.beside(i + 1) *= l.c;
    }
    if (right == nullptr) continue;
    right[2 * i] = r.c;
    right[2 * i + 1] = r.s;
    left[2 * i] = l.c;
    left[2 * i + 1] = l.s;
  }
  b.beside(size - 2) = f;
}

/** The step with a shift of 0, after Demmel and Kahan: it adds nothing up, so that tiny values come out with all their digits. */
void stepUnshifted(const Ends& b, long size, double* right, double* left) {
  Rotation l{1, 0, 0}, r{1, 0, 0};
  for (long i = 0; i < size - 1; i++) {
    r = rotation(b.diagonal(i) * r.c, b.beside(i));
    if (i > 0) b.beside(i - 1) = l.s * r.length;
    l = rotation(l.c * r.length, b.diagonal(i + 1) * r.s);
    b.diagonal(i) = l.length;
    if (right == nullptr) continue;
    right[2 * i] = r.c;
    right[2 * i + 1] = r.s;
    left[2 * i] = l.c;
    left[2 * i + 1] = l.s;
  }
  double last = b.diagonal(size - 1) * r.c;
  b.diagonal(size - 1) = last * l.c;
  b.beside(size - 2) = last * l.s;
}

/** The lesser singular value of the 2 × 2 triangle (f, g; 0, h). */
double lesserValue(double f, double g, double h) {
  f = fabs(f), g = fabs(g), h = fabs(h);
  double low = f < h ? f : h, high = f < h ? h : f;
  if (low == 0) return 0;
  double sum = 1 + low / high, difference = (high - low) / high;
  if (g < high) {
    double q = g / high * (g / high);
    return low * (2 / (sqrt(sum * sum + q) + sqrt(difference * difference + q)));
  }
  double q = high / g;
  if (q == 0) return low * high / g;
  return 2 * low * q / (sqrt(1 + sum * q * (sum * q)) + sqrt(1 + difference * q * (difference * q)));
}

/** How small beside its neighbours an element must be to count as 0. */
const double fine = 64 * DBL_EPSILON;

/** Sets what is small beside a block's least singular value to 0, going through it from the start; returns a bound of that value. */
double splitSmall(const Ends& b, long size, bool& split) {
  double bound = fabs(b.diagonal(0));
  for (long i = 0; i < size - 1; i++) {
    if (fabs(b.beside(i)) <= fine * bound) {
      b.beside(i) = 0;
      split = true;
      return bound;
    }
    bound = bound == 0 ? 0 : fabs(b.diagonal(i + 1)) * (bound / (bound + fabs(b.beside(i))));
  }
  return bound;
}

/** The greatest element of B. */
double greatestElement(const Work& work) {
  double top = 0;
  for (long i = 0; i < work.columns; i++) top = fabs(work.d[i]) > top ? fabs(work.d[i]) : top;
  for (long i = 0; i < work.columns - 1; i++) top = fabs(work.e[i]) > top ? fabs(work.e[i]) : top;
  return top;
}

/** Rotates B until it is diagonal, from the value `last` down; returns where it has stopped, which is above 0 too where it does not end. */
long diagonalize(Work& work, long last, Progress& now, bool wanted, Allowance& allowance, bool spread) {
  double *d = work.d, *e = work.e;
  long n = work.columns;
  while (last > 0 && allowance.isLeft() && now.left > 0) {
    long first = last;
    for (; first > 0; first--) {
      if (fabs(e[first - 1]) > now.nothing) continue;
      e[first - 1] = 0;
      break;
    }
    if (first == last) {
      last--;
      continue;
    }
    now.left--;
    long size = last - first + 1;
    bool down = fabs(d[first]) >= fabs(d[last]);
    Ends b{d, e, down ? first : last, down ? 1L : -1L};
    bool split = false;
    double least = splitSmall(b, size, split);
    if (!split && fabs(b.beside(size - 2)) <= fine * fabs(b.diagonal(size - 1))) {
      b.beside(size - 2) = 0;
      split = true;
    }
    if (split) continue;
    double greatestOf = 0;
    for (long i = 0; i < size; i++) greatestOf = fabs(b.diagonal(i)) > greatestOf ? fabs(b.diagonal(i)) : greatestOf;
    double shift = 0;
    // Where the least value is tiny beside the greatest, a shift would cost it its digits.
    if (double(n) * fine * least > DBL_EPSILON * greatestOf) {
      shift = lesserValue(b.diagonal(size - 2), b.beside(size - 2), b.diagonal(size - 1));
      double share = shift / b.diagonal(0);
      if (share * share < DBL_EPSILON) shift = 0;
    }
    double *right = nullptr, *leftPairs = nullptr;
    if (wanted) {
      long start = down ? first : last;
      right = (down ? work.v : work.u).sweep(start, b.direction, size - 1, spread);
      leftPairs = (down ? work.u : work.v).sweep(start, b.direction, size - 1, spread);
    }
    if (shift == 0) stepUnshifted(b, size, right, leftPairs);
    else stepShifted(b, size, shift, right, leftPairs);
    allowance.use(double(size) * (wanted ? 4 * (n + work.rows) : 16));
  }
  return last;
}

enum Part { Start, Bidiagonal, LeftProduct, RightProduct, Diagonal };

/** Where results go, of a matrix that has at least as many rows as columns. */
struct Results {
  double *u, *values, *v;
};

/** Copies the matrix, and makes a triangle of it first if it is high. */
void begin(Work& work, Matrix<double> a, const Reflections& tall, Progress& now, bool spread) {
  long n = work.columns, row = work.row;
  bool isTall = work.tall != nullptr;
  now.scale = copyScaled(a, tall.length, n, isTall ? work.tall : work.a, row);
  if (isTall) {
    triangularize(work.tall, row, n, tall, work.block, spread);
    for (long i = 0; i < n; i++) for (long j = 0; j < row; j++) work.a[i * row + j] = j < i || j >= n ? 0 : work.tall[i * row + j];
  }
  for (long j = 0; j < row; j++) work.w[j] = work.next[j] = 0;
  for (long i = 0; i < work.leftRow; i++) work.x[i] = 0;
  for (long i = 0; i < greatest(row, work.leftRow); i++) work.still[i] = 0;
}

/** Sorts the values, with their signs put into the right vectors, and writes everything. */
void finish(Work& work, const Reflections& tall, bool ended, const Progress& now, const Results& to, bool spread) {
  long n = work.columns;
  double* signs = work.order + 2 * n;
  for (long i = 0; i < n; i++) {
    signs[i] = work.d[i] < 0 ? -1 : 1;
    work.d[i] *= signs[i];
  }
  orderOf(work.d, n, true, work.order);
  for (long i = 0; i < n; i++) to.values[i] = ended ? now.scale * work.d[long(work.order[i])] : __builtin_nan("");
  if (to.u == nullptr) return;
  work.u.take(work.order, nullptr, to.u, n);
  work.v.take(work.order, signs, to.v, n);
  if (work.tall == nullptr) return;
  memset(to.u + n * n, 0, (tall.length - n) * n * sizeof(double));
  applyProduct(tall, to.u, n, n, work.block, spread);
}

/** Goes on with a decomposition; false if the allowance is used up before the end. */
bool goOn(Work& work, Matrix<double> a, long rows, const Results& to, Progress& now, Allowance& allowance, bool spread) {
  long n = work.columns, row = work.row, place = long(now.place);
  bool wanted = to.u != nullptr;
  Reflections tall{work.tallVectors, work.tallScales, rows, rows, n, 0};
  Reflections left{work.left, work.leftScales, work.rows, work.leftRow, n, 0};
  Reflections right{work.right, work.rightScales, n, row, n - 1, 1};
  if (now.part == Start) {
    begin(work, a, tall, now, spread);
    now.part = Bidiagonal;
  }
  if (now.part == Bidiagonal) {
    now.place = place = bidiagonalize(work, place, allowance, spread);
    if (place < n) return false;
    now.part = LeftProduct;
    place = lastBlock(left);
    if (wanted) beginProduct(left, work.q, row, n);
  }
  if (now.part == LeftProduct) {
    if (wanted) {
      now.place = place = formProduct(left, place, work.q, row, n, work.block, allowance, spread);
      if (place >= 0) return false;
      work.u.fill(work.q, row);
      beginProduct(right, work.q, row, n);
    }
    now.part = RightProduct;
    place = lastBlock(right);
  }
  if (now.part == RightProduct) {
    if (wanted) {
      now.place = place = formProduct(right, place, work.q, row, n, work.block, allowance, spread);
      if (place >= 0) return false;
      work.v.fill(work.q, row);
    }
    now.part = Diagonal;
    now.left = double(60 * n + 60);
    // What is below this has no digits left after the reflections.
    now.nothing = DBL_EPSILON * DBL_EPSILON * greatestElement(work);
    place = n - 1;
  }
  now.place = place = diagonalize(work, place, now, wanted, allowance, spread);
  if (wanted) {
    work.u.turn(spread);
    work.v.turn(spread);
  }
  if (place > 0 && now.left > 0) return false;
  finish(work, tall, place <= 0, now, to, spread);
  return true;
}

}  // namespace

/**
 * count of matrices, rows, columns, neither 0; A, U, the values and V (address and step each; 0 for the address of vectors that nobody wants); then as
 * `Continued`, with one matrix if there is a progress. What does not converge is NaN.
 */
void svd(const double* command) {
  Reader read(command);
  long count = read.integer(), rows = read.integer(), columns = read.integer();
  Batch a(read), u(read), values(read), v(read);
  Continued how(read);
  bool isWide = rows < columns;
  long most = greatest(rows, columns), few = least(rows, columns);
  Places whole;
  Work layout;
  layout.lay(whole, most, few, u.at != nullptr);
  auto one = [&](long i, double* at, Progress& now, double multiplications, bool spread) {
    Places places(at);
    Work work;
    work.lay(places, most, few, u.at != nullptr);
    Allowance allowance(multiplications);
    // A wide matrix is the transpose of a high one, whose left vectors are its right ones.
    Matrix<double> high = isWide ? turned(a[i], columns) : rowMajor(a[i], columns);
    Results to{isWide ? v[i] : u[i], values[i], isWide ? u[i] : v[i]};
    return goOn(work, high, most, to, now, allowance, spread);
  };
  if (how.progress) {
    how.ask(whole);
    if (how.places) how.progress->done = one(0, how.places, *how.progress, how.most, true);
    return;
  }
  eachMatrix(count, double(rows) * columns, whole.bytes(), [&](long i, double* at, bool spread) {
    Progress now{};
    one(i, at, now, __builtin_inf(), spread);
  });
}

}  // namespace GB_ISA

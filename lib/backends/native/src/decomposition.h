// What the decompositions of matrices share: places to work in, and how a batch of matrices is gone through. All of them compute in float64.
#pragma once
#include "command.h"
#include "gemm.h"

namespace GB_ISA {

/** How wide the strips of a matrix are that are decomposed by themselves before a product brings the rest up to date. */
const long strip = 32;

/** The next multiple of a vector's length: rows that begin and end with whole vectors need no loops for what is left over. */
GB_INLINE long padded(long n) {
  const long lanes = Vector<double>::lanes;
  return (n + lanes - 1) / lanes * lanes;
}

/** Hands out stretches of a workspace; without one it only counts. */
class Places {
 public:
  explicit Places(double* at = nullptr) : at(at) {}

  double* take(long count) {
    double* from = at + used;
    used += (count + 7) / 8 * 8;
    return from;
  }

  unsigned long long bytes() const { return used * sizeof(double); }

 private:
  double* at;
  long used = 0;
};

/** Where the matrices of a batch lie: row-major each, `step` numbers from one to the next. */
struct Batch {
  double* at;
  long step;

  explicit Batch(Reader& read) : at(read.pointer<double>()), step(read.integer()) {}
  double* operator[](long i) const { return at ? at + i * step : nullptr; }
};

/**
 * Runs `body(i, work, spread)` for each of `count` matrices of `numbers` numbers. Many small ones are shared among the threads, which then each do theirs
 * alone; else the threads share in each. Either way there are `bytes` to work in.
 */
template <class Body>
static void eachMatrix(long count, double numbers, unsigned long long bytes, Body&& body) {
  if (count < 4 && (count < 2 * pool.threads() || numbers > 4096)) {
    double* work = static_cast<double*>(sharedWorkspace(0, bytes));
    for (long i = 0; i < count; i++) body(i, work, true);
    return;
  }
  parallelRange(count, greatest(1, long(4096 / (numbers + 1))), [&](long from, long to) {
    double* work = static_cast<double*>(workspace(0, bytes));
    for (long i = from; i < to; i++) body(i, work, false);
  });
}

/** How far a decomposition has come, which the next call goes on with if it is too long for one. It lies with TypeScript. */
struct Progress {
  /** Which part it is in, and at which place in that. */
  double part, place;
  /** What the matrix was divided by, how small an element is nothing, and how many iterations may still follow. */
  double scale, nothing, left;
  /** How many numbers the places have that are kept from call to call, and whether all is done. */
  double numbers, done;
};

/** What a call may do of a decomposition, in multiplications; what goes beyond is left to the next call. */
class Allowance {
 public:
  explicit Allowance(double most) : most(most) {}
  bool isLeft() const { return used < most; }
  void use(double multiplications) { used += multiplications; }

 private:
  double most;
  double used = 0;
};

/** The end of a command: addresses of the progress, 0 to decompose in one call, and of the places, 0 to ask how many are needed, and what a call may do. */
struct Continued {
  Progress* progress;
  double* places;
  double most;

  explicit Continued(Reader& read) : progress(read.pointer<Progress>()), places(read.pointer<double>()), most(read.number()) {
    // From the next line of the cache on.
    if (places) places = reinterpret_cast<double*>((uintptr_t(places) + 63) / 64 * 64);
  }

  /** Says how many numbers the places must have. */
  void ask(const Places& whole) const { progress->numbers = double(whole.bytes() / sizeof(double) + 8); }
};

/** A matrix that lies row-major. */
GB_INLINE Matrix<double> rowMajor(const double* at, long row) { return Matrix<double>{at, row, 1}; }

/** The same, transposed. */
GB_INLINE Matrix<double> turned(const double* at, long row) { return Matrix<double>{at, 1, row}; }

/** `to = −from`, rows by columns. */
static void negate(const double* from, long fromRow, long rows, long columns, double* to, long toRow) {
  for (long i = 0; i < rows; i++) {
#pragma GCC ivdep
    for (long j = 0; j < columns; j++) to[i * toRow + j] = -from[i * fromRow + j];
  }
}

}  // namespace GB_ISA

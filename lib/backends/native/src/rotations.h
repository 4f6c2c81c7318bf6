// Givens rotations of the columns of a matrix. Iterations find thousands of them from a few numbers each; here they are noted, and carried out by many at
// a time on a few rows that stay in the cache.
#pragma once
#include <string.h>

#include "decomposition.h"

namespace GB_ISA {

/** A matrix whose columns are to be rotated, held as strips of rows: of each column, the elements of some rows are side by side. */
class Rotated {
 public:
  static const long width = 4 * Vector<double>::lanes;
  /** So many rotations are noted before they are carried out. */
  static long noted(long columns) { return greatest(32768, columns); }

  void lay(Places& places, long rowCount, long columnCount) {
    rows = rowCount;
    columns = columnCount;
    strips = (rows + width - 1) / width;
    numbers = places.take(strips * columns * width);
    pairs = places.take(2 * noted(columns));
    sweeps = places.take(3 * (noted(columns) + 1));
    count = sweepCount = 0;
  }

  void fill(const double* q, long qRow) {
    for (long s = 0; s < strips; s++) {
      packPanel(q + s * width * qRow, qRow, 1L, least(width, rows - s * width), columns, numbers + s * columns * width, width, width);
    }
  }

  /** Places for the cosines and sines, in turns, of a sweep of rotations: of columns `start` and `start + step`, of that and the next, … */
  double* sweep(long start, long step, long length, bool spread) {
    if (count + length > noted(columns)) turn(spread);
    double* own = pairs + 2 * count;
    double* about = sweeps + 3 * sweepCount++;
    about[0] = double(start);
    about[1] = double(step);
    about[2] = double(length);
    count += length;
    return own;
  }

  /** Carries out what is noted: the pair (a, b) of a rotation becomes (c a + s b, c b − s a). */
  void turn(bool spread) {
    auto one = [&](long s) {
      double* own = numbers + s * columns * width;
      const double* pair = pairs;
      for (long k = 0; k < sweepCount; k++) {
        const double* about = sweeps + 3 * k;
        carry(own + long(about[0]) * width, long(about[1]) * width, long(about[2]), pair);
        pair += 2 * long(about[2]);
      }
    };
    if (spread && double(count) * rows > 32768) parallel(strips, one);
    else for (long s = 0; s < strips; s++) one(s);
    count = sweepCount = 0;
  }

  /** Writes column `order[j]`, multiplied by its sign, as column j. */
  void take(const double* order, const double* signs, double* to, long toRow) const {
    for (long i = 0; i < rows; i++) {
      const double* own = numbers + (i / width * columns) * width + i % width;
      for (long j = 0; j < columns; j++) {
        long from = long(order[j]);
        to[i * toRow + j] = own[from * width] * (signs ? signs[from] : 1);
      }
    }
  }

 private:
  static void carry(double* at, long step, long length, const double* pair) {
    typedef typename Vector<double>::type Vec;
    const long lanes = Vector<double>::lanes;
    Vec held[4];
    for (int v = 0; v < 4; v++) held[v] = load(at + v * lanes);
    for (long i = 0; i < length; i++) {
      Vec c = splat(pair[2 * i]), s = splat(pair[2 * i + 1]);
#pragma GCC unroll 4
      for (int v = 0; v < 4; v++) {
        Vec next = load(at + step + v * lanes);
        store(at + v * lanes, c * held[v] + s * next);
        held[v] = c * next - s * held[v];
      }
      at += step;
    }
    for (int v = 0; v < 4; v++) store(at + v * lanes, held[v]);
  }

  long rows, columns, strips;
  double* numbers;
  double* pairs;
  double* sweeps;
  long count, sweepCount;
};

/** Writes the order in which numbers rise, or fall. */
static void orderOf(const double* values, long n, bool falling, double* order) {
  // By merging runs of growing length, back and forth between two lists; the second is behind the first.
  double* from = order;
  double* to = order + n;
  for (long i = 0; i < n; i++) from[i] = double(i);
  for (long run = 1; run < n; run *= 2) {
    for (long start = 0; start < n; start += 2 * run) {
      long a = start, aEnd = least(n, start + run), b = aEnd, bEnd = least(n, aEnd + run);
      for (long i = start; i < bEnd; i++) {
        bool second = a == aEnd;
        if (a < aEnd && b < bEnd) {
          double x = values[long(from[a])], y = values[long(from[b])];
          second = falling ? y > x : y < x;
        }
        to[i] = second ? from[b++] : from[a++];
      }
    }
    double* held = from;
    from = to;
    to = held;
  }
  if (from != order) memcpy(order, from, n * sizeof(double));
}

}  // namespace GB_ISA

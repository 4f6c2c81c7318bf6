// A tensor as lines along one dimension.
#pragma once
#include "command.h"

namespace GB_ISA {

/** Lines along one dimension. */
struct Lines {
  int rank, dim;
  long shape[maxRank], steps[maxRank];
  long count, step, lines, after;

  void read(Reader& from) {
    rank = int(from.integer());
    dim = int(from.integer());
    from.integers(shape, rank);
    from.integers(steps, rank);
    count = shape[dim];
    step = steps[dim];
    lines = after = 1;
    for (int d = 0; d < rank; d++) {
      if (d != dim) lines *= shape[d];
      if (d > dim) after *= shape[d];
    }
  }

  long start(long line) const {
    long offset = 0;
    for (int d = rank - 1; d >= 0; d--) {
      if (d == dim) continue;
      offset += line % shape[d] * steps[d];
      line /= shape[d];
    }
    return offset;
  }

  /** Where a line starts in a packed tensor whose lines have `length` elements, else of the same shape; they are `after` apart. */
  long packedStart(long line, long length) const { return line / after * length * after + line % after; }

  bool isPacked() const {
    long size = 1;
    for (int d = rank - 1; d >= 0; d--) {
      if (steps[d] != size) return false;
      size *= shape[d];
    }
    return true;
  }
};

}  // namespace GB_ISA

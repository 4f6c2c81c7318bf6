// Several views walked at once: dimensions of size 1 go, neighbours that every view steps through evenly become one.
#pragma once
#include "command.h"
#include "isa.h"

namespace GB_ISA {

const int maxViews = 4;

struct Walk {
  int rank;
  int count;
  long shape[maxRank];
  View views[maxViews];

  long size() const {
    long n = 1;
    for (int d = 0; d < rank; d++) n *= shape[d];
    return n;
  }

  void merge() {
    int kept = 0;
    for (int d = 0; d < rank; d++) {
      if (shape[d] == 1) continue;
      bool even = kept > 0;
      for (int v = 0; v < count && even; v++) even = views[v].strides[kept - 1] == views[v].strides[d] * shape[d];
      int to = even ? kept - 1 : kept++;
      shape[to] = even ? shape[to] * shape[d] : shape[d];
      for (int v = 0; v < count; v++) views[v].strides[to] = views[v].strides[d];
    }
    rank = kept;
  }

  /** Where row `row` of view `v` starts, in elements; a row is the last dimension. */
  long rowOffset(int v, long row) const {
    long offset = 0;
    for (int d = rank - 2; d >= 0; d--) {
      offset += row % shape[d] * views[v].strides[d];
      row /= shape[d];
    }
    return offset;
  }
};

}  // namespace GB_ISA

// What normalizations share forward and backward. Elements lie as (samples, groups, channels, size); what is normalized together is a group of a
// sample (layer, group, instance and root mean square normalization) or a channel of all samples (batch normalization). Sums run in short
// stretches of T that are added up as doubles, and where stretches end depends on sizes alone.
#pragma once
#include <math.h>

#include "command.h"
#include "isa.h"
#include "kernels.h"
#include "pool.h"

namespace GB_ISA {

template <class T>
struct Norm {
  long samples, groups, channels, size;
  bool byChannel, centered;
  double eps;
  const T* x;
  const T* weight;
  T* means;
  T* variances;

  long sets() const { return byChannel ? channels : samples * groups; }
  long members() const { return byChannel ? samples * size : channels * size; }
  T scale(long set) const { return T(1 / sqrt(double(variances[set]) + eps)); }
};

const long stretch = 2048;

/** Folds `n` steps of `body(i, sums)` into N sums: vectors over the bulk, single numbers at the end. */
template <class T, int N, class Wide, class Narrow>
GB_INLINE void fold(long n, double* totals, const Wide& wide, const Narrow& narrow) {
  typedef typename Vector<T>::type Vec;
  const int lanes = Vector<T>::lanes;
  long i = 0;
  while (i < n) {
    long end = least(n, i + stretch);
    Vec sums[4][N] = {};
    for (; i + 4 * lanes <= end; i += 4 * lanes) {
      for (int k = 0; k < 4; k++) wide(i + k * lanes, sums[k]);
    }
    for (; i + lanes <= end; i += lanes) wide(i, sums[0]);
    T rest[N] = {};
    for (; i < end; i++) narrow(i, rest);
    for (int s = 0; s < N; s++) {
      totals[s] += sumOf<T>((sums[0][s] + sums[1][s]) + (sums[2][s] + sums[3][s])) + rest[s];
    }
  }
}

/** How many sets a thread takes at once. */
GB_INLINE long grainOf(long members) { return greatest(1, 8192 / greatest(members, 1)); }

/** Neighbouring columns that are summed at once where a channel has one element a sample. */
const long band = 64;

/** Adds up `term(row, column)` over all rows, for the columns of a band. */
template <class T, class Term>
GB_INLINE void sumColumns(long rows, long columns, double* totals, const Term& term) {
  for (long c = 0; c < columns; c++) totals[c] = 0;
  for (long r = 0; r < rows;) {
    T sums[band] = {};
    for (long end = least(rows, r + 64); r < end; r++) {
      for (long c = 0; c < columns; c++) sums[c] += term(r, c);
    }
    for (long c = 0; c < columns; c++) totals[c] += sums[c];
  }
}

template <class T>
static Norm<T> readNorm(Reader& read) {
  Norm<T> m;
  m.samples = read.integer();
  m.groups = read.integer();
  m.channels = read.integer();
  m.size = read.integer();
  m.byChannel = read.integer() != 0;
  m.centered = read.integer() != 0;
  m.eps = read.number();
  m.x = read.pointer<T>();
  m.weight = read.pointer<T>();
  m.means = read.pointer<T>();
  m.variances = m.means + m.sets();
  return m;
}

}  // namespace GB_ISA

// Small squares of numbers, rows for columns.
#pragma once
#include "isa.h"

namespace GB_ISA {

template <>
struct IntegerOf<int> {
  typedef int type;
};

/** Transposes a square of 4 × 4 numbers, whose rows lie anywhere: `to[j][i] = from[i][j]`. */
template <class T>
GB_INLINE void transpose4(const T* const* from, T* const* to) {
  typedef T Four __attribute__((vector_size(4 * sizeof(T))));
  typedef T Loose __attribute__((vector_size(4 * sizeof(T)), aligned(sizeof(T)), may_alias));
  Four r0 = *reinterpret_cast<const Loose*>(from[0]);
  Four r1 = *reinterpret_cast<const Loose*>(from[1]);
  Four r2 = *reinterpret_cast<const Loose*>(from[2]);
  Four r3 = *reinterpret_cast<const Loose*>(from[3]);
#if defined(__clang__)
#define GB_PICK(a, b, i, j, k, l) __builtin_shufflevector(a, b, i, j, k, l)
#else
  typedef typename IntegerOf<T>::type Mask __attribute__((vector_size(4 * sizeof(T))));
#define GB_PICK(a, b, i, j, k, l) __builtin_shuffle(a, b, Mask{i, j, k, l})
#endif
  Four t0 = GB_PICK(r0, r1, 0, 4, 1, 5);
  Four t1 = GB_PICK(r0, r1, 2, 6, 3, 7);
  Four t2 = GB_PICK(r2, r3, 0, 4, 1, 5);
  Four t3 = GB_PICK(r2, r3, 2, 6, 3, 7);
  *reinterpret_cast<Loose*>(to[0]) = GB_PICK(t0, t2, 0, 1, 4, 5);
  *reinterpret_cast<Loose*>(to[1]) = GB_PICK(t0, t2, 2, 3, 6, 7);
  *reinterpret_cast<Loose*>(to[2]) = GB_PICK(t1, t3, 0, 1, 4, 5);
  *reinterpret_cast<Loose*>(to[3]) = GB_PICK(t1, t3, 2, 3, 6, 7);
#undef GB_PICK
}

template <class T>
GB_INLINE void transpose4(const T* from, long fromRow, T* to, long toRow) {
  const T* const rows[4] = {from, from + fromRow, from + 2 * fromRow, from + 3 * fromRow};
  T* const columns[4] = {to, to + toRow, to + 2 * toRow, to + 3 * toRow};
  transpose4(rows, columns);
}

}  // namespace GB_ISA

// What softmax and cross-entropy have in common: the greatest of a row, and sums over it.
#pragma once
#include "isa.h"
#include "kernels.h"

namespace GB_ISA {

/** So many numbers at once, which do not wait for each other. */
const int abreast = 32;

template <class T>
GB_INLINE T greater(T a, T x) {
  return x > a || x != x ? x : a;
}

/** The greatest of a power of two of numbers, by halves. */
template <class T, int count>
struct Greatest {
  static GB_INLINE_MEMBER T of(const T* v) {
    T half[count / 2];
    for (int k = 0; k < count / 2; k++) half[k] = greater(v[k], v[k + count / 2]);
    return Greatest<T, count / 2>::of(half);
  }
};

template <class T>
struct Greatest<T, 1> {
  static GB_INLINE_MEMBER T of(const T* v) { return *v; }
};

/** The greatest of neighbouring numbers; NaN if there is one. */
template <class T>
static T greatestOf(const T* x, long n) {
  if (n < abreast) {
    T top = -T(__builtin_inf());
    for (long i = 0; i < n; i++) top = greater(top, x[i]);
    return top;
  }
  T tops[abreast];
  for (int k = 0; k < abreast; k++) tops[k] = x[k];
  for (long i = abreast; i < n; i += abreast) {
    // The last ones may overlap others.
    const T* from = x + least(i, n - abreast);
    for (int k = 0; k < abreast; k++) tops[k] = greater(tops[k], from[k]);
  }
  return Greatest<T, abreast>::of(tops);
}

/** `Σ term(i)` in short stretches of T, added up as doubles, so that sums of float32 stay exact enough in long rows. */
template <class T, class Term>
GB_INLINE double sumOfTerms(long n, const Term& term) {
  double total = 0;
  for (long i = 0; i < n;) {
    long end = least(n, i + 1024);
    T sums[abreast] = {};
    for (; i + abreast <= end; i += abreast) {
      for (int k = 0; k < abreast; k++) sums[k] += term(i + k);
    }
    T rest = 0;
    for (; i < end; i++) rest += term(i);
    total += Halves<T, abreast>::sum(sums) + rest;
  }
  return total;
}

}  // namespace GB_ISA

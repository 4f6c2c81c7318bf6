// What softmax and cross-entropy have in common: the greatest of a row, and sums over it.
#pragma once
#include "isa.h"
#include "kernels.h"

namespace GB_ISA {

/** So many numbers at once, which do not wait for each other. */
const int abreast = 32;

/** The greatest of neighbouring numbers; NaN if there is one. */
template <class T>
static T greatestOf(const T* x, long n) {
  T tops[abreast];
  for (int k = 0; k < abreast; k++) tops[k] = -T(__builtin_inf());
  long i = 0;
  for (; i + abreast <= n; i += abreast) {
    for (int k = 0; k < abreast; k++) tops[k] = x[i + k] > tops[k] || x[i + k] != x[i + k] ? x[i + k] : tops[k];
  }
  T top = -T(__builtin_inf());
  for (; i < n; i++) top = x[i] > top || x[i] != x[i] ? x[i] : top;
  for (int k = 0; k < abreast; k++) top = tops[k] > top || tops[k] != tops[k] ? tops[k] : top;
  return top;
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

// Sums over vectors of numbers that lie in a line.
#pragma once
#include "isa.h"

namespace GB_ISA {

template <class T>
GB_INLINE T product(const T* a, const T* b, long n) {
  const long lanes = Vector<T>::lanes;
  typename Vector<T>::type even = {}, odd = {};
  long i = 0;
  for (; i + 2 * lanes <= n; i += 2 * lanes) {
    even += load(a + i) * load(b + i);
    odd += load(a + i + lanes) * load(b + i + lanes);
  }
  if (i + lanes <= n) {
    even += load(a + i) * load(b + i);
    i += lanes;
  }
  T rest = 0;
  for (; i < n; i++) rest += a[i] * b[i];
  return sumOf<T>(even + odd) + rest;
}

/** `to += factor · x` */
template <class T>
GB_INLINE void addTo(T* to, const T* x, T factor, long n) {
  const long lanes = Vector<T>::lanes;
  long i = 0;
  for (; i + lanes <= n; i += lanes) store(to + i, load(to + i) + factor * load(x + i));
  for (; i < n; i++) to[i] += factor * x[i];
}

}  // namespace GB_ISA

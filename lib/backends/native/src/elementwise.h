// What an elementwise op is to those who run it: a loop over packed numbers.
#pragma once
#include "isa.h"

namespace GB_ISA {

/** The output may be an input itself: an element is written after all of its inputs are read. */
template <class T>
using Loop = void (*)(long n, T* out, const T* a, const T* b, const T* c);

/** An op's loop, and how much work it is, compared with an addition. */
template <class T>
struct Op {
  Loop<T> loop;
  int cost;
};

/** How many of the elements are a task, whole lines of the cache: fewer where each is more work, more where there are many, as every new place costs some. */
GB_INLINE long stretchOf(long count, long cost) {
  const long lines = 1024;
  return greatest(1, greatest(32768, least(131072, count / 8)) / cost / lines) * lines;
}

/** The op of that many inputs that has this number. */
Op<float> floatOp(int arity, long op);

}  // namespace GB_ISA

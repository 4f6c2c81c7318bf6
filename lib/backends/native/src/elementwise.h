// What an elementwise op is to those who run it: a loop over packed numbers.
#pragma once
#include "isa.h"
#include "pool.h"

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

/**
 * How many of the elements are a task, whole lines of the cache: fewer where each is more work, more where there are many, as every new place costs some.
 * Tasks are alike in size, and each thread has as many, where there are several at all: what is left over for the last one, the others would wait for.
 */
GB_INLINE long stretchOf(long count, long cost) {
  const long lines = 1024;
  long most = greatest(1, greatest(32768, least(131072, count / 8)) / cost / lines) * lines;
  long threads = pool.threads(), tasks = greatest(1, (count + most - 1) / most);
  if (tasks > 1) tasks = (tasks + threads - 1) / threads * threads;
  return (count + tasks * lines - 1) / (tasks * lines) * lines;
}

/** The op of that many inputs that has this number. */
Op<float> floatOp(int arity, long op);

}  // namespace GB_ISA

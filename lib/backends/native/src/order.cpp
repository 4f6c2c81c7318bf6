// The order that sorts lines, or the beginning of it.
#include <string.h>

#include "entries.h"
#include "isa.h"
#include "kernels.h"
#include "lines.h"
#include "pool.h"

namespace GB_ISA {
namespace {

/** What numbers of a type are sorted as: `bits` whole numbers that have the same order, and those with a position as entries. */
template <class T>
struct Key;
template <>
struct Key<float> {
  typedef unsigned bits;
  typedef Entry entry;
};
template <>
struct Key<int> {
  typedef unsigned bits;
  typedef Entry entry;
};
template <>
struct Key<double> {
  typedef unsigned long long bits;
  typedef WideEntry entry;
};

template <class T>
GB_INLINE typename Key<T>::bits keyOf(T value) {
  typedef typename Key<T>::bits Bits;
  const Bits top = Bits(1) << (8 * sizeof(Bits) - 1);
  // Both zeros are equal.
  T number = value + T(0);
  Bits bits;
  memcpy(&bits, &number, sizeof bits);
  return value != value ? ~Bits(0) : bits ^ (bits & top ? ~Bits(0) : top);
}

template <>
GB_INLINE_MEMBER unsigned keyOf<int>(int value) {
  return unsigned(value) ^ 1u << 31;
}

/** A number and its position in one: entries are in order where the numbers are, NaN last, and equal numbers by their positions. */
template <class T>
GB_INLINE typename Key<T>::entry entryOf(T value, long position, bool descending) {
  typedef typename Key<T>::bits Bits;
  return entryWith(Bits(keyOf(value) ^ (descending ? ~Bits(0) : Bits(0))), position);
}

/** Finds the first entries in order without sorting the others: most numbers are only compared with the last of the first so far. */
template <bool Descending, class T, class E>
void firstEntries(const T* x, long n, long kept, E* entries, long room) {
  const long width = 32;
  long i = 0, count = 0;
  for (; i < n && count < room; i++) entries[count++] = entryOf(x[i], i, Descending);
  while (i < n) {
    if (count > room - width) {
      keepFirst(entries, count, kept);
      count = kept;
    }
    T last = x[positionIn(entries[kept - 1])];
    // What is no number passes, and is sorted out later.
    auto passes = [last](T value) { return Descending ? !(value <= last) : !(value >= last); };
    for (bool full = false; i < n && !full; i += width) {
      long end = least(width, n - i);
      int found = 0;
      for (long k = 0; k < end; k++) found |= passes(x[i + k]);
      if (!found) continue;
      for (long k = 0; k < end; k++) {
        if (passes(x[i + k])) entries[count++] = entryOf(x[i + k], i + k, Descending);
      }
      full = count > room - width;
    }
  }
  if (count > kept) keepFirst(entries, count, kept);
}

template <class T>
void argsortAs(const Lines& lines, const T* x, bool descending, long kept, int* out) {
  typedef typename Key<T>::entry E;
  // Where most are wanted, or few are there, all are sorted.
  long room = 2 * kept + 256;
  bool selects = room < lines.count / 2;
  long count = lines.count;
  unsigned long long bytes = 2 * sizeof(E) * (selects ? room : count) + sizeof(T) * count + 64;
  parallelRange(lines.lines, greatest(1, 2048 / greatest(count, 1)), [&](long from, long to) {
    E* entries = static_cast<E*>(workspace(0, bytes));
    T* packed = reinterpret_cast<T*>(entries + 2 * (selects ? room : count));
    for (long line = from; line < to; line++) {
      const T* at = x + lines.start(line);
      if (lines.step != 1) {
        for (long i = 0; i < count; i++) packed[i] = at[i * lines.step];
        at = packed;
      }
      if (!selects) for (long i = 0; i < count; i++) entries[i] = entryOf(at[i], i, descending);
      else if (descending) firstEntries<true>(at, count, kept, entries, room);
      else firstEntries<false>(at, count, kept, entries, room);
      sortEntries(entries, selects ? nullptr : entries + count, selects ? kept : count);
      int* target = out + lines.packedStart(line, kept);
      for (long i = 0; i < kept; i++) target[i * lines.after] = positionIn(entries[i]);
    }
  });
}

}  // namespace

/** Type, whether the greatest comes first, how many are wanted of a line, addresses of input and output, then the lines. */
void argsort(const double* command) {
  Reader read(command);
  int type = int(read.integer());
  bool descending = read.integer() != 0;
  long kept = read.integer();
  char* x = read.pointer<char>();
  int* out = read.pointer<int>();
  Lines lines;
  lines.read(read);
  if (type == Float32) argsortAs(lines, reinterpret_cast<float*>(x), descending, kept, out);
  else if (type == Int32) argsortAs(lines, reinterpret_cast<int*>(x), descending, kept, out);
  else argsortAs(lines, reinterpret_cast<double*>(x), descending, kept, out);
}

}  // namespace GB_ISA

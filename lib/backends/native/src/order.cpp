// The order that sorts lines, or the beginning of it.
#include <string.h>

#include "entries.h"
#include "isa.h"
#include "kernels.h"
#include "lines.h"
#include "pool.h"

namespace GB_ISA {
namespace {

/** The first `kept` positions of the order that sorts lines. */
void argsortAs(const Lines& lines, const double* x, bool descending, long kept, int* out) {
  parallelRange(lines.lines, greatest(1, 2048 / greatest(lines.count, 1)), [&](long from, long to) {
    double* values = static_cast<double*>(workspace(0, lines.count * (sizeof(double) + sizeof(int)) + 64));
    int* order = reinterpret_cast<int*>(values + lines.count);
    for (long line = from; line < to; line++) {
      const double* at = x + lines.start(line);
      for (long i = 0; i < lines.count; i++) values[i] = at[i * lines.step];
      sortOrder(values, order, lines.count, descending);
      int* target = out + lines.packedStart(line, kept);
      for (long i = 0; i < kept; i++) target[i * lines.after] = order[i];
    }
  });
}

/** A number and its position in one: entries are in order where the numbers are, NaN last, and equal numbers by their positions. */
GB_INLINE Entry entryOf(float value, long position, unsigned flip) {
  // Both zeros are equal.
  float number = value + 0.0f;
  unsigned bits;
  memcpy(&bits, &number, sizeof bits);
  unsigned key = value != value ? ~0u : bits ^ (bits >> 31 ? ~0u : 1u << 31);
  return Entry(key ^ flip) << 32 | Entry(position);
}

/** Finds the first entries in order without sorting the others: most numbers are only compared with the last of the first so far. */
void firstEntries(const float* x, long n, long kept, bool descending, Entry* entries, long room) {
  const long width = 32;
  unsigned flip = descending ? ~0u : 0u;
  float sign = descending ? 1.0f : -1.0f;
  long i = 0, count = 0;
  for (; i < n && count < room; i++) entries[count++] = entryOf(x[i], i, flip);
  while (i < n) {
    if (count > room - width) {
      keepFirst(entries, count, kept);
      count = kept;
    }
    float last = sign * x[entries[kept - 1] & 0xffffffffu];
    for (bool full = false; i < n && !full; i += width) {
      long end = least(width, n - i);
      int found = 0;
      // What is no number passes, and is sorted out later.
      for (long k = 0; k < end; k++) found |= !(sign * x[i + k] <= last);
      if (!found) continue;
      for (long k = 0; k < end; k++) {
        if (!(sign * x[i + k] <= last)) entries[count++] = entryOf(x[i + k], i + k, flip);
      }
      full = count > room - width;
    }
  }
  if (count > kept) keepFirst(entries, count, kept);
}

void argsortAs(const Lines& lines, const float* x, bool descending, long kept, int* out) {
  // Where most are wanted, or few are there, all are sorted.
  long room = 2 * kept + 256;
  bool selects = room < lines.count / 2;
  long count = lines.count;
  unsigned long long bytes = 2 * sizeof(Entry) * (selects ? room : count) + sizeof(float) * count + 64;
  parallelRange(lines.lines, greatest(1, 2048 / greatest(count, 1)), [&](long from, long to) {
    Entry* entries = static_cast<Entry*>(workspace(0, bytes));
    float* packed = reinterpret_cast<float*>(entries + 2 * (selects ? room : count));
    for (long line = from; line < to; line++) {
      const float* at = x + lines.start(line);
      if (lines.step != 1) {
        for (long i = 0; i < count; i++) packed[i] = at[i * lines.step];
        at = packed;
      }
      if (selects) firstEntries(at, count, kept, descending, entries, room);
      else for (long i = 0; i < count; i++) entries[i] = entryOf(at[i], i, descending ? ~0u : 0u);
      sortEntries(entries, selects ? nullptr : entries + count, selects ? kept : count);
      int* target = out + lines.packedStart(line, kept);
      for (long i = 0; i < kept; i++) target[i * lines.after] = int(entries[i]);
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
  else argsortAs(lines, reinterpret_cast<double*>(x), descending, kept, out);
}

}  // namespace GB_ISA

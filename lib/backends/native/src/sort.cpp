#include <algorithm>
#include <cstring>
#include <numeric>

#include "entries.h"
#include "kernels.h"

void sortOrder(const double* values, int* order, long count, bool descending) {
  std::iota(order, order + count, 0);
  // NaN counts as greater than any number, and equals keep their order.
  auto less = [values](int i, int j) {
    double a = values[i], b = values[j];
    return a < b || (a == a && b != b);
  };
  if (descending) std::stable_sort(order, order + count, [&](int i, int j) { return less(j, i); });
  else std::stable_sort(order, order + count, less);
}

void sortEntries(Entry* entries, Entry* room, long count) {
  if (room == nullptr || count < 100) {
    std::sort(entries, entries + count);
    return;
  }
  // By one byte of the key after another, the last one first: each pass keeps the order of the one before.
  const int passes = 4;
  unsigned starts[passes][256] = {};
  for (long i = 0; i < count; i++) {
    for (int pass = 0; pass < passes; pass++) starts[pass][entries[i] >> (32 + 8 * pass) & 255]++;
  }
  Entry *from = entries, *to = room;
  for (int pass = 0; pass < passes; pass++) {
    unsigned* start = starts[pass];
    int shift = 32 + 8 * pass;
    if (long(start[from[0] >> shift & 255]) == count) continue;
    for (unsigned next = 0, byte = 0; byte < 256; byte++) {
      unsigned here = start[byte];
      start[byte] = next;
      next += here;
    }
    for (long i = 0; i < count; i++) to[start[from[i] >> shift & 255]++] = from[i];
    std::swap(from, to);
  }
  if (from != entries) std::memcpy(entries, from, count * sizeof(Entry));
}

void keepFirst(Entry* entries, long count, long kept) { std::nth_element(entries, entries + kept - 1, entries + count); }

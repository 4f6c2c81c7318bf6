#include <algorithm>
#include <cstring>

#include "entries.h"

namespace {

template <class E>
void sortAny(E* entries, E* room, long count) {
  // By one byte of the key after another, the last one first: each pass keeps the order of the one before.
  const int passes = sizeof(keyIn(*entries));
  if (room == nullptr || count < 25 * passes) {
    std::sort(entries, entries + count);
    return;
  }
  unsigned starts[passes][256] = {};
  for (long i = 0; i < count; i++) {
    auto key = keyIn(entries[i]);
    for (int pass = 0; pass < passes; pass++) starts[pass][key >> (8 * pass) & 255]++;
  }
  E *from = entries, *to = room;
  for (int pass = 0; pass < passes; pass++) {
    unsigned* start = starts[pass];
    auto byteOf = [pass](const E& entry) { return unsigned(keyIn(entry) >> (8 * pass) & 255); };
    if (long(start[byteOf(from[0])]) == count) continue;
    for (unsigned next = 0, byte = 0; byte < 256; byte++) {
      unsigned here = start[byte];
      start[byte] = next;
      next += here;
    }
    for (long i = 0; i < count; i++) to[start[byteOf(from[i])]++] = from[i];
    std::swap(from, to);
  }
  if (from != entries) std::memcpy(entries, from, count * sizeof(E));
}

}  // namespace

void sortEntries(Entry* entries, Entry* room, long count) { sortAny(entries, room, count); }
void sortEntries(WideEntry* entries, WideEntry* room, long count) { sortAny(entries, room, count); }

void keepFirst(Entry* entries, long count, long kept) { std::nth_element(entries, entries + kept - 1, entries + count); }
void keepFirst(WideEntry* entries, long count, long kept) {
  std::nth_element(entries, entries + kept - 1, entries + count);
}

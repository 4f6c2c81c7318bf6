// Sorting of numbers as whole ones that have the same order; defined once, outside of the instruction sets, since it uses the standard library.
#pragma once

/** A key in the upper half, a position in the lower. */
typedef unsigned long long Entry;

/** The same for keys that fill a word. */
struct WideEntry {
  unsigned long long key, position;
};

static inline bool operator<(const WideEntry& a, const WideEntry& b) {
  return a.key < b.key || (a.key == b.key && a.position < b.position);
}

static inline Entry entryWith(unsigned key, long position) { return Entry(key) << 32 | Entry(position); }
static inline WideEntry entryWith(unsigned long long key, long position) { return {key, static_cast<unsigned long long>(position)}; }

static inline unsigned keyIn(const Entry& entry) { return unsigned(entry >> 32); }
static inline unsigned long long keyIn(const WideEntry& entry) { return entry.key; }

static inline int positionIn(const Entry& entry) { return int(entry & 0xffffffffu); }
static inline int positionIn(const WideEntry& entry) { return int(entry.position); }

/** Sorts entries; sooner with room for as many, which takes positions that rise. */
void sortEntries(Entry* entries, Entry* room, long count);
void sortEntries(WideEntry* entries, WideEntry* room, long count);

/** Brings the least `kept` of entries to the front, the greatest of these last. */
void keepFirst(Entry* entries, long count, long kept);
void keepFirst(WideEntry* entries, long count, long kept);

// Sorting of numbers as whole ones that have the same order; defined once, outside of the instruction sets, since it uses the standard library.
#pragma once

/** A key in the upper half, a position in the lower. */
typedef unsigned long long Entry;

/** Sorts entries; sooner with room for as many, which takes positions that rise. */
void sortEntries(Entry* entries, Entry* room, long count);

/** Brings the least `kept` of entries to the front, the greatest of these last. */
void keepFirst(Entry* entries, long count, long kept);

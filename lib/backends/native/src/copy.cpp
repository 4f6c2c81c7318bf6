// Copies between views of one type, whatever that is: as blocks of memory, as rows, across, and of several views into one.
#include <string.h>

#include "command.h"
#include "isa.h"
#include "kernels.h"
#include "pool.h"
#include "strided.h"
#include "transpose.h"

namespace GB_ISA {
namespace {

/** Fewer bytes than this are copied before another thread has heard of it; and what threads take at once. */
const long fewBytes = 131072, stretchBytes = 32768;

/** How many of `count` pieces of so many bytes are a task. */
long grainOf(long count, long bytes) {
  return count * bytes < fewBytes ? count : greatest(1, stretchBytes / greatest(1, bytes));
}

typedef char Bytes __attribute__((vector_size(GB_BYTES)));
typedef char LooseBytes __attribute__((vector_size(GB_BYTES), aligned(1), may_alias));

/** Copies neighbouring bytes; few of them without a call. */
GB_INLINE void copyBytes(char* to, const char* from, long n) {
  if (n >= 2048 || n < GB_BYTES) {
    memcpy(to, from, n);
    return;
  }
  const long last = n - GB_BYTES;
  for (long i = 0; i < last; i += GB_BYTES) {
    *reinterpret_cast<LooseBytes*>(to + i) = *reinterpret_cast<const LooseBytes*>(from + i);
  }
  *reinterpret_cast<LooseBytes*>(to + last) = *reinterpret_cast<const LooseBytes*>(from + last);
}

/** Rows of neighbouring elements that follow each other at even distances. */
struct Rows {
  long toRow, fromRow, length;
};

template <class S, int length>
void shortRows(const Rows& rows, S* to, const S* from, long count) {
  for (; count > 0; count--, to += rows.toRow, from += rows.fromRow) memcpy(to, from, length * sizeof(S));
}

template <class S>
void longRows(const Rows& rows, S* to, const S* from, long count) {
  for (; count > 0; count--, to += rows.toRow, from += rows.fromRow) {
    copyBytes(reinterpret_cast<char*>(to), reinterpret_cast<const char*>(from), rows.length * sizeof(S));
  }
}

/** How rows of a length are copied: short ones by a few moves each, which the compiler knows. */
template <class S>
void (*waysOf(long length))(const Rows&, S*, const S*, long) {
  typedef void (*Way)(const Rows&, S*, const S*, long);
  static const Way ways[] = {
      longRows<S>,      shortRows<S, 1>,  shortRows<S, 2>,  shortRows<S, 3>,  shortRows<S, 4>,  shortRows<S, 5>,
      shortRows<S, 6>,  shortRows<S, 7>,  shortRows<S, 8>,  shortRows<S, 9>,  shortRows<S, 10>, shortRows<S, 11>,
      shortRows<S, 12>, shortRows<S, 13>, shortRows<S, 14>, shortRows<S, 15>, shortRows<S, 16>,
  };
  return ways[length <= 16 ? length : 0];
}

/** Rows whose elements have gaps between them on either side; at a step of 0 one element is repeated. */
template <class S>
void loosely(S* to, long toStep, const S* from, long fromStep, long n) {
  if (fromStep == 0 && toStep == 1) {
    S value = *from;
    for (long i = 0; i < n; i++) to[i] = value;
  } else if (toStep == 1) {
    for (long i = 0; i < n; i++) to[i] = from[i * fromStep];
  } else {
    for (long i = 0; i < n; i++) to[i * toStep] = from[i * fromStep];
  }
}

/** Copies planes whose rows lie across each other, in squares that stay in the cache. */
template <class S>
void transpose(const Walk& walk, int across) {
  const long square = 16;
  long columns = walk.shape[walk.rank - 1];
  long rows = walk.shape[across];
  long toRow = walk.views[0].strides[across];
  long fromColumn = walk.views[1].strides[walk.rank - 1];
  long planes = walk.size() / (columns * rows);
  long bands = (rows + square - 1) / square;
  auto band = [&](long task) {
    long plane = task / bands, first = task % bands * square;
    long toAt = 0, fromAt = 0;
    for (int d = walk.rank - 2; d >= 0; d--) {
      if (d == across) continue;
      toAt += plane % walk.shape[d] * walk.views[0].strides[d];
      fromAt += plane % walk.shape[d] * walk.views[1].strides[d];
      plane /= walk.shape[d];
    }
    S* to = reinterpret_cast<S*>(walk.views[0].data) + toAt;
    const S* from = reinterpret_cast<const S*>(walk.views[1].data) + fromAt;
    long last = least(rows, first + square);
    for (long j0 = 0; j0 < columns; j0 += square) {
      long end = least(columns, j0 + square);
      if (end - j0 == square && last - first == square) {
        for (long i = first; i < last; i += 4) {
          for (long j = j0; j < end; j += 4) transpose4(from + i + j * fromColumn, fromColumn, to + i * toRow + j, toRow);
        }
        continue;
      }
      for (long i = first; i < last; i++) {
        for (long j = j0; j < end; j++) to[i * toRow + j] = from[i + j * fromColumn];
      }
    }
  };
  parallelRange(planes * bands, grainOf(planes * bands, square * columns * sizeof(S)), [&](long from, long to) {
    for (long task = from; task < to; task++) band(task);
  });
}

/** Single bytes, which there are no squares of. */
template <>
void transpose<char>(const Walk&, int) {}

/** The dimension along which a copy reads straight on, if that is not the last one, where it writes straight on; else −1. */
int crossing(const Walk& walk) {
  int last = walk.rank - 1;
  if (walk.rank < 2 || walk.views[0].strides[last] != 1 || walk.views[1].strides[last] == 1) return -1;
  for (int d = 0; d < last; d++) if (walk.views[1].strides[d] == 1 && walk.shape[d] >= 4) return d;
  return -1;
}

template <class S>
void copyAs(const Walk& walk) {
  S* to = reinterpret_cast<S*>(walk.views[0].data);
  const S* from = reinterpret_cast<const S*>(walk.views[1].data);
  int last = walk.rank - 1;
  long n = walk.rank > 0 ? walk.shape[last] : 1;
  long toStep = walk.rank > 0 ? walk.views[0].strides[last] : 1, fromStep = walk.rank > 0 ? walk.views[1].strides[last] : 1;
  bool straight = toStep == 1 && fromStep == 1;
  if (walk.rank <= 1) {
    parallelRange(n, grainOf(n, sizeof(S)), [&](long first, long end) {
      if (straight) memcpy(to + first, from + first, (end - first) * sizeof(S));
      else loosely(to + first * toStep, toStep, from + first * fromStep, fromStep, end - first);
    });
    return;
  }
  int across = sizeof(S) == 1 ? -1 : crossing(walk);
  if (across >= 0) return transpose<S>(walk, across);
  const Rows rows{walk.views[0].strides[last - 1], walk.views[1].strides[last - 1], n};
  const auto way = waysOf<S>(n);
  long many = walk.shape[last - 1], count = walk.size() / n;
  parallelRange(count, grainOf(count, n * sizeof(S)), [&](long first, long end) {
    for (long row = first; row < end;) {
      long together = least(end - row, many - row % many);
      S* target = to + walk.rowOffset(0, row);
      const S* source = from + walk.rowOffset(1, row);
      if (straight) way(rows, target, source, together);
      else for (long r = 0; r < together; r++) loosely(target + r * rows.toRow, toStep, source + r * rows.fromRow, fromStep, n);
      row += together;
    }
  });
}

const int mostParts = 96;

/** A part of a row of bytes: where that of the first row is, and how many bytes each row has of it. */
struct Part {
  const char* data;
  long bytes;
};

}  // namespace

/** Size of an element in bytes, rank, shape, then address and strides of the output and of the input. */
void copy(const double* command) {
  Reader read(command);
  long bytes = read.integer();
  Walk walk;
  walk.count = 2;
  walk.rank = int(read.integer());
  read.integers(walk.shape, walk.rank);
  for (int v = 0; v < 2; v++) {
    walk.views[v].data = read.pointer<char>();
    read.integers(walk.views[v].strides, walk.rank);
  }
  walk.merge();
  if (bytes == 4) copyAs<int>(walk);
  else if (bytes == 8) copyAs<double>(walk);
  else copyAs<char>(walk);
}

/** Address of the output, how many rows there are and how many bytes are from one to the next, how many parts, then address and bytes in a row of each. */
void cat(const double* command) {
  Reader read(command);
  char* out = read.pointer<char>();
  long rows = read.integer(), step = read.integer();
  int count = int(read.integer());
  Part parts[mostParts];
  long width = 0;
  for (int p = 0; p < count; p++) {
    parts[p].data = read.pointer<char>();
    parts[p].bytes = read.integer();
    width += parts[p].bytes;
  }
  long total = rows * width;
  parallelRange(total, grainOf(total, 1), [&](long from, long to) {
    for (long row = from / width, at = row * width; at < to; row++, at += width) {
      // This row's bytes from `first` to `end`, part by part.
      long first = greatest(0, from - at), end = least(width, to - at), begin = 0;
      for (int p = 0; p < count && begin < end; begin += parts[p++].bytes) {
        long low = greatest(first, begin), high = least(end, begin + parts[p].bytes);
        if (low < high) copyBytes(out + row * step + low, parts[p].data + row * parts[p].bytes + low - begin, high - low);
      }
    }
  });
}

}  // namespace GB_ISA

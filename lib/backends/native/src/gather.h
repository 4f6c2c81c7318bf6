// Products whose left factors lie scattered in memory: windows of a picture are multiplied where they lie, instead of being laid out first.
#pragma once
#include "gemm.h"

namespace GB_ISA {

/** How many vectors of the right side a tile takes at most, and how many rows of the left beside them: as many sums as there are registers for. */
const int gatherVectors = GB_ROWS == 12 ? 4 : 2;
template <int V>
struct GatherRows {
  static const int count = V == 4 ? 6 : V == 2 && GB_ROWS == 6 ? 6 : 8;
};

/** `c[m][n] = [c +] Σ rows[m][offsets[p]] · b[p][n]` for M rows and V vectors of columns. */
template <class T, int M, int V>
static void gatherTile(long k, const T* const* rows, const int* offsets, const T* b, long bRow, T* c, long cRow, bool accumulate) {
  typedef typename Vector<T>::type Vec;
  const int lanes = Vector<T>::lanes;
  const T* left[M];
  Vec sums[M][V];
#pragma GCC unroll 16
  for (int i = 0; i < M; i++) {
    left[i] = rows[i];
#pragma GCC unroll 4
    for (int v = 0; v < V; v++) sums[i][v] = accumulate ? load(c + i * cRow + v * lanes) : Vec{};
  }
  for (long p = 0; p < k; p++) {
    Vec right[V];
#pragma GCC unroll 4
    for (int v = 0; v < V; v++) right[v] = load(b + v * lanes);
    long at = offsets[p];
#pragma GCC unroll 16
    for (int i = 0; i < M; i++) {
      Vec x = splat(left[i][at]);
#pragma GCC unroll 4
      for (int v = 0; v < V; v++) sums[i][v] += x * right[v];
    }
    b += bRow;
  }
#pragma GCC unroll 16
  for (int i = 0; i < M; i++) {
#pragma GCC unroll 4
    for (int v = 0; v < V; v++) store(c + i * cRow + v * lanes, sums[i][v]);
  }
}

template <class T, int M, int V>
struct GatherTile {
  static void run(long m, long k, const T* const* rows, const int* offsets, const T* b, long bRow, T* c, long cRow, bool accumulate) {
    if (m < M) GatherTile<T, M - 1, V>::run(m, k, rows, offsets, b, bRow, c, cRow, accumulate);
    else gatherTile<T, M, V>(k, rows, offsets, b, bRow, c, cRow, accumulate);
  }
};

template <class T, int V>
struct GatherTile<T, 0, V> {
  static void run(long, long, const T* const*, const int*, const T*, long, T*, long, bool) {}
};

/** The right side, packed: panels of up to `gatherVectors` vectors of columns, filled up with zeros to whole vectors. */
template <class T>
struct GatherPanels {
  T* at;
  long k, n;

  static const long lanes = Vector<T>::lanes;
  static long width() { return gatherVectors * lanes; }
  /** Columns with what fills them up. */
  long columns() const { return (n + lanes - 1) / lanes * lanes; }
  long count() const { return (n + width() - 1) / width(); }
  /** Columns of a panel, filled up; its first number. */
  long columnsOf(long q) const { return least(width(), columns() - q * width()); }
  T* panel(long q) const { return at + q * width() * k; }
  long numbers() const { return columns() * k; }

  /** Packs `rows` rows from row `p` on, of column `j` at `from + j · major`, whose rows follow each other. */
  void packRows(long q, long p, long rows, const T* from, long major) const {
    long columns = columnsOf(q), real = least(columns, n - q * width());
    packPanel(from + q * width() * major, major, 1L, real, rows, panel(q) + p * columns, columns, columns);
  }
};

/** `c = [c +] left · panels`: `m` rows, of which `rowAt(i)` says where each starts. `c` has rows as long as the filled up columns. */
template <class T, int V, class RowAt>
static void gatherPanel(long m, const RowAt& rowAt, long k, const int* offsets, const T* b, long bRow, T* c, long cRow, bool accumulate) {
  const int M = GatherRows<V>::count;
  // Tiles of nearly one height rather than full ones and a sliver.
  long tiles = (m + M - 1) / M;
  for (long tile = 0; tile < tiles; tile++) {
    long from = m * tile / tiles, count = m * (tile + 1) / tiles - from;
    const T* rows[M];
    for (long i = 0; i < count; i++) rows[i] = rowAt(from + i);
    GatherTile<T, M, V>::run(count, k, rows, offsets, b, bRow, c + from * cRow, cRow, accumulate);
  }
}

template <class T, class RowAt>
static void gatherProduct(long m, const RowAt& rowAt, const int* offsets, const GatherPanels<T>& right, T* c, bool accumulate) {
  const long lanes = Vector<T>::lanes, cRow = right.columns();
  // A block of a panel stays in the cache while the rows pass.
  const long block = 512;
  for (long q = 0; q < right.count(); q++) {
    long columns = right.columnsOf(q);
    for (long p = 0; p < right.k; p += block) {
      long k = least(block, right.k - p);
      const T* b = right.panel(q) + p * columns;
      T* to = c + q * right.width();
      bool add = accumulate || p > 0;
      switch (columns / lanes) {
        case 1: gatherPanel<T, 1>(m, rowAt, k, offsets + p, b, columns, to, cRow, add); break;
        case 2: gatherPanel<T, 2>(m, rowAt, k, offsets + p, b, columns, to, cRow, add); break;
        case 3: gatherPanel<T, 3>(m, rowAt, k, offsets + p, b, columns, to, cRow, add); break;
        default: gatherPanel<T, 4>(m, rowAt, k, offsets + p, b, columns, to, cRow, add);
      }
    }
  }
}

/**
 * Writes a matrix turned: `to[j · toRow + i] = from[i · fromRow + j]`. What is written is far in memory: a few rows at a time get whole lines of the cache.
 */
template <class T>
static void turn(long rows, long columns, const T* from, long fromRow, T* to, long toRow) {
  const long height = 64;
  for (long top = 0; top < rows; top += height, from += height * fromRow, to += height) {
    long count = least(height, rows - top), j = 0;
    for (; j + 4 <= columns; j += 4) {
      long i = 0;
      for (; i + 4 <= count; i += 4) transpose4(from + i * fromRow + j, fromRow, to + j * toRow + i, toRow);
      for (; i < count; i++) for (long k = j; k < j + 4; k++) to[k * toRow + i] = from[i * fromRow + k];
    }
    for (; j < columns; j++) for (long i = 0; i < count; i++) to[j * toRow + i] = from[i * fromRow + j];
  }
}

}  // namespace GB_ISA

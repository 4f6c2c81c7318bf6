// The product of matrices, after BLIS: B is packed into panels as wide as the tile of C that fits the registers, A into panels as high; a block of A
// stays in the L2 cache and a panel of B in L1 while the tile runs along K. The packers are template parameters, so that convolution
// packs straight from the picture.
#pragma once
#include <string.h>

#include "isa.h"
#include "kernels.h"
#include "pool.h"
#include "transpose.h"

namespace GB_ISA {

template <class T>
struct Tile {
  static const int rows = GB_ROWS;
  static const int lanes = Vector<T>::lanes;
  static const int columns = 2 * lanes;
  /** Steps of K at once: a block of A stays in the L2 cache, and C is read and written seldom. */
  static const long steps = sizeof(T) == 4 ? 384 : 256;
};

const long nBlock = 4096;

/** A matrix at any strides. */
template <class T>
struct Matrix {
  const T* at;
  long row;
  long column;
};

/** What a tile of C is added to: nothing, C itself, or a row that is the same for all rows. */
template <class T>
struct Base {
  const T* at;
  long row;
};

/**
 * `rows` × `columns` of C from packed panels: c = [base +] Σ a·b. With `packs`, b is the matrix itself with rows `bRow` apart, and what is read is
 * packed on the way, so that the next tile finds a panel.
 */
template <class T, int M, int V, bool packs = false>
static void tile(long k, const T* a, const T* b, T* c, long cRow, long columns, Base<T> base, long bRow = 0, T* panel = nullptr) {
  typedef typename Vector<T>::type Vec;
  const int lanes = Vector<T>::lanes;
  // Loops over sums are unrolled by word, so that they are held in registers from the first to the last.
  Vec sums[M][V];
#pragma GCC unroll 16
  for (int i = 0; i < M; i++) {
#pragma GCC unroll 2
    for (int v = 0; v < V; v++) sums[i][v] = Vec{};
  }
  for (long p = 0; p < k; p++) {
    Vec right[V];
#pragma GCC unroll 2
    for (int v = 0; v < V; v++) right[v] = load(b + v * lanes);
    if (packs) {
#pragma GCC unroll 2
      for (int v = 0; v < V; v++) store(panel + v * lanes, right[v]);
      panel += Tile<T>::columns;
#pragma GCC unroll 2
      for (int v = 0; v < V; v++) __builtin_prefetch(b + 8 * bRow + v * lanes);
    }
#pragma GCC unroll 16
    for (int i = 0; i < M; i++) {
      Vec left = splat(a[i]);
#pragma GCC unroll 2
      for (int v = 0; v < V; v++) sums[i][v] += left * right[v];
    }
    a += M;
    b += packs ? bRow : Tile<T>::columns;
  }
  if (columns == V * lanes) {
#pragma GCC unroll 16
    for (int i = 0; i < M; i++) {
#pragma GCC unroll 2
      for (int v = 0; v < V; v++) {
        Vec sum = sums[i][v];
        if (base.at) sum += load(base.at + i * base.row + v * lanes);
        store(c + i * cRow + v * lanes, sum);
      }
    }
    return;
  }
  T rest[M * V * lanes] __attribute__((aligned(64)));
#pragma GCC unroll 16
  for (int i = 0; i < M; i++) {
#pragma GCC unroll 2
    for (int v = 0; v < V; v++) store(rest + (i * V + v) * lanes, sums[i][v]);
  }
  for (int i = 0; i < M; i++) {
    const T *own = rest + i * V * lanes, *onto = base.at + i * base.row;
    T* to = c + i * cRow;
    if (base.at) for (long j = 0; j < columns; j++) to[j] = onto[j] + own[j];
    else for (long j = 0; j < columns; j++) to[j] = own[j];
  }
}

template <class T, int M>
struct TileOf {
  static void run(long m, long k, const T* a, const T* b, T* c, long cRow, long columns, Base<T> base) {
    if (m < M) TileOf<T, M - 1>::run(m, k, a, b, c, cRow, columns, base);
    else if (columns <= Vector<T>::lanes) tile<T, M, 1>(k, a, b, c, cRow, columns, base);
    else tile<T, M, 2>(k, a, b, c, cRow, columns, base);
  }
  /** The first tile of a panel as wide as a tile, from a matrix with rows `bRow` apart; packs the panel. */
  static void pack(long m, long k, const T* a, const T* b, long bRow, T* panel, T* c, long cRow, Base<T> base) {
    if (m < M) TileOf<T, M - 1>::pack(m, k, a, b, bRow, panel, c, cRow, base);
    else tile<T, M, 2, true>(k, a, b, c, cRow, Tile<T>::columns, base, bRow, panel);
  }
};

template <class T>
struct TileOf<T, 0> {
  static void run(long, long, const T*, const T*, T*, long, long, Base<T>) {}
  static void pack(long, long, const T*, const T*, long, T*, T*, long, Base<T>) {}
};

/** Writes `to[p · width + i] = from[i · major + p · minor]` for `count` numbers i, and 0 up to `filled`. */
template <class T>
static void packPanel(const T* from, long major, long minor, long count, long k, T* to, long width, long filled) {
  if (minor == 1) {
    long i = 0;
    for (; i + 4 <= count; i += 4) {
      long p = 0;
      for (; p + 4 <= k; p += 4) transpose4(from + i * major + p, major, to + p * width + i, width);
      for (; p < k; p++) for (int x = 0; x < 4; x++) to[p * width + i + x] = from[(i + x) * major + p];
    }
    for (; i < count; i++) for (long p = 0; p < k; p++) to[p * width + i] = from[i * major + p];
  } else if (major == 1) {
    for (long p = 0; p < k; p++) memcpy(to + p * width, from + p * minor, count * sizeof(T));
  } else {
    for (long p = 0; p < k; p++) for (long i = 0; i < count; i++) to[p * width + i] = from[i * major + p * minor];
  }
  if (count < filled) {
    for (long p = 0; p < k; p++) for (long i = count; i < filled; i++) to[p * width + i] = 0;
  }
}

/** Packs rows of a matrix for the left side: panels of `rows` numbers a step. */
template <class T>
struct LeftPacker {
  Matrix<T> m;
  void pack(long row, long rows, long p, long k, T* to) const {
    packPanel(m.at + row * m.row + p * m.column, m.row, m.column, rows, k, to, rows, rows);
  }
};

/** Packs columns of a matrix for the right side. */
template <class T>
struct RightPacker {
  Matrix<T> m;
  void pack(long p, long k, long column, long columns, T* to) const {
    packPanel(m.at + p * m.row + column * m.column, m.column, m.row, columns, k, to, Tile<T>::columns, Tile<T>::columns);
  }
};

/** The matrix that a packer packs from, where its rows lie straight in memory. */
template <class T, class Right>
GB_INLINE Matrix<T> straightRows(const Right&) {
  return {nullptr, 0, 0};
}
template <class T>
GB_INLINE Matrix<T> straightRows(const RightPacker<T>& right) {
  return {right.m.column == 1 ? right.m.at : nullptr, right.m.row, 1};
}

/** How many steps of K from p0 on go at once: two halves rather than a block and a sliver. */
template <class T>
GB_INLINE long stepsFrom(long p0, long k) {
  return k - p0 <= Tile<T>::steps + Tile<T>::steps / 2 ? k - p0 : Tile<T>::steps;
}

/**
 * The product where A is one block. A is packed once for all, and each panel of B by whoever multiplies with it, on the way where its rows lie
 * straight: B is read once only, and nobody waits until all of it is packed.
 */
template <class T, class Left, class Right>
static void oneBlockGemm(long m, long n, long k, const Left& left, const Right& right, T* c, long cRow, bool accumulate, bool spread,
                         bool threads, const T* bias) {
  const long columns = Tile<T>::columns, rows = Tile<T>::rows;
  long tiles = (m + rows - 1) / rows, height = tiles * rows, panels = (n + columns - 1) / columns;
  unsigned long long bytes = height * k * sizeof(T);
  T* a = static_cast<T*>(spread ? sharedWorkspace(1, bytes) : workspace(2, bytes));
  auto packLeft = [&](long from, long to) {
    for (long p0 = 0; p0 < k; p0 += stepsFrom<T>(p0, k)) {
      long kc = stepsFrom<T>(p0, k);
      for (long t = from; t < to; t++) {
        left.pack(t * rows, least(rows, m - t * rows), p0, kc, a + p0 * height + t * rows * kc);
      }
    }
  };
  if (threads) parallelRange(tiles, greatest(1, 65536 / (rows * k)), packLeft);
  else packLeft(0, tiles);
  Matrix<T> straight = straightRows<T>(right);
  auto multiply = [&](long from, long to) {
    for (long p0 = 0; p0 < k; p0 += stepsFrom<T>(p0, k)) {
      long kc = stepsFrom<T>(p0, k);
      T* b = static_cast<T*>(workspace(1, columns * kc * sizeof(T)));
      for (long q = from; q < to; q++) {
        long j = q * columns, width = least(columns, n - j);
        bool packs = straight.at && width == columns;
        if (!packs) right.pack(p0, kc, j, width, b);
        for (long i = 0; i < m; i += rows) {
          T* to = c + i * cRow + j;
          const T *block = a + p0 * height + i * kc, *from = straight.at + p0 * straight.row + j;
          Base<T> base = accumulate || p0 > 0 ? Base<T>{to, cRow} : Base<T>{bias ? bias + j : nullptr, 0};
          if (packs && i == 0) TileOf<T, GB_ROWS>::pack(least(rows, m), kc, block, from, straight.row, b, to, cRow, base);
          else TileOf<T, GB_ROWS>::run(least(rows, m - i), kc, block, b, to, cRow, width, base);
        }
      }
    }
  };
  if (threads) parallelRange(panels, greatest(1, long(1e6 / (double(m) * columns * k))), multiply);
  else multiply(0, panels);
}

/** C = [C +] A B, or A B with `bias` added to each row; C is row-major with rows `cRow` apart. `spread` allows the pool. */
template <class T, class Left, class Right>
static void gemm(long m, long n, long k, const Left& left, const Right& right, T* c, long cRow, bool accumulate, bool spread,
                 const T* bias = nullptr) {
  const long columns = Tile<T>::columns, rows = Tile<T>::rows;
  const long mBlock = 20 * rows;
  if (k == 0 && !accumulate) {
    for (long i = 0; i < m; i++) {
      if (bias) memcpy(c + i * cRow, bias, n * sizeof(T));
      else memset(c + i * cRow, 0, n * sizeof(T));
    }
    return;
  }
  bool threads = spread && pool.threads() > 1 && double(m) * n * k > 300e3;
  // Where there are few panels, threads share the rows instead.
  if (m <= mBlock && (!threads || n >= 2 * pool.threads() * columns)) {
    return oneBlockGemm<T>(m, n, k, left, right, c, cRow, accumulate, spread, threads, bias);
  }
  for (long j0 = 0; j0 < n; j0 += nBlock) {
    long nc = least(nBlock, n - j0);
    long panels = (nc + columns - 1) / columns;
    for (long p0 = 0; p0 < k;) {
      long kc = stepsFrom<T>(p0, k);
      bool add = accumulate || p0 > 0;
      unsigned long long bytes = panels * columns * kc * sizeof(T) + 64;
      T* b = static_cast<T*>(spread ? sharedWorkspace(1, bytes) : workspace(1, bytes));
      auto packRight = [&](long from, long to) {
        for (long q = from; q < to; q++) {
          right.pack(p0, kc, j0 + q * columns, least(columns, nc - q * columns), b + q * columns * kc);
        }
      };
      if (threads) parallelRange(panels, greatest(1, 32768 / (columns * kc)), packRight);
      else packRight(0, panels);
      long blocks = (m + mBlock - 1) / mBlock;
      // Enough tasks for all threads, though a panel of A that several tasks need is then packed several times.
      if (threads && blocks < 4 && m >= 4 * rows && panels < 8) blocks = 4;
      long height = ((m + blocks - 1) / blocks + rows - 1) / rows * rows;
      blocks = (m + height - 1) / height;
      long groups = threads && blocks < 6 ? least(panels, (6 + blocks - 1) / blocks) : 1;
      long perGroup = (panels + groups - 1) / groups;
      groups = (panels + perGroup - 1) / perGroup;
      auto block = [&](long task) {
        long i0 = task / groups * height, mc = least(height, m - i0);
        long from = task % groups * perGroup, to = least(panels, from + perGroup);
        T* a = static_cast<T*>(workspace(2, (height + rows) * kc * sizeof(T)));
        for (long i = 0; i < mc; i += rows) left.pack(i0 + i, least(rows, mc - i), p0, kc, a + i * kc);
        for (long q = from; q < to; q++) {
          long width = least(columns, nc - q * columns);
          for (long i = 0; i < mc; i += rows) {
            T* to = c + (i0 + i) * cRow + j0 + q * columns;
            Base<T> base = add ? Base<T>{to, cRow} : Base<T>{bias ? bias + j0 + q * columns : nullptr, 0};
            TileOf<T, GB_ROWS>::run(least(rows, mc - i), kc, a + i * kc, b + q * columns * kc, to, cRow, width, base);
          }
        }
      };
      if (threads) parallel(blocks * groups, block);
      else for (long task = 0; task < blocks * groups; task++) block(task);
      p0 += kc;
    }
  }
}

template <class T>
static void gemm(long m, long n, long k, Matrix<T> a, Matrix<T> b, T* c, long cRow, bool accumulate, bool spread,
                 const T* bias = nullptr) {
  gemm<T>(m, n, k, LeftPacker<T>{a}, RightPacker<T>{b}, c, cRow, accumulate, spread, bias);
}

}  // namespace GB_ISA

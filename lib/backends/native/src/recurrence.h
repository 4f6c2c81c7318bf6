// What the recurrences have in common forward and backward: their sizes, and products with one packed matrix, step after step. Sequences of a batch
// do not see each other, so that each thread runs some of them from the first step to the last and waits for nobody.
#pragma once
#include "command.h"
#include "gemm.h"
#include "vmath.h"

namespace GB_ISA {

/** As `recurrentKinds` in ops.ts numbers them. */
enum RecurrentKind { TanhNetwork = 0, ReluNetwork = 1, Gru = 2, Lstm = 3 };

/** A recurrence over sequences of one length; see `Recurrence` in backend.ts. */
template <class T>
struct Recurrence {
  int kind;
  bool reverse;
  long steps, batch, size;
  const T *weight, *start, *startCell;
  T *gates, *noted, *output;

  void read(Reader& from) {
    kind = int(from.integer());
    reverse = from.integer() != 0;
    steps = from.integer();
    batch = from.integer();
    size = from.integer();
    weight = from.pointer<T>();
    start = from.pointer<T>();
    startCell = from.pointer<T>();
    gates = from.pointer<T>();
    noted = from.pointer<T>();
    output = from.pointer<T>();
  }

  /** Numbers of a sequence in a row of `gates`. */
  long width() const { return (kind == Lstm ? 4 : kind == Gru ? 3 : 1) * size; }

  /** Where the s-th step that runs is in time. */
  long time(long s) const { return reverse ? steps - 1 - s : s; }

  /** How many sequences a task runs: two tasks a thread, unless the weights are too large to be read from memory that often. */
  long rowsOfTask() const {
    long threads = pool.threads();
    long shares = width() * size * long(sizeof(T)) <= 1 << 19 ? 2 * threads : threads;
    return greatest(least(4, batch), (batch + shares - 1) / shares);
  }
};

/** Sequences `first` to before `first + rows`, one after another. */
struct Rows {
  long first, rows;
};

template <class T, class Body>
static void eachTask(const Recurrence<T>& r, Body&& body) {
  long rows = r.rowsOfTask();
  parallel((r.batch + rows - 1) / rows, [&](long task) { body(Rows{task * rows, least(rows, r.batch - task * rows)}); });
}

/** The right side of products, packed once and used at every step. */
template <class T>
struct Panels {
  T* at;
  long k, n;

  static long count(long n) { return (n + Tile<T>::columns - 1) / Tile<T>::columns; }
  static unsigned long long numbers(long k, long n) { return count(n) * Tile<T>::columns * k; }

  void pack(Matrix<T> matrix) const {
    const long columns = Tile<T>::columns;
    parallelRange(count(n), greatest(1, 32768 / (columns * k + 1)), [&](long from, long to) {
      for (long q = from; q < to; q++) {
        RightPacker<T>{matrix}.pack(0, k, q * columns, least(columns, n - q * columns), at + q * columns * k);
      }
    });
  }

  /** `c = [c +] left · panels` for a few rows; `packed` is room for `rows · k` numbers. */
  void multiply(long rows, const T* left, long leftRow, T* packed, T* c, long cRow, bool accumulate) const {
    const long columns = Tile<T>::columns;
    // Tiles of one height rather than full ones and a sliver.
    long tiles = (rows + Tile<T>::rows - 1) / Tile<T>::rows, height = (rows + tiles - 1) / tiles;
    LeftPacker<T> packer{Matrix<T>{left, leftRow, 1}};
    for (long i = 0; i < rows; i += height) packer.pack(i, least(height, rows - i), 0, k, packed + i * k);
    for (long q = 0; q < count(n); q++) {
      for (long i = 0; i < rows; i += height) {
        T* to = c + i * cRow + q * columns;
        TileOf<T, GB_ROWS>::run(least(height, rows - i), k, packed + i * k, at + q * columns * k, to, cRow,
                                least(columns, n - q * columns), Base<T>{accumulate ? to : nullptr, cRow});
      }
    }
  }
};

}  // namespace GB_ISA

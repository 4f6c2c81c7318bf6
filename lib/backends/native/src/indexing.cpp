// Kernels that go by position: gather, scatter, argmax, running sums.
#include <string.h>

#include "command.h"
#include "isa.h"
#include "kernels.h"
#include "lines.h"
#include "pool.h"

namespace GB_ISA {
namespace {

/** Positions of an index tensor, with trailing dimensions along which the index stays the same made one. */
struct Picks {
  int rank, dim;
  long shape[maxRank], xSteps[maxRank], indexSteps[maxRank], outSteps[maxRank];
  /** How far apart the places are that an index chooses from. */
  long chosenStep;

  /** `gathers`: the index chooses in x, else in the output. */
  void read(Reader& from, bool gathers) {
    rank = int(from.integer());
    dim = int(from.integer());
    from.integers(shape, rank);
    from.integers(xSteps, rank);
    from.integers(indexSteps, rank);
    from.integers(outSteps, rank);
    long* chosen = gathers ? xSteps : outSteps;
    chosenStep = chosen[dim];
    chosen[dim] = 0;
    while (rank - 2 > dim && indexSteps[rank - 1] == 0 && indexSteps[rank - 2] == 0 &&
           xSteps[rank - 2] == xSteps[rank - 1] * shape[rank - 1] && outSteps[rank - 2] == outSteps[rank - 1] * shape[rank - 1]) {
      shape[rank - 2] *= shape[rank - 1];
      xSteps[rank - 2] = xSteps[rank - 1];
      indexSteps[rank - 2] = 0;
      outSteps[rank - 2] = outSteps[rank - 1];
      rank--;
    }
  }

  /** Neighbouring elements go together; whether they share an index. */
  long run() const { return shape[rank - 1]; }
  bool isShared() const { return dim < rank - 1 && indexSteps[rank - 1] == 0; }

  long count() const {
    long n = 1;
    for (int d = 0; d < rank - 1; d++) n *= shape[d];
    return n;
  }

  /** Where run `i` is in the three tensors. */
  void at(long i, long& x, long& index, long& out) const {
    x = index = out = 0;
    for (int d = rank - 2; d >= 0; d--) {
      long place = i % shape[d];
      i /= shape[d];
      x += place * xSteps[d];
      index += place * indexSteps[d];
      out += place * outSteps[d];
    }
  }
};

template <class S>
void gatherAs(const Picks& picks, const S* x, const int* index, S* out) {
  long n = picks.run(), chosen = picks.chosenStep;
  long xStep = picks.xSteps[picks.rank - 1], outStep = picks.outSteps[picks.rank - 1], indexStep = picks.indexSteps[picks.rank - 1];
  parallelRange(picks.count(), greatest(1, 16384 / greatest(1, n)), [&](long from, long to) {
    for (long i = from; i < to; i++) {
      long xAt, indexAt, outAt;
      picks.at(i, xAt, indexAt, outAt);
      const S* source = x + xAt;
      const int* places = index + indexAt;
      S* target = out + outAt;
      if (picks.isShared()) {
        source += long(*places) * chosen;
        if (xStep == 1 && outStep == 1) memcpy(target, source, n * sizeof(S));
        else for (long j = 0; j < n; j++) target[j * outStep] = source[j * xStep];
      } else if (xStep == 0 && chosen == 1 && indexStep == 1 && outStep == 1) {
#pragma GCC ivdep
        for (long j = 0; j < n; j++) target[j] = source[places[j]];
      } else {
        for (long j = 0; j < n; j++) target[j * outStep] = source[j * xStep + places[j * indexStep] * chosen];
      }
    }
  });
}

template <class T>
void scatterAs(const Picks& picks, const T* x, const int* index, T* out) {
  long n = picks.run(), count = picks.count(), chosen = picks.chosenStep;
  long xStep = picks.xSteps[picks.rank - 1], outStep = picks.outSteps[picks.rank - 1], indexStep = picks.indexSteps[picks.rank - 1];
  auto one = [&](long i, long first, long last) {
    long xAt, indexAt, outAt;
    picks.at(i, xAt, indexAt, outAt);
    const T* source = x + xAt;
    const int* places = index + indexAt;
    T* target = out + outAt;
    if (picks.isShared()) {
      target += long(*places) * chosen;
      for (long j = first; j < last; j++) target[j * outStep] += source[j * xStep];
    } else {
      for (long j = first; j < last; j++) target[j * outStep + places[j * indexStep] * chosen] += source[j * xStep];
    }
  };
  // Threads share what cannot meet, so that sums keep their order: runs that scatter within themselves, as max pooling's way back, else columns.
  if (picks.dim == picks.rank - 1) {
    parallelRange(count, greatest(1, 16384 / greatest(1, n)), [&](long from, long to) {
      for (long i = from; i < to; i++) one(i, 0, n);
    });
    return;
  }
  parallelRange(n, count * n < 32768 ? n : greatest(16, (n + pool.threads() - 1) / pool.threads()), [&](long from, long to) {
    for (long i = 0; i < count; i++) one(i, from, to);
  });
}

/** Where the greatest of neighbouring elements is, or the least by the sign −1: first what it is, then the first place that has it. */
template <class T>
long placeOfExtreme(const T* x, long n, T sign) {
  const int width = 64;
  T tops[width];
  for (int k = 0; k < width; k++) tops[k] = sign * x[k];
  long i = width;
  for (; i + width <= n; i += width) {
    for (int k = 0; k < width; k++) {
      T next = sign * x[i + k];
      tops[k] = next > tops[k] || next != next ? next : tops[k];
    }
  }
  T top = tops[0];
  for (int k = 1; k < width; k++) top = tops[k] > top || tops[k] != tops[k] ? tops[k] : top;
  for (; i < n; i++) top = sign * x[i] > top || x[i] != x[i] ? sign * x[i] : top;
  bool isNaN = top != top;
  for (i = 0; i + width <= n; i += width) {
    int found = 0;
    for (int k = 0; k < width; k++) found |= isNaN ? x[i + k] != x[i + k] : sign * x[i + k] == top;
    if (found) break;
  }
  while (isNaN ? x[i] == x[i] : sign * x[i] != top) i++;
  return i;
}

template <class T>
void argReduceAs(const Lines& lines, const T* x, bool greatestWanted, int* out) {
  parallelRange(lines.lines, greatest(1, 16384 / greatest(lines.count, 1)), [&](long from, long to) {
    for (long line = from; line < to; line++) {
      const T* at = x + lines.start(line);
      if (lines.step == 1 && lines.count >= 64) {
        out[line] = int(placeOfExtreme(at, lines.count, T(greatestWanted ? 1 : -1)));
        continue;
      }
      long best = 0;
      T value = at[0];
      // The first NaN beats everything.
      for (long i = 1; i < lines.count && value == value; i++) {
        T next = at[i * lines.step];
        if ((greatestWanted ? next > value : next < value) || next != next) {
          best = i;
          value = next;
        }
      }
      out[line] = int(best);
    }
  });
}

/** Running sums or products down the columns of packed matrices, many columns at a time. */
template <class T>
void scanColumns(const Lines& lines, const T* x, bool product, T* out) {
  const long width = 128;
  long columns = lines.after, blocks = (columns + width - 1) / width;
  parallelRange(lines.lines / columns * blocks, greatest(1, 16384 / (lines.count * least(width, columns))), [&](long from, long to) {
    for (long task = from; task < to; task++) {
      long first = task % blocks * width, n = least(width, columns - first);
      long at = task / blocks * lines.count * columns + first;
      double values[width];
      for (long j = 0; j < n; j++) values[j] = product ? 1 : 0;
      for (long i = 0; i < lines.count; i++, at += columns) {
        if (product) for (long j = 0; j < n; j++) values[j] *= x[at + j];
        else for (long j = 0; j < n; j++) values[j] += x[at + j];
        for (long j = 0; j < n; j++) out[at + j] = T(values[j]);
      }
    }
  });
}

template <class T>
void scanAs(const Lines& lines, const T* x, bool product, T* out) {
  if (lines.after >= 8 && lines.count > 0 && lines.isPacked()) return scanColumns(lines, x, product, out);
  parallelRange(lines.lines, greatest(1, 16384 / greatest(lines.count, 1)), [&](long from, long to) {
    for (long line = from; line < to; line++) {
      const T* at = x + lines.start(line);
      T* target = out + lines.packedStart(line, lines.count);
      double value = product ? 1 : 0;
      for (long i = 0; i < lines.count; i++) {
        value = product ? value * at[i * lines.step] : value + at[i * lines.step];
        target[i * lines.after] = T(value);
      }
    }
  });
}

}  // namespace

/** Size of an element in bytes, addresses of x, index and output, then the picks. */
void gather(const double* command) {
  Reader read(command);
  long bytes = read.integer();
  char* x = read.pointer<char>();
  int* index = read.pointer<int>();
  char* out = read.pointer<char>();
  Picks picks;
  picks.read(read, true);
  if (bytes == 8) gatherAs(picks, reinterpret_cast<double*>(x), index, reinterpret_cast<double*>(out));
  else if (bytes == 4) gatherAs(picks, reinterpret_cast<int*>(x), index, reinterpret_cast<int*>(out));
  else gatherAs(picks, x, index, out);
}

/** Type, addresses of x, index and output, then the picks. */
void scatterAdd(const double* command) {
  Reader read(command);
  int type = int(read.integer());
  char* x = read.pointer<char>();
  int* index = read.pointer<int>();
  char* out = read.pointer<char>();
  Picks picks;
  picks.read(read, false);
  if (type == Float32) scatterAs(picks, reinterpret_cast<float*>(x), index, reinterpret_cast<float*>(out));
  else scatterAs(picks, reinterpret_cast<double*>(x), index, reinterpret_cast<double*>(out));
}

/** Type, whether the greatest is wanted, addresses of input and output, then the lines. */
void argReduce(const double* command) {
  Reader read(command);
  int type = int(read.integer());
  bool greatestWanted = read.integer() != 0;
  char* x = read.pointer<char>();
  int* out = read.pointer<int>();
  Lines lines;
  lines.read(read);
  if (type == Float32) argReduceAs(lines, reinterpret_cast<float*>(x), greatestWanted, out);
  else argReduceAs(lines, reinterpret_cast<double*>(x), greatestWanted, out);
}

/** Type, whether products are wanted, addresses of input and output, then the lines. */
void scan(const double* command) {
  Reader read(command);
  int type = int(read.integer());
  bool product = read.integer() != 0;
  char* x = read.pointer<char>();
  char* out = read.pointer<char>();
  Lines lines;
  lines.read(read);
  if (type == Float32) scanAs(lines, reinterpret_cast<float*>(x), product, reinterpret_cast<float*>(out));
  else scanAs(lines, reinterpret_cast<double*>(x), product, reinterpret_cast<double*>(out));
}

}  // namespace GB_ISA

// Kernels that go by an index: gather, scatter, and between which numbers an index is.
#include <string.h>

#include "command.h"
#include "isa.h"
#include "kernels.h"
#include "pool.h"

namespace GB_ISA {
namespace {

/**
 * The places of an index tensor: x or the output at `chosenStep` times what the index says, and all three at the same place in the other dimensions.
 * Dimensions of size 1 go, and neighbours through which all three step evenly become one.
 */
struct Picks {
  int rank = 0;
  /** The dimension that the index names places of, −1 if the index has but one there. */
  int dim = -1;
  long shape[maxRank], xSteps[maxRank], indexSteps[maxRank], outSteps[maxRank];
  /** How far apart the places are that an index chooses from. */
  long chosenStep;

  /** `gathers`: the index chooses in x, else in the output. */
  void read(Reader& from, bool gathers) {
    int given = int(from.integer()), along = int(from.integer());
    from.integers(shape, given);
    from.integers(xSteps, given);
    from.integers(indexSteps, given);
    from.integers(outSteps, given);
    long* chosen = gathers ? xSteps : outSteps;
    chosenStep = chosen[along];
    chosen[along] = 0;
    for (int d = 0; d < given; d++) {
      if (shape[d] == 1) continue;
      long n = shape[d];
      bool even = rank > 0 && d != along && rank - 1 != dim && xSteps[rank - 1] == xSteps[d] * n &&
                  indexSteps[rank - 1] == indexSteps[d] * n && outSteps[rank - 1] == outSteps[d] * n;
      int to = even ? rank - 1 : rank++;
      if (d == along) dim = to;
      shape[to] = even ? shape[to] * n : n;
      xSteps[to] = xSteps[d];
      indexSteps[to] = indexSteps[d];
      outSteps[to] = outSteps[d];
    }
    if (rank > 0) return;
    rank = 1;
    shape[0] = 1;
    xSteps[0] = indexSteps[0] = outSteps[0] = 0;
  }

  /** Neighbouring elements go together; whether they share an index. */
  long run() const { return shape[rank - 1]; }
  bool isShared() const { return dim != rank - 1 && indexSteps[rank - 1] == 0; }

  /** How many runs there are, over the dimensions from `first` on. */
  long count(int first = 0) const {
    long n = 1;
    for (int d = first; d < rank - 1; d++) n *= shape[d];
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
  auto row = [&](long xAt, long indexAt, long outAt, long from, long to) {
    const S* source = x + xAt + from * xStep;
    const int* places = index + indexAt + from * indexStep;
    S* target = out + outAt + from * outStep;
    long length = to - from;
    if (picks.isShared()) {
      source += long(*places) * chosen;
      if (xStep == 1 && outStep == 1) memcpy(target, source, length * sizeof(S));
      else for (long j = 0; j < length; j++) target[j * outStep] = source[j * xStep];
    } else if (xStep == 0 && chosen == 1 && indexStep == 1 && outStep == 1) {
#pragma GCC ivdep
      for (long j = 0; j < length; j++) target[j] = source[places[j]];
    } else {
      for (long j = 0; j < length; j++) target[j * outStep] = source[j * xStep + places[j * indexStep] * chosen];
    }
  };
  long count = picks.count();
  if (count == 1) {
    parallelRange(n, 16384, [&](long from, long to) { row(0, 0, 0, from, to); });
    return;
  }
  parallelRange(count, greatest(1, 16384 / greatest(1, n)), [&](long from, long to) {
    for (long i = from; i < to; i++) {
      long xAt, indexAt, outAt;
      picks.at(i, xAt, indexAt, outAt);
      row(xAt, indexAt, outAt, 0, n);
    }
  });
}

template <class T>
void scatterAs(const Picks& picks, const T* x, const int* index, T* out) {
  long n = picks.run(), chosen = picks.chosenStep;
  int last = picks.rank - 1;
  long xStep = picks.xSteps[last], outStep = picks.outSteps[last], indexStep = picks.indexSteps[last];
  auto row = [&](long i, long first, long end) {
    long xAt, indexAt, outAt;
    picks.at(i, xAt, indexAt, outAt);
    const T* source = x + xAt;
    const int* places = index + indexAt;
    T* target = out + outAt;
    if (picks.isShared()) {
      target += long(*places) * chosen;
      for (long j = first; j < end; j++) target[j * outStep] += source[j * xStep];
    } else {
      for (long j = first; j < end; j++) target[j * outStep + places[j * indexStep] * chosen] += source[j * xStep];
    }
  };
  // Threads share what cannot meet, so that sums keep their order: what differs in a dimension before the chosen one, else columns.
  long count = picks.count(), within = picks.count(greatest(picks.dim, 0)), apart = count / within;
  const long work = 16384;
  if (apart > 1 || picks.dim == last) {
    parallelRange(apart, greatest(1, work / (within * n)), [&](long from, long to) {
      for (long i = from * within; i < to * within; i++) row(i, 0, n);
    });
    return;
  }
  long columns = (n + pool.threads() - 1) / pool.threads();
  parallelRange(n, count * n < 2 * work ? n : greatest(16, columns), [&](long from, long to) {
    for (long i = 0; i < count; i++) row(i, from, to);
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
  else if (type == Float64) scatterAs(picks, reinterpret_cast<double*>(x), index, reinterpret_cast<double*>(out));
  // What is too large for a whole number starts again from below, as it does in unsigned ones.
  else scatterAs(picks, reinterpret_cast<unsigned*>(x), index, reinterpret_cast<unsigned*>(out));
}

/** Addresses of packed whole numbers, and of two for the least and the greatest of them; how many there are. */
void bounds(const double* command) {
  Reader read(command);
  const int* x = read.pointer<int>();
  int* out = read.pointer<int>();
  long count = read.integer();
  const long stretch = 65536;
  long stretches = (count + stretch - 1) / stretch;
  int* parts = static_cast<int*>(sharedWorkspace(0, 2 * stretches * sizeof(int)));
  parallel(stretches, [&](long task) {
    long end = least(count, (task + 1) * stretch);
    int low = x[task * stretch], high = low;
    for (long i = task * stretch; i < end; i++) {
      low = x[i] < low ? x[i] : low;
      high = x[i] > high ? x[i] : high;
    }
    parts[2 * task] = low;
    parts[2 * task + 1] = high;
  });
  out[0] = parts[0];
  out[1] = parts[1];
  for (long task = 1; task < stretches; task++) {
    out[0] = parts[2 * task] < out[0] ? parts[2 * task] : out[0];
    out[1] = parts[2 * task + 1] > out[1] ? parts[2 * task + 1] : out[1];
  }
}

}  // namespace GB_ISA

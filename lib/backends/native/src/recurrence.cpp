// Recurrent networks over whole sequences in one call: at each step the state's part of the gates is multiplied and the gates are applied while
// they are in the cache.
#include "recurrence.h"

namespace GB_ISA {
namespace {

/** `h = g(a + b)`. */
template <class T, bool Relu>
void elmanRow(long size, T* a, const T* bias, T* h) {
#pragma GCC ivdep
  for (long j = 0; j < size; j++) {
    T x = a[j] + bias[j];
    // A NaN stays one.
    h[j] = Relu ? (x <= 0 ? T(0) : x) : vtanh(x);
  }
}

/** `c′ = σ(f) c + σ(i) tanh(g)`, `h′ = σ(o) tanh(c′)`; the gates take the place of what they were made of. */
template <class T>
void lstmRow(long size, T* gates, const T* bias, const T* before, T* cell, T* h) {
  T *i = gates, *f = i + size, *g = f + size, *o = g + size;
  const T *bi = bias, *bf = bi + size, *bg = bf + size, *bo = bg + size;
#pragma GCC ivdep
  for (long j = 0; j < size; j++) {
    i[j] = vsigmoid(i[j] + bi[j]);
    f[j] = vsigmoid(f[j] + bf[j]);
    g[j] = vtanh(g[j] + bg[j]);
  }
#pragma GCC ivdep
  for (long j = 0; j < size; j++) {
    o[j] = vsigmoid(o[j] + bo[j]);
    cell[j] = f[j] * before[j] + i[j] * g[j];
    h[j] = o[j] * vtanh(cell[j]);
  }
}

/** `h′ = n + z (h − n)` with `n = tanh(xₙ + r hₙ)`; `state` has hₙ without its bias and gets it with. */
template <class T>
void gruRow(long size, T* gates, const T* bias, T* state, const T* stateBias, const T* before, T* h) {
  T *r = gates, *z = r + size, *n = z + size;
  const T *br = bias, *bz = br + size, *bn = bz + size;
#pragma GCC ivdep
  for (long j = 0; j < size; j++) {
    r[j] = vsigmoid(r[j] + br[j]);
    z[j] = vsigmoid(z[j] + bz[j]);
    state[j] += stateBias[j];
  }
#pragma GCC ivdep
  for (long j = 0; j < size; j++) {
    n[j] = vtanh(n[j] + bn[j] + r[j] * state[j]);
    h[j] = n[j] + z[j] * (before[j] - n[j]);
  }
}

/** The biases that are added to the weighted inputs, and behind them those of GRU's weighted state, which are multiplied by a gate first. */
template <class T>
T* biases(const Recurrence<T>& r, const T* input, const T* state) {
  long width = r.width(), both = r.kind == Gru ? 2 * r.size : width;
  T* sums = static_cast<T*>(sharedWorkspace(3, (width + r.size) * sizeof(T)));
  for (long j = 0; j < width; j++) {
    sums[j] = (input != nullptr ? input[j] : T(0)) + (state != nullptr && j < both ? state[j] : T(0));
  }
  for (long j = 0; j < r.size; j++) sums[width + j] = state != nullptr && r.kind == Gru ? state[both + j] : T(0);
  return sums;
}

template <class T>
void forward(const Recurrence<T>& r, const T* inputBias, const T* stateBias) {
  long size = r.size, width = r.width(), both = r.kind == Gru ? 2 * size : width;
  T* room = static_cast<T*>(sharedWorkspace(2, (Panels<T>::numbers(size, both) + Panels<T>::numbers(size, size)) * sizeof(T)));
  Panels<T> panels{room, size, both}, candidate{room + Panels<T>::numbers(size, both), size, size};
  panels.pack(Matrix<T>{r.weight, 1, size});
  if (r.kind == Gru) candidate.pack(Matrix<T>{r.weight + both * size, 1, size});
  const T* bias = biases(r, inputBias, stateBias);
  eachTask(r, [&](Rows part) {
    T* packed = static_cast<T*>(workspace(2, (part.rows + Tile<T>::rows) * size * sizeof(T)));
    for (long s = 0; s < r.steps; s++) {
      long row = r.time(s) * r.batch + part.first, last = s == 0 ? part.first : r.time(s - 1) * r.batch + part.first;
      const T* before = (s == 0 ? r.start : r.output) + last * size;
      panels.multiply(part.rows, before, size, packed, r.gates + row * width, width, true);
      if (r.kind == Gru) candidate.multiply(part.rows, before, size, packed, r.noted + row * size, size, false);
      const T* cell = r.kind == Lstm ? (s == 0 ? r.startCell : r.noted) + last * size : nullptr;
      for (long b = 0; b < part.rows; b++) {
        T *gates = r.gates + (row + b) * width, *h = r.output + (row + b) * size;
        T* noted = r.noted == nullptr ? nullptr : r.noted + (row + b) * size;
        if (r.kind == Lstm) lstmRow(size, gates, bias, cell + b * size, noted, h);
        else if (r.kind == Gru) gruRow(size, gates, bias, noted, bias + width, before + b * size, h);
        else if (r.kind == ReluNetwork) elmanRow<T, true>(size, gates, bias, h);
        else elmanRow<T, false>(size, gates, bias, h);
      }
    }
  });
}

template <class T>
void run(Reader& read) {
  Recurrence<T> r;
  r.read(read);
  const T* inputBias = read.pointer<T>();
  forward(r, inputBias, read.pointer<T>());
}

}  // namespace

/** Type, then kind, direction, sizes and addresses as `Recurrence` reads them, then both biases. */
void recur(const double* command) {
  Reader read(command);
  if (read.integer() == Float32) run<float>(read);
  else run<double>(read);
}

}  // namespace GB_ISA

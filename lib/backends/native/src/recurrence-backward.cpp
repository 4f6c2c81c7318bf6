// The way back through recurrent networks, from the last step to the first: the gradients of what the gates were made of. Those of the weights are
// products over all steps, which the caller makes of them.
#include "recurrence.h"

namespace GB_ISA {
namespace {

/** Where the gradients go; see `RecurrenceGradients` in backend.ts. */
template <class T>
struct Gradients {
  const T *output, *lastCell;
  T *gates, *state, *start, *startCell;
};

template <class T, bool Relu>
void elmanBack(long size, const T* h, const T* dh, const T* dy, T* da) {
#pragma GCC ivdep
  for (long j = 0; j < size; j++) {
    T d = dh[j] + dy[j];
    da[j] = Relu ? (h[j] > 0 ? d : T(0)) : d * (1 - h[j] * h[j]);
  }
}

/** Also hands the gradient of the cell on to the step before. */
template <class T>
void lstmBack(long size, const T* gates, const T* cell, const T* before, const T* dh, const T* dy, T* dCell, T* to) {
  const T *i = gates, *f = i + size, *g = f + size, *o = g + size;
  T *di = to, *df = di + size, *dg = df + size, *od = dg + size;
#pragma GCC ivdep
  for (long j = 0; j < size; j++) {
    T d = dh[j] + dy[j], seen = vtanh(cell[j]);
    od[j] = d * seen * o[j] * (1 - o[j]);
    T dc = dCell[j] + d * o[j] * (1 - seen * seen);
    di[j] = dc * g[j] * i[j] * (1 - i[j]);
    df[j] = dc * before[j] * f[j] * (1 - f[j]);
    dg[j] = dc * i[j] * (1 - g[j] * g[j]);
    dCell[j] = dc * f[j];
  }
}

/** Also leaves in `dh` what passes to the step before without a gate's weights. */
template <class T>
void gruBack(long size, const T* gates, const T* state, const T* before, T* dh, const T* dy, T* to, T* dState) {
  const T *r = gates, *z = r + size, *n = z + size;
  T *dr = to, *dz = dr + size, *dn = dz + size;
#pragma GCC ivdep
  for (long j = 0; j < size; j++) {
    T d = dh[j] + dy[j];
    T a = d * (1 - z[j]) * (1 - n[j] * n[j]);
    dr[j] = a * state[j] * r[j] * (1 - r[j]);
    dz[j] = d * (before[j] - n[j]) * z[j] * (1 - z[j]);
    dn[j] = a;
    dState[j] = a * r[j];
    dh[j] = d * z[j];
  }
}

template <class T>
void backward(const Recurrence<T>& r, const Gradients<T>& to) {
  long size = r.size, width = r.width(), both = r.kind == Gru ? 2 * size : width;
  T* room = static_cast<T*>(sharedWorkspace(2, (Panels<T>::numbers(both, size) + Panels<T>::numbers(size, size)) * sizeof(T)));
  Panels<T> panels{room, both, size}, candidate{room + Panels<T>::numbers(both, size), size, size};
  panels.pack(Matrix<T>{r.weight, size, 1});
  if (r.kind == Gru) candidate.pack(Matrix<T>{r.weight + both * size, size, 1});
  eachTask(r, [&](Rows part) {
    T* packed = static_cast<T*>(workspace(2, (part.rows + Tile<T>::rows) * both * sizeof(T)));
    T* dh = to.start + part.first * size;
    T* dCell = r.kind == Lstm ? to.startCell + part.first * size : nullptr;
    memset(dh, 0, part.rows * size * sizeof(T));
    if (dCell != nullptr) memcpy(dCell, to.lastCell + part.first * size, part.rows * size * sizeof(T));
    for (long s = r.steps - 1; s >= 0; s--) {
      long row = r.time(s) * r.batch + part.first, last = s == 0 ? part.first : r.time(s - 1) * r.batch + part.first;
      const T* before = (s == 0 ? r.start : r.output) + last * size;
      const T* cellBefore = r.kind == Lstm ? (s == 0 ? r.startCell : r.noted) + last * size : nullptr;
      for (long b = 0; b < part.rows; b++) {
        const T *gates = r.gates + (row + b) * width, *h = r.output + (row + b) * size;
        T* noted = r.noted == nullptr ? nullptr : r.noted + (row + b) * size;
        const T* dy = to.output + (row + b) * size;
        T *slopes = to.gates + (row + b) * width, *down = dh + b * size;
        if (r.kind == Lstm) lstmBack(size, gates, noted, cellBefore + b * size, down, dy, dCell + b * size, slopes);
        else if (r.kind == Gru) gruBack(size, gates, noted, before + b * size, down, dy, slopes, to.state + (row + b) * size);
        else if (r.kind == ReluNetwork) elmanBack<T, true>(size, h, down, dy, slopes);
        else elmanBack<T, false>(size, h, down, dy, slopes);
      }
      panels.multiply(part.rows, to.gates + row * width, width, packed, dh, size, r.kind == Gru);
      if (r.kind == Gru) candidate.multiply(part.rows, to.state + row * size, size, packed, dh, size, true);
    }
  });
}

template <class T>
void run(Reader& read) {
  Recurrence<T> r;
  r.read(read);
  Gradients<T> to;
  to.output = read.pointer<T>();
  to.lastCell = read.pointer<T>();
  to.gates = read.pointer<T>();
  to.state = read.pointer<T>();
  to.start = read.pointer<T>();
  to.startCell = read.pointer<T>();
  backward(r, to);
}

}  // namespace

/** Type, then kind, direction, sizes and addresses as `Recurrence` reads them, then those of the gradients. */
void recurBackward(const double* command) {
  Reader read(command);
  if (read.integer() == Float32) run<float>(read);
  else run<double>(read);
}

}  // namespace GB_ISA

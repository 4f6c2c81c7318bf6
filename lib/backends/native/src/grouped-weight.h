// The gradient of the filters of groups that go side by side in vectors.
#pragma once
#include "grouped-convolution.h"

namespace GB_ISA {

/** `sums[t] += Σ slopes[i] · source[from[i] + taps[t]]` for M numbers of a filter. */
template <class T, int M>
struct SummedAbreast {
  static void run(long count, long pixels, const T* slopes, const T* source, const int* from, const int* taps, T* sums) {
    if (count < M) return SummedAbreast<T, M - 1>::run(count, pixels, slopes, source, from, taps, sums);
    const long lanes = Vector<T>::lanes;
    typename Vector<T>::type totals[M] = {};
    long offsets[M];
    for (int t = 0; t < M; t++) offsets[t] = taps[t];
    for (long i = 0; i < pixels; i++) {
      typename Vector<T>::type slope = load(slopes + i * lanes);
      const T* at = source + from[i];
#pragma GCC unroll 16
      for (int t = 0; t < M; t++) totals[t] += slope * load(at + offsets[t]);
    }
    for (int t = 0; t < M; t++) store(sums + t * lanes, load(sums + t * lanes) + totals[t]);
  }
};

template <class T>
struct SummedAbreast<T, 0> {
  static void run(long, long, const T*, const T*, const int*, const int*, T*) {}
};

template <class T>
static void groupedWeightGradient(const Geometry& g, const T* x, const T* dy, T* dw) {
  GroupedLayer<T> layer{g.batch, g.groups, g.channels, g.filters, TapLine::forward(g, 0), TapLine::forward(g, 1)};
  GroupedPlaces<T> places(layer);
  const long lanes = Vector<T>::lanes, patch = g.patch(), size = patch * lanes;
  // Samples are added up in a fixed number of shares, so that the sum does not depend on the number of threads.
  const long blocks = layer.blocks(), shares = least(g.batch, greatest(1, 8 / blocks));
  T* parts = static_cast<T*>(sharedWorkspace(3, blocks * shares * size * sizeof(T)));
  parallel(blocks * shares, [&](long task) {
    long block = task / shares, share = task % shares, first = block * layer.abreast();
    T* sums = parts + task * size;
    T* source = static_cast<T*>(workspace(3, places.sourceNumbers() * sizeof(T)));
    T* slopes = static_cast<T*>(workspace(2, places.height * g.outColumns * lanes * sizeof(T)));
    memset(sums, 0, size * sizeof(T));
    for (long n = g.batch * share / shares; n < g.batch * (share + 1) / shares; n++) {
      for (long strip = 0; strip < places.strips(); strip++) {
        long pixels = places.rowsOf(strip) * g.outColumns;
        places.layOut(x, n, block, strip, source);
        const T* from = dy + (n * g.groups + first) * g.filters * g.pixels() + strip * places.height * g.outColumns;
        packPanel(from, g.pixels(), 1L, layer.used(block), pixels, slopes, lanes, lanes);
        // Short sums first, so that long ones stay exact.
        for (long i = 0; i < pixels; i += 256) {
          const long most = 9, tiles = (patch + most - 1) / most;
          for (long tile = 0; tile < tiles; tile++) {
            long t = patch * tile / tiles, count = patch * (tile + 1) / tiles - t;
            SummedAbreast<T, most>::run(count, least(256, pixels - i), slopes + i * lanes, source, places.from + i, places.taps + t, sums + t * lanes);
          }
        }
      }
    }
  });
  for (long block = 0; block < blocks; block++) {
    T* sums = parts + block * shares * size;
    for (long share = 1; share < shares; share++) for (long i = 0; i < size; i++) sums[i] += sums[share * size + i];
    turn<T>(patch, layer.used(block), sums, lanes, dw + block * layer.abreast() * g.filters * patch, patch);
  }
}

}  // namespace GB_ISA

// Gradients of inputs at strides. Inputs whose places leave the same rest when divided by the stride see the same numbers of a filter: each such phase is a
// convolution of the outputs' gradient at stride 1, and no product is spent on what no window sees.
#pragma once
#include "gathered-convolution.h"

namespace GB_ISA {

/** How inputs meet windows along one dimension. */
struct PhasedLine {
  long size, stride, padding, dilation, filter;

  /** The first input of a phase, how many there are, and which output is the last to see the first. */
  long first(long phase) const { return ((phase - padding) % stride + stride) % stride; }
  long count(long phase) const { return first(phase) < size ? (size - first(phase) + stride - 1) / stride : 0; }
  long output(long phase) const { return (first(phase) + padding - phase) / stride; }
  /** How many outputs before the last one see an input by number `u` of the filter, and for which phase. */
  long behind(long u) const { return u * dilation / stride; }
  long phaseOf(long u) const { return u * dilation % stride; }
  /** How many numbers of the filter belong to a phase. */
  long numbers(long phase) const {
    long found = 0;
    for (long u = 0; u < filter; u++) found += phaseOf(u) == phase;
    return found;
  }
  long reach() const { return behind(filter - 1); }
  /** Size of a line of outputs with zeros as far as inputs reach. */
  long padded(long outputs) const { return reach() + greatest(outputs, (padding + size - 1) / stride + 1); }
};

template <class T>
static bool hasPhases(const Geometry& g, const T* weight) {
  long phases = g.stride[0] * g.stride[1];
  return phases > 1 && phases <= 16 && fillsVectors<T>(g.channels) && areFinite(weight, g.groups * g.filters * g.patch());
}

template <class T>
static void phasedInputGradient(const Geometry& g, const T* dy, const T* weight, T* dx) {
  PhasedLine down{g.rows, g.stride[0], g.padding[0], g.dilation[0], g.height};
  PhasedLine along{g.columns, g.stride[1], g.padding[1], g.dilation[1], g.width};
  const long window = g.height * g.width, phases = g.stride[0] * g.stride[1], plane = g.rows * g.columns;
  Source source{g.filters, g.outRows, g.outColumns, down.reach(), along.reach(), down.padded(g.outRows), along.padded(g.outColumns)};
  // The filter's numbers of a phase follow each other: for each filter those of phase 0, and so on.
  auto numbers = [&](long phase) { return down.numbers(phase / g.stride[1]) * along.numbers(phase % g.stride[1]); };
  long starts[17] = {0};
  for (long phase = 0; phase < phases; phase++) starts[phase + 1] = starts[phase] + numbers(phase);
  Places places(plane, g.filters * window);
  long* ranks = static_cast<long*>(sharedWorkspace(5, window * sizeof(long)));
  for (long phase = 0, corner = 0; phase < phases; phase++) {
    long r = phase / g.stride[1], s = phase % g.stride[1], rank = 0;
    for (long i = 0; i < down.count(r); i++) {
      for (long j = 0; j < along.count(s); j++) places.corners[corner++] = int((down.output(r) + i) * source.across + along.output(s) + j);
    }
    for (long e = 0; e < window; e++) {
      long u = e / g.width, v = e % g.width;
      if (down.phaseOf(u) != r || along.phaseOf(v) != s) continue;
      long at = (source.top - down.behind(u)) * source.across + source.left - along.behind(v);
      for (long f = 0; f < g.filters; f++) {
        places.elements[g.filters * starts[phase] + f * numbers(phase) + rank] = int(f * source.down * source.across + at);
      }
      ranks[e] = rank++;
    }
  }
  GatherPanels<T> filters = panelsFor<T>(g.groups, g.filters * window, g.channels);
  auto panelsOf = [&](long group, long phase) {
    T* at = filters.at + group * filters.numbers() + filters.columns() * g.filters * starts[phase];
    return GatherPanels<T>{at, g.filters * numbers(phase), g.channels};
  };
  parallel(g.groups * filters.count(), [&](long task) {
    long q = task % filters.count(), group = task / filters.count(), columns = filters.columnsOf(q);
    T* rows = static_cast<T*>(workspace(2, window * columns * sizeof(T)));
    for (long f = 0; f < g.filters; f++) {
      const T* from = weight + (group * g.filters + f) * g.patch() + q * filters.width() * window;
      packPanel(from, window, 1L, least(columns, g.channels - q * filters.width()), window, rows, columns, columns);
      for (long e = 0; e < window; e++) {
        long phase = down.phaseOf(e / g.width) * g.stride[1] + along.phaseOf(e % g.width);
        memcpy(panelsOf(group, phase).panel(q) + (f * numbers(phase) + ranks[e]) * columns, rows + e * columns, columns * sizeof(T));
      }
    }
  });
  long images = greatest(1, least((96 * phases + plane - 1) / plane, g.batch * g.groups / (2 * pool.threads())));
  long blocks = (g.batch + images - 1) / images, largest = down.count(down.phaseOf(0)), widest = along.count(along.phaseOf(0));
  for (long r = 0; r < g.stride[0]; r++) largest = greatest(largest, down.count(r));
  for (long s = 0; s < g.stride[1]; s++) widest = greatest(widest, along.count(s));
  parallel(blocks * g.groups, [&](long task) {
    long group = task % g.groups, first = task / g.groups * images, count = least(images, g.batch - first);
    T* padded = static_cast<T*>(workspace(3, count * source.size() * sizeof(T)));
    for (long i = 0; i < count; i++) {
      source.pad(dy + ((first + i) * g.groups + group) * g.filters * g.pixels(), padded + i * source.size());
    }
    long room = count * largest * widest * filters.columns();
    T* made = static_cast<T*>(workspace(2, (room + g.channels * largest * widest) * sizeof(T)));
    T* turned = made + room;
    const int* corners = places.corners;
    for (long phase = 0; phase < phases; phase++) {
      long r = phase / g.stride[1], s = phase % g.stride[1], wide = along.count(s), pixels = down.count(r) * wide;
      const T** windows = windowsOf<T>(padded, count, source.size(), corners, pixels);
      auto rowAt = [&](long m) { return windows[m]; };
      if (numbers(phase) == 0) memset(made, 0, count * pixels * filters.columns() * sizeof(T));
      else gatherProduct<T>(count * pixels, rowAt, places.elements + g.filters * starts[phase], panelsOf(group, phase), made, false);
      corners += pixels;
      for (long i = 0; i < count && pixels > 0; i++) {
        turn<T>(pixels, g.channels, made + i * pixels * filters.columns(), filters.columns(), turned, pixels);
        T* to = dx + ((first + i) * g.groups + group) * g.channels * plane;
        for (long row = 0; row < g.channels * down.count(r); row++) {
          T* line = to + row / down.count(r) * plane + (down.first(r) + row % down.count(r) * g.stride[0]) * g.columns + along.first(s);
          for (long j = 0; j < wide; j++) line[j * g.stride[1]] = turned[row * wide + j];
        }
      }
    }
  });
}

}  // namespace GB_ISA

// Convolutions whose windows are multiplied where they lie in padded planes. Filters go side by side in vectors, so that neither the stride nor
// the shape of the planes leaves a part of them empty; what comes out has its pixels in rows and is turned at the end.
#pragma once
#include "convolution.h"
#include "gather.h"
#include "rows.h"

namespace GB_ISA {

/** Whether as many filters fill vectors well enough. */
template <class T>
static bool fillsVectors(long filters) {
  return 2 * filters >= Vector<T>::lanes;
}

/** What a filter moves over: planes of one group, and how far they lie below and right of the padded plane's corner. */
struct Source {
  long channels, rows, columns, top, left, down, across;

  bool isPadded() const { return down != rows || across != columns; }
  long size() const { return channels * down * across; }

  template <class T>
  void pad(const T* x, T* to) const {
    memset(to, 0, size() * sizeof(T));
    for (long c = 0; c < channels; c++) {
      for (long i = 0; i < rows; i++) {
        memcpy(to + (c * down + i + top) * across + left, x + (c * rows + i) * columns, columns * sizeof(T));
      }
    }
  }
};

/** Where windows start and where their elements lie from there, one after another. */
struct Places {
  int *corners, *elements;

  Places(long pixels, long count) {
    corners = static_cast<int*>(sharedWorkspace(4, (pixels + count) * sizeof(int)));
    elements = corners + pixels;
  }
};

static void placeCorners(int* corners, long rows, long columns, const long* stride, long across) {
  for (long i = 0; i < rows; i++) for (long j = 0; j < columns; j++) corners[i * columns + j] = int(i * stride[0] * across + j * stride[1]);
}

/** Where windows start in so many samples that lie `step` apart, one after another: to work it out for each row of a product would need divisions. */
template <class T>
static const T** windowsOf(const T* planes, long samples, long step, const int* corners, long pixels) {
  const T** windows = static_cast<const T**>(workspace(4, greatest(1, samples * pixels) * sizeof(T*)));
  for (long i = 0; i < samples; i++) for (long p = 0; p < pixels; p++) windows[i * pixels + p] = planes + i * step + corners[p];
  return windows;
}

/** Correlates samples with packed filters: panels of a group follow those of the group before. */
template <class T>
static void correlate(long batch, long groups, const Source& source, const Places& places, long pixels, const GatherPanels<T>& filters,
                      const T* x, T* y) {
  // Small planes go several at a time, since each block of filters is fetched once for all.
  long images = greatest(1, least((96 + pixels - 1) / pixels, batch * groups / (2 * pool.threads())));
  long blocks = (batch + images - 1) / images, n = filters.n, columns = filters.columns();
  parallel(blocks * groups, [&](long task) {
    long group = task % groups, first = task / groups * images, count = least(images, batch - first);
    const T* planes = x + (first * groups + group) * source.channels * source.rows * source.columns;
    long step = groups * source.channels * source.rows * source.columns;
    if (source.isPadded()) {
      T* padded = static_cast<T*>(workspace(3, count * source.size() * sizeof(T)));
      for (long i = 0; i < count; i++) source.pad(planes + i * step, padded + i * source.size());
      planes = padded;
      step = source.size();
    }
    T* made = static_cast<T*>(workspace(2, count * pixels * columns * sizeof(T)));
    GatherPanels<T> own{filters.at + group * filters.numbers(), filters.k, n};
    const T** windows = windowsOf(planes, count, step, places.corners, pixels);
    auto rowAt = [&](long m) { return windows[m]; };
    gatherProduct<T>(count * pixels, rowAt, places.elements, own, made, false);
    for (long i = 0; i < count; i++) {
      turn<T>(pixels, n, made + i * pixels * columns, columns, y + ((first + i) * groups + group) * n * pixels, pixels);
    }
  });
}

template <class T>
static GatherPanels<T> panelsFor(long groups, long k, long n) {
  GatherPanels<T> panels{nullptr, k, n};
  panels.at = static_cast<T*>(sharedWorkspace(2, groups * panels.numbers() * sizeof(T)));
  return panels;
}

template <class T>
static void gatheredForward(const Geometry& g, const T* x, const T* weight, T* y) {
  Source source{g.channels, g.rows, g.columns, g.padding[0], g.padding[1], g.paddedRows(), g.paddedColumns()};
  Places places(g.pixels(), g.patch());
  placeCorners(places.corners, g.outRows, g.outColumns, g.stride, source.across);
  for (long p = 0; p < g.patch(); p++) places.elements[p] = int(elementOffset(g, p, source.down, source.across));
  GatherPanels<T> filters = panelsFor<T>(g.groups, g.patch(), g.filters);
  parallel(g.groups * filters.count(), [&](long task) {
    long group = task / filters.count();
    GatherPanels<T> own{filters.at + group * filters.numbers(), filters.k, filters.n};
    own.packRows(task % filters.count(), 0, g.patch(), weight + group * g.filters * g.patch(), g.patch());
  });
  correlate<T>(g.batch, g.groups, source, places, g.pixels(), filters, x, y);
}

template <class T>
static bool areFinite(const T* x, long count) {
  // What is no number or infinite gives NaN times 0.
  return sumOfTerms<T>(count, [&](long i) { return x[i] * T(0); }) == 0;
}

/**
 * Whether the gradient of the input is a convolution of that of the output with turned filters. It multiplies filters by zeros around the planes, which
 * belong to no gradient: infinite filters would make NaN of them.
 */
template <class T>
static bool turnsFilters(const Geometry& g, const T* weight) {
  bool reaches = g.padding[0] <= (g.height - 1) * g.dilation[0] && g.padding[1] <= (g.width - 1) * g.dilation[1];
  bool fits = fillsVectors<T>(g.channels) && g.stride[0] == 1 && g.stride[1] == 1 && reaches;
  return fits && areFinite(weight, g.groups * g.filters * g.patch());
}

template <class T>
static void gatheredInputGradient(const Geometry& g, const T* dy, const T* weight, T* dx) {
  long window = g.height * g.width;
  long top = (g.height - 1) * g.dilation[0] - g.padding[0], left = (g.width - 1) * g.dilation[1] - g.padding[1];
  long down = greatest(g.outRows + top, g.rows + (g.height - 1) * g.dilation[0]);
  long across = greatest(g.outColumns + left, g.columns + (g.width - 1) * g.dilation[1]);
  Source source{g.filters, g.outRows, g.outColumns, top, left, down, across};
  Places places(g.rows * g.columns, g.filters * window);
  placeCorners(places.corners, g.rows, g.columns, g.stride, across);
  for (long p = 0; p < g.filters * window; p++) {
    // Element (u, v) of a filter meets the pixel that lies as far on the other side.
    long u = g.height - 1 - p % window / g.width, v = g.width - 1 - p % g.width;
    places.elements[p] = int((p / window * down + u * g.dilation[0]) * across + v * g.dilation[1]);
  }
  GatherPanels<T> filters = panelsFor<T>(g.groups, g.filters * window, g.channels);
  parallel(g.groups * filters.count(), [&](long task) {
    long group = task / filters.count();
    GatherPanels<T> own{filters.at + group * filters.numbers(), filters.k, filters.n};
    const T* from = weight + group * g.filters * g.patch();
    for (long f = 0; f < g.filters; f++) own.packRows(task % filters.count(), f * window, window, from + f * g.patch(), window);
  });
  correlate<T>(g.batch, g.groups, source, places, g.rows * g.columns, filters, dy, dx);
}

/** The gradient of one group's filters over some samples, added up in `sum`, whose rows are window elements. */
template <class T>
static void gatheredWeightGradient(const Geometry& g, const Source& source, const Places& places, long group, long from, long to, const T* x,
                                   const T* dy, T* sum) {
  GatherPanels<T> gradient{nullptr, g.pixels(), g.filters};
  gradient.at = static_cast<T*>(workspace(2, gradient.numbers() * sizeof(T)));
  T* padded = source.isPadded() ? static_cast<T*>(workspace(3, source.size() * sizeof(T))) : nullptr;
  for (long n = from; n < to; n++) {
    const T* planes = x + (n * g.groups + group) * g.channels * g.rows * g.columns;
    if (padded != nullptr) {
      source.pad(planes, padded);
      planes = padded;
    }
    const T* own = dy + (n * g.groups + group) * g.filters * g.pixels();
    for (long q = 0; q < gradient.count(); q++) gradient.packRows(q, 0, g.pixels(), own, g.pixels());
    auto rowAt = [&](long p) { return planes + places.elements[p]; };
    gatherProduct<T>(g.patch(), rowAt, places.corners, gradient, sum, n > from);
  }
}

/** Whether filters are many more numbers than the gradients they come from: sums over shares of the samples would then be most of the work. */
static bool outweighsGradient(const Geometry& g, const Source& source) {
  return g.patch() > g.batch * g.pixels() && double(g.batch) * g.groups * source.size() < 1 << 28;
}

/** The gradient of the filters, each block of window elements by itself over all samples. */
template <class T>
static void weightGradientByRows(const Geometry& g, const Source& source, const int* elements, const T* x, const T* dy, T* dw) {
  long pixels = g.batch * g.pixels(), plane = g.channels * g.rows * g.columns;
  GatherPanels<T> gradient{nullptr, pixels, g.filters};
  T* planes = static_cast<T*>(sharedWorkspace(3, (g.groups * (g.batch * source.size() + gradient.numbers())) * sizeof(T)));
  T* panels = planes + g.groups * g.batch * source.size();
  int* corners = static_cast<int*>(sharedWorkspace(5, pixels * sizeof(int)));
  auto panelsOf = [&](long group) { return GatherPanels<T>{panels + group * gradient.numbers(), pixels, g.filters}; };
  parallel(g.batch * g.groups, [&](long task) {
    long n = task / g.groups, group = task % g.groups;
    source.pad(x + task * plane, planes + (group * g.batch + n) * source.size());
    const T* own = dy + task * g.filters * g.pixels();
    for (long q = 0; q < gradient.count(); q++) panelsOf(group).packRows(q, n * g.pixels(), g.pixels(), own, g.pixels());
    if (group > 0) return;
    placeCorners(corners + n * g.pixels(), g.outRows, g.outColumns, g.stride, source.across);
    for (long i = 0; i < g.pixels(); i++) corners[n * g.pixels() + i] += int(n * source.size());
  });
  const long height = 96, blocks = (g.patch() + height - 1) / height;
  parallel(blocks * g.groups, [&](long task) {
    long group = task / blocks, from = task % blocks * height, rows = least(height, g.patch() - from);
    T* made = static_cast<T*>(workspace(2, height * gradient.columns() * sizeof(T)));
    auto rowAt = [&](long p) { return planes + group * g.batch * source.size() + elements[from + p]; };
    gatherProduct<T>(rows, rowAt, corners, panelsOf(group), made, false);
    turn<T>(rows, g.filters, made, gradient.columns(), dw + group * g.filters * g.patch() + from, g.patch());
  });
}

}  // namespace GB_ISA

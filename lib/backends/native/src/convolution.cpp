// Convolutions as products of matrices, whose windows are laid out only as far as a panel of the product needs them. The windows are read
// from a copy with the padding around it, so that no read has to ask where it is.
#include "depthwise.h"
#include "grouped-weight.h"
#include "phased-gradient.h"

namespace GB_ISA {
namespace {

/** The right side of the forward product: rows are window elements, columns are pixels of the output. */
template <class T>
struct WindowPacker {
  const Geometry& g;
  const T* planes;

  void pack(long p0, long k, long first, long count, T* to) const {
    const long wide = Tile<T>::columns;
    long down = g.paddedRows(), across = g.paddedColumns();
    long corners[Tile<T>::columns];
    bool straight = g.stride[1] == 1;
    for (long j = 0; j < count; j++) {
      long pixel = first + j;
      corners[j] = pixel / g.outColumns * g.stride[0] * across + pixel % g.outColumns * g.stride[1];
    }
    // Pixels next to each other in a row of the output are copied together.
    long runs[Tile<T>::columns], lengths[Tile<T>::columns], runCount = 0;
    for (long j = 0; j < count;) {
      long length = straight ? least(count - j, g.outColumns - (first + j) % g.outColumns) : 1;
      runs[runCount] = j;
      lengths[runCount++] = length;
      j += length;
    }
    for (long p = 0; p < k; p++, to += wide) {
      const T* from = planes + elementOffset(g, p0 + p, down, across);
      for (long r = 0; r < runCount; r++) {
        const T* source = from + corners[runs[r]];
        T* target = to + runs[r];
        long length = lengths[r];
        for (long j = 0; j < length; j++) target[j] = source[j];
      }
      for (long j = count; j < wide; j++) to[j] = 0;
    }
  }
};

/** The right side of the weight's gradient: rows are pixels of the output, columns are window elements. */
template <class T>
struct PixelPacker {
  const Geometry& g;
  const T* planes;

  void pack(long p0, long k, long first, long count, T* to) const {
    const long wide = Tile<T>::columns;
    long down = g.paddedRows(), across = g.paddedColumns();
    for (long j = 0; j < count; j++) {
      const T* from = planes + elementOffset(g, first + j, down, across);
      long row = p0 / g.outColumns, column = p0 % g.outColumns;
      for (long p = 0; p < k;) {
        long length = least(k - p, g.outColumns - column);
        const T* source = from + row * g.stride[0] * across + column * g.stride[1];
        for (long q = 0; q < length; q++) to[(p + q) * wide + j] = source[q * g.stride[1]];
        p += length;
        row++;
        column = 0;
      }
    }
    for (long p = 0; p < k; p++) for (long j = count; j < wide; j++) to[p * wide + j] = 0;
  }
};

/** Adds windows back to padded planes: what `WindowPacker` reads, the other way round. */
template <class T>
void addWindows(const Geometry& g, const T* windows, T* planes) {
  long down = g.paddedRows(), across = g.paddedColumns();
  for (long p = 0; p < g.patch(); p++) {
    T* to = planes + elementOffset(g, p, down, across);
    for (long i = 0; i < g.outRows; i++, windows += g.outColumns) {
      T* row = to + i * g.stride[0] * across;
      if (g.stride[1] == 1) for (long j = 0; j < g.outColumns; j++) row[j] += windows[j];
      else for (long j = 0; j < g.outColumns; j++) row[j * g.stride[1]] += windows[j];
    }
  }
}

/**
 * Whether filters see one pixel each, and all pixels: then a convolution is a product of matrices as they lie. Of small planes several go together instead,
 * where a plane's pixels would leave vectors empty.
 */
template <class T>
bool isPointwise(const Geometry& g) {
  for (int d = 0; d < 2; d++) if (g.stride[d] != 1 || g.padding[d] != 0) return false;
  const long lanes = Vector<T>::lanes, filled = (g.pixels() + lanes - 1) / lanes * lanes;
  return g.height == 1 && g.width == 1 && 10 * filled <= 11 * g.pixels();
}

/** `to = left(group) · from` for the planes of each sample and group, `rows` of them made of `count`. */
template <class T, class Left>
void multiplyPlanes(const Geometry& g, long rows, long count, const Left& left, const T* from, T* to) {
  const long tasks = g.batch * g.groups, pixels = g.pixels();
  auto one = [&](long task, bool spread) {
    Matrix<T> right{from + task * count * pixels, pixels, 1};
    gemm<T>(rows, pixels, count, left(task % g.groups), right, to + task * rows * pixels, pixels, false, spread);
  };
  if (tasks == 1) one(0, true);
  else parallel(tasks, [&](long task) { one(task, false); });
}

template <class T>
void forward(const Geometry& g, const T* x, const T* weight, T* y) {
  if (tiledForward(g, x, weight, y) || dilatedForward(g, x, weight, y)) return;
  Geometry grouped = byGroups(g);
  if (goAbreast<T>(grouped, g.channels, g.filters, g.stride[0] * g.stride[1])) return groupedForward(g, grouped, x, weight, y);
  if (isDepthwise<T>(g)) return depthwiseForward(g, x, weight, y);
  if (isPointwise<T>(g)) {
    auto filters = [&](long group) { return Matrix<T>{weight + group * g.filters * g.channels, g.channels, 1}; };
    return multiplyPlanes<T>(g, g.filters, g.channels, filters, x, y);
  }
  long inPlane = g.rows * g.columns, size = g.channels * g.paddedRows() * g.paddedColumns();
  long tasks = g.batch * g.groups;
  if (tasks > 1 && fillsVectors<T>(g.filters)) return gatheredForward(g, x, weight, y);
  auto one = [&](long task, bool spread) {
    T* planes = static_cast<T*>(spread ? sharedWorkspace(2, size * sizeof(T)) : workspace(3, size * sizeof(T)));
    pad(g, x + task * g.channels * inPlane, planes);
    Matrix<T> filters{weight + task % g.groups * g.filters * g.patch(), g.patch(), 1};
    gemm<T>(g.filters, g.pixels(), g.patch(), LeftPacker<T>{filters}, WindowPacker<T>{g, planes},
            y + task * g.filters * g.pixels(), g.pixels(), false, spread);
  };
  if (tasks == 1) one(0, true);
  else parallel(tasks, [&](long task) { one(task, false); });
}

template <class T>
void inputGradient(const Geometry& g, const T* dy, const T* weight, T* dx) {
  if (tiledInputGradient(g, dy, weight, dx) || dilatedInputGradient(g, dy, weight, dx)) return;
  Geometry grouped = byGroups(g);
  if (goBackAbreast<T>(g, grouped, weight)) return groupedInputGradient(g, grouped, dy, weight, dx);
  if (isDepthwise<T>(g)) return depthwiseInputGradient(g, dy, weight, dx);
  if (isPointwise<T>(g)) {
    auto turned = [&](long group) { return Matrix<T>{weight + group * g.filters * g.channels, 1, g.channels}; };
    return multiplyPlanes<T>(g, g.channels, g.filters, turned, dy, dx);
  }
  if (turnsFilters<T>(g, weight)) return gatheredInputGradient(g, dy, weight, dx);
  if (hasPhases<T>(g, weight)) return phasedInputGradient(g, dy, weight, dx);
  long inPlane = g.rows * g.columns, down = g.paddedRows(), across = g.paddedColumns();
  long size = g.channels * down * across;
  parallel(g.batch * g.groups, [&](long task) {
    T* planes = static_cast<T*>(workspace(3, (size + g.patch() * g.pixels()) * sizeof(T)));
    T* windows = planes + size;
    Matrix<T> turned{weight + task % g.groups * g.filters * g.patch(), 1, g.patch()};
    Matrix<T> gradient{dy + task * g.filters * g.pixels(), g.pixels(), 1};
    gemm<T>(g.patch(), g.pixels(), g.filters, turned, gradient, windows, g.pixels(), false, false);
    memset(planes, 0, size * sizeof(T));
    addWindows(g, windows, planes);
    T* to = dx + task * g.channels * inPlane;
    for (long c = 0; c < g.channels; c++) {
      for (long i = 0; i < g.rows; i++) {
        memcpy(to + (c * g.rows + i) * g.columns, planes + (c * down + i + g.padding[0]) * across + g.padding[1], g.columns * sizeof(T));
      }
    }
  });
}

template <class T>
void weightGradient(const Geometry& g, const T* x, const T* dy, T* dw) {
  if (tiledWeightGradient(g, x, dy, dw) || dilatedWeightGradient(g, x, dy, dw)) return;
  if (goAbreast<T>(g, g.channels, g.filters, g.stride[0] * g.stride[1])) return groupedWeightGradient(g, x, dy, dw);
  if (isDepthwise<T>(g)) return depthwiseWeightGradient(g, x, dy, dw);
  Source source{g.channels, g.rows, g.columns, g.padding[0], g.padding[1], g.paddedRows(), g.paddedColumns()};
  bool gathers = fillsVectors<T>(g.filters);
  // Gathered sums have window elements in rows and filters in columns, the others the reverse.
  long columns = GatherPanels<T>{nullptr, 0, g.filters}.columns();
  long weights = gathers ? g.patch() * columns : g.filters * g.patch();
  Places places(g.pixels(), g.patch());
  placeCorners(places.corners, g.outRows, g.outColumns, g.stride, source.across);
  for (long p = 0; p < g.patch(); p++) places.elements[p] = int(elementOffset(g, p, source.down, source.across));
  if (gathers && outweighsGradient(g, source)) return weightGradientByRows(g, source, places.elements, x, dy, dw);
  // Samples are added up in a fixed number of shares, so that the sum does not depend on the number of threads.
  long shares = least(g.batch, greatest(1, 8 / g.groups));
  T* parts = static_cast<T*>(sharedWorkspace(3, greatest(1, shares * g.groups * weights) * sizeof(T)));
  parallel(shares * g.groups, [&](long task) {
    long group = task % g.groups, share = task / g.groups;
    long from = g.batch * share / shares, to = g.batch * (share + 1) / shares;
    T* sum = parts + task * weights;
    if (gathers) return gatheredWeightGradient(g, source, places, group, from, to, x, dy, sum);
    T* planes = static_cast<T*>(workspace(3, source.size() * sizeof(T)));
    for (long n = from; n < to; n++) {
      source.pad(x + (n * g.groups + group) * g.channels * g.rows * g.columns, planes);
      Matrix<T> gradient{dy + (n * g.groups + group) * g.filters * g.pixels(), g.pixels(), 1};
      gemm<T>(g.filters, g.patch(), g.pixels(), LeftPacker<T>{gradient}, PixelPacker<T>{g, planes}, sum, g.patch(), n > from, false);
    }
  });
  long total = g.groups * weights;
  parallelRange(total, 16384, [&](long from, long to) {
    for (long s = 1; s < shares; s++) {
#pragma GCC ivdep
      for (long i = from; i < to; i++) parts[i] += parts[s * total + i];
    }
    if (!gathers) memcpy(dw + from, parts + from, (to - from) * sizeof(T));
  });
  if (!gathers) return;
  for (long group = 0; group < g.groups; group++) {
    turn<T>(g.patch(), g.filters, parts + group * weights, columns, dw + group * g.filters * g.patch(), g.patch());
  }
}

}  // namespace

/** Type, addresses of input, weight and output, sizes. */
void conv(const double* command) {
  Reader read(command);
  int type = int(read.integer());
  char* x = read.pointer<char>();
  char* weight = read.pointer<char>();
  char* y = read.pointer<char>();
  Geometry g;
  g.read(read);
  if (type == Float32) forward(g, reinterpret_cast<float*>(x), reinterpret_cast<float*>(weight), reinterpret_cast<float*>(y));
  else forward(g, reinterpret_cast<double*>(x), reinterpret_cast<double*>(weight), reinterpret_cast<double*>(y));
}

/** Type, addresses of the output's gradient, weight and the input's gradient, sizes. */
void convInput(const double* command) {
  Reader read(command);
  int type = int(read.integer());
  char* dy = read.pointer<char>();
  char* weight = read.pointer<char>();
  char* dx = read.pointer<char>();
  Geometry g;
  g.read(read);
  if (type == Float32) inputGradient(g, reinterpret_cast<float*>(dy), reinterpret_cast<float*>(weight), reinterpret_cast<float*>(dx));
  else inputGradient(g, reinterpret_cast<double*>(dy), reinterpret_cast<double*>(weight), reinterpret_cast<double*>(dx));
}

/** Type, addresses of the input, the output's gradient and the weight's gradient, sizes. */
void convWeight(const double* command) {
  Reader read(command);
  int type = int(read.integer());
  char* x = read.pointer<char>();
  char* dy = read.pointer<char>();
  char* dw = read.pointer<char>();
  Geometry g;
  g.read(read);
  if (type == Float32) weightGradient(g, reinterpret_cast<float*>(x), reinterpret_cast<float*>(dy), reinterpret_cast<float*>(dw));
  else weightGradient(g, reinterpret_cast<double*>(x), reinterpret_cast<double*>(dy), reinterpret_cast<double*>(dw));
}

}  // namespace GB_ISA

// Convolutions in which each channel has filters of its own: too little for a product of matrices, so rows are multiplied by one number of the filter
// after another.
#pragma once
#include "gathered-convolution.h"
#include "vectors.h"

namespace GB_ISA {

template <class T>
static bool isDepthwise(const Geometry& g) {
  return g.channels == 1 && g.groups > 1 && !fillsVectors<T>(g.filters);
}

/**
 * A padded plane whose columns lie by their remainders at a stride, so that what one number of a filter meets in a row lies side by side: at stride 2 all even
 * columns of a row, then all odd ones.
 */
struct Lanes {
  const Geometry& g;
  long step, width, across;

  explicit Lanes(const Geometry& geometry) : g(geometry), step(g.stride[1]), width((g.paddedColumns() + step - 1) / step), across(step * width) {}

  /** Numbers of a plane, and so many more as a vector may read beyond its end. */
  template <class T>
  long size() const {
    return g.paddedRows() * across + Vector<T>::lanes;
  }

  long place(long column) const { return column % step * width + column / step; }

  /** Calls `copy(padded, plane, apart, count)` for stretches of columns that lie side by side in the padded plane, and `apart` from each other outside. */
  template <class T, class U, class Copy>
  GB_INLINE_MEMBER void eachRun(T* padded, U* plane, const Copy& copy) const {
    for (long i = 0; i < g.rows; i++) {
      T* row = padded + (i + g.padding[0]) * across;
      for (long first = 0; first < least(step, g.columns); first++) {
        copy(row + place(first + g.padding[1]), plane + i * g.columns + first, step, (g.columns - first + step - 1) / step);
      }
    }
  }

  template <class T>
  void pad(const T* plane, T* padded) const {
    memset(padded, 0, size<T>() * sizeof(T));
    eachRun(padded, plane, [](T* to, const T* from, long apart, long count) {
      if (apart == 1) memcpy(to, from, count * sizeof(T));
      else if (apart == 2) for (long j = 0; j < count; j++) to[j] = from[2 * j];
      else for (long j = 0; j < count; j++) to[j] = from[apart * j];
    });
  }

  template <class T>
  void unpad(const T* padded, T* plane) const {
    eachRun(padded, plane, [](const T* from, T* to, long apart, long count) {
      if (apart == 1) memcpy(to, from, count * sizeof(T));
      else if (apart == 2) for (long j = 0; j < count; j++) to[2 * j] = from[j];
      else for (long j = 0; j < count; j++) to[apart * j] = from[j];
    });
  }

  /** Calls `visit(element, row)` for each number of a filter, with what it meets in row `i` of the output. */
  template <class T, class Visit>
  GB_INLINE_MEMBER void visitRow(T* padded, long i, const Visit& visit) const {
    for (long u = 0; u < g.height; u++) {
      T* row = padded + (i * g.stride[0] + u * g.dilation[0]) * across;
      for (long v = 0; v < g.width; v++) visit(u * g.width + v, row + place(v * g.dilation[1]));
    }
  }
};

/** `to[j] = Σ filter[e] · row[places[e] + j]`, a vector at a time; the last one reads beyond what it needs. */
template <class T>
static void filterRow(const T* row, const int* places, const T* filter, long elements, T* to, long count) {
  const long lanes = Vector<T>::lanes;
  for (long j = 0; j < count; j += lanes) {
    typename Vector<T>::type sum = {};
    for (long e = 0; e < elements; e++) sum += filter[e] * load(row + places[e] + j);
    if (j + lanes <= count) {
      store(to + j, sum);
    } else {
      T rest[lanes];
      store(rest, sum);
      for (long k = 0; k < count - j; k++) to[j + k] = rest[k];
    }
  }
}

template <class T>
static void depthwiseForward(const Geometry& g, const T* x, const T* weight, T* y) {
  Lanes lanes(g);
  int* places = static_cast<int*>(sharedWorkspace(4, g.patch() * sizeof(int)));
  for (long u = 0; u < g.height; u++) {
    for (long v = 0; v < g.width; v++) places[u * g.width + v] = int(u * g.dilation[0] * lanes.across + lanes.place(v * g.dilation[1]));
  }
  parallel(g.batch * g.groups, [&](long task) {
    T* plane = static_cast<T*>(workspace(3, lanes.size<T>() * sizeof(T)));
    lanes.pad(x + task * g.rows * g.columns, plane);
    for (long f = 0; f < g.filters; f++) {
      const T* filter = weight + (task % g.groups * g.filters + f) * g.patch();
      T* to = y + (task * g.filters + f) * g.pixels();
      for (long i = 0; i < g.outRows; i++, to += g.outColumns) {
        filterRow(plane + i * g.stride[0] * lanes.across, places, filter, g.patch(), to, g.outColumns);
      }
    }
  });
}

template <class T>
static void depthwiseInputGradient(const Geometry& g, const T* dy, const T* weight, T* dx) {
  Lanes lanes(g);
  parallel(g.batch * g.groups, [&](long task) {
    T* plane = static_cast<T*>(workspace(3, lanes.size<T>() * sizeof(T)));
    memset(plane, 0, lanes.size<T>() * sizeof(T));
    for (long f = 0; f < g.filters; f++) {
      const T* filter = weight + (task % g.groups * g.filters + f) * g.patch();
      const T* from = dy + (task * g.filters + f) * g.pixels();
      for (long i = 0; i < g.outRows; i++, from += g.outColumns) {
        lanes.visitRow(plane, i, [&](long e, T* row) { addTo(row, from, filter[e], g.outColumns); });
      }
    }
    lanes.unpad(plane, dx + task * g.rows * g.columns);
  });
}

template <class T>
static void depthwiseWeightGradient(const Geometry& g, const T* x, const T* dy, T* dw) {
  Lanes lanes(g);
  long width = g.outColumns, count = g.filters * g.patch();
  parallel(g.groups, [&](long group) {
    // A sum for each column first, so that neighbours do not wait for each other.
    T* plane = static_cast<T*>(workspace(3, (lanes.size<T>() + count * width) * sizeof(T)));
    T* sums = plane + lanes.size<T>();
    memset(sums, 0, count * width * sizeof(T));
    for (long n = 0; n < g.batch; n++) {
      long member = n * g.groups + group;
      lanes.pad(x + member * g.rows * g.columns, plane);
      for (long f = 0; f < g.filters; f++) {
        const T* from = dy + (member * g.filters + f) * g.pixels();
        for (long i = 0; i < g.outRows; i++, from += width) {
          lanes.visitRow(plane, i, [&](long e, const T* row) {
            T* to = sums + (f * g.patch() + e) * width;
#pragma GCC ivdep
            for (long j = 0; j < width; j++) to[j] += from[j] * row[j];
          });
        }
      }
    }
    for (long e = 0; e < count; e++) {
      const T* of = sums + e * width;
      dw[group * count + e] = T(sumOfTerms<T>(width, [&](long j) { return of[j]; }));
    }
  });
}

}  // namespace GB_ISA

// Convolutions in which each channel has filters of its own: too little for a product of matrices, so rows are multiplied by one number of the filter
// after another.
#pragma once
#include "gathered-convolution.h"

namespace GB_ISA {

template <class T>
static bool isDepthwise(const Geometry& g) {
  return g.channels == 1 && g.groups > 1 && !fillsVectors<T>(g.filters);
}

/** Calls `visit(element, row)` for each number of a filter, with the row of the padded plane that it meets in row `i` of the output. */
template <class T, class Visit>
GB_INLINE void visitRow(const Geometry& g, T* plane, long i, const Visit& visit) {
  long across = g.paddedColumns();
  for (long u = 0; u < g.height; u++) {
    T* row = plane + (i * g.stride[0] + u * g.dilation[0]) * across;
    for (long v = 0; v < g.width; v++) visit(u * g.width + v, row + v * g.dilation[1]);
  }
}

/** `to[j] += factor · from[j · step]`. */
template <class T>
GB_INLINE void addRow(T* to, const T* from, long step, T factor, long count) {
  if (step == 1) {
#pragma GCC ivdep
    for (long j = 0; j < count; j++) to[j] += factor * from[j];
  } else {
    for (long j = 0; j < count; j++) to[j] += factor * from[j * step];
  }
}

template <class T>
static void depthwiseForward(const Geometry& g, const T* x, const T* weight, T* y) {
  parallel(g.batch * g.groups, [&](long task) {
    T* plane = static_cast<T*>(workspace(3, g.paddedRows() * g.paddedColumns() * sizeof(T)));
    pad(g, x + task * g.rows * g.columns, plane);
    for (long f = 0; f < g.filters; f++) {
      const T* filter = weight + (task % g.groups * g.filters + f) * g.patch();
      T* to = y + (task * g.filters + f) * g.pixels();
      memset(to, 0, g.pixels() * sizeof(T));
      for (long i = 0; i < g.outRows; i++, to += g.outColumns) {
        visitRow(g, plane, i, [&](long e, const T* row) { addRow(to, row, g.stride[1], filter[e], g.outColumns); });
      }
    }
  });
}

template <class T>
static void depthwiseInputGradient(const Geometry& g, const T* dy, const T* weight, T* dx) {
  long across = g.paddedColumns(), size = g.paddedRows() * across, step = g.stride[1];
  parallel(g.batch * g.groups, [&](long task) {
    T* plane = static_cast<T*>(workspace(3, size * sizeof(T)));
    memset(plane, 0, size * sizeof(T));
    for (long f = 0; f < g.filters; f++) {
      const T* filter = weight + (task % g.groups * g.filters + f) * g.patch();
      const T* from = dy + (task * g.filters + f) * g.pixels();
      for (long i = 0; i < g.outRows; i++, from += g.outColumns) {
        visitRow(g, plane, i, [&](long e, T* row) {
          if (step == 1) return addRow(row, from, 1L, filter[e], g.outColumns);
          for (long j = 0; j < g.outColumns; j++) row[j * step] += filter[e] * from[j];
        });
      }
    }
    for (long i = 0; i < g.rows; i++) {
      memcpy(dx + (task * g.rows + i) * g.columns, plane + (i + g.padding[0]) * across + g.padding[1], g.columns * sizeof(T));
    }
  });
}

template <class T>
static void depthwiseWeightGradient(const Geometry& g, const T* x, const T* dy, T* dw) {
  long size = g.paddedRows() * g.paddedColumns(), width = g.outColumns, count = g.filters * g.patch();
  parallel(g.groups, [&](long group) {
    // A sum for each column first, so that neighbours do not wait for each other.
    T* plane = static_cast<T*>(workspace(3, (size + count * width) * sizeof(T)));
    T* sums = plane + size;
    memset(sums, 0, count * width * sizeof(T));
    for (long n = 0; n < g.batch; n++) {
      long member = n * g.groups + group;
      pad(g, x + member * g.rows * g.columns, plane);
      for (long f = 0; f < g.filters; f++) {
        const T* from = dy + (member * g.filters + f) * g.pixels();
        for (long i = 0; i < g.outRows; i++, from += width) {
          visitRow(g, plane, i, [&](long e, const T* row) {
            T* to = sums + (f * g.patch() + e) * width;
            if (g.stride[1] == 1) {
#pragma GCC ivdep
              for (long j = 0; j < width; j++) to[j] += from[j] * row[j];
            } else {
              for (long j = 0; j < width; j++) to[j] += from[j] * row[j * g.stride[1]];
            }
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

// Sizes of convolutions, and planes with zeros around them.
#pragma once
#include <string.h>

#include "command.h"
#include "isa.h"

namespace GB_ISA {

/** Sizes of a convolution; `channels` and `filters` are those of one group. */
struct Geometry {
  long batch, groups, channels, filters, rows, columns, height, width, outRows, outColumns;
  long stride[2], padding[2], dilation[2];

  void read(Reader& from) {
    batch = from.integer();
    groups = from.integer();
    channels = from.integer();
    filters = from.integer();
    rows = from.integer();
    columns = from.integer();
    height = from.integer();
    width = from.integer();
    outRows = from.integer();
    outColumns = from.integer();
    from.integers(stride, 2);
    from.integers(padding, 2);
    from.integers(dilation, 2);
  }

  long pixels() const { return outRows * outColumns; }
  long patch() const { return channels * height * width; }
  /** Size of a plane with padding: as far as windows reach. */
  long paddedRows() const { return greatest((outRows - 1) * stride[0] + (height - 1) * dilation[0] + 1, rows + padding[0]); }
  long paddedColumns() const { return greatest((outColumns - 1) * stride[1] + (width - 1) * dilation[1] + 1, columns + padding[1]); }
};

/**
 * A convolution by Winograd's tiles, and its gradients by the input and by the weight: whether it was done. Float64 never is, nor what has few channels,
 * for which tiles are slower; nor what is not finite, or so large that a tile of it might not stay finite.
 */
bool tiledForward(const Geometry& g, const float* x, const float* weight, float* y);
bool tiledInputGradient(const Geometry& g, const float* dy, const float* weight, float* dx);
bool tiledWeightGradient(const Geometry& g, const float* x, const float* dy, float* dw);
GB_INLINE bool tiledForward(const Geometry&, const double*, const double*, double*) { return false; }
GB_INLINE bool tiledInputGradient(const Geometry&, const double*, const double*, double*) { return false; }
GB_INLINE bool tiledWeightGradient(const Geometry&, const double*, const double*, double*) { return false; }

/** The same for filters with gaps. */
bool dilatedForward(const Geometry& g, const float* x, const float* weight, float* y);
bool dilatedInputGradient(const Geometry& g, const float* dy, const float* weight, float* dx);
bool dilatedWeightGradient(const Geometry& g, const float* x, const float* dy, float* dw);
GB_INLINE bool dilatedForward(const Geometry&, const double*, const double*, double*) { return false; }
GB_INLINE bool dilatedInputGradient(const Geometry&, const double*, const double*, double*) { return false; }
GB_INLINE bool dilatedWeightGradient(const Geometry&, const double*, const double*, double*) { return false; }

/** Planes with zeros around, of one sample and group. */
template <class T>
static void pad(const Geometry& g, const T* x, T* to) {
  long down = g.paddedRows(), across = g.paddedColumns();
  memset(to, 0, g.channels * down * across * sizeof(T));
  for (long c = 0; c < g.channels; c++) {
    for (long i = 0; i < g.rows; i++) {
      memcpy(to + (c * down + i + g.padding[0]) * across + g.padding[1], x + (c * g.rows + i) * g.columns, g.columns * sizeof(T));
    }
  }
}

/** Where window element `p` = (c, u, v) lies in padded planes, from the window's corner. */
GB_INLINE long elementOffset(const Geometry& g, long p, long down, long across) {
  long v = p % g.width, u = p / g.width % g.height, c = p / g.width / g.height;
  return (c * down + u * g.dilation[0]) * across + v * g.dilation[1];
}

}  // namespace GB_ISA

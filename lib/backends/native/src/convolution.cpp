// Convolutions as products of matrices, whose windows are laid out only as far as a panel of the product needs them. The windows are read
// from a copy with the padding around it, so that no read has to ask where it is.
#include "command.h"
#include "gemm.h"

namespace GB_ISA {
namespace {

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

/** Planes with zeros around, of one sample and group. */
template <class T>
void pad(const Geometry& g, const T* x, T* to) {
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

template <class T>
void forward(const Geometry& g, const T* x, const T* weight, T* y) {
  long inPlane = g.rows * g.columns, size = g.channels * g.paddedRows() * g.paddedColumns();
  long tasks = g.batch * g.groups;
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
  long inPlane = g.rows * g.columns, size = g.channels * g.paddedRows() * g.paddedColumns();
  long weights = g.filters * g.patch();
  // Samples are added up in a fixed number of shares, so that the sum does not depend on the number of threads.
  long shares = least(g.batch, greatest(1, 8 / g.groups));
  T* parts = static_cast<T*>(sharedWorkspace(3, greatest(1, shares * g.groups * weights) * sizeof(T)));
  parallel(shares * g.groups, [&](long task) {
    long group = task % g.groups, share = task / g.groups;
    long from = g.batch * share / shares, to = g.batch * (share + 1) / shares;
    T* sum = parts + task * weights;
    T* planes = static_cast<T*>(workspace(3, size * sizeof(T)));
    for (long n = from; n < to; n++) {
      pad(g, x + (n * g.groups + group) * g.channels * inPlane, planes);
      Matrix<T> gradient{dy + (n * g.groups + group) * g.filters * g.pixels(), g.pixels(), 1};
      gemm<T>(g.filters, g.patch(), g.pixels(), LeftPacker<T>{gradient}, PixelPacker<T>{g, planes}, sum, g.patch(), n > from, false);
    }
  });
  long total = g.groups * weights;
  parallelRange(total, 16384, [&](long from, long to) {
    for (long i = from; i < to; i++) {
      T sum = 0;
      for (long s = 0; s < shares; s++) sum += parts[s * total + i];
      dw[i] = sum;
    }
  });
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

// The greatest element under a moving window.
#include "command.h"
#include "isa.h"
#include "kernels.h"
#include "pool.h"

namespace GB_ISA {
namespace {

struct PoolSizes {
  long planes, rows, columns, outRows, outColumns;
  long size[2], stride[2], padding[2], dilation[2], steps[3];
};

template <class T>
void maxPoolAs(const PoolSizes& s, const T* x, T* out, int* index) {
  long pixels = s.outRows * s.outColumns;
  parallelRange(s.planes, greatest(1, 8192 / greatest(1, pixels * s.size[0] * s.size[1])), [&](long from, long to) {
    for (long n = from; n < to; n++) {
      const T* plane = x + n * s.steps[0];
      for (long i = 0; i < s.outRows; i++) {
        // Windows are cut at the edges once, not at each element.
        long row0 = i * s.stride[0] - s.padding[0], u0 = 0, u1 = s.size[0];
        while (u0 < u1 && row0 + u0 * s.dilation[0] < 0) u0++;
        while (u1 > u0 && row0 + (u1 - 1) * s.dilation[0] >= s.rows) u1--;
        for (long j = 0; j < s.outColumns; j++) {
          long column0 = j * s.stride[1] - s.padding[1], v0 = 0, v1 = s.size[1];
          while (v0 < v1 && column0 + v0 * s.dilation[1] < 0) v0++;
          while (v1 > v0 && column0 + (v1 - 1) * s.dilation[1] >= s.columns) v1--;
          // The first element counts even if it is −∞; a NaN wins over all, the last NaN over the others.
          long row = row0 + u0 * s.dilation[0], column = column0 + v0 * s.dilation[1];
          long best = row * s.columns + column;
          T value = plane[row * s.steps[1] + column * s.steps[2]];
          for (long u = u0; u < u1; u++, row += s.dilation[0]) {
            long place = row * s.columns + column;
            const T* at = plane + row * s.steps[1] + column * s.steps[2];
            for (long v = v0; v < v1; v++, place += s.dilation[1], at += s.dilation[1] * s.steps[2]) {
              T next = *at;
              // No branch: which element wins is what the processor cannot foresee.
              bool wins = int(next > value) | int(next != next);
              best = wins ? place : best;
              value = wins ? next : value;
            }
          }
          long at = n * pixels + i * s.outColumns + j;
          out[at] = value;
          index[at] = int(best);
        }
      }
    }
  });
}

}  // namespace

/** Type, addresses of input, output and positions, sizes, window, strides of the input. */
void maxPool(const double* command) {
  Reader read(command);
  int type = int(read.integer());
  char* x = read.pointer<char>();
  char* out = read.pointer<char>();
  int* index = read.pointer<int>();
  PoolSizes s;
  s.planes = read.integer();
  s.rows = read.integer();
  s.columns = read.integer();
  s.outRows = read.integer();
  s.outColumns = read.integer();
  read.integers(s.size, 2);
  read.integers(s.stride, 2);
  read.integers(s.padding, 2);
  read.integers(s.dilation, 2);
  read.integers(s.steps, 3);
  if (type == Float32) maxPoolAs(s, reinterpret_cast<float*>(x), reinterpret_cast<float*>(out), index);
  else maxPoolAs(s, reinterpret_cast<double*>(x), reinterpret_cast<double*>(out), index);
}

}  // namespace GB_ISA

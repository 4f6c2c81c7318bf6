// Running sums and products.
#include "command.h"
#include "isa.h"
#include "kernels.h"
#include "lines.h"
#include "pool.h"

namespace GB_ISA {
namespace {

/** Running sums or products down the columns of packed matrices, many columns at a time. */
template <class T>
void scanColumns(const Lines& lines, const T* x, bool product, T* out) {
  const long width = 128;
  long columns = lines.after, blocks = (columns + width - 1) / width;
  parallelRange(lines.lines / columns * blocks, greatest(1, 16384 / (lines.count * least(width, columns))), [&](long from, long to) {
    for (long task = from; task < to; task++) {
      long first = task % blocks * width, n = least(width, columns - first);
      long at = task / blocks * lines.count * columns + first;
      double values[width];
      for (long j = 0; j < n; j++) values[j] = product ? 1 : 0;
      for (long i = 0; i < lines.count; i++, at += columns) {
        if (product) for (long j = 0; j < n; j++) values[j] *= x[at + j];
        else for (long j = 0; j < n; j++) values[j] += x[at + j];
        for (long j = 0; j < n; j++) out[at + j] = T(values[j]);
      }
    }
  });
}

template <class T>
void scanAs(const Lines& lines, const T* x, bool product, T* out) {
  if (lines.after >= 8 && lines.count > 0 && lines.isPacked()) return scanColumns(lines, x, product, out);
  parallelRange(lines.lines, greatest(1, 16384 / greatest(lines.count, 1)), [&](long from, long to) {
    for (long line = from; line < to; line++) {
      const T* at = x + lines.start(line);
      T* target = out + lines.packedStart(line, lines.count);
      double value = product ? 1 : 0;
      for (long i = 0; i < lines.count; i++) {
        value = product ? value * at[i * lines.step] : value + at[i * lines.step];
        target[i * lines.after] = T(value);
      }
    }
  });
}

}  // namespace

/** Type, whether products are wanted, addresses of input and output, then the lines. */
void scan(const double* command) {
  Reader read(command);
  int type = int(read.integer());
  bool product = read.integer() != 0;
  char* x = read.pointer<char>();
  char* out = read.pointer<char>();
  Lines lines;
  lines.read(read);
  if (type == Float32) scanAs(lines, reinterpret_cast<float*>(x), product, reinterpret_cast<float*>(out));
  else scanAs(lines, reinterpret_cast<double*>(x), product, reinterpret_cast<double*>(out));
}

}  // namespace GB_ISA

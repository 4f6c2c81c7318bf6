// Where the greatest or the least of a line is.
#include "command.h"
#include "isa.h"
#include "kernels.h"
#include "lines.h"
#include "pool.h"

namespace GB_ISA {
namespace {

/** Where the greatest of neighbouring elements is, or the least by the sign −1: first what it is, then the first place that has it. */
template <class T>
long placeOfExtreme(const T* x, long n, T sign) {
  const int width = 64;
  T tops[width];
  for (int k = 0; k < width; k++) tops[k] = sign * x[k];
  long i = width;
  for (; i + width <= n; i += width) {
    for (int k = 0; k < width; k++) {
      T next = sign * x[i + k];
      tops[k] = next > tops[k] || next != next ? next : tops[k];
    }
  }
  T top = tops[0];
  for (int k = 1; k < width; k++) top = tops[k] > top || tops[k] != tops[k] ? tops[k] : top;
  for (; i < n; i++) top = sign * x[i] > top || x[i] != x[i] ? sign * x[i] : top;
  bool isNaN = top != top;
  for (i = 0; i + width <= n; i += width) {
    int found = 0;
    for (int k = 0; k < width; k++) found |= isNaN ? x[i + k] != x[i + k] : sign * x[i + k] == top;
    if (found) break;
  }
  while (isNaN ? x[i] == x[i] : sign * x[i] != top) i++;
  return i;
}

template <class T>
void argReduceAs(const Lines& lines, const T* x, bool greatestWanted, int* out) {
  parallelRange(lines.lines, greatest(1, 16384 / greatest(lines.count, 1)), [&](long from, long to) {
    for (long line = from; line < to; line++) {
      const T* at = x + lines.start(line);
      if (lines.step == 1 && lines.count >= 64) {
        out[line] = int(placeOfExtreme(at, lines.count, T(greatestWanted ? 1 : -1)));
        continue;
      }
      long best = 0;
      T value = at[0];
      // The first NaN beats everything.
      for (long i = 1; i < lines.count && value == value; i++) {
        T next = at[i * lines.step];
        if ((greatestWanted ? next > value : next < value) || next != next) {
          best = i;
          value = next;
        }
      }
      out[line] = int(best);
    }
  });
}

}  // namespace

/** Type, whether the greatest is wanted, addresses of input and output, then the lines. */
void argReduce(const double* command) {
  Reader read(command);
  int type = int(read.integer());
  bool greatestWanted = read.integer() != 0;
  char* x = read.pointer<char>();
  int* out = read.pointer<int>();
  Lines lines;
  lines.read(read);
  if (type == Float32) argReduceAs(lines, reinterpret_cast<float*>(x), greatestWanted, out);
  else argReduceAs(lines, reinterpret_cast<double*>(x), greatestWanted, out);
}

}  // namespace GB_ISA

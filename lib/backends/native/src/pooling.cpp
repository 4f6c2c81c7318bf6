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

/** What one row of outputs is taken from: the rows of its windows, cut at the edges. */
struct PoolRow {
  long first, count;
};

/** One output whose window may reach over the edge. The first element counts even if it is −∞; a NaN wins over all, the last NaN over the others. */
template <class T>
void poolPixel(const PoolSizes& s, const T* plane, PoolRow rows, long j, T* out, int* index) {
  long column0 = j * s.stride[1] - s.padding[1], v0 = 0, v1 = s.size[1];
  while (v0 < v1 && column0 + v0 * s.dilation[1] < 0) v0++;
  while (v1 > v0 && column0 + (v1 - 1) * s.dilation[1] >= s.columns) v1--;
  long row = rows.first, column = column0 + v0 * s.dilation[1];
  long best = row * s.columns + column;
  T value = plane[row * s.steps[1] + column * s.steps[2]];
  for (long u = 0; u < rows.count; u++, row += s.dilation[0]) {
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
  out[j] = value;
  index[j] = int(best);
}

typedef Vector<float>::type Floats;
typedef int Places __attribute__((vector_size(GB_BYTES)));
typedef int LoosePlaces __attribute__((vector_size(GB_BYTES), aligned(4), may_alias));

/** As many floats as a vector has, S apart, 1 or 2. */
template <int S>
GB_INLINE Floats loadApart(const float* at) {
  const int lanes = Vector<float>::lanes;
  if (S == 1) return load(at);
#ifdef __clang__
  Floats result;
  for (int k = 0; k < lanes; k++) result[k] = at[k * S];
  return result;
#else
  Places picked;
  for (int k = 0; k < lanes; k++) picked[k] = S * k;
  return __builtin_shuffle(load(at), load(at + lanes), picked);
#endif
}

/** How far the memory goes that vectors may read, and that they may write because it is written again later. */
template <class T>
struct Reach {
  const T* input;
  const T* output;
};

/**
 * Outputs from `from` on of a row, whose windows lie inside and are S apart, a vector at a time; says where it stopped. The last vector may go beyond the
 * row's end, where outputs follow that are written later: rows of small planes are shorter than a vector.
 */
template <int S>
long poolVectors(const PoolSizes& s, const float* plane, PoolRow rows, long from, long to, Reach<float> reach, float* out, int* index) {
  const int lanes = Vector<float>::lanes;
  const float* corner = plane + rows.first * s.steps[1] - s.padding[1];
  // Those that are two apart are picked from two vectors, the last number of which goes along.
  const float* last = corner + (rows.count - 1) * s.dilation[0] * s.steps[1] + (s.size[1] - 1) * s.dilation[1] + lanes * S - 1;
  Places apart;
  for (int k = 0; k < lanes; k++) apart[k] = k * S;
  for (; from < to && last + from * S < reach.input && out + from + lanes <= reach.output; from += lanes) {
    const float* row = corner + from * S;
    long line = rows.first * s.columns - s.padding[1] + from * S;
    Floats values = loadApart<S>(row);
    Places places = apart + int(line);
    for (long u = 0; u < rows.count; u++, row += s.dilation[0] * s.steps[1], line += s.dilation[0] * s.columns) {
      for (long v = 0; v < s.size[1]; v++) {
        Floats next = loadApart<S>(row + v * s.dilation[1]);
        Places wins = (next > values) | (next != next);
        values = wins ? next : values;
        places = wins ? apart + int(line + v * s.dilation[1]) : places;
      }
    }
    store(out + from, values);
    *reinterpret_cast<LoosePlaces*>(index + from) = places;
  }
  return from;
}

template <int S>
long poolVectors(const PoolSizes&, const double*, PoolRow, long from, long, Reach<double>, double*, int*) {
  return from;
}

/** Outputs `from` to before `to` of a row, whose windows lie inside, element by element of the window; S is the stride if it is known, else 0. */
template <class T, int S>
void poolInside(const PoolSizes& s, const T* plane, PoolRow rows, long from, long to, Reach<T> reach, T* out, int* index) {
  if (S > 0) from = poolVectors<S == 1 ? 1 : 2>(s, plane, rows, from, to, reach, out, index);
  if (from >= to) return;
  const long stride = S > 0 ? S : s.stride[1], step = stride * s.steps[2];
  for (long u = 0; u < rows.count; u++) {
    long row = rows.first + u * s.dilation[0];
    for (long v = 0; v < s.size[1]; v++) {
      long column = from * stride - s.padding[1] + v * s.dilation[1];
      const T* at = plane + row * s.steps[1] + column * s.steps[2];
      int place = int(row * s.columns + column);
      if (u == 0 && v == 0) {
        for (long j = from; j < to; j++) {
          out[j] = at[(j - from) * (S > 0 ? S : step)];
          index[j] = place + int((j - from) * stride);
        }
        continue;
      }
#pragma GCC ivdep
      for (long j = from; j < to; j++) {
        T next = at[(j - from) * (S > 0 ? S : step)], value = out[j];
        bool wins = int(next > value) | int(next != next);
        out[j] = wins ? next : value;
        index[j] = wins ? place + int((j - from) * stride) : index[j];
      }
    }
  }
}

template <class T>
void maxPoolAs(const PoolSizes& s, const T* x, T* out, int* index) {
  long pixels = s.outRows * s.outColumns;
  // Outputs whose windows lie between the edges.
  long begin = 0, end = s.outColumns;
  while (begin < end && begin * s.stride[1] < s.padding[1]) begin++;
  while (end > begin && (end - 1) * s.stride[1] - s.padding[1] + (s.size[1] - 1) * s.dilation[1] >= s.columns) end--;
  const T* inputEnd = x + (s.planes - 1) * s.steps[0] + (s.rows - 1) * s.steps[1] + (s.columns - 1) * s.steps[2] + 1;
  parallelRange(s.planes, greatest(1, 8192 / greatest(1, pixels * s.size[0] * s.size[1])), [&](long from, long to) {
    Reach<T> reach{inputEnd, out + to * pixels};
    for (long n = from; n < to; n++) {
      const T* plane = x + n * s.steps[0];
      for (long i = 0; i < s.outRows; i++) {
        // Windows are cut at the edges once, not at each element.
        long row0 = i * s.stride[0] - s.padding[0], u0 = 0, u1 = s.size[0];
        while (u0 < u1 && row0 + u0 * s.dilation[0] < 0) u0++;
        while (u1 > u0 && row0 + (u1 - 1) * s.dilation[0] >= s.rows) u1--;
        PoolRow rows{row0 + u0 * s.dilation[0], u1 - u0};
        T* values = out + n * pixels + i * s.outColumns;
        int* places = index + n * pixels + i * s.outColumns;
        for (long j = 0; j < begin; j++) poolPixel(s, plane, rows, j, values, places);
        if (s.steps[2] == 1 && s.stride[1] == 1) poolInside<T, 1>(s, plane, rows, begin, end, reach, values, places);
        else if (s.steps[2] == 1 && s.stride[1] == 2) poolInside<T, 2>(s, plane, rows, begin, end, reach, values, places);
        else poolInside<T, 0>(s, plane, rows, begin, end, reach, values, places);
        for (long j = end; j < s.outColumns; j++) poolPixel(s, plane, rows, j, values, places);
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

// Winograd's convolution of filters 3 × 3 (Lavin and Gray, 2015): tiles of 6 × 6 inputs and the filters become polynomials' values at six points a
// dimension, values are multiplied point by point, and 4 × 4 outputs are read off: 36 products for what takes 144. The points are 0, ±√½, ±√2 and ∞,
// with which rounding costs no more than twice what it costs without tiles; 0, ±1, ±2 and ∞, the textbook's, would cost eight times as much.
#pragma once
#include "isa.h"

namespace GB_ISA {

typedef Vector<float>::type Floats;

/** How many outputs and how many inputs a tile has along a side, and products in all. */
const int tileOutputs = 4, tileInputs = 6, tileProducts = tileInputs * tileInputs;

const float root = 1.41421356237309505f;

/** Six inputs → their values at the points: rows of Bᵀ, `∏ (x − s)` over all other points s. */
struct InputLine {
  static const int from = 6, to = 6;
  static GB_INLINE_MEMBER void apply(const Floats* d, Floats* v) {
    v[0] = d[0] - 2.5f * d[2] + d[4];
    Floats even = d[4] - 2.0f * d[2], odd = (root / 2) * (d[3] - 2.0f * d[1]);
    v[1] = even + odd;
    v[2] = even - odd;
    even = d[4] - 0.5f * d[2];
    odd = root * (d[3] - 0.5f * d[1]);
    v[3] = even + odd;
    v[4] = even - odd;
    v[5] = d[1] - 2.5f * d[3] + d[5];
  }
};

/** Three numbers of a filter → their values at the points: rows of G, `[1, t, t²] / ∏ (t − s)`. */
struct FilterLine {
  static const int from = 3, to = 6;
  static GB_INLINE_MEMBER void apply(const Floats* g, Floats* u) {
    u[0] = g[0];
    Floats even = (-2.0f / 3) * g[0] - (1.0f / 3) * g[2], odd = (-root / 3) * g[1];
    u[1] = even + odd;
    u[2] = even - odd;
    even = (1.0f / 6) * g[0] + (1.0f / 3) * g[2];
    odd = (root / 6) * g[1];
    u[3] = even + odd;
    u[4] = even - odd;
    u[5] = g[2];
  }
};

/** Products at the points → four outputs: rows of Aᵀ, powers of the points. */
struct OutputLine {
  static const int from = 6, to = 4;
  static GB_INLINE_MEMBER void apply(const Floats* m, Floats* y) {
    Floats even = m[1] + m[2], odd = (root / 2) * (m[1] - m[2]);
    Floats evenFar = m[3] + m[4], oddFar = root * (m[3] - m[4]);
    y[0] = m[0] + even + evenFar;
    y[1] = odd + oddFar;
    y[2] = 0.5f * even + 2.0f * evenFar;
    y[3] = 0.5f * odd + 2.0f * oddFar + m[5];
  }
};

/** The gradient of four outputs → that of the products: `OutputLine` turned. */
struct OutputBackLine {
  static const int from = 4, to = 6;
  static GB_INLINE_MEMBER void apply(const Floats* y, Floats* m) {
    m[0] = y[0];
    Floats even = y[0] + 0.5f * y[2], odd = (root / 2) * (y[1] + 0.5f * y[3]);
    m[1] = even + odd;
    m[2] = even - odd;
    even = y[0] + 2.0f * y[2];
    odd = root * (y[1] + 2.0f * y[3]);
    m[3] = even + odd;
    m[4] = even - odd;
    m[5] = y[3];
  }
};

/** The gradient of a filter's values at the points → that of its three numbers: `FilterLine` turned. */
struct FilterBackLine {
  static const int from = 6, to = 3;
  static GB_INLINE_MEMBER void apply(const Floats* u, Floats* g) {
    Floats even = u[1] + u[2], odd = u[1] - u[2], evenFar = u[3] + u[4], oddFar = u[3] - u[4];
    g[0] = u[0] - (2.0f / 3) * even + (1.0f / 6) * evenFar;
    g[1] = (root / 6) * oddFar - (root / 3) * odd;
    g[2] = (1.0f / 3) * (evenFar - even) + u[5];
  }
};

/** A line's map along both dimensions of a tile. `at(i, j)` gives what is mapped, `put(i, j, value)` takes what comes out. */
template <class Line, class At, class Put>
GB_INLINE void mapTile(const At& at, const Put& put) {
  Floats half[Line::to][Line::from];
#pragma GCC unroll 8
  for (int j = 0; j < Line::from; j++) {
    Floats column[Line::from], values[Line::to];
    for (int i = 0; i < Line::from; i++) column[i] = at(i, j);
    Line::apply(column, values);
    for (int i = 0; i < Line::to; i++) half[i][j] = values[i];
  }
#pragma GCC unroll 8
  for (int i = 0; i < Line::to; i++) {
    Floats values[Line::to];
    Line::apply(half[i], values);
    for (int j = 0; j < Line::to; j++) put(i, j, values[j]);
  }
}

}  // namespace GB_ISA

// Which numbers of a line the windows of a convolution meet, and which windows meet a number: the same question forward and back.
#pragma once
#include "convolution.h"

namespace GB_ISA {

/**
 * Along one dimension: results are made of sources. Those that are `unit` apart, which are of one phase, meet the same numbers of a filter, at sources that are
 * `step` apart.
 */
struct TapLine {
  long results, sources, unit, step;
  /** The source before which no result looks for one, as the distance from the first result's phase; may be before all sources. */
  long first;
  /** Numbers of the filter, and how they lie. */
  long size, stride, padding, dilation;
  bool isBack;

  static TapLine forward(const Geometry& g, int d) {
    long sources = d == 0 ? g.rows : g.columns, results = d == 0 ? g.outRows : g.outColumns;
    return {results, sources, 1, g.stride[d], -g.padding[d], d == 0 ? g.height : g.width, g.stride[d], g.padding[d], g.dilation[d], false};
  }

  static TapLine back(const Geometry& g, int d) {
    TapLine line = forward(g, d);
    long behind = (line.size - 1) * line.dilation - line.padding;
    long before = behind >= 0 ? (behind + line.stride - 1) / line.stride : -(-behind / line.stride);
    return {line.sources, line.results, line.stride, 1, -before, line.size, line.stride, line.padding, line.dilation, true};
  }

  /** How far after the first source the one lies that number `u` of the filter meets for a result of a phase; negative if there is none. */
  long offset(long phase, long u) const {
    if (!isBack) return u * dilation;
    long at = phase + padding - u * dilation;
    return at % stride == 0 ? at / stride - first : -1;
  }

  /** How many sources so many results in a row reach over. */
  long extent(long count) const {
    return isBack ? (count - 1 + padding) / stride - first + 1 : (count - 1) * stride + (size - 1) * dilation + 1;
  }

  /** How many of so many results belong to a phase. */
  long inPhase(long phase, long count) const { return phase < count ? (count - phase + unit - 1) / unit : 0; }
};

}  // namespace GB_ISA

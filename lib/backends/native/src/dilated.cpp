// Convolutions with gaps in filters 3 × 3, by tiles: outputs that lie as far apart as the filter's numbers see every so many inputs, and none that their
// neighbours see. Each such part of the planes is convolved without gaps, as a sample of its own.
#include "winograd-tiles.h"

namespace GB_ISA {
namespace {

/** How planes fall into parts. */
struct Parts {
  const Geometry& g;
  /** The same convolution of all parts, padding included. */
  Geometry parted;

  explicit Parts(const Geometry& of) : g(of), parted(of) {
    parted.batch = g.batch * count();
    parted.outRows = (g.outRows + g.dilation[0] - 1) / g.dilation[0];
    parted.outColumns = (g.outColumns + g.dilation[1] - 1) / g.dilation[1];
    parted.rows = parted.outRows + g.height - 1;
    parted.columns = parted.outColumns + g.width - 1;
    for (int d = 0; d < 2; d++) {
      parted.padding[d] = 0;
      parted.dilation[d] = 1;
    }
  }

  long count() const { return g.dilation[0] * g.dilation[1]; }

  /** Few outputs a part would leave most of a tile empty. */
  bool paysOff() const {
    bool plain = g.height == 3 && g.width == 3 && g.stride[0] == 1 && g.stride[1] == 1 && count() > 1;
    return plain && parted.outRows >= 4 && parted.outColumns >= 4;
  }

  long inputs() const { return parted.batch * g.groups * g.channels * parted.rows * parted.columns; }
  long outputs() const { return parted.batch * g.groups * g.filters * parted.pixels(); }
};

/** Planes of all samples, and where their first number is in those of the parts: as many rows and columns before it as there is padding. */
struct Planes {
  long channels, rows, columns, top, left, partRows, partColumns;
};

/**
 * Calls `line(own, begin, end, at)` for each line of each part: it starts at `own`, has numbers `begin` to before `end` in common with the planes, and the first
 * of them lies at `at` there.
 */
template <class Line>
void eachLine(const Parts& parts, const Planes& p, const Line& line) {
  const long down = parts.g.dilation[0], across = parts.g.dilation[1], plane = p.rows * p.columns, part = p.partRows * p.partColumns;
  parallel(parts.g.batch * p.channels, [&](long task) {
    long sample = task / p.channels, channel = task % p.channels;
    for (long which = 0; which < parts.count(); which++) {
      long r = which / across, s = which % across;
      long begin = s >= p.left ? 0 : least(p.partColumns, (p.left - s + across - 1) / across);
      long end = greatest(begin, least(p.partColumns, (p.columns + p.left - s + across - 1) / across));
      for (long i = 0; i < p.partRows; i++) {
        long row = r + i * down - p.top, own = ((sample * parts.count() + which) * p.channels + channel) * part + i * p.partColumns;
        bool inside = row >= 0 && row < p.rows;
        line(own, begin, inside ? end : begin, task * plane + row * p.columns + s + begin * across - p.left);
      }
    }
  });
}

/** Takes planes apart, zeros where they have nothing. */
void takeApart(const Parts& parts, const Planes& p, const float* planes, float* to) {
  const long step = parts.g.dilation[1];
  eachLine(parts, p, [&](long own, long begin, long end, long from) {
    float* line = to + own;
    for (long j = 0; j < begin; j++) line[j] = 0;
    if (step == 2) for (long j = begin; j < end; j++) line[j] = planes[from + 2 * (j - begin)];
    else for (long j = begin; j < end; j++) line[j] = planes[from + step * (j - begin)];
    for (long j = end; j < p.partColumns; j++) line[j] = 0;
  });
}

/** Puts planes together. */
void putTogether(const Parts& parts, const Planes& p, const float* from, float* planes) {
  const long step = parts.g.dilation[1];
  eachLine(parts, p, [&](long own, long begin, long end, long to) {
    const float* line = from + own;
    if (step == 2) for (long j = begin; j < end; j++) planes[to + 2 * (j - begin)] = line[j];
    else for (long j = begin; j < end; j++) planes[to + step * (j - begin)] = line[j];
  });
}

Planes inputsOf(const Parts& parts) {
  const Geometry& g = parts.g;
  return {g.groups * g.channels, g.rows, g.columns, g.padding[0], g.padding[1], parts.parted.rows, parts.parted.columns};
}

Planes outputsOf(const Parts& parts) {
  const Geometry& g = parts.g;
  return {g.groups * g.filters, g.outRows, g.outColumns, 0, 0, parts.parted.outRows, parts.parted.outColumns};
}

float* roomForInputs(const Parts& parts) { return static_cast<float*>(sharedWorkspace(0, parts.inputs() * sizeof(float))); }
float* roomForOutputs(const Parts& parts) { return static_cast<float*>(sharedWorkspace(1, parts.outputs() * sizeof(float))); }

}  // namespace

bool dilatedForward(const Geometry& g, const float* x, const float* weight, float* y) {
  Parts parts(g);
  if (!parts.paysOff() || !suitsTiles(parts.parted)) return false;
  float *inputs = roomForInputs(parts), *outputs = roomForOutputs(parts);
  takeApart(parts, inputsOf(parts), x, inputs);
  if (!tiledForward(parts.parted, inputs, weight, outputs)) return false;
  putTogether(parts, outputsOf(parts), outputs, y);
  return true;
}

bool dilatedInputGradient(const Geometry& g, const float* dy, const float* weight, float* dx) {
  Parts parts(g);
  if (!parts.paysOff() || !suitsTiles(parts.parted)) return false;
  float *inputs = roomForInputs(parts), *outputs = roomForOutputs(parts);
  takeApart(parts, outputsOf(parts), dy, outputs);
  if (!tiledInputGradient(parts.parted, outputs, weight, inputs)) return false;
  // Inputs beyond all windows have no gradient.
  memset(dx, 0, g.batch * g.groups * g.channels * g.rows * g.columns * sizeof(float));
  putTogether(parts, inputsOf(parts), inputs, dx);
  return true;
}

bool dilatedWeightGradient(const Geometry& g, const float* x, const float* dy, float* dw) {
  Parts parts(g);
  if (!parts.paysOff() || !suitsTiles(parts.parted)) return false;
  float *inputs = roomForInputs(parts), *outputs = roomForOutputs(parts);
  takeApart(parts, inputsOf(parts), x, inputs);
  takeApart(parts, outputsOf(parts), dy, outputs);
  return tiledWeightGradient(parts.parted, inputs, outputs, dw);
}

}  // namespace GB_ISA

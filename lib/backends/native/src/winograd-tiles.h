// From planes to tiles and back. Channels lie side by side in vectors, so that planes of any size and shape fill them; what is kept of a tile is a
// vector of channels for each of its products.
#pragma once
#include "convolution.h"
#include "gather.h"
#include "winograd.h"

namespace GB_ISA {

const long floatLanes = Vector<float>::lanes;

/** How a convolution with filters 3 × 3 lies on tiles; one group of it. */
struct TiledLayer {
  long batch, channels, filters;
  /** Planes that are read, zeros above and left of them, and numbers from one sample to the next. */
  long rows, columns, top, left, step;
  /** Planes that are made. */
  long outRows, outColumns, outStep;

  long tileRows() const { return batch * down(); }
  long down() const { return (outRows + tileOutputs - 1) / tileOutputs; }
  long across() const { return (outColumns + tileOutputs - 1) / tileOutputs; }
  long tiles() const { return tileRows() * across(); }
  /** Vectors of channels. */
  long vectors() const { return (channels + floatLanes - 1) / floatLanes; }
};

/** Whether tiles take less time than windows. */
static bool suitsTiles(const Geometry& g) {
  for (int d = 0; d < 2; d++) if (g.stride[d] != 1 || g.dilation[d] != 1) return false;
  if (g.height != 3 || g.width != 3) return false;
  long tiles = g.batch * ((g.outRows + tileOutputs - 1) / tileOutputs) * ((g.outColumns + tileOutputs - 1) / tileOutputs);
  long channels = least(g.channels, g.filters);
  // Measured: no more than half of a tile may lie beside the plane, and making the values of filters must not take longer than they save.
  return channels >= 16 && tiles >= (channels < 128 ? 16 : 4) && g.pixels() * g.batch >= tileOutputs * tileOutputs / 2 * tiles;
}

/**
 * Whether numbers are far from those that add up to infinity in a tile, and none is NaN or infinite itself, which would spoil all outputs of its tile.
 */
static bool areTame(const float* x, long count) {
  int wild = 0;
  parallelRange(count, 65536, [&](long from, long to) {
    int found = 0;
#pragma GCC ivdep
    for (long i = from; i < to; i++) found |= !(x[i] < 1e15f && x[i] > -1e15f);
    if (found) __atomic_store_n(&wild, 1, __ATOMIC_RELAXED);
  });
  return wild == 0;
}

/** Rows of tiles that belong to one sample: `count` from `first` on; the first of their tiles has the number `tile` in its block. */
struct Strip {
  long sample, first, count, tile;
};

/** Runs `body` on the strips that rows of tiles `from` to before `to` are made of. */
template <class Body>
GB_INLINE void eachStrip(const TiledLayer& layer, long from, long to, const Body& body) {
  long down = layer.down();
  for (long row = from; row < to;) {
    Strip strip{row / down, row % down, least(to - row, down - row % down), (row - from) * layer.across()};
    body(strip);
    row += strip.count;
  }
}

/** Numbers that would lie a power of two apart lie a little further, lest they drive each other out of the cache. */
GB_INLINE long apart(long numbers) { return numbers + 16; }

/** Where the numbers of tiles go: a vector for each product, vector of channels and tile. */
struct TileStore {
  float* at;
  /** From one product to the next, from one vector of channels to the next, and from tile to tile. */
  long product, vector, tile;
};

/**
 * Copies rows of planes into vectors of channels with zeros around: to[(i · width + j) · lanes + c]. Row 0 of the copy is row `first` of the
 * planes, its column `left` their column 0.
 */
static void spreadRows(const float* planes, long channels, long rows, long columns, long first, long left, long height, long width, float* to) {
  memset(to, 0, height * width * floatLanes * sizeof(float));
  for (long i = greatest(0, -first); i < least(height, rows - first); i++) {
    packPanel(planes + (first + i) * columns, rows * columns, 1L, channels, least(columns, width - left), to + (i * width + left) * floatLanes,
              floatLanes, floatLanes);
  }
}

/** The values of inputs at the points. */
static void inputTiles(const TiledLayer& layer, const float* x, long from, long to, const TileStore& values) {
  long across = layer.across(), width = across * tileOutputs + 2, plane = layer.rows * layer.columns;
  eachStrip(layer, from, to, [&](const Strip& strip) {
    long height = strip.count * tileOutputs + 2;
    float* spread = static_cast<float*>(workspace(3, height * width * floatLanes * sizeof(float)));
    for (long v = 0; v < layer.vectors(); v++) {
      spreadRows(x + strip.sample * layer.step + v * floatLanes * plane, least(floatLanes, layer.channels - v * floatLanes), layer.rows,
                 layer.columns, strip.first * tileOutputs - layer.top, layer.left, height, width, spread);
      for (long t = 0; t < strip.count * across; t++) {
        const float* corner = spread + (t / across * width + t % across) * tileOutputs * floatLanes;
        float* tile = values.at + v * values.vector + (strip.tile + t) * values.tile;
        mapTile<InputLine>([&](int i, int j) { return load(corner + (i * width + j) * floatLanes); },
                           [&](int i, int j, Floats value) { store(tile + (i * tileInputs + j) * values.product, value); });
      }
    }
  });
}

/** The gradient of outputs → that of the products. `vectors` of the planes from `dy` on, the last of which holds `outputs` in all. */
static void gradientTiles(const TiledLayer& layer, const float* dy, long outputs, long from, long to, const TileStore& values) {
  long across = layer.across(), width = across * tileOutputs, plane = layer.outRows * layer.outColumns;
  eachStrip(layer, from, to, [&](const Strip& strip) {
    long height = strip.count * tileOutputs;
    float* spread = static_cast<float*>(workspace(3, height * width * floatLanes * sizeof(float)));
    for (long v = 0; v * floatLanes < outputs; v++) {
      spreadRows(dy + strip.sample * layer.outStep + v * floatLanes * plane, least(floatLanes, outputs - v * floatLanes), layer.outRows,
                 layer.outColumns, strip.first * tileOutputs, 0, height, width, spread);
      for (long t = 0; t < strip.count * across; t++) {
        const float* corner = spread + (t / across * width + t % across) * tileOutputs * floatLanes;
        float* tile = values.at + v * values.vector + (strip.tile + t) * values.tile;
        mapTile<OutputBackLine>([&](int i, int j) { return load(corner + (i * width + j) * floatLanes); },
                                [&](int i, int j, Floats value) { store(tile + (i * tileInputs + j) * values.product, value); });
      }
    }
  });
}

/** Products → planes of `outputs` filters from `y` on. */
static void outputTiles(const TiledLayer& layer, const TileStore& values, long outputs, long from, long to, float* y) {
  long across = layer.across(), plane = layer.outRows * layer.outColumns;
  eachStrip(layer, from, to, [&](const Strip& strip) {
    long first = strip.first * tileOutputs, height = least(strip.count * tileOutputs, layer.outRows - first);
    float* spread = static_cast<float*>(workspace(3, height * layer.outColumns * floatLanes * sizeof(float)));
    for (long v = 0; v * floatLanes < outputs; v++) {
      for (long t = 0; t < strip.count * across; t++) {
        long row = t / across * tileOutputs, column = t % across * tileOutputs;
        const float* tile = values.at + v * values.vector + (strip.tile + t) * values.tile;
        float* corner = spread + (row * layer.outColumns + column) * floatLanes;
        long rows = height - row, columns = layer.outColumns - column;
        mapTile<OutputLine>([&](int i, int j) { return load(tile + (i * tileInputs + j) * values.product); },
                            [&](int i, int j, Floats value) {
                              if (i < rows && j < columns) store(corner + (i * layer.outColumns + j) * floatLanes, value);
                            });
      }
      turn<float>(height * layer.outColumns, least(floatLanes, outputs - v * floatLanes), spread, floatLanes,
                  y + strip.sample * layer.outStep + v * floatLanes * plane + first * layer.outColumns, plane);
    }
  });
}

/** What is multiplied by tiles, and what comes out: matrices for each product, so many numbers apart. */
struct PointMatrices {
  float* at;
  long product;
};

/** For each of a tile's products: `m` rows of V vectors, `to = [to +] Σ row[places[p]] · right[p]`. `rowAt(i)` is where a row of the first starts. */
template <int V, class RowAt>
static void multiplyVectors(long m, const RowAt& rowAt, long leftProduct, long k, const int* places, const PointMatrices& right,
                            const PointMatrices& to, bool accumulate) {
  const long width = V * floatLanes;
  for (long e = 0; e < tileProducts; e++) {
    auto rowOf = [&](long i) { return rowAt(i) + e * leftProduct; };
    gatherPanel<float, V>(m, rowOf, k, places, right.at + e * right.product, width, to.at + e * to.product, width, accumulate);
  }
}

template <class RowAt>
static void multiplyPoints(long width, long m, const RowAt& rowAt, long leftProduct, long k, const int* places, const PointMatrices& right,
                           const PointMatrices& to, bool accumulate) {
  switch (width / floatLanes) {
    case 1: return multiplyVectors<1>(m, rowAt, leftProduct, k, places, right, to, accumulate);
    case 2: return multiplyVectors<2>(m, rowAt, leftProduct, k, places, right, to, accumulate);
    case 3: return multiplyVectors<3>(m, rowAt, leftProduct, k, places, right, to, accumulate);
    default: return multiplyVectors<gatherVectors>(m, rowAt, leftProduct, k, places, right, to, accumulate);
  }
}

}  // namespace GB_ISA

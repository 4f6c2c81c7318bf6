// Convolutions with filters 3 × 3 at stride 1, and their gradients by the input, by Winograd's tiles.
#include "winograd-tiles.h"

namespace GB_ISA {
namespace {

/** Filters as they lie in memory: those that an output sums over are `inputStep` apart, those of other outputs `outputStep`. */
struct Filters {
  const float* at;
  long outputStep, inputStep;
  /** Whether their numbers are taken from the last to the first. */
  bool turned;
};

const long filterNumbers = 9;

/** Values of filters at the points: inputs from `c0` to before `c1`, `outputs` of them from `k0` on, in rows of `width` for each input. */
void filterValues(const Filters& filters, long c0, long c1, long k0, long outputs, long width, float* to, long product) {
  float* spread = static_cast<float*>(workspace(3, filterNumbers * floatLanes * sizeof(float)));
  for (long v = 0; v < width; v += floatLanes) {
    for (long c = c0; c < c1; c++) {
      packPanel(filters.at + (k0 + v) * filters.outputStep + c * filters.inputStep, filters.outputStep, 1L, least(floatLanes, outputs - v),
                filterNumbers, spread, floatLanes, floatLanes);
      const float* first = filters.turned ? spread + (filterNumbers - 1) * floatLanes : spread;
      long step = filters.turned ? -floatLanes : floatLanes;
      float* values = to + (c - c0) * width + v;
      mapTile<FilterLine>([&](int i, int j) { return load(first + (i * 3 + j) * step); },
                          [&](int i, int j, Floats value) { store(values + (i * tileInputs + j) * product, value); });
    }
  }
}

/** Products of as many tiles fit the L2 cache, those of one panel of filters. */
const long blockTiles = 48;

void convolve(const TiledLayer& layer, const Filters& filters, const float* x, float* y) {
  GatherPanels<float> panels{nullptr, 0, layer.filters};
  const long channels = layer.channels, across = layer.across(), rows = layer.tileRows(), panelWidth = panels.width();
  long blockRows = greatest(1, least(blockTiles / across, rows / (2 * pool.threads())));
  long blocks = (rows + blockRows - 1) / blockRows;
  // Where filters are many more numbers than planes, each is made where it is used, and values of inputs wait in memory; else the other way round.
  bool manyFilters = layer.filters >= 2 * layer.tiles() && panels.count() >= pool.threads();
  long stored = manyFilters ? layer.tiles() : blockRows * across;
  int* places = static_cast<int*>(sharedWorkspace(4, channels * sizeof(int)));
  for (long c = 0; c < channels; c++) places[c] = int(c / floatLanes * stored * floatLanes + c % floatLanes);
  TileStore inputs{nullptr, apart(layer.vectors() * stored * floatLanes), stored * floatLanes, floatLanes};
  const long inputBytes = tileProducts * inputs.product * sizeof(float);
  auto productsFor = [&](long tiles, long width) {
    TileStore products{nullptr, apart(tiles * width), floatLanes, width};
    products.at = static_cast<float*>(workspace(4, tileProducts * products.product * sizeof(float)));
    return products;
  };
  auto outputsOf = [&](long q) { return least(panelWidth, layer.filters - q * panelWidth); };
  auto multiply = [&](long tiles, long k, const TileStore& left, long c, const PointMatrices& right, const TileStore& products) {
    auto rowAt = [&](long t) { return left.at + t * left.tile; };
    multiplyPoints(products.tile, tiles, rowAt, left.product, k, places + c, right, {products.at, products.product}, c > 0);
  };
  const long plane = layer.outRows * layer.outColumns;
  if (manyFilters) {
    const long chunk = 64;
    inputs.at = static_cast<float*>(sharedWorkspace(2, inputBytes));
    parallel(blocks, [&](long block) {
      TileStore own = inputs;
      own.at += block * blockRows * across * inputs.tile;
      inputTiles(layer, x, block * blockRows, least(rows, (block + 1) * blockRows), own);
    });
    parallel(panels.count(), [&](long q) {
      long width = panels.columnsOf(q), product = apart(chunk * width);
      TileStore products = productsFor(layer.tiles(), width);
      float* values = static_cast<float*>(workspace(2, tileProducts * product * sizeof(float)));
      for (long c = 0; c < channels; c += chunk) {
        long k = least(chunk, channels - c);
        filterValues(filters, c, c + k, q * panelWidth, outputsOf(q), width, values, product);
        multiply(layer.tiles(), k, inputs, c, {values, product}, products);
      }
      outputTiles(layer, products, outputsOf(q), 0, rows, y + q * panelWidth * plane);
    });
    return;
  }
  const long chunk = 256;
  float* values = static_cast<float*>(sharedWorkspace(2, tileProducts * channels * panels.columns() * sizeof(float)));
  auto panelAt = [&](long q) { return values + tileProducts * channels * q * panelWidth; };
  long pieces = (channels + 31) / 32;
  parallel(panels.count() * pieces, [&](long task) {
    long q = task / pieces, width = panels.columnsOf(q), from = task % pieces * 32;
    filterValues(filters, from, least(channels, from + 32), q * panelWidth, outputsOf(q), width, panelAt(q) + from * width, channels * width);
  });
  parallel(blocks, [&](long block) {
    long from = block * blockRows, to = least(rows, from + blockRows), tiles = (to - from) * across;
    TileStore own = inputs;
    own.at = static_cast<float*>(workspace(2, inputBytes));
    inputTiles(layer, x, from, to, own);
    for (long q = 0; q < panels.count(); q++) {
      long width = panels.columnsOf(q);
      TileStore products = productsFor(stored, width);
      for (long c = 0; c < channels; c += chunk) {
        multiply(tiles, least(chunk, channels - c), own, c, {panelAt(q) + c * width, channels * width}, products);
      }
      outputTiles(layer, products, outputsOf(q), from, to, y + q * panelWidth * plane);
    }
  });
}

}  // namespace

bool tiledForward(const Geometry& g, const float* x, const float* weight, float* y) {
  if (!suitsTiles(g) || !areTame(x, g.batch * g.groups * g.channels * g.rows * g.columns)) return false;
  if (!areTame(weight, g.groups * g.filters * g.patch())) return false;
  long plane = g.rows * g.columns;
  for (long group = 0; group < g.groups; group++) {
    TiledLayer layer{g.batch, g.channels, g.filters, g.rows, g.columns, g.padding[0], g.padding[1], g.groups * g.channels * plane,
                     g.outRows, g.outColumns, g.groups * g.filters * g.pixels()};
    Filters filters{weight + group * g.filters * g.patch(), g.patch(), filterNumbers, false};
    convolve(layer, filters, x + group * g.channels * plane, y + group * g.filters * g.pixels());
  }
  return true;
}

bool tiledInputGradient(const Geometry& g, const float* dy, const float* weight, float* dx) {
  if (!suitsTiles(g) || g.padding[0] > 2 || g.padding[1] > 2) return false;
  if (!areTame(dy, g.batch * g.groups * g.filters * g.pixels()) || !areTame(weight, g.groups * g.filters * g.patch())) return false;
  long plane = g.rows * g.columns;
  for (long group = 0; group < g.groups; group++) {
    TiledLayer layer{g.batch, g.filters, g.channels, g.outRows, g.outColumns, 2 - g.padding[0], 2 - g.padding[1],
                     g.groups * g.filters * g.pixels(), g.rows, g.columns, g.groups * g.channels * plane};
    Filters filters{weight + group * g.filters * g.patch(), filterNumbers, g.patch(), true};
    convolve(layer, filters, dy + group * g.filters * g.pixels(), dx + group * g.channels * plane);
  }
  return true;
}

}  // namespace GB_ISA

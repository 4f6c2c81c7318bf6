// Gradients of filters 3 × 3 at stride 1 by Winograd's tiles: the products of a convolution by tiles are linear in inputs and filters, and what is
// linear is turned around line by line.
#include "winograd-tiles.h"

namespace GB_ISA {
namespace {

/** Values of as many numbers are made before they are multiplied: some megabytes, which stay in the cache that the cores share. */
const long blockNumbers = 1 << 20;
/** Fewer tiles than these would spend their time on reading and writing sums. */
const long fewestTiles = 128;

}  // namespace

bool tiledWeightGradient(const Geometry& g, const float* x, const float* dy, float* dw) {
  if (!suitsTiles(g) || !areTame(x, g.batch * g.groups * g.channels * g.rows * g.columns)) return false;
  if (!areTame(dy, g.batch * g.groups * g.filters * g.pixels())) return false;
  const long plane = g.rows * g.columns;
  TiledLayer layer{g.batch, g.channels, g.filters, g.rows, g.columns, g.padding[0], g.padding[1], g.groups * g.channels * plane,
                   g.outRows, g.outColumns, g.groups * g.filters * g.pixels()};
  GatherPanels<float> panels{nullptr, 0, g.filters};
  const long across = layer.across(), rows = layer.tileRows(), panelWidth = panels.width(), vectors = layer.vectors();
  long fitting = greatest(fewestTiles, blockNumbers / (tileProducts * (vectors * floatLanes + panels.columns())));
  long blockRows = greatest(1, least(rows, fitting / across));
  long blocks = (rows + blockRows - 1) / blockRows;
  blockRows = (rows + blocks - 1) / blocks;
  const long stored = blockRows * across;
  TileStore inputs{nullptr, apart(vectors * stored * floatLanes), stored * floatLanes, floatLanes};
  TileStore gradient{nullptr, apart(stored * panels.columns()), floatLanes, 0};
  // Sums over tiles: of a panel of filters and some channels at a time.
  long chunks = least((g.channels + 5) / 6, greatest((g.channels + 47) / 48, (4 * pool.threads() + panels.count() - 1) / panels.count()));
  long height = (g.channels + chunks - 1) / chunks;
  chunks = (g.channels + height - 1) / height;
  const long sumNumbers = tileProducts * apart(height * panelWidth);
  bool once = blocks == 1;
  inputs.at = static_cast<float*>(sharedWorkspace(2, tileProducts * inputs.product * sizeof(float)));
  gradient.at = static_cast<float*>(sharedWorkspace(3, tileProducts * gradient.product * sizeof(float)));
  int* places = static_cast<int*>(sharedWorkspace(4, stored * sizeof(int)));
  for (long t = 0; t < stored; t++) places[t] = int(t * floatLanes);
  float* allSums = once ? nullptr : static_cast<float*>(sharedWorkspace(5, panels.count() * chunks * sumNumbers * sizeof(float)));
  for (long group = 0; group < g.groups; group++) {
    const float* ownX = x + group * g.channels * plane;
    const float* ownDy = dy + group * g.filters * g.pixels();
    float* ownDw = dw + group * g.filters * g.patch();
    for (long block = 0; block < blocks; block++) {
      long first = block * blockRows, last = least(rows, first + blockRows), tiles = (last - first) * across;
      long piece = greatest(1, blockRows / (4 * pool.threads())), pieces = (last - first + piece - 1) / piece;
      parallel(2 * pieces, [&](long task) {
        long from = first + task / 2 * piece, to = least(last, from + piece), tile = (from - first) * across;
        if (task % 2 == 0) {
          TileStore own = inputs;
          own.at += tile * inputs.tile;
          return inputTiles(layer, ownX, from, to, own);
        }
        for (long q = 0; q < panels.count(); q++) {
          // Panels follow each other in each product.
          long width = panels.columnsOf(q);
          TileStore own{gradient.at + stored * q * panelWidth + tile * width, gradient.product, floatLanes, width};
          gradientTiles(layer, ownDy + q * panelWidth * g.pixels(), least(width, g.filters - q * panelWidth), from, to, own);
        }
      });
      parallel(panels.count() * chunks, [&](long task) {
        long q = task / chunks, c0 = task % chunks * height, own = least(height, g.channels - c0), width = panels.columnsOf(q);
        long product = apart(height * width);
        float* sums = once ? static_cast<float*>(workspace(2, sumNumbers * sizeof(float))) : allSums + task * sumNumbers;
        auto rowAt = [&](long i) { return inputs.at + (c0 + i) / floatLanes * inputs.vector + (c0 + i) % floatLanes; };
        PointMatrices right{gradient.at + stored * q * panelWidth, gradient.product};
        multiplyPoints(width, own, rowAt, inputs.product, tiles, places, right, {sums, product}, block > 0);
        if (block + 1 < blocks) return;
        float* spread = static_cast<float*>(workspace(3, own * 9 * floatLanes * sizeof(float)));
        for (long v = 0; v < width; v += floatLanes) {
          for (long c = 0; c < own; c++) {
            const float* values = sums + c * width + v;
            mapTile<FilterBackLine>([&](int i, int j) { return load(values + (i * tileInputs + j) * product); },
                                    [&](int i, int j, Floats value) { store(spread + (c * 9 + i * 3 + j) * floatLanes, value); });
          }
          turn<float>(own * 9, least(floatLanes, g.filters - q * panelWidth - v), spread, floatLanes,
                      ownDw + (q * panelWidth + v) * g.patch() + c0 * 9, g.patch());
        }
      });
    }
  }
  return true;
}

}  // namespace GB_ISA

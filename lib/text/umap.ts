/** Maps of vectors that keep neighbours together. */
import { fromData } from "../creation.ts";
import { lazy } from "../lazy.ts";
import { RandomGenerator } from "../random.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { type MapMetric, rowsToMap } from "./rows-to-map.ts";

const umapJs = lazy<typeof import("umap-js")>("umap-js");

/** Options of umap. */
export interface UmapOptions {
  /** How many neighbours of each vector count: few show small groups, many the whole. From 2 to the number of vectors less one; default 15, or as many as there are. */
  neighbours?: number;
  /** How near points may come to each other on the map; from 0, default 0.1. */
  minDist?: number;
  /** What is near: `"cosine"`, by the angle alone, as is usual for words, or `"euclidean"` (default). */
  metric?: MapMetric;
  /** How often the map is improved; default 400. */
  epochs?: number;
  /** Where the draws come from; default a generator of seed 0, so that the map is always the same. */
  generator?: RandomGenerator;
}

/**
 * UMAP: places on a plane such that vectors near each other in space are near each other on the map, which attracts neighbours and pushes others apart by
 * minimizing the cross-entropy `−Σ p ln q + (1 − p) ln(1 − q)` between the chances p, q that two are neighbours in space and on the map.
 *
 * Unlike principal components it bends space: who stands beside whom is kept, while distances between groups and directions say little.
 *
 * Shapes: `(count, features)` → `(count, 2)`.
 *
 * @param options `neighbours`, `minDist`, `metric`, `epochs`, `generator`.
 * @throws {RangeError} If there are fewer than 4 vectors, one is not finite, or `neighbours`, `minDist` or `epochs` is out of its range.
 * @see McInnes, Healy and Melville (2018); book §5.2.
 * @example umap([[0, 0, 1], [0, 0.1, 1], [5, 0, 0], [5, 0.1, 0], [5, 0, 0.1]], { neighbours: 2, epochs: 20 }).shape // [5, 2]
 */
export function umap(vectors: TensorLike, options: UmapOptions = {}): Tensor {
  const { metric = "euclidean" } = options;
  const rows = rowsToMap(vectors, metric);
  const count = rows.length;
  const { neighbours = Math.min(15, count - 1), minDist = 0.1, epochs = 400 } = options;
  if (!(Number.isInteger(neighbours) && neighbours >= 2 && neighbours < count)) {
    throw new RangeError(`Cannot map by ${neighbours} neighbours: of ${count} vectors each has 2 to ${count - 1}`);
  }
  if (!(minDist >= 0 && minDist <= 1)) {
    throw new RangeError(`Cannot keep points ${minDist} apart: minDist must be from 0 to 1`);
  }
  if (!(Number.isInteger(epochs) && epochs >= 1)) {
    throw new RangeError(`Cannot improve a map ${epochs} times: epochs must be a whole number ≥ 1`);
  }
  const { generator = new RandomGenerator(0) } = options;
  const program = new (umapJs().UMAP)({
    nComponents: 2,
    nNeighbors: neighbours,
    minDist,
    nEpochs: epochs,
    random: () => generator.uniform(),
    // On vectors of length 1 distances follow the angle alone.
    distanceFn: distance,
  });
  const map = program.fit(rows);
  return fromData(Float32Array.from(map.flat()), [count, 2]);
}

function distance(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(sum);
}

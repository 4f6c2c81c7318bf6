/** What maps of vectors take: their rows, checked, as the metric sees them. */
import { asTensor } from "../creation.ts";
import { show } from "../shape.ts";
import type { TensorLike } from "../tensor.ts";

/** What is near on a map: by the angle alone, or by the distance. */
export type MapMetric = "cosine" | "euclidean";

/**
 * The rows of vectors `(count, features)`; for the cosine each of length 1, so that distances follow the angle alone.
 *
 * @throws {RangeError} If there are fewer than 4, or one is not finite.
 */
export function rowsToMap(vectors: TensorLike, metric: MapMetric): number[][] {
  const given = asTensor(vectors).detach();
  if (given.ndim !== 2 || given.shape[0]! < 4) {
    throw new RangeError(`Cannot map vectors of shape ${show(given.shape)}: expected [count,features], four or more`);
  }
  const rows = given.to("float64").toArray() as number[][];
  if (!rows.every((row) => row.every(Number.isFinite))) throw new RangeError("Cannot map vectors that are not finite");
  return metric === "cosine" ? rows.map(unit) : rows;
}

function unit(row: readonly number[]): number[] {
  const length = Math.hypot(...row) || 1;
  return row.map((value) => value / length);
}

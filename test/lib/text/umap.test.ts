/** UMAP: neighbours stay together. */
import { describe, expect, test } from "@jest/globals";
import { RandomGenerator, rand, type Tensor, text } from "../../../lib/index.ts";
import { clouds, nearest } from "./clouds.ts";

const { umap } = text;

describe("umap()", () => {
  test("keeps neighbours better than a map drawn by chance", () => {
    const { vectors } = clouds();
    const inSpace = nearest(vectors, 8);
    const kept = (points: Tensor) =>
      nearest(points, 8).reduce((sum, row, i) => sum + row.filter((other) => inSpace[i]!.includes(other)).length, 0) /
      (60 * 8);
    // By chance 8 of 59 are kept.
    expect(kept(umap(vectors, { neighbours: 8 }))).toBeGreaterThan(3 * kept(rand([60, 2])));
  });

  test("by angle, does not see how long vectors are", () => {
    const { vectors } = clouds();
    const longer = vectors.mul(rand([60, 1], { generator: new RandomGenerator(2) }).add(0.5));
    const [map, same] = [vectors, longer].map((rows) => umap(rows, { metric: "cosine", neighbours: 8, epochs: 1 }));
    expect(same!.sub(map!).abs().max().item()).toBeLessThan(1e-3 * map!.abs().max().item());
  });
});

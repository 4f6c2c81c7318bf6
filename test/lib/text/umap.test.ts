/** Maps of vectors that keep neighbours together. */
import { describe, expect, test } from "@jest/globals";
import { cdist, manualSeed, RandomGenerator, rand, randn, type Tensor, tensor, text } from "../../../lib/index.ts";

const { umap } = text;

/** Sixty vectors of ten numbers around three centres, and the centre of each. */
function clouds(): { vectors: Tensor; classes: number[] } {
  const generator = new RandomGenerator(1);
  const classes = Array.from({ length: 60 }, (_, i) => i % 3);
  const centres = randn([3, 10], { generator }).mul(5);
  const vectors = centres.indexSelect(0, tensor(classes, { dtype: "int32" })).add(randn([60, 10], { generator }));
  return { vectors, classes };
}

/** The nearest others of each row. */
const nearest = (points: Tensor, count: number) =>
  (cdist(points, points).argsort({ dim: 1 }).toArray() as number[][]).map((row) => row.slice(1, count + 1));

describe("umap()", () => {
  test("puts what is one cloud in space in one place of the map", () => {
    const { vectors, classes } = clouds();
    const map = umap(vectors, { neighbours: 8 });
    expect(map.shape).toEqual([60, 2]);
    const strangers = nearest(map, 5).flatMap((row, i) => row.filter((other) => classes[other] !== classes[i]));
    expect(strangers).toEqual([]);
  });

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

  test("gives the same map from the same seed, another from another, and draws nothing from the default generator", () => {
    const { vectors } = clouds();
    const from = (seed: number) => umap(vectors, { generator: new RandomGenerator(seed), epochs: 30 }).toArray();
    manualSeed(3);
    expect(from(5)).toEqual(from(5));
    expect(from(5)).not.toEqual(from(6));
    const next = rand([1]).item();
    manualSeed(3);
    expect(rand([1]).item()).toBe(next);
  });

  test("says what is wrong with what it is given", () => {
    const { vectors } = clouds();
    expect(() => umap([[1, 2]])).toThrow("Cannot map vectors of shape [1,2]: expected [count,features], four or more");
    expect(() => umap(vectors, { neighbours: 60 })).toThrow(
      "Cannot map by 60 neighbours: of 60 vectors each has 2 to 59",
    );
    expect(() => umap(vectors, { minDist: -1 })).toThrow("Cannot keep points -1 apart: minDist must be from 0 to 1");
    expect(() => umap(vectors, { epochs: 0 })).toThrow(
      "Cannot improve a map 0 times: epochs must be a whole number ≥ 1",
    );
    expect(() => umap(vectors.mul(Number.NaN))).toThrow("Cannot map vectors that are not finite");
  });
});

/** What every map of vectors does, whatever it tries to keep. */
import { describe, expect, test } from "@jest/globals";
import { manualSeed, RandomGenerator, rand, text } from "../../../lib/index.ts";
import { clouds, nearest } from "./clouds.ts";

const { tsne, umap } = text;

describe.each([
  {
    name: "tsne",
    map: tsne,
    close: { perplexity: 8 },
    brief: { steps: 30 },
    refusals: [
      [{ perplexity: 59 }, "Cannot map by a perplexity of 59: of 60 vectors it is from 1 to below 59"],
      [{ steps: 0 }, "Cannot improve a map 0 times: steps must be a whole number ≥ 1"],
    ],
  },
  {
    name: "umap",
    map: umap,
    close: { neighbours: 8 },
    brief: { epochs: 30 },
    refusals: [
      [{ neighbours: 60 }, "Cannot map by 60 neighbours: of 60 vectors each has 2 to 59"],
      [{ minDist: -1 }, "Cannot keep points -1 apart: minDist must be from 0 to 1"],
      [{ epochs: 0 }, "Cannot improve a map 0 times: epochs must be a whole number ≥ 1"],
    ],
  },
] as const)("$name()", ({ map, close, brief, refusals }) => {
  test("puts what is one cloud in space in one place of the map", () => {
    const { vectors, classes } = clouds();
    const places = map(vectors, close);
    expect(places.shape).toEqual([60, 2]);
    const strangers = nearest(places, 5).flatMap((row, i) => row.filter((other) => classes[other] !== classes[i]));
    expect(strangers).toEqual([]);
  });

  test("gives the same map from the same seed, another from another, and draws nothing from the default generator", () => {
    const { vectors } = clouds();
    const from = (seed: number) => map(vectors, { ...brief, generator: new RandomGenerator(seed) }).toArray();
    manualSeed(3);
    expect(from(5)).toEqual(from(5));
    expect(from(5)).not.toEqual(from(6));
    const next = rand([1]).item();
    manualSeed(3);
    expect(rand([1]).item()).toBe(next);
  });

  test("says what is wrong with what it is given", () => {
    const { vectors } = clouds();
    expect(() => map([[1, 2]])).toThrow("Cannot map vectors of shape [1,2]: expected [count,features], four or more");
    expect(() => map(vectors.mul(Number.NaN))).toThrow("Cannot map vectors that are not finite");
    for (const [options, message] of refusals) expect(() => map(vectors, options)).toThrow(message);
  });
});

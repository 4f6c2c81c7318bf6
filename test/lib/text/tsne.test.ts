/** t-SNE: scikit-learn's chances, and maps at least as near to them as its own. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import {
  cdist,
  data,
  eye,
  manualSeed,
  RandomGenerator,
  rand,
  randn,
  type Tensor,
  tensor,
  text,
} from "../../../lib/index.ts";

const { neighbourChances, tsne } = text;
const reference = JSON.parse(readFileSync(join(import.meta.dirname, "../../reference/text.json"), "utf8")).tsne as {
  readonly vectors: number[][];
  readonly chances: Readonly<Record<string, number[][]>>;
  readonly iris: readonly number[];
};

/** Forty vectors of ten numbers around four centres, and the centre of each. */
function clouds(): { vectors: Tensor; classes: number[] } {
  const generator = new RandomGenerator(1);
  const classes = Array.from({ length: 40 }, (_, i) => i % 4);
  const centres = randn([4, 10], { generator }).mul(5);
  const vectors = centres.indexSelect(0, tensor(classes, { dtype: "int32" })).add(randn([40, 10], { generator }));
  return { vectors, classes };
}

/** `Σ p ln(p / q)` of a map. */
function divergence(p: Tensor, map: Tensor): number {
  const [count = 0] = map.shape;
  const places = map.to("float64");
  const near = cdist(places, places)
    .square()
    .add(1)
    .reciprocal()
    .mul(tensor(1).sub(eye(count)));
  const q = near.div(near.sum());
  return p
    .mul(
      p
        .clamp({ min: 1e-300 })
        .div(q.clamp({ min: 1e-300 }))
        .log(),
    )
    .sum()
    .item();
}

describe("neighbourChances()", () => {
  test.each(["2", "5"])("are scikit-learn's for a perplexity of %s", (perplexity) => {
    const p = neighbourChances(reference.vectors, { perplexity: Number(perplexity) });
    const wanted = tensor(reference.chances[perplexity]!, { dtype: "float64" });
    // It stops looking for the widths at an entropy that is right to 1e-5, and has distances in float32.
    expect(p.sub(wanted).abs().max().item()).toBeLessThan(1e-4 * wanted.max().item());
  });

  test("are alike where all vectors are as far from each other, whatever the perplexity", () => {
    const corners = [0, 1, 2, 3, 4].map((i) => [0, 1, 2, 3, 4].map((j) => (i === j ? 1000 : 0)));
    const p = neighbourChances(corners, { perplexity: 3 });
    const alike = eye(5).to("float64").neg().add(1).div(20);
    expect(p.sub(alike).abs().max().item()).toBeLessThan(1e-12);
  });
});

describe("tsne()", () => {
  test("puts what is one cloud in space in one place of the map", () => {
    const { vectors, classes } = clouds();
    const map = tsne(vectors, { perplexity: 6 });
    expect(map.shape).toEqual([40, 2]);
    const order = cdist(map, map).argsort({ dim: 1 }).toArray() as number[][];
    const strangers = order.flatMap((row, i) => row.slice(1, 6).filter((other) => classes[other] !== classes[i]));
    expect(strangers).toEqual([]);
  });

  test("keeps the chances of 150 flowers as well as scikit-learn's maps do", () => {
    const { x } = data.iris();
    const p = neighbourChances(x, { perplexity: 30 });
    const ours = divergence(p, tsne(x, { perplexity: 30 }));
    expect(ours).toBeLessThan(1.05 * Math.max(...reference.iris));
    // Nothing is better than the best by much, or it would be another measure.
    expect(ours).toBeGreaterThan(0.9 * Math.min(...reference.iris));
  });

  test("by angle, does not see how long vectors are", () => {
    const { vectors } = clouds();
    const longer = vectors.mul(rand([40, 1], { generator: new RandomGenerator(2) }).add(0.5));
    const [p, same] = [vectors, longer].map((rows) => neighbourChances(rows, { metric: "cosine", perplexity: 6 }));
    expect(same!.sub(p!).abs().max().item()).toBeLessThan(1e-5 * p!.max().item());
  });

  test("gives the same map from the same seed, another from another, and draws nothing from the default generator", () => {
    const { vectors } = clouds();
    const from = (seed: number) => tsne(vectors, { generator: new RandomGenerator(seed), steps: 30 }).toArray();
    manualSeed(3);
    expect(from(5)).toEqual(from(5));
    expect(from(5)).not.toEqual(from(6));
    const next = rand([1]).item();
    manualSeed(3);
    expect(rand([1]).item()).toBe(next);
  });

  test("says what is wrong with what it is given", () => {
    const { vectors } = clouds();
    expect(() => tsne([[1, 2]])).toThrow("Cannot map vectors of shape [1,2]: expected [count,features], four or more");
    expect(() => tsne(vectors, { perplexity: 39 })).toThrow(
      "Cannot map by a perplexity of 39: of 40 vectors it is from 1 to below 39",
    );
    expect(() => tsne(vectors, { steps: 0 })).toThrow("Cannot improve a map 0 times: steps must be a whole number ≥ 1");
    expect(() => tsne(vectors.mul(Number.NaN))).toThrow("Cannot map vectors that are not finite");
  });
});

/** t-SNE: scikit-learn's chances, and maps at least as near to them as its own. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { cdist, data, eye, RandomGenerator, rand, type Tensor, tensor, text } from "../../../lib/index.ts";
import { clouds } from "./clouds.ts";

const { neighbourChances, tsne } = text;
const reference = JSON.parse(readFileSync(join(import.meta.dirname, "../../reference/text.json"), "utf8")).tsne as {
  readonly vectors: number[][];
  readonly chances: Readonly<Record<string, number[][]>>;
  readonly iris: readonly number[];
};

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
    const longer = vectors.mul(rand([60, 1], { generator: new RandomGenerator(2) }).add(0.5));
    const [p, same] = [vectors, longer].map((rows) => neighbourChances(rows, { metric: "cosine", perplexity: 6 }));
    expect(same!.sub(p!).abs().max().item()).toBeLessThan(1e-5 * p!.max().item());
  });
});

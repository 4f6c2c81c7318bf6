/** Words and documents as vectors of counts. */
import { describe, expect, test } from "@jest/globals";
import { linalg, matmul, RandomGenerator, randn, tensor, text } from "../../../lib/index.ts";
import { reference } from "../reference.ts";

const { coOccurrence, lsa, ppmi, TfIdf, Vocabulary, WordVectors } = text;

describe("co-occurrences", () => {
  test("count pairs at most a window apart, to both sides, and not over a text's end", () => {
    expect(
      coOccurrence(
        [
          [0, 1, 2],
          [2, 2],
        ],
        3,
        { window: 2 },
      ).toArray(),
    ).toEqual([
      [0, 1, 1],
      [1, 0, 1],
      [1, 1, 2],
    ]);
  });

  test("can count far pairs less", () => {
    expect(coOccurrence([[0, 1, 2]], 3, { window: 2, weighting: "harmonic" }).toArray()).toEqual([
      [0, 1, 0.5],
      [1, 0, 1],
      [0.5, 1, 0],
    ]);
  });

  test("a token that is left out takes its place all the same", () => {
    expect(
      coOccurrence([[0, -1, 1]], 2, { window: 1 })
        .sum()
        .item(),
    ).toBe(0);
    expect(
      coOccurrence([[0, -1, 1]], 2, { window: 2 })
        .sum()
        .item(),
    ).toBe(2);
  });

  test("refuse a token that is not in the vocabulary", () => {
    expect(() => coOccurrence([[3]], 3)).toThrow(new RangeError("Cannot count token 3: the vocabulary has 0 to 2"));
  });
});

describe("positive pointwise mutual information", () => {
  test("is the logarithm of how much more often a pair meets than by chance", () => {
    const counts = [
      [4, 1],
      [1, 4],
    ];
    // p(0, 0) = 0.4, by chance 0.25; p(0, 1) = 0.1 is less than chance.
    const found = ppmi(counts, { contextPower: 1 });
    expect(found.toArray()).toEqual([
      [expect.closeTo(Math.log(1.6), 6), 0],
      [0, expect.closeTo(Math.log(1.6), 6)],
    ]);
  });

  test("is 0 for every pair of independent words, and for no counts at all", () => {
    const independent = matmul([[1], [3]], [[2, 5, 3]]);
    expect(ppmi(independent, { contextPower: 1 }).max().item()).toBeLessThan(1e-6);
    expect(ppmi([[0, 0]]).toArray()).toEqual([[0, 0]]);
  });

  test("smoothing takes from rare contexts", () => {
    const counts = [
      [1, 100],
      [0, 100],
    ];
    const [plain, smoothed] = [1, 0.75].map((contextPower) => ppmi(counts, { contextPower }).select(0, 0).data[0]!);
    expect(smoothed).toBeLessThan(plain!);
  });

  test("a shift is subtracted before negative values become 0", () => {
    const [plain, shifted] = [0, 0.2].map(
      (shift) =>
        ppmi(
          [
            [4, 1],
            [1, 4],
          ],
          { contextPower: 1, shift },
        ).data[0]!,
    );
    expect(plain! - shifted!).toBeCloseTo(0.2, 6);
  });
});

describe("TF-IDF is scikit-learn's", () => {
  interface Facts {
    words: string[];
    rows: number[][];
    further: number[][];
  }
  const facts = reference<{ documents: string[][]; further: string[][]; tfidf: Record<string, Facts> }>("text");
  test.each([
    ["plain", {}],
    ["sublinear", { sublinear: true }],
    ["cut", { minDocuments: 2, maxShare: 0.5 }],
  ] as const)("%s", (name, options) => {
    const model = new TfIdf(facts.documents, options);
    const wanted = facts.tfidf[name]!;
    expect(model.vocabulary.tokens).toEqual(wanted.words);
    for (const [documents, rows] of [
      [facts.documents, wanted.rows],
      [facts.further, wanted.further],
    ] as const) {
      const off = model.transform(documents).sub(tensor(rows)).abs().max().item();
      expect(off).toBeLessThan(1e-6);
    }
  });
});

describe("latent semantic analysis", () => {
  const matrix = matmul(
    randn([30, 4], { generator: new RandomGenerator(1) }),
    randn([4, 20], { generator: new RandomGenerator(2) }),
  );

  test("keeps all of a matrix whose rank it has: U S Vᵀ is the matrix", () => {
    const { rows, directions } = lsa(matrix, { rank: 4 });
    const off = matmul(rows, directions.t()).sub(matrix).abs().max().item();
    expect(off).toBeLessThan(1e-4);
  });

  test("loses exactly the singular values that it leaves out", () => {
    const { rows, directions } = lsa(matrix, { rank: 2 });
    const lost = matmul(rows, directions.t()).sub(matrix).square().sum().item();
    const [, , s3, s4] = linalg.svdvals(matrix).data;
    expect(lost / (s3! ** 2 + s4! ** 2)).toBeCloseTo(1, 4);
  });

  test("places a row that it knows where it is, at any power", () => {
    for (const power of [1, 0.5]) {
      const found = lsa(matrix, { rank: 4, power });
      const off = found.project(matrix).sub(found.rows).abs().max().item();
      expect(off).toBeLessThan(1e-4);
    }
  });
});

describe("vectors of words", () => {
  const vocabulary = Vocabulary.of(["east", "north", "north-east", "west"]);
  const vectors = new WordVectors(vocabulary, [
    [2, 0],
    [0, 3],
    [1, 1],
    [-1, 0],
  ]);

  test("are as alike as their directions, whatever their lengths", () => {
    expect(vectors.similarity("east", "north")).toBe(0);
    expect(vectors.similarity("east", "west")).toBe(-1);
    expect(vectors.similarity("east", "north-east")).toBeCloseTo(Math.SQRT1_2, 12);
  });

  test("neighbours come in the order of likeness, without the word itself", () => {
    expect(vectors.neighbours("east").map(({ word }) => word)).toEqual(["north-east", "north", "west"]);
    expect(vectors.neighbours("east", { count: 1 })).toHaveLength(1);
  });

  test("an unknown word is an error", () => {
    expect(() => vectors.vector("up")).toThrow(new RangeError('Cannot find a vector for "up": there are 4 words'));
  });
});

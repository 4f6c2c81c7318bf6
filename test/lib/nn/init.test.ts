/** First values of parameters. Their distributions are tested in test/lib/random. */
import { describe, expect, test } from "@jest/globals";
import { nn, RandomGenerator, type Tensor, tensor, zeros } from "../../../lib/index.ts";

const { init } = nn;

describe("initialisation", () => {
  const fills: [string, (x: Tensor) => Tensor][] = [
    ["uniform_", (x) => init.uniform_(x)],
    ["normal_", (x) => init.normal_(x)],
    ["constant_", (x) => init.constant_(x, 3)],
    ["zeros_", init.zeros_],
    ["ones_", init.ones_],
    ["eye_", init.eye_],
    ["xavierUniform_", (x) => init.xavierUniform_(x)],
    ["xavierNormal_", (x) => init.xavierNormal_(x)],
    ["kaimingUniform_", (x) => init.kaimingUniform_(x)],
    ["kaimingNormal_", (x) => init.kaimingNormal_(x)],
    ["orthogonal_", (x) => init.orthogonal_(x)],
  ];

  test.each(fills)("by %s fills a parameter in place, unrecorded, and returns it", (_, fill) => {
    const p = new nn.Parameter(zeros([3, 2]));
    expect(fill(p)).toBe(p);
    expect([p.requiresGrad, p.gradFn]).toEqual([true, null]);
    expect(p.storage.version).toBeGreaterThan(0);
  });

  test.each(fills)("by %s fills a view with gaps and nothing between", (_, fill) => {
    const base = zeros([6, 4]).fill_(-7);
    fill(base.slice([null, null, 2], [null, null, 2]));
    expect(base.eq(-7).sum().item()).toBe(18);
  });

  test("draws from the generator that it is given", () => {
    const draw = () => init.normal_(zeros([4]), { generator: new RandomGenerator(3) }).toArray();
    expect(draw()).toEqual(draw());
  });

  test("by orthogonal_ makes rows or columns of length gain at right angles", () => {
    for (const [rows, columns] of [
      [3, 5],
      [5, 3],
      [4, 4],
    ] as const) {
      const q = init.orthogonal_(zeros([rows, columns], { dtype: "float64" }), { gain: 2 });
      const gram = rows < columns ? q.matmul(q.t()) : q.t().matmul(q);
      const side = Math.min(rows, columns);
      const wanted = tensor(
        Array.from({ length: side }, (_, i) => Array.from({ length: side }, (__, j) => (i === j ? 4 : 0))),
        { dtype: "float64" },
      );
      expect(gram.sub(wanted).abs().max().item()).toBeLessThan(1e-12);
    }
  });
});

test("the fan counts inputs and outputs, times the filter", () => {
  expect(init.calculateFan(zeros([4, 3, 5, 5]))).toEqual({ fanIn: 75, fanOut: 100 });
  expect(() => init.calculateFan(zeros([3]))).toThrow(
    "Cannot count the inputs of a weight of shape [3]: it needs 2 dimensions",
  );
});

test("gains are PyTorch's", () => {
  expect(init.calculateGain("leakyRelu", 2)).toBeCloseTo(Math.sqrt(0.4), 14);
  expect(["linear", "sigmoid", "tanh", "relu", "selu"].map((n) => init.calculateGain(n as "relu"))).toEqual([
    1,
    1,
    5 / 3,
    Math.SQRT2,
    0.75,
  ]);
  expect(() => init.calculateGain("gelu" as "relu")).toThrow("Cannot give the gain of gelu");
});

test("shapes that do not fit are refused", () => {
  expect(() => init.eye_(zeros([2]))).toThrow("Cannot fill [2] with the identity: it must be a matrix");
  expect(() => init.orthogonal_(zeros([2]))).toThrow("Cannot make [2] orthogonal: it needs 2 dimensions");
});

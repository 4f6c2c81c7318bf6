/** First values of parameters. Their distributions are tested in test/lib/random. */
import { describe, expect, test } from "@jest/globals";
import { manualSeed, nn, RandomGenerator, rand, type Tensor, tensor, zeros } from "../../../lib/index.ts";

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
    ["lecunUniform_", (x) => init.lecunUniform_(x)],
    ["lecunNormal_", (x) => init.lecunNormal_(x)],
    ["xavierSimple_", (x) => init.xavierSimple_(x)],
    ["logistic_", (x) => init.logistic_(x)],
    ["yilmazPoli_", (x) => init.yilmazPoli_(x)],
    ["truncNormal_", (x) => init.truncNormal_(x)],
    ["sparse_", (x) => init.sparse_(x, 0.3)],
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

describe("the distribution", () => {
  // Of layers of 100 inputs and 60 outputs: mean, standard deviation and, for uniform ones, the bound.
  const wanted: [string, (x: Tensor) => Tensor, mean: number, std: number, bound: number][] = [
    ["lecunUniform_", (x) => init.lecunUniform_(x), 0, 0.1, Math.sqrt(3) / 10],
    ["lecunNormal_", (x) => init.lecunNormal_(x), 0, 0.1, Infinity],
    ["xavierSimple_", (x) => init.xavierSimple_(x), 0, 0.1 / Math.sqrt(3), 0.1],
    ["logistic_", (x) => init.logistic_(x), 0, 0.36, Infinity],
    ["logistic_ of 9 neurons", (x) => init.logistic_(x, { neurons: 9 }), 0, 1.2, Infinity],
    ["yilmazPoli_", (x) => init.yilmazPoli_(x), -0.08, 0.36, Infinity],
    ["yilmazPoli_ of 4 neurons", (x) => init.yilmazPoli_(x, { neurons: 4 }), -1, 1.8, Infinity],
  ];

  test.each(wanted)("of %s has the mean, the spread and the bound of its formula", (_, fill, mean, std, bound) => {
    manualSeed(0);
    const { data, size } = fill(zeros([60, 100], { dtype: "float64" })) as Tensor & { data: Float64Array };
    const found = data.reduce((sum, v) => sum + v, 0) / size;
    const variance = data.reduce((sum, v) => sum + (v - mean) ** 2, 0) / size;
    // Four standard errors, of the mean and of the variance of normal numbers, which is the larger.
    expect(Math.abs(found - mean)).toBeLessThan((4 * std) / Math.sqrt(size));
    expect(Math.abs(variance / std ** 2 - 1)).toBeLessThan(4 * Math.sqrt(2 / size));
    expect(Math.max(...data.map(Math.abs))).toBeLessThanOrEqual(bound);
  });

  test("of truncNormal_ is the middle of a normal one", () => {
    manualSeed(0);
    const { data, size } = init.truncNormal_(zeros([20_000], { dtype: "float64" }), { mean: 1, std: 2, a: -1, b: 3 });
    expect(Math.min(...data)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...data)).toBeLessThanOrEqual(3);
    // Within one standard deviation of the mean lie 38.29 / 68.27 of them within a half.
    const share = data.filter((v) => Math.abs(v - 1) < 1).length / size;
    expect(Math.abs(share - 0.3829 / 0.6827)).toBeLessThan(4 * Math.sqrt(0.25 / size));
  });

  test("of sparse_ has the asked zeros in each column", () => {
    const x = init.sparse_(zeros([10, 7], { dtype: "float64" }), 0.25);
    expect(x.eq(0).sum({ dim: 0 }).toArray()).toEqual([3, 3, 3, 3, 3, 3, 3]);
  });
});

test("dirac_ makes a convolution that changes nothing", () => {
  const layer = new nn.Conv2d(2, 4, 3, { padding: 1, bias: false, groups: 1 });
  init.dirac_(layer.weight, { groups: 2 });
  const x = rand([1, 2, 4, 5]);
  expect(layer(x).toArray()).toEqual(x.repeat([1, 2, 1, 1]).toArray());
});

test("a deep sigmoid net passes gradients on if its weights start with Yilmaz and Poli's mean", () => {
  const firstGradient = (fill: (x: Tensor) => Tensor): number => {
    manualSeed(5);
    const layers = Array.from({ length: 10 }, () => [new nn.Linear(20, 20), new nn.Sigmoid()]).flat();
    for (const layer of layers) if (layer instanceof nn.Linear) fill(layer.weight);
    const net = new nn.Sequential(...layers);
    net(rand([16, 20]))
      .sum()
      .backward();
    return (layers[0] as nn.Linear).weight.grad!.norm().item();
  };
  expect(firstGradient((x) => init.yilmazPoli_(x))).toBeGreaterThan(100 * firstGradient((x) => init.lecunNormal_(x)));
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
  expect(() => init.sparse_(zeros([2]), 0.5)).toThrow("Cannot fill [2] sparsely: it must be a matrix");
  expect(() => init.sparse_(zeros([2, 2]), 2)).toThrow("Cannot set a share of 2 to 0: it must be from 0 to 1");
  expect(() => init.dirac_(zeros([2, 2]))).toThrow("it must be a filter of 3 to 5 dimensions");
  expect(() => init.dirac_(zeros([3, 2, 1]), { groups: 2 })).toThrow("Cannot fill 3 outputs in 2 groups");
  expect(() => init.truncNormal_(zeros([2]), { a: 9, b: 10 })).toThrow("between 9 and 10: too few lie there");
});

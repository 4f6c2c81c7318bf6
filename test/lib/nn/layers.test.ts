/** Every layer: against PyTorch, and the laws that all of them keep. */
import { describe, expect, test } from "@jest/globals";
import {
  allClose,
  cat,
  F,
  fromData,
  gradients,
  manualSeed,
  nn,
  noGrad,
  ones,
  RandomGenerator,
  rand,
  randn,
  type Tensor,
  tensor,
  zeros,
} from "../../../lib/index.ts";
import { type Dumped, expectClose, load, type Precision, precisions, reference, seedFor } from "../reference.ts";
import { checkDerivatives } from "./derivatives.ts";

type Made = {
  output: Dumped;
  inputGrads: Dumped[];
  parameterGrads: Record<string, Dumped>;
  buffers: Record<string, Dumped>;
};

interface Case {
  readonly layer: string;
  readonly args: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly calls: readonly ("train" | "eval")[];
  readonly state: Readonly<Record<string, Dumped>>;
  readonly inputs: readonly Dumped[];
  readonly float64: Made;
  readonly float32: Made;
}

type AnyModule = nn.Module & ((...inputs: Tensor[]) => Tensor);
type Constructor = new (...args: unknown[]) => AnyModule;

const cases = ["nn", "nn-spatial", "nn-units"].flatMap((name) => reference<Case[]>(name));

const title = ({ layer, args, options, inputs }: Case) =>
  `${layer}(${[...args, ...(Object.keys(options).length > 0 ? [options] : [])].map((v) => JSON.stringify(v)).join(", ")}) of ${inputs.map((x) => `[${x.shape}]`).join(" and ")}`;

function build({ layer, args, options }: Case, dtype: Precision = "float32"): AnyModule {
  const make = (nn as unknown as Record<string, Constructor>)[layer]!;
  return new make(...args, ...(Object.keys(options).length > 0 ? [options] : [])).to(dtype);
}

const rows = cases.map((c) => [title(c), c] as const);

/** Rows whose gradient, as PyTorch's, is on purpose none of the function: of a row that is not learned, is scaled or is shortened first, of a length that is held above ε. */
const isOwn = ({ layer, options }: Case): boolean =>
  (layer === "Embedding" && Object.keys(options).length > 0) || (layer === "CosineSimilarity" && options.eps === 0.5);

describe.each(rows)("%s", (_, row) => {
  test.each(precisions)("gives PyTorch's output and gradients in %s", (dtype, tolerance) => {
    const layer = build(row, dtype);
    layer.loadStateDict(Object.fromEntries(Object.entries(row.state).map(([k, v]) => [k, load(v, dtype)])), {
      strict: false,
    });
    const inputs = row.inputs.map((x) => load(x, dtype));
    for (const x of inputs) if (x.dtype === dtype) x.requiresGrad_();
    let output: Tensor | undefined;
    row.calls.forEach((call, i) => {
      layer.train(call === "train");
      output = layer(...inputs.map((x) => (i === 0 ? x : x.mul(2))));
    });
    const made = row[dtype];
    expectClose("the output", output!, made.output, tolerance);
    const leaves = [...inputs.filter((x) => x.requiresGrad), ...layer.parameters()];
    if (leaves.length === 0) return;
    const grads = gradients(output!.mul(seedFor(output!)).sum(), leaves);
    const expected = [
      ...made.inputGrads.map((grad, i) => [`the gradient of input ${i}`, grad] as const),
      ...layer.namedParameters().map(([name]) => [`the gradient of ${name}`, made.parameterGrads[name]!] as const),
    ];
    expect(expected.length).toBe(leaves.length);
    expected.forEach(([what, grad], i) => {
      expectClose(what, grads[i] ?? leaves[i]!.mul(0), grad, tolerance);
    });
    for (const [name, buffer] of layer.namedBuffers()) expectClose(name, buffer, made.buffers[name]!, tolerance);
    expect(Object.keys(made.buffers)).toEqual(layer.namedBuffers().map(([name]) => name));
  });

  const floating = row.inputs.some((x) => x.dtype === undefined) || Object.keys(row.state).length > 0;
  if (floating && !isOwn(row)) {
    test("has the first and second derivatives that finite differences give", () => {
      const layer = build(row, "float64").train(row.calls.at(-1) === "train");
      layer.loadStateDict(Object.fromEntries(Object.entries(row.state).map(([k, v]) => [k, load(v, "float64")])), {
        strict: false,
      });
      checkDerivatives(
        layer,
        row.inputs.map((x) => load(x, "float64")),
      );
    });
  }

  test("comes back from its saved state", () => {
    const [a, b] = [build(row), build(row)];
    noGrad(() => {
      for (const p of a.parameters()) p.add_(rand(p.shape));
    });
    expect(b.loadStateDict(a.stateDict())).toEqual({ missing: [], unexpected: [] });
    expect(Object.values(b.stateDict()).map((t) => t.toArray())).toEqual(
      Object.values(a.stateDict()).map((t) => t.toArray()),
    );
  });

  test("has parameters that require gradients and whose names lead to them", () => {
    const layer = build(row);
    for (const [name, p] of layer.namedParameters()) {
      expect(p).toBeInstanceOf(nn.Parameter);
      expect(p.requiresGrad).toBe(true);
      expect((layer as unknown as Record<string, unknown>)[name]).toBe(p);
    }
    expect(layer.numParameters()).toBe(layer.parameters().reduce((sum, p) => sum + p.size, 0));
  });

  test("clears its gradients, to null or to zeros", () => {
    const layer = build(row);
    for (const p of layer.parameters()) p.grad = tensor(1).expand(p.shape);
    layer.zeroGrad({ setToNone: false });
    for (const p of layer.parameters()) expect(p.grad!.sum().item()).toBe(0);
    layer.zeroGrad();
    for (const p of layer.parameters()) expect(p.grad).toBeNull();
  });

  test("freezes and thaws", () => {
    const layer = build(row).requiresGrad_(false);
    expect(layer.numParameters({ trainable: true })).toBe(0);
    expect(layer.requiresGrad_().numParameters({ trainable: true })).toBe(layer.numParameters());
  });

  test("gives the same each time in evaluation", () => {
    const layer = build(row).eval();
    const inputs = row.inputs.map((x) => load(x, "float32"));
    expect(layer(...inputs).toArray()).toEqual(layer(...inputs).toArray());
    expect(layer.training).toBe(false);
    expect(layer.train().training).toBe(true);
  });

  test("takes nested arrays where it takes a tensor", () => {
    const layer = build(row).eval();
    const inputs = row.inputs.map((x) => load(x, "float32"));
    const plain = inputs.map((x) => x.toArray()) as unknown as Tensor[];
    expect(layer(...plain).toArray()).toEqual(layer(...inputs).toArray());
  });

  test("shows its class and its settings", () => {
    expect(build(row).toString()).toMatch(new RegExp(`^${row.layer}\\(.*\\)$`));
  });
});

/** What `nn` exports that is no layer with a row here, and why. */
const elsewhere: Readonly<Record<string, string>> = {
  Module: "the base of all, module.test.ts",
  Sequential: "containers.test.ts",
  ModuleList: "containers.test.ts",
  ModuleDict: "containers.test.ts",
  Perceptron: "PyTorch has none, perceptron.test.ts",
  Loss: "the base of losses",
  ParameterList: "containers.test.ts",
  ParameterDict: "containers.test.ts",
  DotAttention: "PyTorch has none, attention.test.ts",
  GeneralAttention: "PyTorch has none, attention.test.ts",
  AdditiveAttention: "PyTorch has none, attention.test.ts",
  FractionalMaxPool2d: "draws its windows, fractional-pooling.test.ts",
  FractionalMaxPool3d: "draws its windows, fractional-pooling.test.ts",
  PositionalEncoding: "PyTorch has none, attention.test.ts",
  LearnedPositionalEncoding: "PyTorch has none, attention.test.ts",
};

test("every exported layer is compared with PyTorch", () => {
  // Those of several outputs and of masks have tests of their own, over every case of these files.
  const others = ["nn-recurrent", "nn-attention", "nn-adaptive"].flatMap((name) =>
    reference<{ layer: string }[]>(name),
  );
  const compared = new Set([...cases, ...others].map((c) => c.layer));
  const layers = Object.entries(nn).filter(
    ([, value]) => typeof value === "function" && value.prototype instanceof nn.Module,
  );
  const missing = layers
    .map(([name]) => name)
    .filter((name) => !compared.has(name) && !name.endsWith("Loss") && !(name in elsewhere));
  expect(missing).toEqual([]);
  expect(layers.length).toBeGreaterThan(140);
});

describe("layers", () => {
  test("Dropout keeps the mean and zeroes the asked share in training", () => {
    manualSeed(0);
    const y = new nn.Dropout(0.25)(tensor(new Float32Array(40_000).fill(1)));
    const zeros = y.eq(0).mean().item();
    // Four standard deviations of a share of 40,000 draws.
    expect(Math.abs(zeros - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / 40_000));
    expect(new Set(y.data)).toEqual(new Set([0, Math.fround(4 / 3)]));
  });

  test("Dropout passes the gradient where it passed the value", () => {
    const x = rand([100], { requiresGrad: true });
    const y = new nn.Dropout(0.5)(x);
    y.sum().backward();
    expect(x.grad!.toArray()).toEqual(y.detach().div(x.detach()).round().toArray());
  });

  test("Dropout draws from its own generator if it has one", () => {
    const draw = () =>
      new nn.Dropout(0.5, { generator: new RandomGenerator(5) })(tensor(new Float32Array(50).fill(1))).toArray();
    expect(draw()).toEqual(draw());
  });

  test.each([
    ["Dropout1d", () => new nn.Dropout1d(0.25), [500, 20, 7]],
    ["Dropout2d", () => new nn.Dropout2d(0.25), [500, 20, 3, 2]],
    ["Dropout3d", () => new nn.Dropout3d(0.25), [500, 20, 1, 3, 2]],
  ] as const)("%s drops whole channels, as many as asked, and keeps the others", (_, make, shape) => {
    manualSeed(0);
    const channels = make()(ones(shape)).reshape([10_000, -1]);
    const [least, greatest] = [channels.amin({ dim: 1 }), channels.amax({ dim: 1 })];
    expect(least.toArray()).toEqual(greatest.toArray());
    expect(new Set(least.data)).toEqual(new Set([0, Math.fround(4 / 3)]));
    // Four standard deviations of a share of 10,000 draws.
    expect(Math.abs(least.eq(0).mean().item() - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / 10_000));
  });

  test("AlphaDropout keeps mean 0 and variance 1", () => {
    manualSeed(0);
    const y = new nn.AlphaDropout(0.2)(randn([40_000], { dtype: "float64" }));
    // Four standard errors; the fourth moment of the mixture is below 4.
    expect(Math.abs(y.mean().item())).toBeLessThan(4 / Math.sqrt(40_000));
    expect(Math.abs(y.var().item() - 1)).toBeLessThan(4 * Math.sqrt(3 / 40_000));
    // All dropped elements get one value, and continuous draws never agree.
    const share = (y.size - (new Set(y.data).size - 1)) / y.size;
    expect(Math.abs(share - 0.2)).toBeLessThan(4 * Math.sqrt(0.16 / 40_000));
  });

  test("GaussianNoise adds noise of the asked strength in training, and lets the gradient through", () => {
    manualSeed(0);
    const x = zeros([40_000], { dtype: "float64", requiresGrad: true });
    const y = new nn.GaussianNoise(0.5)(x);
    expect(Math.abs(y.detach().std().item() / 0.5 - 1)).toBeLessThan(4 / Math.sqrt(2 * 40_000));
    y.sum().backward();
    expect(new Set(x.grad!.data)).toEqual(new Set([1]));
  });

  test("RReLU draws slopes from its range in training", () => {
    manualSeed(0);
    const slopes = new nn.RReLU(0.2, 0.4)(ones([10_000]).neg()).neg();
    expect(slopes.amin().item()).toBeGreaterThanOrEqual(Math.fround(0.2));
    expect(slopes.amax().item()).toBeLessThanOrEqual(Math.fround(0.4));
    expect(Math.abs(slopes.mean().item() - 0.3)).toBeLessThan(4 * (0.2 / Math.sqrt(12 * 10_000)));
  });

  test("gumbelSoftmax draws classes with the probabilities of the softmax, and passes gradients", () => {
    manualSeed(0);
    const logits = tensor([0, 1, 2], { requiresGrad: true });
    const draws = F.gumbelSoftmax(logits.expand([20_000, 3]), { hard: true });
    const p = F.softmax(logits.detach(), 0).data;
    draws
      .detach()
      .mean({ dim: 0 })
      .data.forEach((share, i) => {
        expect(Math.abs(share - p[i]!)).toBeLessThan(4 * Math.sqrt((p[i]! * (1 - p[i]!)) / 20_000));
      });
    draws.select(1, 0).sum().backward();
    expect(logits.grad!.data.some((v) => v !== 0)).toBe(true);
  });

  test("an RBF unit answers most at its center and the same in all directions", () => {
    const layer = new nn.RBF(2, 1);
    noGrad(() => layer.centers.copy_([[1, 2]]));
    expect(layer([1, 2]).item()).toBe(1);
    expect(layer([2, 2]).item()).toBe(layer([1, 1]).item());
    expect(layer([2, 2]).item()).toBeCloseTo(Math.exp(-1), 6);
  });

  test("BatchNorm1d makes mean 0 and variance 1 of each feature in training", () => {
    const x = rand([50, 3], { dtype: "float64" }).mul([[1, 10, 100]]);
    const y = new nn.BatchNorm1d(3, { dtype: "float64", eps: 0 })(x);
    for (const value of y.mean({ dim: 0 }).data) expect(Math.abs(value)).toBeLessThan(1e-12);
    for (const value of y.var({ dim: 0, correction: 0 }).data) expect(value).toBeCloseTo(1, 12);
  });

  test("BatchNorm1d forgets its running statistics when asked", () => {
    const layer = new nn.BatchNorm1d(2);
    layer(rand([4, 2]));
    expect(layer.numBatchesTracked!.item()).toBe(1);
    layer.resetRunningStats();
    expect([...layer.runningMean!.data, ...layer.runningVar!.data, layer.numBatchesTracked!.item()]).toEqual([
      0, 0, 1, 1, 0,
    ]);
  });

  test("Conv2d starts uniform on ±1/√(inputs of a unit), as PyTorch does", () => {
    manualSeed(0);
    const { weight, bias } = new nn.Conv2d(8, 64, 3, { groups: 2 });
    const bound = 1 / Math.sqrt(4 * 9);
    const values = [...weight.data, ...bias!.data];
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(bound);
    // The variance of a uniform distribution; four standard errors of 2,368 draws.
    const variance = values.reduce((sum, v) => sum + v * v, 0) / values.length;
    expect(Math.abs(variance / (bound ** 2 / 3) - 1)).toBeLessThan(4 * Math.sqrt(0.8 / values.length));
  });

  test("a convolution moves with its input: shifting before is shifting after", () => {
    const layer = new nn.Conv2d(1, 2, 3, { padding: 1, paddingMode: "circular" });
    const x = rand([1, 1, 6, 6]);
    expect(allClose(layer(x.roll([1, 2], [2, 3])), layer(x).roll([1, 2], [2, 3]), { atol: 1e-6 })).toBe(true);
  });

  test.each<[string, () => unknown, string | RegExp]>([
    [
      "Conv2d",
      () => new nn.Conv2d(4, 6, 3, { groups: 4 }),
      "Cannot convolve 4 to 6 channels in 4 groups: both must be multiples of it",
    ],
    [
      "Conv2d of other channels",
      () => new nn.Conv2d(3, 6, 3)(rand([1, 4, 8, 8])),
      "Cannot conv2d [1,4,8,8] by a weight of [6,3,3,3]: the channels do not fit",
    ],
    ["Conv2d of a window for one dimension", () => new nn.Conv2d(3, 6, [3]), "or a list of 2"],
    ["GroupNorm", () => new nn.GroupNorm(3, 4), "Cannot normalize 4 channels in 3 groups: they must be a multiple"],
    ["BatchNorm2d", () => new nn.BatchNorm2d(4)(rand([2, 4])), "with BatchNorm2d: it must have 4 dimensions"],
    ["InstanceNorm2d", () => new nn.InstanceNorm2d(4)(rand([2, 3, 2, 2])), "it must be (batch, 4, …)"],
    ["InstanceNorm1d of one element", () => new nn.InstanceNorm1d(4)(rand([2, 4, 1])), "needs more than one value"],
    ["RMSNorm", () => new nn.RMSNorm(4)(rand([2, 3])), "Cannot normalize [2,3] over [4]"],
    ["LocalResponseNorm", () => new nn.LocalResponseNorm(2)(rand([2, 3])), "it needs 3 dimensions"],
    ["Dropout2d", () => new nn.Dropout2d()(rand([2, 3])), "it must have 4 dimensions, or 3 without batch"],
    ["GaussianNoise", () => new nn.GaussianNoise(-1), "of standard deviation -1: it must be ≥ 0"],
    ["RReLU", () => new nn.RReLU(2, 1)([1]), "Cannot draw slopes from 2 to 1: lower must not exceed upper"],
    ["Softmax2d", () => new nn.Softmax2d()([1]), "it must have 4 dimensions, or 3 without batch"],
    ["RBF", () => new nn.RBF(2, 1)([1, 2, 3]), "Cannot compare [3] with centers: the last dimension must be 2"],
    ["Maxout", () => new nn.Maxout(2, 1, { pieces: 0 }), "Cannot make units of 0 pieces"],
    ["maxout", () => F.maxout([1, 2, 3], 2), "of 2 pieces of dimension 0 of [3]: it must be a multiple"],
    ["ZeroPad2d", () => new nn.ZeroPad2d([1, 2]), "Cannot pad 2 dimensions by [1,2]: give one width, or 4"],
    ["GlobalAvgPool", () => new nn.GlobalAvgPool()(rand([2, 3])), "it must have batch, channels and more"],
    ["Linear", () => new nn.Linear(3, 2)(rand([4, 5])), /\[4,5\].*\[2,3\].*3/],
    [
      "Bilinear",
      () => new nn.Bilinear(3, 2, 1)(rand([4, 3]), rand([4, 3])),
      /Cannot map \[4,3\] and \[4,3\] by a bilinear weight of \[1,3,2\]/,
    ],
    [
      "LayerNorm",
      () => new nn.LayerNorm(4)(rand([2, 3])),
      "Cannot normalize [2,3] over [4]: its last dimensions must be that",
    ],
    [
      "BatchNorm1d of other channels",
      () => new nn.BatchNorm1d(4)(rand([2, 3])),
      "Cannot normalize [2,3]: dimension 1 must have 4 channels",
    ],
    [
      "BatchNorm1d of four dimensions",
      () => new nn.BatchNorm1d(4)(rand([2, 4, 1, 1])),
      "with BatchNorm1d: it must have 2 or 3 dimensions",
    ],
    ["BatchNorm1d of one sample", () => new nn.BatchNorm1d(3)(rand([1, 3])), "each channel needs more than one value"],
    ["Dropout", () => new nn.Dropout(1.5), "Cannot drop with probability 1.5: it must be from 0 to 1"],
    ["Embedding", () => new nn.Embedding(4, 2)([4]), /index 4: indices go from 0 to 3/],
    ["PReLU", () => new nn.PReLU(3)(rand([2, 4])), "Cannot use 3 slopes for [2,4]: give 1 or 4, one a channel"],
    ["Softplus", () => new nn.Softplus(0)([1]), "Cannot compute softplus with beta 0: beta must be > 0"],
  ])("%s refuses what does not fit, naming it", (_, run, message) => {
    expect(run).toThrow(RangeError);
    expect(run).toThrow(message);
  });

  test.each([
    [new nn.MaxPool1d(2), new nn.MaxUnpool1d(2), [1, 2, 6]],
    [new nn.MaxPool2d(2), new nn.MaxUnpool2d(2), [2, 4, 4]],
    [new nn.MaxPool3d(2), new nn.MaxUnpool3d(2), [1, 1, 2, 4, 4]],
  ] as const)("%s tells its unpooling where everything was", (pool, unpool, shape) => {
    manualSeed(0);
    const x = rand([...shape]).add(1);
    const { values, indices } = pool.withIndices(x);
    expect(values.toArray()).toEqual(pool(x).toArray());
    const back = unpool(values, indices);
    expect(back.toArray()).toEqual(x.mul(back.ne(0)).toArray());
    expect(back.ne(0).sum().item()).toBe(values.size);
  });

  test("an embedding shortens the vectors that it looks up, and no others", () => {
    const table = new nn.Embedding(3, 2, { maxNorm: 1 });
    noGrad(() =>
      table.weight.copy_([
        [3, 4],
        [0.3, 0.4],
        [6, 8],
      ]),
    );
    table([0, 1, 0]);
    expect(
      allClose(
        table.weight,
        [
          [0.6, 0.8],
          [0.3, 0.4],
          [6, 8],
        ],
        { atol: 1e-6 },
      ),
    ).toBe(true);
    expect(table.toString()).toBe("Embedding(3, 2, maxNorm=1)");
  });

  test("an embedding is one-hot vectors times the table", () => {
    const table = new nn.Embedding(5, 3);
    const index = fromData(Int32Array.of(4, 0, 4));
    const hot = nn.functional.oneHot(index, 5).to("float32");
    expect(table(index).toArray()).toEqual(hot.matmul(table.weight).toArray());
  });

  test("joined outputs of two layers reach both in backward", () => {
    const [a, b] = [new nn.Linear(2, 2), new nn.Linear(2, 2)];
    cat([a([[1, 2]]), b([[3, 4]])])
      .sum()
      .backward();
    expect(a.weight.grad!.toArray()).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(b.weight.grad!.toArray()).toEqual([
      [3, 4],
      [3, 4],
    ]);
  });
});

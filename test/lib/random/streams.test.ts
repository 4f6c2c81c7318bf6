/** Random draws against PyTorch's from the same seed. */
import { describe, test } from "@jest/globals";
import {
  bernoulli,
  cat,
  data,
  F,
  manualSeed,
  multinomial,
  nn,
  noGrad,
  ones,
  rand,
  randint,
  randn,
  randperm,
  type Tensor,
  tensor,
  zeros,
} from "../../../lib/index.ts";
import { normal_, uniform_ } from "../../../lib/random.ts";
import { type Dumped, expectClose, reference } from "../reference.ts";

const dtype = "float64";

const loader = new data.DataLoader(new data.TensorDataset(Float32Array.from({ length: 13 }, (_, i) => i)), {
  batchSize: 5,
  shuffle: true,
});

const draws: Readonly<Record<string, () => Tensor>> = {
  rand: () => rand([7]),
  "rand float64": () => rand([5], { dtype }),
  "randn of few": () => randn([5]),
  "randn of few float64": () => randn([4], { dtype }),
  "randn of many": () => randn([37]),
  "randn of many float64": () => randn([4, 8], { dtype }),
  randint: () => randint(-3, 12, [2, 6]),
  randperm: () => randperm(20),
  bernoulli: () => bernoulli(new Array(12).fill(0.3)),
  multinomial: () => multinomial([1, 2, 3, 4], { count: 3 }),
  "multinomial with replacement": () =>
    multinomial(
      [
        [1, 2, 3],
        [5, 0, 1],
      ],
      { count: 6, replacement: true },
    ),
  uniform_: () => uniform_(zeros([6]), { from: -0.3, to: 0.7 }),
  normal_: () => normal_(zeros([20]), { mean: 2, std: 0.5 }),
  dropout: () => F.dropout(ones([16]), { p: 0.25 }),
  "Linear weight": () => new nn.Linear(5, 4).weight,
  "Linear bias": () => new nn.Linear(5, 4).bias!,
  "Bilinear weight": () => new nn.Bilinear(2, 3, 4).weight,
  "Embedding weight": () => new nn.Embedding(5, 4, { paddingIdx: 2 }).weight,
  xavierUniform_: () => nn.init.xavierUniform_(zeros([3, 4]), { gain: 2 }),
  xavierNormal_: () => nn.init.xavierNormal_(zeros([3, 4, 2])),
  kaimingUniform_: () => nn.init.kaimingUniform_(zeros([3, 4]), { mode: "fanOut", nonlinearity: "relu" }),
  kaimingNormal_: () => nn.init.kaimingNormal_(zeros([3, 4]), { a: 0.1 }),
  "orthogonal_ wide": () => nn.init.orthogonal_(zeros([3, 5], { dtype })),
  "orthogonal_ tall": () => nn.init.orthogonal_(zeros([5, 3], { dtype }), { gain: 2 }),
  DataLoader: () => cat([...loader, ...loader].map(([x]) => x)),
  randomSplit: () => {
    const all = new data.TensorDataset(Float32Array.from({ length: 11 }, (_, i) => i));
    return tensor(data.randomSplit(all, [6, 3, 2]).flatMap((part) => [...part.indices]));
  },
};

/** Normal numbers go through logarithms and cosines, which PyTorch's vector code rounds more coarsely in float32; all else is exact. */
const rounded = /randn|normal|Normal|Embedding|orthogonal/;

const cases = reference<{ draw: string; seed: number; values: Dumped }[]>("random");

describe.each(Object.entries(draws))("%s", (name, draw) => {
  test.each(cases.filter((c) => c.draw === name).map((c) => [c.seed, c.values] as const))(
    "gives PyTorch's numbers from seed %i",
    (seed, values) => {
      manualSeed(seed);
      const made = noGrad(draw);
      const tolerance = rounded.test(name) ? (made.dtype === "float64" ? 1e-12 : 1e-6) : 0;
      // PyTorch's float32 values are written with nine digits, which name them exactly once rounded again.
      const exact =
        made.dtype === "float32" ? { ...values, data: values.data.map((v) => Math.fround(Number(v))) } : values;
      expectClose(name, made, exact, tolerance);
    },
  );
});

test("every draw in the reference is compared", () => {
  for (const { draw } of cases) if (!(draw in draws)) throw new Error(`${draw} is not compared`);
});

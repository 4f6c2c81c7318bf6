/** Attention and Transformers: against PyTorch, and what they must do. */
import { describe, expect, test } from "@jest/globals";
import {
  allClose,
  F,
  gradcheck,
  gradients,
  manualSeed,
  nn,
  ones,
  optim,
  RandomGenerator,
  rand,
  randint,
  randn,
  Tensor,
  tensor,
} from "../../../lib/index.ts";
import {
  type Dumped,
  expectClose,
  load,
  loadOptions,
  type Precision,
  precisions,
  reference,
  seedFor,
} from "../reference.ts";
import { checkDerivatives } from "./derivatives.ts";

type Made = { outputs: Dumped[]; inputGrads: Dumped[]; parameterGrads: Record<string, Dumped> };

interface Case {
  readonly layer: string;
  readonly args: readonly number[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly masks: Readonly<Record<string, unknown>>;
  readonly state: Readonly<Record<string, Dumped>>;
  readonly inputs: readonly Dumped[];
  readonly float64: Made;
  readonly float32: Made;
}

type AnyModule = nn.Module & ((...inputs: unknown[]) => Tensor | [Tensor, Tensor | null]);

const cases = reference<Case[]>("nn-attention");

function build({ layer, args, options }: Case): AnyModule {
  const [dModel, nhead] = args as [number, number];
  const norm = () => ({ norm: new nn.LayerNorm(dModel) });
  switch (layer) {
    case "TransformerEncoder":
      return new nn.TransformerEncoder(new nn.TransformerEncoderLayer(dModel, nhead, options), 2, norm()) as AnyModule;
    case "TransformerDecoder":
      return new nn.TransformerDecoder(new nn.TransformerDecoderLayer(dModel, nhead, options), 2, norm()) as AnyModule;
    default: {
      const make = (nn as unknown as Record<string, new (...args: unknown[]) => AnyModule>)[layer]!;
      return new make(...args, options);
    }
  }
}

/** Names that PyTorch 1.13 gives masks, and ours, which are those of its later versions. */
const masksOf = (row: Case, dtype: Precision) => {
  const { srcMask, ...rest } = loadOptions(row.masks, dtype);
  if (srcMask === undefined) return rest;
  return row.layer === "TransformerEncoderLayer" ? { ...rest, mask: srcMask } : { ...rest, srcMask };
};

describe.each(
  cases.map(
    (c, i) => [`${i}: ${c.layer}(${c.args}, ${JSON.stringify(c.options)}) with ${Object.keys(c.masks)}`, c] as const,
  ),
)("%s", (_, row) => {
  test.each(precisions)("gives PyTorch's outputs and gradients in %s", (dtype, tolerance) => {
    const module = build(row).to(dtype);
    module.loadStateDict(Object.fromEntries(Object.entries(row.state).map(([k, v]) => [k, load(v, dtype)])));
    const leaves = row.inputs.map((x) => load(x, dtype).requiresGrad_());
    const alone = row.layer === "MultiheadAttention" && leaves.length === 1;
    const made = module(...(alone ? [leaves[0], leaves[0], leaves[0]] : leaves), masksOf(row, dtype));
    const outputs = (made instanceof Tensor ? [made] : made) as Tensor[];
    outputs.forEach((y, i) => {
      expectClose(`output ${i}`, y, row[dtype].outputs[i]!, tolerance);
    });
    const named = module.namedParameters();
    const { inputGrads, parameterGrads } = row[dtype];
    expect(named.map(([name]) => name)).toEqual(Object.keys(parameterGrads));
    const total = outputs.map((y) => y.mul(seedFor(y)).sum()).reduce((a, b) => a.add(b));
    const grads = gradients(total, [...leaves, ...named.map(([, p]) => p)]);
    inputGrads.forEach((grad, i) => {
      expectClose(`the gradient of input ${i}`, grads[i]!, grad, tolerance);
    });
    named.forEach(([name], i) => {
      expectClose(`the gradient of ${name}`, grads[leaves.length + i]!, parameterGrads[name]!, tolerance);
    });
  });

  test("keeps the names of its parameters in PyTorch's spelling", () => {
    expect(Object.keys(build(row).stateDict())).toEqual(Object.keys(row.state));
  });
});

interface AttentionCase {
  readonly inputs: readonly Dumped[];
  readonly mask: Dumped | null;
  readonly isCausal: boolean;
  readonly float64: { output: Dumped; grads: Dumped[] };
  readonly float32: { output: Dumped; grads: Dumped[] };
}

describe("scaledDotProductAttention()", () => {
  const rows = reference<AttentionCase[]>("attention").map((row, i) => [i, row] as const);
  test.each(rows.flatMap(([i, row]) => precisions.map(([dtype, tolerance]) => [i, dtype, tolerance, row] as const)))(
    "gives PyTorch's output and gradients for case %i in %s",
    (_, dtype, tolerance, { inputs, mask, isCausal, ...made }) => {
      const [q, k, v] = inputs.map((x) => load(x, dtype).requiresGrad_()) as [Tensor, Tensor, Tensor];
      const options = { isCausal, ...(mask === null ? {} : { attnMask: load(mask, dtype) }) };
      const output = F.scaledDotProductAttention(q, k, v, options);
      expectClose("the output", output, made[dtype].output, tolerance);
      gradients(output.mul(seedFor(output)).sum(), [q, k, v]).forEach((grad, i) => {
        expectClose(`the gradient of input ${i}`, grad!, made[dtype].grads[i]!, tolerance);
      });
    },
  );

  test("has the second derivative that finite differences of the first give", () => {
    const slope = (x: Tensor) => {
      const watched = x.requiresGrad ? x : x.detach().requiresGrad_();
      const y = F.scaledDotProductAttention(watched, watched, watched, { isCausal: true }).square().sum();
      return gradients(y, [watched], null, { createGraph: true })[0]!;
    };
    expect(gradcheck(slope, [randn([3, 2], { dtype: "float64" })])).toBe(true);
  });

  test("drops weights with the asked probability, and keeps the mean", () => {
    manualSeed(0);
    const v = ones([100, 1]);
    const y = F.scaledDotProductAttention(rand([200, 4]), rand([100, 4]), v, { dropoutP: 0.5 });
    // The mean of 200 means of 100 weights of about 1/100, each kept and doubled with probability ½: four standard errors.
    expect(Math.abs(y.mean().item() - 1)).toBeLessThan(4 / Math.sqrt(100 * 200));
    expect(y.std().item()).toBeGreaterThan(0.05);
  });

  test("the variance of scores is that of their queries, whatever the size", () => {
    manualSeed(0);
    for (const size of [4, 64]) {
      const scores = randn([300, size])
        .matmul(randn([size, 300]))
        .div(Math.sqrt(size));
      expect(Math.abs(scores.var().item() - 1)).toBeLessThan(0.1);
    }
  });

  test.each<[string, () => unknown, string]>([
    [
      "keys of another size",
      () => F.scaledDotProductAttention(ones([2, 3]), ones([2, 4]), ones([2, 4])),
      "Cannot attend with queries [2,3], keys [2,4] and values [2,4]",
    ],
    [
      "two masks",
      () =>
        F.scaledDotProductAttention(ones([2, 3]), ones([2, 3]), ones([2, 3]), {
          isCausal: true,
          attnMask: ones([2, 2]),
        }),
      "with both attnMask and isCausal: give one of them",
    ],
    ["heads that do not divide", () => new nn.MultiheadAttention(5, 2), "Cannot split 5 numbers among 2 heads"],
    ["a probability above 1", () => new nn.MultiheadAttention(4, 2, { dropout: 2 }), "it must be from 0 to 1"],
    [
      "inputs of another size",
      () => new nn.MultiheadAttention(4, 2)(ones([2, 1, 3]), ones([2, 1, 4]), ones([2, 1, 4])),
      "their last sizes must be 4, 4, 4",
    ],
    [
      "a padding mask of another shape",
      () => {
        const x = ones([3, 2, 4]);
        return new nn.MultiheadAttention(4, 2)(x, x, x, { keyPaddingMask: ones([3, 2], { dtype: "bool" }) });
      },
      "Cannot attend with keyPaddingMask of shape [3,2]: expected [2,3]",
    ],
    [
      "an attention mask of another shape",
      () => {
        const x = ones([3, 2, 4]);
        return new nn.MultiheadAttention(4, 2)(x, x, x, { attnMask: ones([2, 2], { dtype: "bool" }) });
      },
      "Cannot attend with attnMask of shape [2,2]: expected [4,3,3]",
    ],
    [
      "an unknown activation",
      () => new nn.TransformerEncoderLayer(4, 2, { activation: "step" as "relu" }),
      "Cannot use activation step: it must be relu, gelu or a function",
    ],
    ["no layers", () => new nn.TransformerEncoder(new nn.TransformerEncoderLayer(4, 2), 0), "Cannot stack 0 layers"],
    [
      "batches that differ",
      () => new nn.Transformer({ dModel: 4, nhead: 2, dimFeedforward: 4 })(ones([3, 2, 4]), ones([3, 1, 4])),
      "their batches must be equal",
    ],
    ["a size that is odd", () => F.sinusoidalPositions(3, 5), "sines and cosines come in pairs"],
    [
      "a sequence that is too long",
      () => new nn.PositionalEncoding(4, { maxLen: 2 })(ones([3, 1, 4])),
      "it must end in 4 and be no longer than 2",
    ],
  ])("and all of attention refuse %s", (_, run, message) => {
    expect(run).toThrow(RangeError);
    expect(run).toThrow(message);
  });
});

describe("alignments", () => {
  test("of all kinds give means of the values, weighted by their scores", () => {
    const [query, keys, values] = [rand([2, 3, 4]), rand([2, 5, 4]), rand([2, 5, 6])];
    for (const layer of [new nn.DotAttention(), new nn.GeneralAttention(4, 4), new nn.AdditiveAttention(4, 4, 8)]) {
      const [context, weights] = layer(query, keys, { values });
      expect([context.shape, weights.shape]).toEqual([
        [2, 3, 6],
        [2, 3, 5],
      ]);
      expect(allClose(weights.sum({ dim: -1 }), ones([2, 3]))).toBe(true);
      expect(allClose(context, weights.matmul(values))).toBe(true);
    }
  });

  test("score by q · k, by qᵀ W k, and by v · tanh(W q + U k)", () => {
    const [query, keys] = [rand([1, 3]), rand([4, 3])];
    const general = new nn.GeneralAttention(3, 3);
    const additive = new nn.AdditiveAttention(3, 3, 2);
    const { queryMap, keyMap, scoreMap } = additive;
    const scores = Array.from({ length: 4 }, (_, i) => {
      const hidden = F.tanh(queryMap.weight.matmul(query.select(0, 0)).add(keyMap.weight.matmul(keys.select(0, i))));
      return scoreMap.weight.matmul(hidden).item();
    });
    expect(allClose(additive(query, keys)[1], F.softmax(tensor([scores]), 1))).toBe(true);
    const product = query.matmul(general.weight.weight.t()).matmul(keys.t());
    expect(allClose(general(query, keys)[1], F.softmax(product, 1))).toBe(true);
    expect(allClose(new nn.DotAttention()(query, keys)[1], F.softmax(query.matmul(keys.t()), 1))).toBe(true);
  });

  test("give masked keys no weight", () => {
    const [, weights] = new nn.DotAttention()(rand([2, 3]), rand([3, 3]), { mask: [true, false, true] });
    expect(weights.select(1, 1).toArray()).toEqual([0, 0]);
    expect(() => new nn.DotAttention()([1, 2], [[1, 2]])).toThrow("both need a dimension to count them");
  });
});

describe("Transformers", () => {
  test("have the first and second derivatives that finite differences give", () => {
    manualSeed(2);
    const options = { dimFeedforward: 6, dropout: 0, activation: "gelu" as const };
    const encoder = new nn.TransformerEncoderLayer(4, 2, options).double();
    const decoder = new nn.TransformerDecoderLayer(4, 2, { ...options, normFirst: true }).double();
    checkDerivatives(encoder, [rand([3, 2, 4], { dtype: "float64" })]);
    checkDerivatives(decoder as unknown as typeof encoder, [
      rand([3, 2, 4], { dtype: "float64" }),
      rand([4, 2, 4], { dtype: "float64" }),
    ]);
  });

  test("give each position nothing of later ones under the causal mask", () => {
    const layer = new nn.TransformerEncoderLayer(4, 2, { dimFeedforward: 8 }).eval();
    const mask = nn.Transformer.generateSquareSubsequentMask(5);
    const x = rand([5, 1, 4]);
    const changed = x.clone();
    changed.data.fill(9, 3 * 4);
    const [a, b] = [layer(x, { mask }), layer(changed, { mask })];
    expect(allClose(a.slice([0, 3]), b.slice([0, 3]))).toBe(true);
    expect(allClose(a.slice([3, 5]), b.slice([3, 5]))).toBe(false);
  });

  test("start with layers of equal weights in memory of their own, as PyTorch's copies do", () => {
    const { layers } = new nn.TransformerEncoder(new nn.TransformerEncoderLayer(4, 2, { dimFeedforward: 8 }), 2);
    const [first, second] = [layers.at(0)!, layers.at(1)!];
    expect(first.linear1.weight.toArray()).toEqual(second.linear1.weight.toArray());
    expect(first.linear1.weight.storage).not.toBe(second.linear1.weight.storage);
  });

  test("have the size of the paper's base model by default", () => {
    // 6 encoder layers of 3,152,384 and 6 decoder layers of 4,204,032 parameters, and two normalizations.
    expect(new nn.Transformer().numParameters()).toBe(6 * 3_152_384 + 6 * 4_204_032 + 2 * 1024);
  });

  test("learn to reverse a sequence, which no position can do by itself", () => {
    manualSeed(1);
    const generator = new RandomGenerator(2);
    const [symbols, length, size] = [4, 5, 16];
    const embedding = new nn.Embedding(symbols, size);
    const net = new nn.Sequential(
      new nn.PositionalEncoding(size, { dropout: 0, batchFirst: true }),
      new nn.TransformerEncoderLayer(size, 2, { dimFeedforward: 32, dropout: 0, batchFirst: true, normFirst: true }),
      new nn.TransformerEncoderLayer(size, 2, { dimFeedforward: 32, dropout: 0, batchFirst: true, normFirst: true }),
      new nn.Linear(size, symbols),
    );
    const optimizer = new optim.Adam([...embedding.parameters(), ...net.parameters()], { lr: 0.01 });
    const batch = () => randint(0, symbols, [32, length], { generator });
    const scores = (x: Tensor) => net(embedding(x)).transpose(1, 2);
    for (let step = 0; step < 150; step++) {
      const x = batch();
      optimizer.zeroGrad();
      F.crossEntropy(scores(x), x.flip(1)).backward();
      optimizer.step();
    }
    const x = batch();
    expect(scores(x).argmax({ dim: 1 }).eq(x.flip(1)).mean().item()).toBeGreaterThan(0.95);
  });
});

describe("positional encodings", () => {
  test("of sines depend on the distance of two positions only, in their products", () => {
    const table = F.sinusoidalPositions(30, 16);
    const products = table.matmul(table.t());
    for (const distance of [0, 1, 7]) {
      const values = [...products.diagonal({ offset: distance }).data];
      for (const value of values) expect(value).toBeCloseTo(values[0]!, 4);
    }
  });

  test("are the same for the batch first and second", () => {
    const x = rand([3, 2, 4]);
    const first = new nn.PositionalEncoding(4, { dropout: 0, batchFirst: true });
    const second = new nn.PositionalEncoding(4, { dropout: 0 });
    expect(first(x.transpose(0, 1)).transpose(0, 1).toArray()).toEqual(second(x).toArray());
  });

  test("that are learned get gradients where positions were used", () => {
    const layer = new nn.LearnedPositionalEncoding(2, { maxLen: 4, dropout: 0 });
    layer(
      tensor([
        [1, 2],
        [3, 4],
      ]),
    )
      .sum()
      .backward();
    expect(layer.weight.grad!.toArray()).toEqual([
      [1, 1],
      [1, 1],
      [0, 0],
      [0, 0],
    ]);
    expect(Object.keys(layer.stateDict())).toEqual(["weight"]);
  });
});

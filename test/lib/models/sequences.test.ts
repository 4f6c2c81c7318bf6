/** Models of sequences. GPT-2's numbers are those of Hugging Face's transformers. */
import { beforeEach, describe, expect, test } from "@jest/globals";
import type { Tensor } from "../../../lib/index.ts";
import { F, io, manualSeed, models, noGrad, optim, randint, tensor, text, zeros } from "../../../lib/index.ts";
import { reference } from "../reference.ts";

const { GPT, RecurrentLanguageModel, Seq2Seq, TextCNN, TransformerTranslator, attentionMaps, rollout, teacherDecay } =
  models;
const tiny = { vocabularySize: 30, blockSize: 12, layers: 2, heads: 2, size: 16 };
const small = { dModel: 16, nhead: 2, numEncoderLayers: 1, numDecoderLayers: 2, dimFeedforward: 32, dropout: 0 };

beforeEach(() => {
  manualSeed(0);
});

function expectNear(actual: Tensor, wanted: Tensor, tolerance: number): void {
  expect(actual.shape).toEqual(wanted.shape);
  expect(actual.sub(wanted).abs().max().item()).toBeLessThan(tolerance * Math.max(1, wanted.abs().max().item()));
}

describe("GPT", () => {
  const facts = reference<{ tokens: number[][]; logits: number[]; generated: number[] }>("gpt2");
  const file = new URL("../../reference/states/gpt2.safetensors", import.meta.url).pathname;
  const loaded = () => {
    const model = new GPT(tiny).eval();
    model.loadGPT2(io.safetensors.loadFile(file));
    return model;
  };

  test("with GPT-2's weights gives GPT-2's logits", () => {
    expectNear(loaded()(facts.tokens), tensor(facts.logits).reshape([2, 9, 30]), 1e-5);
  });

  test("writes what GPT-2 writes, with keys and values kept", () => {
    const written = text.generate(loaded().reader(), facts.tokens[0]!.slice(0, 3), { maxTokens: 8, temperature: 0 });
    expect(written).toEqual(facts.generated);
  });

  test("gives the same logits piece by piece as at once", () => {
    const model = loaded();
    const [tokens] = facts.tokens as [number[]];
    const cache = model.cache();
    const pieces = [tokens.slice(0, 4), tokens.slice(4, 7), tokens.slice(7)].map((piece) => model.run([piece], cache));
    const whole = model([tokens]);
    let at = 0;
    for (const piece of pieces) {
      expectNear(piece, whole.narrow(1, { start: at, length: piece.shape[1]! }), 1e-5);
      at += piece.shape[1]!;
    }
    expect(cache.length).toBe(9);
  });

  test("never looks ahead: what comes later changes nothing before", () => {
    const model = loaded();
    const [tokens] = facts.tokens as [number[]];
    const changed = [...tokens.slice(0, 5), 1, 2, 3, 4];
    expectNear(
      model([changed]).narrow(1, { start: 0, length: 5 }),
      model([tokens]).narrow(1, { start: 0, length: 5 }),
      1e-6,
    );
  });

  test("writes on beyond the longest text that it can see, and reads another text from its start", () => {
    const model = loaded();
    const reader = model.reader();
    expect(text.generate(reader, [1], { maxTokens: 30, temperature: 0 })).toHaveLength(30);
    expectNear(
      reader([5, 6]),
      model([[5, 6]])
        .select(1, 1)
        .select(0, 0),
      1e-5,
    );
  });

  test("has GPT-2's number of parameters at its size", () => {
    // 124,439,808 is what transformers counts for gpt2; per layer, head and table they follow from the size.
    const { vocabularySize: V, blockSize: B, layers: L, size: n } = tiny;
    const count = (v: number, b: number, l: number, d: number) => v * d + b * d + l * (12 * d * d + 13 * d) + 2 * d;
    expect(new GPT(tiny).numParameters()).toBe(count(V, B, L, n));
    expect(count(50257, 1024, 12, 768)).toBe(124_439_808);
  });

  test.each([
    [() => new GPT({ ...tiny, heads: 3 }), "Cannot split 16 numbers among 3 heads: they must be a multiple"],
    [
      () => new GPT(tiny)(zeros([1, 13], { dtype: "int32" })),
      "Cannot read [1,13] after 0 tokens: expected (batch, time), at most 12 in all",
    ],
  ])("says what is wrong (%#)", (act, message) => {
    expect(act).toThrow(new RangeError(message));
  });
});

describe("a recurrent language model", () => {
  test.each(["RNN", "GRU", "LSTM"] as const)("of %s cells reads token by token as at once", (cell) => {
    const model = new RecurrentLanguageModel(20, { cell, hiddenSize: 8, numLayers: 2 }).eval();
    const tokens = randint(20, [1, 6]);
    const reader = model.reader();
    const row = Array.from(tokens.data);
    const last = row.map((_, i) => reader(row.slice(0, i + 1))).at(-1)!;
    expectNear(last, model(tokens).select(1, -1).select(0, 0), 1e-5);
  });

  test("hands its state on: a text in two pieces gives the same logits, and a detached state ends the gradient", () => {
    const model = new RecurrentLanguageModel(20, { hiddenSize: 8 });
    const tokens = randint(20, [2, 6]);
    const [first, second] = [0, 3].map((start) => tokens.narrow(1, { start, length: 3 }));
    const [, state] = model.run(first!);
    const [logits] = model.run(second!, state);
    expectNear(logits, model(tokens).narrow(1, { start: 3, length: 3 }), 1e-5);
    const detached = models.detachState(state) as readonly [Tensor, Tensor];
    expect(detached.map((part) => part.gradFn)).toEqual([null, null]);
  });
});

/** Batches of sequences of 2 to 9 with their reversals, framed by a start (0) and an end (1). */
function reversal(batch: number, length: number) {
  const source = randint(8, [batch, length]).add(2);
  const target = source.flip(1);
  const rows = target.toArray() as number[][];
  return {
    source,
    input: tensor(
      rows.map((row) => [0, ...row]),
      { dtype: "int32" },
    ),
    answer: tensor(
      rows.map((row) => [...row, 1]),
      { dtype: "int32" },
    ),
    rows,
  };
}

describe("from sequence to sequence", () => {
  test.each(["dot", "general", "additive"] as const)(
    "a net with %s attention learns to reverse, and looks where it copies from",
    (attention) => {
      const model = new Seq2Seq(10, 10, { embeddingDim: 16, hiddenSize: 32, attention });
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.02 });
      for (let step = 0; step < 250; step++) {
        const { source, input, answer } = reversal(32, 3);
        optimizer.zeroGrad();
        F.crossEntropy(model(source, input).flatten({ end: 1 }), answer.flatten()).backward();
        optimizer.step();
      }
      const { source, input, rows } = reversal(50, 3);
      expect(text.exactMatch(model.translate(source, { start: 0, end: 1, maxTokens: 8 }), rows)).toBeGreaterThan(0.9);
      const { weights } = model.decode(input, model.encode(source));
      expect(weights!.shape).toEqual([50, 4, 3]);
      expectNear(weights!.sum({ dim: -1 }), zeros([50, 4]).add(1), 1e-5);
    },
  );

  test.each([false, true])(
    "padding in the source gets no attention, and changes nothing (two ways: %s)",
    (bidirectional) => {
      const model = new Seq2Seq(10, 10, { paddingIdx: 0, bidirectional }).eval();
      const { weights, logits } = model.decode([[2, 3]], model.encode([[3, 4, 0, 0]]));
      expect(weights!.narrow(-1, { start: 2, length: 2 }).abs().max().item()).toBe(0);
      expectNear(logits, model([[3, 4]], [[2, 3]]), 1e-6);
      const among = model(
        [
          [3, 4, 0, 0],
          [5, 6, 7, 8],
        ],
        [
          [2, 3],
          [2, 3],
        ],
      );
      expectNear(among.select(0, 0).unsqueeze(0), logits, 1e-6);
    },
  );

  test("an encoder of two directions knows at each place what follows, one of one direction does not", () => {
    for (const bidirectional of [false, true]) {
      const model = new Seq2Seq(10, 10, { bidirectional });
      const [short, long] = [[[3, 4]], [[3, 4, 5]]].map((source) => model.encode(source).states.select(1, 0));
      const apart = short!.sub(long!).abs().max().item();
      if (bidirectional) expect(apart).toBeGreaterThan(1e-3);
      else expect(apart).toBe(0);
      expect(model.encode([[3, 4]]).last.shape).toEqual([1, 1, 64]);
    }
    expect(() => new Seq2Seq(10, 10, { hiddenSize: 7, bidirectional: true })).toThrow(
      new RangeError("Cannot share 7 units between two directions: hiddenSize must be even"),
    );
  });

  test("without attention only the last state goes over", () => {
    const model = new Seq2Seq(10, 10, { attention: "none" });
    expect(model.decode([[0, 2]], model.encode([[3, 4, 5]])).weights).toBeNull();
    expect(model([[3, 4, 5]], [[0, 2]]).shape).toEqual([1, 2, 10]);
  });

  test("a Transformer learns to reverse", () => {
    const model = new TransformerTranslator(10, 10, { ...small, numDecoderLayers: 1, dModel: 32, maxLen: 16 });
    const optimizer = new optim.Adam(model.parameters(), { lr: 0.003 });
    for (let step = 0; step < 150; step++) {
      const { source, input, answer } = reversal(32, 3);
      optimizer.zeroGrad();
      F.crossEntropy(model(source, input).flatten({ end: 1 }), answer.flatten()).backward();
      optimizer.step();
    }
    const { source, rows } = reversal(50, 3);
    expect(text.exactMatch(model.eval().translate(source, { start: 0, end: 1, maxTokens: 8 }), rows)).toBeGreaterThan(
      0.9,
    );
  });

  test("padding of a Transformer changes nothing, in source and target", () => {
    const model = new TransformerTranslator(10, 10, { ...small, paddingIdx: 0, maxLen: 16 }).eval();
    const plain = model([[3, 4, 5]], [[2, 6]]);
    const padded = model([[3, 4, 5, 0, 0]], [[2, 6, 0]]);
    expectNear(padded.narrow(1, { start: 0, length: 2 }), plain, 1e-5);
  });

  test("a Transformer says so where a place may look nowhere, instead of giving NaN", () => {
    const model = new TransformerTranslator(10, 10, { ...small, paddingIdx: 0, maxLen: 16 }).eval();
    const startsWithPadding = new RangeError(
      "Cannot start a target with 0, the token that pads: nobody may look at it, so the first place would see nothing",
    );
    expect(() => model([[3, 4]], [[0, 6]])).toThrow(startsWithPadding);
    expect(() => model.translate([[3, 4]], { start: 0, end: 1, maxTokens: 4 })).toThrow(startsWithPadding);
    const source = [
      [3, 4],
      [0, 0],
    ];
    expect(() => model.translate(source, { start: 2, end: 1, maxTokens: 4 })).toThrow(
      new RangeError("Cannot read a source that is all padding (token 0): it needs another token"),
    );
  });

  test("the paper's Transformer has 6 and 6 layers of size 512: 44,140,544 numbers beside its one table of embeddings", () => {
    const model = new TransformerTranslator(50, 50, { shareEmbeddings: true, maxLen: 8 });
    expect(model.numParameters()).toBe(44_140_544 + 50 * 512);
    expect(() => new TransformerTranslator(5, 6, { ...small, shareEmbeddings: true })).toThrow(
      new RangeError("Cannot share embeddings of 5 and 6 tokens: there must be as many"),
    );
  });
});

describe("attention maps", () => {
  test("of all attentions in a run, head by head, without a trace in the model", () => {
    const model = new TransformerTranslator(10, 10, { ...small, dropout: 0.5, maxLen: 16 });
    model.transformer.decoder.eval();
    const maps = attentionMaps(model, () => model([[3, 4, 5]], [[2, 6]]));
    expect(maps.map(({ path }) => path)).toEqual([
      "transformer.encoder.layers.0.selfAttn",
      "transformer.decoder.layers.0.selfAttn",
      "transformer.decoder.layers.0.multiheadAttn",
      "transformer.decoder.layers.1.selfAttn",
      "transformer.decoder.layers.1.multiheadAttn",
    ]);
    expect(maps.map(({ weights }) => weights.shape.join())).toEqual([
      "1,2,3,3",
      "1,2,2,2",
      "1,2,2,3",
      "1,2,2,2",
      "1,2,2,3",
    ]);
    for (const { weights } of maps) expectNear(weights.sum({ dim: -1 }), weights.sum({ dim: -1 }).mul(0).add(1), 1e-5);
    // A decoder looks only back.
    expect(maps[1]!.weights.select(2, 0).select(-1, 1).abs().max().item()).toBe(0);
    expect([model.training, model.transformer.decoder.training]).toEqual([true, false]);
    expect(attentionMaps(model, () => {})).toEqual([]);
  });
});

describe("TextCNN", () => {
  test("finds a phrase wherever it stands", () => {
    const model = new TextCNN(20, 2, { channels: 4, dropout: 0, paddingIdx: 0 });
    const [early, late] = [
      [5, 6, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 5, 6, 7, 0, 0, 0, 0],
    ];
    // Filters see the phrase with two places of padding on each side in both texts, but for what stands at the very start.
    const pooled = (row: number[]) => model.answers([[0, 0, 0, 0, ...row]]).map((answers) => answers.amax({ dim: -1 }));
    pooled(early!).forEach((answers, i) => {
      expectNear(answers, pooled(late!)[i]!, 1e-6);
    });
  });

  test("refuses a text that is shorter than a filter", () => {
    expect(() => new TextCNN(20, 2)([[1, 2, 3]])).toThrow(
      new RangeError("Cannot read texts of [1,3]: expected (batch, time) with a time ≥ 5"),
    );
  });
});

describe("a rollout", () => {
  const addOne = (x: Tensor, calls: number): [Tensor, number] => [x.add(1), calls + 1];
  const truth = [[[0]], [[10]], [[20]]];

  test("with a teacher gets the truth at each step, without one its own answers", () => {
    expect(rollout(addOne, truth, 0).outputs.flatten().toArray()).toEqual([1, 11, 21]);
    const free = rollout(addOne, truth, 0, { teacher: 0 });
    expect(free.outputs.flatten().toArray()).toEqual([1, 2, 3]);
    expect(free.states).toEqual([1, 2, 3]);
  });

  test("in between throws a coin for each row", () => {
    const rows = 4000;
    const inputs = zeros([2, rows, 1]);
    const share = rollout(addOne, inputs, 0, { teacher: 0.25 }).outputs.select(0, 1).sub(1).mean().item();
    // Own answers are 1 where the truth is 0; five standard deviations.
    expect(Math.abs(share - 0.75)).toBeLessThan(5 * Math.sqrt((0.25 * 0.75) / rows));
  });

  test("the chance can be another one at each step, and is checked", () => {
    expect(
      rollout(addOne, truth, 0, { teacher: (step) => (step === 1 ? 0 : 1) })
        .outputs.flatten()
        .toArray(),
    ).toEqual([1, 2, 21]);
    expect(() => rollout(addOne, truth, 0, { teacher: 2 })).toThrow(/Cannot give the truth with chance 2/);
  });

  test("gradients flow through own answers", () => {
    const slope = tensor(2, { requiresGrad: true });
    const { outputs } = rollout((x, state: null) => [x.mul(slope), state], [[[1]], [[0]], [[0]]], null, { teacher: 0 });
    outputs.select(0, 2).sum().backward();
    // (x s³)′ = 3 s² x
    expect(slope.grad!.item()).toBe(12);
  });

  test("teachers leave by the curves of the paper", () => {
    expect(teacherDecay.linear({ slope: 0.5, least: 0.1 })(3)).toBe(0.1);
    expect(teacherDecay.exponential({ base: 0.9 })(2)).toBeCloseTo(0.81, 12);
    expect(teacherDecay.inverseSigmoid({ k: 10 })(0)).toBeCloseTo(10 / 11, 12);
  });
});

test("the judge of professor forcing tells two kinds of runs apart, and its losses pull in opposite directions", () => {
  const judge = new models.ProfessorDiscriminator(2, 8);
  const [forced, free] = [tensor(Array(16).fill(Array(5).fill([1, 0]))), tensor(Array(16).fill(Array(5).fill([0, 1])))];
  const optimizer = new optim.Adam(judge.parameters(), { lr: 0.02 });
  for (let step = 0; step < 40; step++) {
    optimizer.zeroGrad();
    judge.judgeLoss(forced, free).backward();
    optimizer.step();
  }
  noGrad(() => {
    expect(judge.accuracy(forced, free)).toBe(1);
    expect(judge.accuracy(forced, forced)).toBe(0.5);
    expect(judge.foolLoss(free).item()).toBeGreaterThan(judge.foolLoss(forced).item());
  });
});

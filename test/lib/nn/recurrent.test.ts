/** Recurrent layers and cells: against PyTorch, and what they must do. */
import { describe, expect, test } from "@jest/globals";
import {
  allClose,
  F,
  gradcheck,
  gradients,
  manualSeed,
  nn,
  optim,
  RandomGenerator,
  rand,
  randint,
  Tensor,
  tensor,
  zeros,
} from "../../../lib/index.ts";
import { type Dumped, expectClose, load, type Precision, precisions, reference, seedFor } from "../reference.ts";

type Made = { outputs: Dumped[]; inputGrads: Dumped[]; parameterGrads: Record<string, Dumped> };

interface Case {
  readonly layer: string;
  readonly args: readonly number[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly lengths: readonly number[] | null;
  readonly state: Readonly<Record<string, Dumped>>;
  readonly inputs: readonly Dumped[];
  readonly float64: Made;
  readonly float32: Made;
}

type Given = Tensor | nn.utils.rnn.PackedSequence;
type Nested = Given | readonly Nested[];
type AnyRecurrent = nn.Module & ((x: Given, state?: Tensor | readonly Tensor[]) => Nested);

const { PackedSequence, packPaddedSequence, packSequence, padPackedSequence, padSequence } = nn.utils.rnn;
const cases = reference<Case[]>("nn-recurrent");

function build({ layer, args, options, state }: Case, dtype: Precision): AnyRecurrent {
  const make = (nn as unknown as Record<string, new (...args: unknown[]) => AnyRecurrent>)[layer]!;
  const module = new make(...args, options).to(dtype);
  module.loadStateDict(Object.fromEntries(Object.entries(state).map(([k, v]) => [k, load(v, dtype)])));
  return module;
}

/** All tensors that a layer gave, in order, packed ones padded. */
function flatten(made: Nested, batchFirst: boolean): Tensor[] {
  if (made instanceof PackedSequence) return [padPackedSequence(made, { batchFirst })[0]];
  return made instanceof Tensor ? [made] : (made as readonly Nested[]).flatMap((item) => flatten(item, batchFirst));
}

describe.each(
  cases.map((c) => [`${c.layer}(${c.args}, ${JSON.stringify(c.options)}) of [${c.inputs[0]!.shape}]`, c] as const),
)("%s", (_, row) => {
  test.each(precisions)("gives PyTorch's outputs, states and gradients in %s", (dtype, tolerance) => {
    const module = build(row, dtype);
    const leaves = row.inputs.map((x) => load(x, dtype).requiresGrad_());
    const [x, ...states] = leaves as [Tensor, ...Tensor[]];
    const batchFirst = row.options.batchFirst === true;
    const given = row.lengths === null ? x : packPaddedSequence(x, row.lengths, { batchFirst, enforceSorted: false });
    const start = states.length === 0 ? undefined : row.layer.startsWith("LSTM") ? states : states[0];
    const outputs = flatten(module(given, start), batchFirst);
    const made = row[dtype];
    expect(outputs).toHaveLength(made.outputs.length);
    outputs.forEach((y, i) => {
      expectClose(`output ${i}`, y, made.outputs[i]!, tolerance);
    });
    const total = outputs.map((y) => y.mul(seedFor(y)).sum()).reduce((a, b) => a.add(b));
    const named = module.namedParameters();
    expect(named.map(([name]) => name)).toEqual(Object.keys(made.parameterGrads));
    const grads = gradients(total, [...leaves, ...named.map(([, p]) => p)]);
    [...made.inputGrads, ...Object.values(made.parameterGrads)].forEach((grad, i) => {
      expectClose(`gradient ${i}`, grads[i]!, grad, tolerance);
    });
  });

  test("keeps the names of its parameters in PyTorch's spelling", () => {
    expect(Object.keys(build(row, "float32").stateDict())).toEqual(Object.keys(row.state));
  });
});

describe("recurrent layers", () => {
  test("have the second derivative that finite differences of the first give", () => {
    for (const layer of [new nn.RNN(2, 2), new nn.GRU(2, 2), new nn.LSTM(2, 2)]) {
      layer.double();
      const slope = (x: Tensor) => {
        const watched = x.requiresGrad ? x : x.detach().requiresGrad_();
        const y = (layer as nn.RNN)(watched)[0].square().sum();
        return gradients(y, [watched], null, { createGraph: true })[0]!;
      };
      expect(gradcheck(slope, [rand([3, 1, 2], { dtype: "float64" })])).toBe(true);
    }
  });

  test("start uniform on ±1/√hiddenSize", () => {
    manualSeed(0);
    const values = new nn.LSTM(30, 25).parameters().flatMap((p) => [...p.data]);
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(Math.fround(0.2));
    const variance = values.reduce((sum, v) => sum + v * v, 0) / values.length;
    expect(Math.abs(variance / (0.04 / 3) - 1)).toBeLessThan(4 * Math.sqrt(0.8 / values.length));
  });

  test("drop outputs between layers in training only, and not those of the last layer", () => {
    const layer = new nn.RNN(2, 50, { numLayers: 2, dropout: 0.5, generator: new RandomGenerator(1) });
    const x = rand([4, 1, 2]);
    expect(allClose(layer(x)[0], layer(x)[0])).toBe(false);
    expect(layer(x)[0].eq(0).sum().item()).toBe(0);
    layer.eval();
    expect(allClose(layer(x)[0], layer(x)[0])).toBe(true);
  });

  test("run step by step as their cells do", () => {
    const layer = new nn.LSTM(3, 4);
    const cell = new nn.LSTMCell(3, 4);
    cell.loadStateDict(
      Object.fromEntries(Object.entries(layer.stateDict()).map(([name, value]) => [name.replace("_l0", ""), value])),
    );
    const x = rand([5, 2, 3]);
    let state: [Tensor, Tensor] = [zeros([2, 4]), zeros([2, 4])];
    for (const step of x.unbind()) state = cell(step, state);
    const [, [h, c]] = layer(x);
    expect(allClose(h.select(0, 0), state[0])).toBe(true);
    expect(allClose(c.select(0, 0), state[1])).toBe(true);
  });

  test("an LSTM learns to recall the first of many signs, whose gradient must come all the way back", () => {
    manualSeed(3);
    const generator = new RandomGenerator(4);
    const lstm = new nn.LSTM(2, 12);
    const output = new nn.Linear(12, 1);
    const optimizer = new optim.Adam([...lstm.parameters(), ...output.parameters()], { lr: 0.02 });
    const batch = (): [Tensor, Tensor] => {
      const first = randint(0, 2, [1, 32, 1], { generator }).to("float32");
      const noise = rand([14, 32, 1], { generator });
      const signal = F.pad(first.mul(2).sub(1), [0, 0, 0, 0, 0, 14]);
      const x = F.pad(noise, [0, 0, 0, 0, 1, 0]).sub(0.5).mul(2);
      return [joined(signal, x), first.reshape([32, 1])];
    };
    const joined = (a: Tensor, b: Tensor) => F.pad(a, [0, 1]).add(F.pad(b, [1, 0]));
    const lossOf = ([x, y]: [Tensor, Tensor]) => F.binaryCrossEntropyWithLogits(output(lstm(x)[0].select(0, 14)), y);
    for (let step = 0; step < 120; step++) {
      optimizer.zeroGrad();
      lossOf(batch()).backward();
      optimizer.step();
    }
    expect(lossOf(batch()).item()).toBeLessThan(0.1);
  });

  test.each<[string, () => unknown, string]>([
    [
      "inputs of another size",
      () => new nn.RNN(3, 4)(rand([5, 2, 2])),
      "Cannot run RNN on [5,2,2]: it must be (steps, batch, 3), or (steps, 3) without batch",
    ],
    [
      "a state of another size",
      () => new nn.GRU(3, 4)(rand([5, 2, 3]), zeros([1, 1, 4])),
      "Cannot start GRU from a state of [1,1,4]: expected [1,2,4]",
    ],
    ["no layers", () => new nn.RNN(3, 4, { numLayers: 0 }), "Cannot make 0 recurrent layers"],
    ["other activations", () => new nn.RNN(3, 4, { nonlinearity: "gelu" as "relu" }), "it must be tanh or relu"],
    ["probabilities above 1", () => new nn.LSTM(3, 4, { dropout: 2 }), "it must be from 0 to 1"],
    ["projections that do not reduce", () => new nn.LSTM(3, 4, { projSize: 4 }), "they must become fewer"],
    ["a cell's input of another size", () => new nn.LSTMCell(3, 4)(rand([2, 2])), "it must be (batch, 3) or (3)"],
    ["a cell's state of another size", () => new nn.GRUCell(3, 4)(rand([2, 3]), rand([2, 3])), "expected [2,4]"],
  ])("refuse %s", (_, run, message) => {
    expect(run).toThrow(RangeError);
    expect(run).toThrow(message);
  });
});

describe("packed sequences", () => {
  test("hold the elements step by step, the longest sequence first", () => {
    const packed = packSequence([[1], [2, 3, 4], [5, 6]], { enforceSorted: false });
    expect(packed.data.toArray()).toEqual([2, 5, 1, 3, 6, 4]);
    expect(packed.batchSizes).toEqual([3, 2, 1]);
    expect(packed.sortedIndices).toEqual([1, 2, 0]);
  });

  test("come back padded as they were, with their lengths", () => {
    const x = padSequence([tensor([1]), tensor([2, 3, 4]), tensor([5, 6])], { batchFirst: true, paddingValue: -1 });
    const packed = packPaddedSequence(x, [1, 3, 2], { batchFirst: true, enforceSorted: false });
    const [padded, lengths] = padPackedSequence(packed, { batchFirst: true, paddingValue: -1, totalLength: 4 });
    expect(padded.toArray()).toEqual([
      [1, -1, -1, -1],
      [2, 3, 4, -1],
      [5, 6, -1, -1],
    ]);
    expect(lengths).toEqual([1, 3, 2]);
  });

  test.each<[string, () => unknown, string]>([
    [
      "rising lengths",
      () => packSequence([[1], [2, 3]]),
      "they must not rise; sort them, or pass enforceSorted: false",
    ],
    ["a length of 0", () => packPaddedSequence([[1, 2]], [1, 0]), "give 2 whole numbers from 1 to 1"],
    ["no sequences", () => padSequence([]), "Cannot pad no sequences: give at least one"],
    ["sequences of other elements", () => padSequence([[[1, 2]], [[1]]]), "they may differ in length only"],
    [
      "less than all steps",
      () => padPackedSequence(packSequence([[1, 2]]), { totalLength: 1 }),
      "the longest sequence has 2",
    ],
  ])("refuse %s", (_, run, message) => {
    expect(run).toThrow(RangeError);
    expect(run).toThrow(message);
  });
});

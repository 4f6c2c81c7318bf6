/** Exported models give in onnxruntime what our modules give. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as ort from "onnxruntime-web";
import {
  abs,
  amax,
  argmax,
  cat,
  cumSum,
  diagonal,
  eye,
  F,
  flip,
  io,
  logSumExp,
  manualSeed,
  maximum,
  nn,
  noGrad,
  ones,
  pad,
  prod,
  rand,
  randint,
  randn,
  softmax,
  type Tensor,
  tensor,
  tril,
  where,
} from "../../../lib/index.ts";

type Exportable = io.onnx.Exportable;

beforeAll(() => {
  // Threads of its own would outlive the tests.
  ort.env.wasm.numThreads = 1;
});

/** The outputs of a model in onnxruntime. */
async function runtime(
  bytes: Uint8Array,
  inputs: Record<string, Tensor>,
): Promise<{ data: number[]; dims: readonly number[] }[]> {
  const session = await ort.InferenceSession.create(bytes);
  try {
    const feeds = Object.entries(inputs).map(([name, x]) => {
      const type = x.dtype as "float32" | "int32" | "bool";
      return [name, new ort.Tensor(type, x.data.slice() as Float32Array, [...x.shape])] as const;
    });
    const results = await session.run(Object.fromEntries(feeds));
    return session.outputNames.map((name) => ({
      data: Array.from(results[name]!.data as Float32Array, Number),
      dims: results[name]!.dims,
    }));
  } finally {
    await session.release();
  }
}

/** Both programs on inputs other than those of the export. */
async function expectSame(module: Exportable, makeInputs: () => Tensor[], tolerance = 1e-5): Promise<void> {
  const bytes = io.onnx.toBytes(module, makeInputs());
  const inputs = makeInputs();
  const names = inputs.map((_, i) => (inputs.length === 1 ? "input" : `input_${i}`));
  const found = await runtime(bytes, Object.fromEntries(inputs.map((x, i) => [names[i]!, x])));
  const wanted = [noGrad(() => module(...(inputs as never[])))].flat(2) as Tensor[];
  expect(found.map(({ dims }) => dims)).toEqual(wanted.map((y) => y.shape));
  wanted.forEach((y, i) => {
    const scale = Math.max(1e-30, ...Array.from(y.data, Math.abs).filter(Number.isFinite));
    y.data.forEach((v, k) => {
      const other = found[i]!.data[k]!;
      if (!(Object.is(v, other) || v === other || Math.abs(v - other) <= tolerance * scale)) {
        throw new Error(`Output ${i} is ${v} at ${k}, in onnxruntime ${other}`);
      }
    });
  });
}

describe("modules", () => {
  class Residual extends nn.Module {
    readonly conv = new nn.Conv2d(4, 4, 3, { padding: 1, groups: 2 });
    readonly norm = new nn.BatchNorm2d(4);
    forward(x: Tensor): Tensor {
      return F.relu(this.norm(this.conv(x)).add(x));
    }
  }

  const rows: [name: string, make: () => nn.Module, inputs: () => Tensor[]][] = [
    [
      "a perceptron of layers",
      () => new nn.Sequential(new nn.Linear(3, 8), new nn.Tanh(), new nn.Dropout(0.5), new nn.Linear(8, 2)),
      () => [randn([4, 3])],
    ],
    [
      "LeNet",
      () =>
        new nn.Sequential(
          new nn.Conv2d(1, 6, 5, { padding: 2 }),
          new nn.ReLU(),
          new nn.MaxPool2d(2),
          new nn.Conv2d(6, 16, 5),
          new nn.Sigmoid(),
          new nn.AvgPool2d(2),
          new nn.Flatten(),
          new nn.Linear(16 * 5 * 5, 10),
          new nn.Softmax(1),
        ),
      () => [randn([2, 1, 28, 28])],
    ],
    [
      "a residual net with batch normalization",
      () =>
        new nn.Sequential(
          new nn.Conv2d(3, 4, 3, { stride: 2, padding: 1, dilation: 1 }),
          new nn.MaxPool2d(3, { stride: 2, padding: 1, ceilMode: true }),
          new Residual(),
          new nn.AdaptiveAvgPool2d(1),
          new nn.Flatten(),
        ),
      () => [randn([2, 3, 17, 18])],
    ],
    [
      "a transposed convolution",
      () => new nn.ConvTranspose2d(2, 3, 3, { stride: 2, padding: 1, outputPadding: 1 }),
      () => [randn([1, 2, 4, 5])],
    ],
    [
      "layer normalization and GELU",
      () => new nn.Sequential(new nn.LayerNorm(5), new nn.GELU()),
      () => [randn([2, 5])],
    ],
    [
      "an embedding of words",
      () => new nn.Sequential(new nn.Embedding(7, 4), new nn.Linear(4, 2)),
      () => [randint(0, 7, [2, 3])],
    ],
    ["an LSTM", () => new nn.LSTM(3, 4, { numLayers: 2, bidirectional: true }), () => [randn([5, 2, 3])]],
    ["a GRU", () => new nn.GRU(3, 4, { batchFirst: true }), () => [randn([2, 5, 3])]],
    [
      "attention",
      () => new nn.MultiheadAttention(8, 2, { batchFirst: true }),
      () => [randn([2, 3, 8]), randn([2, 4, 8]), randn([2, 4, 8])],
    ],
    [
      "a Transformer",
      () =>
        new nn.Transformer({
          dModel: 8,
          nhead: 2,
          numEncoderLayers: 1,
          numDecoderLayers: 1,
          dimFeedforward: 16,
          batchFirst: true,
        }),
      () => [randn([2, 4, 8]), randn([2, 3, 8])],
    ],
  ];

  test.each(rows)("%s gives the same in onnxruntime", async (_, make, inputs) => {
    manualSeed(0);
    const module = make();
    // Statistics that are not the ones of the start.
    module.train();
    module(...(inputs() as never[]));
    await expectSame(module.eval(), inputs);
  });

  test("in training are exported as they are in evaluation, and stay in training", async () => {
    const module = new nn.Sequential(new nn.Linear(3, 3), new nn.Dropout(0.5));
    const bytes = io.onnx.toBytes(module, [ones([1, 3])]);
    expect(module.training).toBe(true);
    const [found] = await runtime(bytes, { input: ones([1, 3]) });
    const wanted = module.eval()(ones([1, 3])) as Tensor;
    found!.data.forEach((v, i) => {
      expect(v).toBeCloseTo(wanted.data[i]!, 5);
    });
  });
});

describe("ops", () => {
  const positive = () => [rand([2, 3]).add(0.5)];
  const rows: [name: string, run: (x: Tensor) => unknown, inputs?: () => Tensor[]][] = [
    [
      "arithmetic with numbers and broadcasting",
      (x) =>
        x
          .mul(2)
          .add(tensor([1, 2, 3]))
          .div(3)
          .sub(x)
          .pow(2),
    ],
    [
      "elementary functions",
      (x) => [
        x.exp(),
        x.log(),
        x.sqrt(),
        x.rsqrt(),
        x.reciprocal(),
        x.log1p(),
        x.expm1(),
        x.log2(),
        x.log10(),
        x.erf(),
        x.square(),
      ],
      positive,
    ],
    ["trigonometry", (x) => [x.sin(), x.cos(), x.tan(), x.sinh(), x.cosh(), x.atan(), x.asinh()]],
    [
      "activations",
      (x) => [
        F.relu(x),
        F.leakyRelu(x),
        F.elu(x),
        F.silu(x),
        F.softplus(x),
        F.logSigmoid(x),
        F.hardtanh(x),
        F.relu6(x),
        F.mish(x),
        F.softsign(x),
        F.selu(x),
      ],
    ],
    [
      "rounding and signs",
      (x) => [
        x.floor(),
        x.ceil(),
        x.round(),
        x.sign(),
        abs(x),
        x.neg(),
        x.clamp({ min: -1 }),
        x.clamp({ min: -1, max: 1 }),
      ],
      () => [randn([3, 4]).mul(3)],
    ],
    [
      "comparisons and choices",
      (x) => [
        where(x.gt(0), x, x.mul(0.1)),
        x.le(0.5),
        x.eq(x),
        x.ne(1),
        x.gt(0).logicalAnd(x.lt(1)).logicalNot(),
        maximum(x, 0.2),
      ],
    ],
    [
      "reductions",
      (x) => [
        x.sum(),
        x.sum({ dim: 1, keepDim: true }),
        x.mean({ dim: 0 }),
        amax(x, { dim: 1 }),
        prod(x, { dim: 0 }),
        logSumExp(x, { dim: 1 }),
        x.variance({ dim: 1 }),
        x.norm(),
        x.std(),
      ],
    ],
    ["softmax along any dimension", (x) => [softmax(x, 0), F.logSoftmax(x, { dim: -1 }), cumSum(x, 1)]],
    [
      "shapes",
      (x) => [x.reshape([3, 2]), x.t(), x.unsqueeze(0).expand([4, 2, 3]), x.flatten(), x.unsqueeze(1).squeeze()],
    ],
    [
      "parts",
      (x) => [
        x.slice(null, [1, null]),
        x.slice(-1),
        flip(x, 1),
        x.slice(null, [null, null, -2]),
        x.select(1, 1),
        x.narrow(0, { start: 1, length: 1 }),
        diagonal(x),
      ],
    ],
    ["joining and padding", (x) => [cat([x, x.neg()], 1), pad(x, [1, 2, 0, 1], { value: 7 }), cat([x, ones([1, 3])])]],
    ["matrices", (x) => [x.matmul(x.t()), tril(x), x.matmul(tensor([1, 2, 3])), x.unsqueeze(0).matmul(eye(3))]],
    ["types", (x) => [x.int().add(1), x.gt(0).float().sum(), x.double().float(), x.gt(0).mul(x)]],
    ["values that do not depend on the input", () => ones([2]).mul(3)],
  ];

  test.each(rows)("%s give the same in onnxruntime", async (_, run, inputs = () => [randn([2, 3])]) => {
    manualSeed(1);
    await expectSame(run, inputs);
  });
});

describe("files", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "gradbook-onnx-"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test("carry the names that they were given, and the parameters by path", async () => {
    const path = join(folder, "model.onnx");
    const module = new nn.Sequential(new nn.Linear(2, 1));
    io.onnx.exportFile(module, path, {
      inputs: [ones([1, 2])],
      inputNames: ["x"],
      outputNames: ["price"],
    });
    const bytes = readFileSync(path);
    const session = await ort.InferenceSession.create(bytes);
    expect([session.inputNames, session.outputNames]).toEqual([["x"], ["price"]]);
    expect(bytes.includes("0.weight")).toBe(true);
    await session.release();
  });
});

describe("what a graph cannot say is refused:", () => {
  const x = randn([2, 3]);
  const cases: [string, () => unknown][] = [
    [
      "Cannot export floorDivide of [2,3], [] to ONNX: no operator is known for it",
      () => io.onnx.toBytes((y: Tensor) => y.floorDivide(2), [x]),
    ],
    [
      "depends on the input through plain numbers",
      () => io.onnx.toBytes((y: Tensor) => y.mul(y.select(0, 0).select(0, 0).item()), [x]),
    ],
    [
      "depends on the input through plain numbers or an op without a graph, such as argmax or sort",
      () =>
        io.onnx.toBytes(
          (y) => argmax(y, { dim: 1 }),
          [
            tensor([
              [1, 2, 9],
              [9, 1, 2],
            ]),
          ],
        ),
    ],
    [
      "its result is changed in place afterwards, which a graph cannot say",
      () => io.onnx.toBytes((y: Tensor) => y.mul(2).add_(1), [x]),
    ],
    ["Cannot export a module that gives a string: it must give tensors", () => io.onnx.toBytes(() => "no", [x])],
    [
      "Cannot name 1 inputs by 2 names: a, b",
      () => io.onnx.toBytes((y: Tensor) => y.neg(), [x], { inputNames: ["a", "b"] }),
    ],
  ];
  test.each(cases)("%s", (text, broken) => {
    expect(broken).toThrow(text);
  });
});

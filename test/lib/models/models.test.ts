/** The models are torchvision's, at their published size: names and shapes of states, shapes of what each layer gives, and outputs. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { fromData, models, nn, noGrad, optim, rand, type Tensor, tensor, zeros } from "../../../lib/index.ts";
import { reference } from "../reference.ts";

interface Case {
  readonly name: string;
  readonly parameters: number;
  /** The side of the pictures that outputs are of. */
  readonly side: number;
  /** The side of those that the shapes of layers are of. */
  readonly shapesAt: number;
  readonly channels: number;
  readonly state: Readonly<Record<string, readonly number[]>>;
  readonly layers: Readonly<Record<string, readonly number[]>>;
  /** Up to fifty numbers of each output, made in float64, and the greatest magnitude of all. */
  readonly outputs: readonly { readonly values: number[]; readonly scale: number }[];
}

const cases = reference<Case[]>("models");
const bare = { initWeights: false };
const makers: Readonly<Record<string, () => nn.Layer>> = {
  LeNet: () => new models.LeNet(),
  AlexNet: () => new models.AlexNet(bare),
  "AlexNet in two towers": () => new models.AlexNet({ ...bare, towers: 2 }),
  ZFNet: () => new models.ZFNet(bare),
  vgg11: () => models.vgg11(bare),
  vgg13: () => models.vgg13(bare),
  vgg16: () => models.vgg16(bare),
  "vgg16 with batch norm": () => models.vgg16({ ...bare, batchNorm: true }),
  vgg19: () => models.vgg19(bare),
  GoogLeNet: () => new models.GoogLeNet(bare),
  "GoogLeNet of the paper": () => new models.GoogLeNet({ ...bare, form: "paper" }),
  resnet18: () => models.resnet18(bare),
  resnet34: () => models.resnet34(bare),
  resnet50: () => models.resnet50(bare),
  resnet101: () => models.resnet101(bare),
  resnet152: () => models.resnet152(bare),
  plain18: () => models.plain18(bare),
  plain34: () => models.plain34(bare),
  resnet20: () => models.resnet20(bare),
  plain20: () => models.plain20(bare),
};

// Globals are slow to reach from a test's own world, and there are many numbers.
const { imul } = Math;

/** Numbers in [-1, 1) by mixing the bits of start, start + 1, …; tools/reference/models.py has the same. */
function numberAt(i: number): number {
  let x = i;
  x = imul(x ^ (x >>> 16), 0x45d9f3b) >>> 0;
  x = imul(x ^ (x >>> 16), 0x119de1f3) >>> 0;
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 31 - 1;
}

/** Puts the numbers of the formula where the reference put them. */
function fill(module: nn.Module, names: readonly string[]): void {
  const state = module.stateDict();
  let start = 0;
  for (const name of names) {
    const values = state[name]!;
    if (values.dtype !== "float32") continue;
    const { data, shape } = values;
    const fan = shape.slice(1).reduce((a, b) => a * b, 1);
    const small = /bn[23]\.weight$/.test(name) ? 0.3 : 1;
    // One loop for each kind, because there are up to 144 million numbers.
    if (shape.length >= 2) {
      const bound = (6 / fan) ** 0.5;
      for (let i = 0; i < data.length; i++) data[i] = numberAt(start + i) * bound;
    } else if (name.endsWith("running_var")) {
      for (let i = 0; i < data.length; i++) data[i] = 1 + numberAt(start + i) / 2;
    } else if (name.endsWith("weight")) {
      for (let i = 0; i < data.length; i++) data[i] = (1 + numberAt(start + i) / 2) * small;
    } else {
      for (let i = 0; i < data.length; i++) data[i] = numberAt(start + i) / 10;
    }
    start += data.length;
  }
}

function picked(x: Tensor): number[] {
  const step = Math.max(1, Math.floor(x.size / 50));
  return Array.from({ length: Math.ceil(x.size / step) }, (_, i) => x.data[i * step]!);
}

test("every model of the reference is ours", () => {
  expect(cases.map(({ name }) => name)).toEqual(Object.keys(makers));
});

describe.each(cases)("$name", ({ name, parameters, side, shapesAt, channels, state, layers, outputs }) => {
  let model: nn.Layer;
  beforeAll(() => {
    model = makers[name]!();
  });
  // Some have half a gigabyte, which none should keep while the next is looked at.
  afterAll(() => {
    model = new models.LeNet();
  });

  test("has PyTorch's parameters, under its names and of its shapes", () => {
    expect(model.numParameters()).toBe(parameters);
    const own = Object.entries(model.stateDict()).map(([path, { shape }]) => [path, [...shape]]);
    expect(Object.fromEntries(own)).toEqual(state);
  });

  test("gives planes of PyTorch's shapes layer by layer", () => {
    const { rows } = model.summary(zeros([1, channels, shapesAt, shapesAt]));
    const own = new Map(rows.map(({ path, output }) => [path, output]));
    const wanted = Object.entries(layers).filter(([path]) => own.has(path));
    // Layers that ours write as functions, such as ReLU and local response normalization, have no row.
    const withWeights = Object.keys(state).flatMap((key) => (key.endsWith(".weight") ? [key.slice(0, -7)] : []));
    const inTraining = /^aux\d/;
    expect(withWeights.filter((path) => !inTraining.test(path) && !own.has(path))).toEqual([]);
    expect(wanted.map(([path]) => [path, own.get(path)])).toEqual(wanted);
  });

  test("gives PyTorch's outputs from the same weights", () => {
    fill(model, Object.keys(state));
    const x = fromData(
      Float32Array.from({ length: 2 * channels * side * side }, (_, i) => numberAt(7 + i)),
      [2, channels, side, side],
    );
    for (const module of model.modules()) if (module instanceof nn.Dropout) Object.assign(module, { p: 0 });
    model.eval();
    const run = (): Tensor[] => {
      if (!(model instanceof models.GoogLeNet)) return [model(x)];
      // Only the switch of the auxiliary classifiers: batch normalization goes on with its running statistics.
      for (const part of [model, model.aux1!, model.aux2!]) part.training = true;
      const { logits, auxLogits2, auxLogits1 } = model.outputs(x);
      return [logits, auxLogits2!, auxLogits1!];
    };
    const made = noGrad(run);
    expect(made.length).toBe(outputs.length);
    outputs.forEach(({ values, scale }, i) => {
      const worst = Math.max(...picked(made[i]!).map((v, k) => Math.abs(v - values[k]!))) / scale;
      expect(worst).toBeLessThan(1e-5);
    });
  });
});

describe("models", () => {
  test("forward a picture of 224 by 224 pixels through ResNet-50 within 1 GB", () => {
    const program = `
      import { models, noGrad, rand } from ${JSON.stringify(new URL("../../../lib/index.ts", import.meta.url).href)};
      let most = 0;
      const look = () => { most = Math.max(most, process.memoryUsage().rss); };
      const net = models.resnet50().eval();
      for (const module of net.modules()) module.registerForwardHook(look);
      const y = noGrad(() => net(rand([1, 3, 224, 224])));
      console.log(JSON.stringify([y.shape, Number.isFinite(y.sum().item()), most]));
    `;
    const output = execFileSync(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", program], {
      cwd: join(import.meta.dirname, "../../.."),
      encoding: "utf8",
    });
    const [shape, finite, bytes] = JSON.parse(output.trim().split("\n").at(-1)!) as [number[], boolean, number];
    expect([shape, finite]).toEqual([[1, 1000], true]);
    expect(bytes).toBeGreaterThan(25_557_032 * 4);
    expect(bytes).toBeLessThan(1e9);
  });

  test("start with He's deviation, so that planes keep their size through the layers", () => {
    const net = models.vgg11({ width: 16, hidden: 64, side: 1, numClasses: 10 });
    const convolutions = net.modules().filter((module) => module instanceof nn.Conv2d);
    for (const conv of convolutions) {
      const deviation = Math.sqrt(2 / (conv.outChannels * 9));
      const { size } = conv.weight;
      // Five standard deviations of an estimated deviation.
      const reach = (5 * deviation) / Math.sqrt(2 * size);
      expect(Math.abs(conv.weight.std().item() - deviation)).toBeLessThan(reach);
      expect(conv.bias!.abs().sum().item()).toBe(0);
    }
  });

  test("of two towers keep them apart where the paper does", () => {
    const net = new models.AlexNet({ towers: 2, width: 12, hidden: 16, numClasses: 3 });
    const groups = net.modules().flatMap((module) => (module instanceof nn.Conv2d ? [module.groups] : []));
    expect(groups).toEqual([1, 2, 1, 2, 2]);
  });

  test("that are plain and residual have as many numbers as each other where shortcuts have none", () => {
    expect(models.plain20().numParameters()).toBe(models.resnet20().numParameters());
    const block = new models.BasicBlock({ inputs: 4, planes: 4, stride: 1 }).eval();
    noGrad(() => block.bn2.weight!.zero_());
    const x = rand([1, 4, 5, 5]);
    // A block that adds nothing passes its input on: what a plain one has to learn, a residual one is born with.
    expect(noGrad(() => block(x)).data).toEqual(x.data);
  });

  test("train: GoogLeNet's auxiliary classifiers get and give gradients through its loss", () => {
    const net = new models.GoogLeNet({ width: 8, numClasses: 2, dropout: 0, dropoutAux: 0 });
    const [x, y] = [rand([2, 3, 64, 64]), tensor([0, 1], { dtype: "int32" })];
    const logits = net(x);
    const whole = net.loss(logits, y);
    const { auxLogits1, auxLogits2 } = net.outputs(x);
    const parts = [logits, auxLogits1!, auxLogits2!].map((z) => new nn.CrossEntropyLoss()(z, y).item());
    expect(whole.item()).toBeCloseTo(parts[0]! + 0.3 * (parts[1]! + parts[2]!), 5);
    whole.backward();
    expect(net.parameters().filter((p) => p.grad === null)).toEqual([]);
    expect(net.eval()(x).shape).toEqual([2, 2]);
    expect(net.loss(net(x), y).item()).toBeCloseTo(new nn.CrossEntropyLoss()(net(x), y).item(), 6);
  });

  test.each<[string, () => nn.Layer, number]>([
    ["LeNet", () => new models.LeNet(), 28],
    [
      "a small AlexNet",
      () => new models.AlexNet({ small: true, inChannels: 1, numClasses: 10, width: 8, hidden: 32 }),
      28,
    ],
    [
      "a small AlexNet in two towers",
      () => new models.AlexNet({ small: true, towers: 2, inChannels: 1, numClasses: 10, width: 12, hidden: 32 }),
      28,
    ],
    [
      "a small ZFNet",
      () => new models.ZFNet({ small: true, inChannels: 1, numClasses: 10, width: 12, hidden: 32 }),
      28,
    ],
    ["a small VGG", () => models.vgg11({ inChannels: 1, numClasses: 10, width: 8, hidden: 32, side: 1 }), 32],
    ["a small GoogLeNet", () => new models.GoogLeNet({ inChannels: 1, numClasses: 10, width: 8 }), 32],
    ["a small ResNet", () => models.resnet20({ inChannels: 1, width: 4 }), 16],
  ])("train: %s fits eight pictures", (_, make, side) => {
    const net = make();
    const [x, y] = [rand([8, 1, side, side]), tensor([0, 1, 2, 3, 4, 5, 6, 7], { dtype: "int32" })];
    const optimizer = new optim.Adam(net.parameters(), { lr: 3e-3 });
    const loss = new nn.CrossEntropyLoss();
    const losses = Array.from({ length: 12 }, () => {
      optimizer.zeroGrad();
      const value = loss(net(x), y);
      value.backward();
      optimizer.step();
      return value.item();
    });
    expect(Math.min(...losses)).toBeLessThan(losses[0]!);
    expect(net.parameters().filter((p) => p.grad === null && !p.shape.includes(0)).length).toBeLessThan(
      1 + 99 * Number(net instanceof models.GoogLeNet),
    );
  });

  test.each<[string, () => unknown]>([
    ["Cannot make LeNet with numClasses 0", () => new models.LeNet({ numClasses: 0 })],
    ["Cannot make LeNet with activation gelu", () => new models.LeNet({ activation: "gelu" as never })],
    ["Cannot make AlexNet of 3 towers", () => new models.AlexNet({ towers: 3 as never })],
    [
      "Cannot make two towers of 64 filters: it must be a multiple of 6",
      () => new models.AlexNet({ towers: 2, width: 64 }),
    ],
    ["Cannot make ZFNet of 64 filters: it must be a multiple of 3", () => new models.ZFNet({ width: 64 })],
    ["Cannot make VGG-12: there are 11, 13, 16 and 19", () => new models.VGG(12 as never)],
    ["Cannot make GoogLeNet of 6 filters: it must be a multiple of 8", () => new models.GoogLeNet({ width: 6 })],
    ["Cannot make GoogLeNet of form caffe", () => new models.GoogLeNet({ form: "caffe" as never })],
    ["Cannot make ResNet with width 1.5", () => models.resnet18({ width: 1.5 })],
    ["Cannot make a small ResNet of depth 21: it must be 6n + 2", () => new models.SmallResNet(21)],
    ["Cannot classify [3,64,64] with AlexNet", () => new models.AlexNet(bare)(zeros([3, 64, 64]))],
  ])("throw: %s", (text, broken) => {
    expect(broken).toThrow(text);
  });
});

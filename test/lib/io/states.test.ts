/** A state that PyTorch saved goes into our module, which then gives PyTorch's outputs. */
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { F, io, nn, noGrad, type Tensor } from "../../../lib/index.ts";

/** ResNet's basic block, with torchvision's names. */
class Block extends nn.Module {
  readonly conv1: nn.Conv2d;
  readonly bn1: nn.BatchNorm2d;
  readonly conv2: nn.Conv2d;
  readonly bn2: nn.BatchNorm2d;
  readonly downsample: nn.Sequential | null;

  constructor(inputs: number, outputs: number, stride: number) {
    super();
    this.conv1 = new nn.Conv2d(inputs, outputs, 3, { stride, padding: 1, bias: false });
    this.bn1 = new nn.BatchNorm2d(outputs);
    this.conv2 = new nn.Conv2d(outputs, outputs, 3, { padding: 1, bias: false });
    this.bn2 = new nn.BatchNorm2d(outputs);
    const same = stride === 1 && inputs === outputs;
    this.downsample = same
      ? null
      : new nn.Sequential(new nn.Conv2d(inputs, outputs, 1, { stride, bias: false }), new nn.BatchNorm2d(outputs));
  }

  forward(x: Tensor): Tensor {
    const y = this.bn2(this.conv2(F.relu(this.bn1(this.conv1(x)))));
    return F.relu(y.add(this.downsample === null ? x : this.downsample(x)));
  }
}

class ResNet18 extends nn.Module {
  readonly conv1 = new nn.Conv2d(3, 4, 7, { stride: 2, padding: 3, bias: false });
  readonly bn1 = new nn.BatchNorm2d(4);
  readonly maxpool = new nn.MaxPool2d(3, { stride: 2, padding: 1 });
  readonly layer1 = new nn.Sequential(new Block(4, 4, 1), new Block(4, 4, 1));
  readonly layer2 = new nn.Sequential(new Block(4, 8, 2), new Block(8, 8, 1));
  readonly layer3 = new nn.Sequential(new Block(8, 16, 2), new Block(16, 16, 1));
  readonly layer4 = new nn.Sequential(new Block(16, 32, 2), new Block(32, 32, 1));
  readonly avgpool = new nn.AdaptiveAvgPool2d(1);
  readonly fc = new nn.Linear(32, 10);

  forward(x: Tensor): Tensor {
    const stem = this.maxpool(F.relu(this.bn1(this.conv1(x))));
    const features = this.layer4(this.layer3(this.layer2(this.layer1(stem))));
    return this.fc(this.avgpool(features).flatten({ start: 1 }));
  }
}

const rows: [name: string, make: () => nn.Module, run: (module: never, inputs: Tensor[]) => Tensor[]][] = [
  [
    "lstm",
    () => new nn.LSTM(3, 5, { numLayers: 2, bidirectional: true, batchFirst: true }),
    (lstm: nn.LSTM, [x]) => {
      const [output, [hidden, cell]] = lstm(x!);
      return [output, hidden, cell];
    },
  ],
  [
    "attention",
    () => new nn.MultiheadAttention(8, 2, { batchFirst: true }),
    (attention: nn.MultiheadAttention, [query, key]) => attention(query!, key!, key!) as Tensor[],
  ],
  [
    "transformer",
    () =>
      new nn.Transformer({
        dModel: 16,
        nhead: 2,
        numEncoderLayers: 2,
        numDecoderLayers: 1,
        dimFeedforward: 32,
        batchFirst: true,
      }),
    (transformer: nn.Transformer, [source, target]) => [transformer(source!, target!)],
  ],
  ["resnet18", () => new ResNet18(), (resnet: ResNet18, [x]) => [resnet(x!)]],
];

test.each(rows)("%s with PyTorch's state gives PyTorch's outputs", (name, make, run) => {
  const file = io.safetensors.loadFile(join(import.meta.dirname, `../../reference/states/${name}.safetensors`));
  const take = (kind: string) =>
    Object.keys(file)
      .filter((key) => key.startsWith(`${kind}.`))
      .sort()
      .map((key) => file[key]!);
  const state = Object.fromEntries(Object.entries(file).filter(([key]) => !/^(in|out)put\.\d$/.test(key)));
  const module = make().eval();
  expect(module.loadStateDict(state)).toEqual({ missing: [], unexpected: [] });
  const outputs = noGrad(() => run(module as never, take("input")));
  const wanted = take("output");
  expect(outputs.map((y) => y.shape)).toEqual(wanted.map((y) => y.shape));
  outputs.forEach((y, i) => {
    const scale = wanted[i]!.abs().amax().item();
    expect(y.sub(wanted[i]!).abs().amax().item()).toBeLessThan(1e-5 * scale);
  });
});

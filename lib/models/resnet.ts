import { asTensor } from "../creation.ts";
import { Sequential } from "../nn/layers/container.ts";
import { Conv2d } from "../nn/layers/convolution.ts";
import { Linear } from "../nn/layers/linear.ts";
import { BatchNorm2d } from "../nn/layers/normalization.ts";
import { AdaptiveAvgPool2d, MaxPool2d } from "../nn/layers/pooling.ts";
import { Module } from "../nn/module.ts";
import { skipInit } from "../nn/skip-init.ts";
import { relu } from "../ops/activation.ts";
import { flatten } from "../ops/shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { BasicBlock, Bottleneck, type Shortcut } from "./residual-blocks.ts";
import { checkCounts, type ModelOptions, start_ } from "./start.ts";

/** Options of ResNets. */
export interface ResNetOptions extends ModelOptions {
  /** Filters of the first layer and channels of the first stage; each later stage has twice as many. Default 64. */
  width?: number;
  /** How a block's input passes it where the shape changes; `"none"` everywhere makes the plain counterpart. Default `"projection"`. */
  shortcut?: Shortcut;
}

/** What a ResNet is built of. */
export interface ResNetPlan {
  block: typeof BasicBlock | typeof Bottleneck;
  /** Blocks in each of the four stages. */
  layers: readonly [number, number, number, number];
}

/**
 * ResNet: blocks that add to their input instead of replacing it, `y = ReLU(x + F(x))`. The way past each block carries gradients down to the first layer
 * unhindered, so that 152 layers learn where 34 plain ones already learn worse than 18.
 *
 * State names are torchvision's, so that its weights load.
 *
 * Shapes: `(batch, inChannels, 224, 224)` → `(batch, numClasses)`; other sizes work too.
 *
 * @param plan `block`: `BasicBlock` or `Bottleneck`; `layers`: how many of them in each stage.
 * @param options `numClasses`, `inChannels`, `width`, `shortcut`, `initWeights`.
 * @throws {RangeError} If a count is not a whole number from 1.
 * @see He, Zhang, Ren and Sun (2016); torchvision.models.ResNet; book §3.6.5.
 * @example new ResNet({ block: models.BasicBlock, layers: [1, 1, 1, 1] }, { width: 4, numClasses: 2 })(rand([2, 3, 32, 32])).shape // [2, 2]
 */
export class ResNet extends Module {
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm2d;
  readonly maxpool: MaxPool2d;
  readonly layer1: Sequential;
  readonly layer2: Sequential;
  readonly layer3: Sequential;
  readonly layer4: Sequential;
  readonly avgpool: AdaptiveAvgPool2d;
  readonly fc: Linear;

  constructor({ block: Block, layers }: ResNetPlan, options: ResNetOptions = {}) {
    super();
    const { numClasses = 1000, inChannels = 3, width = 64, shortcut = "projection", initWeights = true } = options;
    checkCounts("ResNet", { numClasses, inChannels, width });
    if (layers.length !== 4) throw new RangeError(`Cannot make ResNet of ${layers.length} stages: it has 4`);
    this.bn1 = new BatchNorm2d(width);
    this.maxpool = new MaxPool2d(3, { stride: 2, padding: 1 });
    this.avgpool = new AdaptiveAvgPool2d(1);
    [this.conv1, this.layer1, this.layer2, this.layer3, this.layer4, this.fc] = skipInit(() => {
      const first = new Conv2d(inChannels, width, 7, { stride: 2, padding: 3, bias: false });
      let inputs = width;
      const [one, two, three, four] = layers.map((count, stage) => {
        const planes = width * 2 ** stage;
        const blocks = Array.from({ length: count }, (_, i) => {
          const block = new Block({ inputs, planes, stride: stage > 0 && i === 0 ? 2 : 1 }, shortcut);
          inputs = planes * Block.expansion;
          return block;
        });
        return new Sequential(...blocks);
      }) as [Sequential, Sequential, Sequential, Sequential];
      return [first, one, two, three, four, new Linear(inputs, numClasses)];
    });
    if (initWeights) start_(this);
  }

  /** The last planes: `(batch, inChannels, rows, columns)` → `(batch, channels, rows / 32, columns / 32)`. */
  features(x: TensorLike): Tensor {
    const stem = this.maxpool(relu(this.bn1(this.conv1(asTensor(x))))); // (batch, width, rows / 4, columns / 4)
    return this.layer4(this.layer3(this.layer2(this.layer1(stem))));
  }

  forward(x: TensorLike): Tensor {
    return this.fc(flatten(this.avgpool(this.features(x)), { start: 1 }));
  }
}

/** ResNet-18: 11,689,512 numbers. @see ResNet; torchvision.models.resnet18 @example resnet18({ initWeights: false }).numParameters() // 11689512 */
export function resnet18(options: ResNetOptions = {}): ResNet {
  return new ResNet({ block: BasicBlock, layers: [2, 2, 2, 2] }, options);
}

/** ResNet-34: 21,797,672 numbers. @see ResNet; torchvision.models.resnet34 @example resnet34({ initWeights: false }).numParameters() // 21797672 */
export function resnet34(options: ResNetOptions = {}): ResNet {
  return new ResNet({ block: BasicBlock, layers: [3, 4, 6, 3] }, options);
}

/** ResNet-50: 25,557,032 numbers. @see ResNet; torchvision.models.resnet50 @example resnet50({ initWeights: false }).numParameters() // 25557032 */
export function resnet50(options: ResNetOptions = {}): ResNet {
  return new ResNet({ block: Bottleneck, layers: [3, 4, 6, 3] }, options);
}

/** ResNet-101: 44,549,160 numbers. @see ResNet; torchvision.models.resnet101 @example resnet101({ initWeights: false }).numParameters() // 44549160 */
export function resnet101(options: ResNetOptions = {}): ResNet {
  return new ResNet({ block: Bottleneck, layers: [3, 4, 23, 3] }, options);
}

/** ResNet-152: 60,192,808 numbers. @see ResNet; torchvision.models.resnet152 @example resnet152({ initWeights: false }).numParameters() // 60192808 */
export function resnet152(options: ResNetOptions = {}): ResNet {
  return new ResNet({ block: Bottleneck, layers: [3, 8, 36, 3] }, options);
}

/** The plain counterpart of ResNet-18: the same layers and no way past them. @see He et al. (2016), figure 3 @example plain18({ width: 4, numClasses: 2 })(rand([2, 3, 32, 32])).shape // [2, 2] */
export function plain18(options: Omit<ResNetOptions, "shortcut"> = {}): ResNet {
  return resnet18({ ...options, shortcut: "none" });
}

/** The plain counterpart of ResNet-34, which learns worse than that of 18. @see He et al. (2016), figure 3 @example plain34({ width: 4, numClasses: 2 })(rand([2, 3, 32, 32])).shape // [2, 2] */
export function plain34(options: Omit<ResNetOptions, "shortcut"> = {}): ResNet {
  return resnet34({ ...options, shortcut: "none" });
}

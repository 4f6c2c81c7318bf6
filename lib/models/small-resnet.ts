import { asTensor } from "../creation.ts";
import { Sequential } from "../nn/layers/container.ts";
import { Conv2d } from "../nn/layers/convolution.ts";
import { Linear } from "../nn/layers/linear.ts";
import { BatchNorm2d } from "../nn/layers/normalization.ts";
import { AdaptiveAvgPool2d } from "../nn/layers/pooling.ts";
import { Module } from "../nn/module.ts";
import { skipInit } from "../nn/skip-init.ts";
import { relu } from "../ops/activation.ts";
import { flatten } from "../ops/shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { BasicBlock } from "./residual-blocks.ts";
import type { ResNetOptions } from "./resnet.ts";
import { checkCounts, start_ } from "./start.ts";

/**
 * A ResNet for small pictures: three stages instead of four, filters of 3 pixels at the start and no pooling before the end. Depth 6n + 2 for n blocks a
 * stage. By default the way past a block where the shape changes has no weights, so that the plain counterpart has just as many.
 *
 * Shapes: `(batch, inChannels, rows, columns)` → `(batch, numClasses)`; from 16 pixels a side.
 *
 * @param depth Layers with weights: 8, 14, 20, 32, 44, 56, 110, …
 * @param options `numClasses`, default 10; `inChannels`; `width`, default 16; `shortcut`, default `"pad"`; `initWeights`.
 * @throws {RangeError} If the depth is not 6n + 2, or a count not a whole number from 1.
 * @see He, Zhang, Ren and Sun (2016), section 4.2; book §3.6.5.
 * @example new SmallResNet(20).numParameters() // 269722
 */
export class SmallResNet extends Module {
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm2d;
  readonly layer1: Sequential;
  readonly layer2: Sequential;
  readonly layer3: Sequential;
  readonly avgpool: AdaptiveAvgPool2d;
  readonly fc: Linear;

  constructor(depth: number, options: ResNetOptions = {}) {
    super();
    const { numClasses = 10, inChannels = 3, width = 16, shortcut = "pad", initWeights = true } = options;
    checkCounts("SmallResNet", { numClasses, inChannels, width });
    const count = (depth - 2) / 6;
    if (!Number.isInteger(count) || count < 1)
      throw new RangeError(`Cannot make a small ResNet of depth ${depth}: it must be 6n + 2, such as 20`);
    this.bn1 = new BatchNorm2d(width);
    this.avgpool = new AdaptiveAvgPool2d(1);
    [this.conv1, this.layer1, this.layer2, this.layer3, this.fc] = skipInit(() => {
      const stage = (inputs: number, planes: number) => {
        const first = new BasicBlock({ inputs, planes, stride: inputs === planes ? 1 : 2 }, shortcut);
        const others = Array.from(
          { length: count - 1 },
          () => new BasicBlock({ inputs: planes, planes, stride: 1 }, shortcut),
        );
        return new Sequential(first, ...others);
      };
      return [
        new Conv2d(inChannels, width, 3, { padding: 1, bias: false }),
        stage(width, width),
        stage(width, 2 * width),
        stage(2 * width, 4 * width),
        new Linear(4 * width, numClasses),
      ];
    });
    if (initWeights) start_(this);
  }

  /** The last planes: `(batch, inChannels, rows, columns)` → `(batch, 4 width, rows / 4, columns / 4)`. */
  features(x: TensorLike): Tensor {
    return this.layer3(this.layer2(this.layer1(relu(this.bn1(this.conv1(asTensor(x)))))));
  }

  forward(x: TensorLike): Tensor {
    return this.fc(flatten(this.avgpool(this.features(x)), { start: 1 }));
  }
}

/** ResNet-20 for small pictures: 269,722 numbers. @see SmallResNet @example resnet20({ width: 4, inChannels: 1 })(rand([2, 1, 16, 16])).shape // [2, 10] */
export function resnet20(options: ResNetOptions = {}): SmallResNet {
  return new SmallResNet(20, options);
}

/** The plain counterpart of ResNet-20, with just as many numbers. @see SmallResNet @example plain20().numParameters() // 269722 */
export function plain20(options: Omit<ResNetOptions, "shortcut"> = {}): SmallResNet {
  return new SmallResNet(20, { ...options, shortcut: "none" });
}

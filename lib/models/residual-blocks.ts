/** What ResNets are made of. */
import { Sequential } from "../nn/layers/container.ts";
import { Conv2d } from "../nn/layers/convolution.ts";
import { BatchNorm2d } from "../nn/layers/normalization.ts";
import { Module } from "../nn/module.ts";
import { relu } from "../ops/activation.ts";
import { add } from "../ops/arithmetic.ts";
import { slice } from "../ops/indexing.ts";
import { pad } from "../ops/split.ts";
import type { Tensor } from "../tensor.ts";

/** How a block's input reaches its output where the shape changes: by filters of 1 pixel, by leaving pixels out and adding channels of zeros; or never. */
export type Shortcut = "projection" | "pad" | "none";

/** The shape of a block. */
export interface BlockShape {
  inputs: number;
  /** Channels inside; a bottleneck gives four times as many. */
  planes: number;
  stride: number;
}

const conv3 = (inputs: number, outputs: number, stride: number) =>
  new Conv2d(inputs, outputs, 3, { stride, padding: 1, bias: false });
const conv1 = (inputs: number, outputs: number, stride: number) =>
  new Conv2d(inputs, outputs, 1, { stride, bias: false });

/** What blocks have in common: the way past them. */
abstract class Block extends Module {
  readonly downsample: Sequential | null;
  protected readonly outputs: number;

  constructor(
    protected readonly shape: BlockShape,
    expansion: number,
    protected readonly shortcut: Shortcut,
  ) {
    super();
    const { inputs, planes, stride } = shape;
    this.outputs = planes * expansion;
    const same = stride === 1 && inputs === this.outputs;
    this.downsample =
      same || shortcut !== "projection"
        ? null
        : new Sequential(conv1(inputs, this.outputs, stride), new BatchNorm2d(this.outputs));
  }

  /** Adds what went past. */
  protected joined(y: Tensor, x: Tensor): Tensor {
    if (this.shortcut === "none") return relu(y);
    if (this.downsample !== null) return relu(add(y, this.downsample(x)));
    const { inputs, stride } = this.shape;
    const fewer = stride === 1 ? x : slice(x, null, null, [null, null, stride], [null, null, stride]);
    const more = this.outputs - inputs;
    const [before, after] = [Math.floor(more / 2), Math.ceil(more / 2)];
    return relu(add(y, more === 0 ? fewer : pad(fewer, [0, 0, 0, 0, before, after])));
  }
}

/**
 * Two layers of 3 by 3 filters, `ReLU(x + F(x))`, as ResNet-18 and 34 have them.
 *
 * @see He, Zhang, Ren and Sun (2016), figure 2; book §3.6.5.
 * @example new BasicBlock({ inputs: 4, planes: 8, stride: 2 })(rand([1, 4, 8, 8])).shape // [1, 8, 4, 4]
 */
export class BasicBlock extends Block {
  static readonly expansion = 1;
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm2d;
  readonly conv2: Conv2d;
  readonly bn2: BatchNorm2d;

  constructor(shape: BlockShape, shortcut: Shortcut = "projection") {
    super(shape, BasicBlock.expansion, shortcut);
    const { inputs, planes, stride } = shape;
    this.conv1 = conv3(inputs, planes, stride);
    this.bn1 = new BatchNorm2d(planes);
    this.conv2 = conv3(planes, planes, 1);
    this.bn2 = new BatchNorm2d(planes);
  }

  forward(x: Tensor): Tensor {
    return this.joined(this.bn2(this.conv2(relu(this.bn1(this.conv1(x))))), x);
  }
}

/**
 * Filters of 1, 3 and 1 pixels: the first makes a quarter of the channels, so that the second is cheap, and the last makes them many again. ResNet-50 and
 * deeper ones have them. The stride is that of the middle layer, as in torchvision; in the paper it is that of the first.
 *
 * @see He, Zhang, Ren and Sun (2016), figure 5; book §3.6.5.
 * @example new Bottleneck({ inputs: 16, planes: 4, stride: 1 })(rand([1, 16, 8, 8])).shape // [1, 16, 8, 8]
 */
export class Bottleneck extends Block {
  static readonly expansion = 4;
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm2d;
  readonly conv2: Conv2d;
  readonly bn2: BatchNorm2d;
  readonly conv3: Conv2d;
  readonly bn3: BatchNorm2d;

  constructor(shape: BlockShape, shortcut: Shortcut = "projection") {
    super(shape, Bottleneck.expansion, shortcut);
    const { inputs, planes, stride } = shape;
    this.conv1 = conv1(inputs, planes, 1);
    this.bn1 = new BatchNorm2d(planes);
    this.conv2 = conv3(planes, planes, stride);
    this.bn2 = new BatchNorm2d(planes);
    this.conv3 = conv1(planes, planes * Bottleneck.expansion, 1);
    this.bn3 = new BatchNorm2d(planes * Bottleneck.expansion);
  }

  forward(x: Tensor): Tensor {
    const narrow = relu(this.bn1(this.conv1(x)));
    const seen = relu(this.bn2(this.conv2(narrow)));
    return this.joined(this.bn3(this.conv3(seen)), x);
  }
}

import { asTensor } from "../creation.ts";
import { Conv2d } from "../nn/layers/convolution.ts";
import { Linear } from "../nn/layers/linear.ts";
import { Module } from "../nn/module.ts";
import { relu } from "../ops/activation.ts";
import { avgPool2d } from "../ops/average-pooling.ts";
import { tanh } from "../ops/math.ts";
import { maxPool2d } from "../ops/max-pooling.ts";
import { flatten } from "../ops/shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { checkCounts } from "./start.ts";

/** Options of LeNet. */
export interface LeNetOptions {
  /** How many classes there are; default 10. */
  numClasses?: number;
  /** Channels of the pictures; default 1. */
  inChannels?: number;
  /** `"relu"` with max pooling, the default, as it is built today; `"tanh"` with average pooling, as in 1998. */
  activation?: "relu" | "tanh";
}

/**
 * LeNet-5: two layers of filters, each halved by pooling, and three linear layers; 61,706 numbers for one channel and ten classes.
 *
 * It is the first convolutional net that read handwriting for money, and small enough to train in a notebook. The original's pooling had
 * weights of its own and its last layer was of radial basis functions; all that is left out today.
 *
 * Shapes: `(batch, inChannels, 28, 28)` → `(batch, numClasses)`.
 *
 * @param options `numClasses`, `inChannels`, `activation`.
 * @throws {RangeError} If a count is not a whole number from 1.
 * @see LeCun, Bottou, Bengio and Haffner (1998); book §3.4.
 * @example new LeNet().numParameters() // 61706
 */
export class LeNet extends Module {
  readonly conv1: Conv2d;
  readonly conv2: Conv2d;
  readonly fc1: Linear;
  readonly fc2: Linear;
  readonly fc3: Linear;
  readonly activation: "relu" | "tanh";

  constructor(options: LeNetOptions = {}) {
    super();
    const { numClasses = 10, inChannels = 1, activation = "relu" } = options;
    checkCounts("LeNet", { numClasses, inChannels });
    if (activation !== "relu" && activation !== "tanh")
      throw new RangeError(`Cannot make LeNet with activation ${String(activation)}: it must be relu or tanh`);
    this.activation = activation;
    this.conv1 = new Conv2d(inChannels, 6, 5, { padding: 2 });
    this.conv2 = new Conv2d(6, 16, 5);
    this.fc1 = new Linear(16 * 5 * 5, 120);
    this.fc2 = new Linear(120, 84);
    this.fc3 = new Linear(84, numClasses);
  }

  /** What the filters make of pictures: `(batch, inChannels, 28, 28)` → `(batch, 16, 5, 5)`. */
  features(x: TensorLike): Tensor {
    const [act, pool] = this.activation === "relu" ? ([relu, maxPool2d] as const) : ([tanh, avgPool2d] as const);
    const first = pool(act(this.conv1(asTensor(x))), 2); // (batch, 6, 14, 14)
    return pool(act(this.conv2(first)), 2);
  }

  forward(x: TensorLike): Tensor {
    const act = this.activation === "relu" ? relu : tanh;
    const hidden = act(this.fc1(flatten(this.features(x), { start: 1 }))); // (batch, 120)
    return this.fc3(act(this.fc2(hidden)));
  }
}

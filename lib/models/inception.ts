/** The parts of GoogLeNet. */
import { Sequential } from "../nn/layers/container.ts";
import { Conv2d, type ConvModuleOptions } from "../nn/layers/convolution.ts";
import { Dropout } from "../nn/layers/dropout.ts";
import { Linear } from "../nn/layers/linear.ts";
import { BatchNorm2d } from "../nn/layers/normalization.ts";
import { MaxPool2d } from "../nn/layers/pooling.ts";
import { Module } from "../nn/module.ts";
import { relu } from "../ops/activation.ts";
import { adaptiveAvgPool2d, avgPool2d } from "../ops/average-pooling.ts";
import { cat } from "../ops/join.ts";
import { flatten } from "../ops/shape.ts";
import type { Tensor } from "../tensor.ts";

/** Whose GoogLeNet: that of the paper, with biases, or torchvision's, with batch normalization and filters of 3 pixels where the paper has 5. */
export type GoogLeNetForm = "paper" | "torchvision";

/** A layer of filters with what follows it: a bias, or batch normalization; and ReLU. */
export class BasicConv2d extends Module {
  readonly conv: Conv2d;
  readonly bn: BatchNorm2d | null;

  constructor(
    [inputs, outputs, kernel]: readonly [number, number, number],
    { form, ...options }: ConvModuleOptions & { form: GoogLeNetForm },
  ) {
    super();
    this.conv = new Conv2d(inputs, outputs, kernel, { ...options, bias: form === "paper" });
    this.bn = form === "paper" ? null : new BatchNorm2d(outputs, { eps: 1e-3 });
  }

  forward(x: Tensor): Tensor {
    const y = this.conv(x);
    return relu(this.bn === null ? y : this.bn(y));
  }
}

/** Filters of the branches: 1 × 1; 1 × 1 before 3 × 3; 1 × 1 before 5 × 5; 1 × 1 behind the pooling. */
export type Branches = readonly [
  one: number,
  threeReduced: number,
  three: number,
  fiveReduced: number,
  five: number,
  pooled: number,
];

/**
 * An Inception module: filters of three sizes and a pooling side by side, all of which keep the plane; their channels are put together.
 *
 * Shapes: `(batch, inputs, rows, columns)` → `(batch, outChannels, rows, columns)`.
 *
 * @param inputs Channels that come in.
 * @param branches Filters of each branch.
 * @param form With filters of 5 pixels and biases, as in the paper, or of 3 pixels and batch normalization.
 * @see Szegedy et al. (2015), figure 2; book §3.6.4.
 * @example new Inception(192, [64, 96, 128, 16, 32, 32], "paper")(zeros([1, 192, 4, 4])).shape // [1, 256, 4, 4]
 */
export class Inception extends Module {
  readonly branch1: BasicConv2d;
  readonly branch2: Sequential;
  readonly branch3: Sequential;
  readonly branch4: Sequential;
  /** Channels that come out. */
  readonly outChannels: number;

  constructor(inputs: number, branches: Branches, form: GoogLeNetForm) {
    super();
    const [one, threeReduced, three, fiveReduced, five, pooled] = branches;
    const conv = (from: number, to: number, kernel: number) =>
      new BasicConv2d([from, to, kernel], { form, padding: (kernel - 1) / 2 });
    this.branch1 = conv(inputs, one, 1);
    this.branch2 = new Sequential(conv(inputs, threeReduced, 1), conv(threeReduced, three, 3));
    this.branch3 = new Sequential(conv(inputs, fiveReduced, 1), conv(fiveReduced, five, form === "paper" ? 5 : 3));
    this.branch4 = new Sequential(new MaxPool2d(3, { stride: 1, padding: 1 }), conv(inputs, pooled, 1));
    this.outChannels = one + three + five + pooled;
  }

  forward(x: Tensor): Tensor {
    const { branch1, branch2, branch3, branch4 } = this;
    return cat([branch1(x), branch2(x), branch3(x), branch4(x)], { dim: 1 });
  }
}

/** An auxiliary classifier: it judges what the middle of the net has seen, so that a gradient starts there too. */
export class InceptionAux extends Module {
  readonly conv: BasicConv2d;
  readonly fc1: Linear;
  readonly fc2: Linear;
  readonly dropout: Dropout;

  constructor(
    inputs: number,
    { filters, hidden, numClasses, dropout }: { filters: number; hidden: number; numClasses: number; dropout: number },
    private readonly form: GoogLeNetForm,
  ) {
    super();
    this.conv = new BasicConv2d([inputs, filters, 1], { form });
    this.fc1 = new Linear(filters * 16, hidden);
    this.fc2 = new Linear(hidden, numClasses);
    this.dropout = new Dropout(dropout);
  }

  forward(x: Tensor): Tensor {
    // Planes of 14 by 14 become 4 by 4 either way; torchvision's takes those of other sizes too.
    const wide = this.form === "paper" && x.shape[2] === 14 && x.shape[3] === 14;
    const small = wide ? avgPool2d(x, 5, { stride: 3 }) : adaptiveAvgPool2d(x, 4);
    const hidden = relu(this.fc1(flatten(this.conv(small), { start: 1 })));
    return this.fc2(this.dropout(hidden));
  }
}

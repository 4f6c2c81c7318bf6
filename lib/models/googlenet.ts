import { asTensor } from "../creation.ts";
import { crossEntropy } from "../nn/class-losses.ts";
import { localResponseNorm } from "../nn/functional.ts";
import { Dropout } from "../nn/layers/dropout.ts";
import { Linear } from "../nn/layers/linear.ts";
import { AdaptiveAvgPool2d, MaxPool2d } from "../nn/layers/pooling.ts";
import { Module } from "../nn/module.ts";
import { skipInit } from "../nn/skip-init.ts";
import { add, mul } from "../ops/arithmetic.ts";
import { flatten } from "../ops/shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { BasicConv2d, type Branches, type GoogLeNetForm, Inception, InceptionAux } from "./inception.ts";
import { checkCounts, type ModelOptions, start_ } from "./start.ts";

/** Options of GoogLeNet. */
export interface GoogLeNetOptions extends ModelOptions {
  /** Whose: `"torchvision"`, the default, into which its weights load; or `"paper"`, with biases, filters of 5 pixels and no batch normalization. */
  form?: GoogLeNetForm;
  /** Whether it has the two auxiliary classifiers, which count in training only; default true. */
  auxLogits?: boolean;
  /** Filters of the first layer, which all others follow in proportion: a multiple of 8, default 64. */
  width?: number;
  /** The probability of dropout before the last layer; default 0.2, in the paper's form 0.4. */
  dropout?: number;
  /** The same in the auxiliary classifiers; default 0.7. */
  dropoutAux?: number;
}

/** What GoogLeNet says in training: each `(batch, numClasses)`. */
export interface GoogLeNetOutputs {
  readonly logits: Tensor;
  /** From the later of the auxiliary classifiers; null if there is none. */
  readonly auxLogits2: Tensor | null;
  /** From the earlier one. */
  readonly auxLogits1: Tensor | null;
}

/** Filters of the branches of each module, for a width of 64. */
const modules = {
  inception3a: [64, 96, 128, 16, 32, 32],
  inception3b: [128, 128, 192, 32, 96, 64],
  inception4a: [192, 96, 208, 16, 48, 64],
  inception4b: [160, 112, 224, 24, 64, 64],
  inception4c: [128, 128, 256, 24, 64, 64],
  inception4d: [112, 144, 288, 32, 64, 64],
  inception4e: [256, 160, 320, 32, 128, 128],
  inception5a: [256, 160, 320, 32, 128, 128],
  inception5b: [384, 192, 384, 48, 128, 128],
} satisfies Readonly<Record<string, Branches>>;

/**
 * GoogLeNet: 22 layers of few weights. Nine Inception modules look at each place with filters of several sizes at once; filters of 1 by 1 pixels before the large ones
 * keep the number of channels, and so the work, low. Two auxiliary classifiers let gradients start in the middle.
 *
 * In the paper's form it has 6,998,552 numbers without the auxiliary classifiers, a ninth of AlexNet's. torchvision's has batch normalization, and, by an
 * old mistake that its weights depend on, filters of 3 pixels where the paper has 5: 6,624,904.
 *
 * Shapes: `(batch, inChannels, 224, 224)` → `(batch, numClasses)`.
 *
 * @param options `form`, `auxLogits`, `numClasses`, `inChannels`, `width`, `dropout`, `dropoutAux`, `initWeights`.
 * @throws {RangeError} If a count is not a whole number from 1, or the width no multiple of 8.
 * @see Szegedy et al. (2015); torchvision.models.googlenet; book §3.6.4.
 * @example new GoogLeNet({ form: "paper", auxLogits: false, initWeights: false }).numParameters() // 6998552
 */
export class GoogLeNet extends Module {
  readonly conv1: BasicConv2d;
  readonly maxpool1: MaxPool2d;
  readonly conv2: BasicConv2d;
  readonly conv3: BasicConv2d;
  readonly maxpool2: MaxPool2d;
  readonly inception3a!: Inception;
  readonly inception3b!: Inception;
  readonly maxpool3: MaxPool2d;
  readonly inception4a!: Inception;
  readonly inception4b!: Inception;
  readonly inception4c!: Inception;
  readonly inception4d!: Inception;
  readonly inception4e!: Inception;
  readonly maxpool4: MaxPool2d;
  readonly inception5a!: Inception;
  readonly inception5b!: Inception;
  readonly aux1: InceptionAux | null;
  readonly aux2: InceptionAux | null;
  readonly avgpool: AdaptiveAvgPool2d;
  readonly dropout: Dropout;
  readonly fc: Linear;
  readonly form: GoogLeNetForm;
  /** What the auxiliary classifiers said of the last batch in training, for `loss`. */
  private last: GoogLeNetOutputs | null = null;

  constructor(options: GoogLeNetOptions = {}) {
    super();
    const { form = "torchvision", auxLogits = true, numClasses = 1000, inChannels = 3, width = 64 } = options;
    const { dropout = form === "paper" ? 0.4 : 0.2, dropoutAux = 0.7, initWeights = true } = options;
    checkCounts("GoogLeNet", { numClasses, inChannels, width });
    if (width % 8 !== 0) throw new RangeError(`Cannot make GoogLeNet of ${width} filters: it must be a multiple of 8`);
    if (form !== "paper" && form !== "torchvision")
      throw new RangeError(`Cannot make GoogLeNet of form ${String(form)}: it must be paper or torchvision`);
    const scaled = (count: number) => (count * width) / 64;
    this.form = form;
    const halve = (size: number) => new MaxPool2d(size, { stride: 2, ceilMode: true });
    [this.maxpool1, this.maxpool2, this.maxpool3] = [halve(3), halve(3), halve(3)];
    this.maxpool4 = halve(form === "paper" ? 3 : 2);
    this.avgpool = new AdaptiveAvgPool2d(1);
    this.dropout = new Dropout(dropout);
    [this.conv1, this.conv2, this.conv3, this.fc, this.aux1, this.aux2] = skipInit(() => {
      const first = new BasicConv2d([inChannels, width, 7], { form, stride: 2, padding: 3 });
      const second = new BasicConv2d([width, width, 1], { form });
      const third = new BasicConv2d([width, 3 * width, 3], { form, padding: 1 });
      let channels = 3 * width;
      const after: Record<string, number> = {};
      for (const [name, branches] of Object.entries(modules)) {
        const made = new Inception(channels, branches.map(scaled) as unknown as Branches, form);
        Object.assign(this, { [name]: made });
        channels = after[name] = made.outChannels;
      }
      const aux = (inputs: number) =>
        new InceptionAux(inputs, { filters: scaled(128), hidden: scaled(1024), numClasses, dropout: dropoutAux }, form);
      const [one, two] = auxLogits ? [aux(after.inception4a!), aux(after.inception4d!)] : [null, null];
      return [first, second, third, new Linear(channels, numClasses), one, two];
    });
    // In the paper's form nothing brings activations back to size, so that He's deviations are needed there.
    if (initWeights) start_(this, form === "paper" ? {} : { linearStd: 0.01, convStd: 0.01 });
  }

  /** What all classifiers say; the auxiliary ones only in training. */
  outputs(x: TensorLike): GoogLeNetOutputs {
    const compete = (y: Tensor) =>
      this.form === "paper" ? localResponseNorm(y, 5, { alpha: 1e-4, beta: 0.75, k: 1 }) : y;
    const stem = compete(this.maxpool1(this.conv1(asTensor(x)))); // (batch, 64, 56, 56)
    const low = this.maxpool2(compete(this.conv3(this.conv2(stem)))); // (batch, 192, 28, 28)
    const third = this.maxpool3(this.inception3b(this.inception3a(low))); // (batch, 480, 14, 14)
    const early = this.inception4a(third); // (batch, 512, 14, 14)
    const auxLogits1 = this.training && this.aux1 !== null ? this.aux1(early) : null;
    const late = this.inception4d(this.inception4c(this.inception4b(early))); // (batch, 528, 14, 14)
    const auxLogits2 = this.training && this.aux2 !== null ? this.aux2(late) : null;
    const fourth = this.maxpool4(this.inception4e(late)); // (batch, 832, 7, 7)
    const high = this.inception5b(this.inception5a(fourth)); // (batch, 1024, 7, 7)
    const logits = this.fc(this.dropout(flatten(this.avgpool(high), { start: 1 })));
    return { logits, auxLogits2, auxLogits1 };
  }

  forward(x: TensorLike): Tensor {
    const outputs = this.outputs(x);
    this.last = this.training ? outputs : null;
    return outputs.logits;
  }

  /**
   * The loss of training, for `fit`: cross-entropy, plus 0.3 times that of each auxiliary classifier about the batch that was last seen.
   *
   * @param logits What the model just gave.
   * @param target Classes.
   * @see Szegedy et al. (2015), section 5.
   * @example const net = new GoogLeNet({ width: 8, numClasses: 2 }); net.loss(net(rand([2, 3, 64, 64])), tensor([0, 1])).shape // []
   */
  loss = (logits: Tensor, target: TensorLike): Tensor => {
    const main = crossEntropy(logits, target);
    if (this.last?.logits !== logits) return main;
    const others = [this.last.auxLogits1, this.last.auxLogits2].filter((aux) => aux !== null);
    return others.reduce((sum, aux) => add(sum, mul(crossEntropy(aux, target), 0.3)), main);
  };
}

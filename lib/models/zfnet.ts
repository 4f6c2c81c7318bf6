import { ReLU } from "../nn/layers/activation.ts";
import { Conv2d } from "../nn/layers/convolution.ts";
import { LocalResponseNorm } from "../nn/layers/group-normalization.ts";
import { MaxPool2d } from "../nn/layers/pooling.ts";
import type { Layer } from "../nn/module.ts";
import { StackedCnn } from "./stacked.ts";
import { checkCounts, type ModelOptions } from "./start.ts";

/** Options of ZFNet. */
export interface ZFNetOptions extends ModelOptions {
  /** Filters of the first layer, which the others follow in proportion: a multiple of 3, default 96. */
  width?: number;
  /** Units of the two hidden layers; default 4096. */
  hidden?: number;
  /** The probability with which hidden units are dropped; default ½. */
  dropout?: number;
  /** For pictures of about 32 pixels a side instead of 224: filters of 3 pixels, moved by one. Default false. */
  small?: boolean;
}

function filters(inChannels: number, width: number, small: boolean): Layer[] {
  const [middle, wide] = [(8 * width) / 3, 4 * width];
  const compete = () => new LocalResponseNorm(5, { alpha: 1e-4, beta: 0.75, k: 2 });
  const halve = (padding: number) => new MaxPool2d(3, { stride: 2, padding });
  return [
    small
      ? new Conv2d(inChannels, width, 3, { padding: 1 })
      : new Conv2d(inChannels, width, 7, { stride: 2, padding: 1 }),
    new ReLU(),
    halve(1),
    compete(),
    small ? new Conv2d(width, middle, 3, { padding: 1 }) : new Conv2d(width, middle, 5, { stride: 2 }),
    new ReLU(),
    halve(1),
    compete(),
    new Conv2d(middle, wide, 3, { padding: 1 }),
    new ReLU(),
    new Conv2d(wide, wide, 3, { padding: 1 }),
    new ReLU(),
    new Conv2d(wide, middle, 3, { padding: 1 }),
    new ReLU(),
    halve(0),
  ];
}

/**
 * ZFNet: AlexNet looked into and mended. Its authors drew what each filter answers to, found that large, fast filters lose what is fine, and made those of the
 * first layer 7 pixels wide instead of 11, moved by 2 instead of 4. 62,357,608 numbers.
 *
 * Shapes: `(batch, inChannels, 224, 224)` → `(batch, numClasses)`.
 *
 * @param options `numClasses`, `inChannels`, `width`, `hidden`, `dropout`, `small`, `initWeights`.
 * @throws {RangeError} If a count is not a whole number from 1, or the width no multiple of 3.
 * @see Zeiler and Fergus (2014), figure 3; vision.deconvolution for their way to look into a net; book §3.6.2.
 * @example new ZFNet({ initWeights: false }).numParameters() // 62357608
 */
export class ZFNet extends StackedCnn {
  constructor(options: ZFNetOptions = {}) {
    const { numClasses = 1000, inChannels = 3, width = 96, hidden = 4096, dropout = 0.5, small = false } = options;
    checkCounts("ZFNet", { numClasses, inChannels, width, hidden });
    if (width % 3 !== 0) throw new RangeError(`Cannot make ZFNet of ${width} filters: it must be a multiple of 3`);
    const head = { channels: (8 * width) / 3, side: small ? 3 : 6, hidden, numClasses, dropout, dropoutFirst: true };
    super(() => filters(inChannels, width, small), head, options.initWeights === false ? null : {});
  }
}

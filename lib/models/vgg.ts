import { ReLU } from "../nn/layers/activation.ts";
import { Conv2d } from "../nn/layers/convolution.ts";
import { BatchNorm2d } from "../nn/layers/normalization.ts";
import { MaxPool2d } from "../nn/layers/pooling.ts";
import type { Layer } from "../nn/module.ts";
import { StackedCnn } from "./stacked.ts";
import { checkCounts, type ModelOptions } from "./start.ts";

/** Options of VGG nets. */
export interface VGGOptions extends ModelOptions {
  /** Filters of the first layer; twice, four and eight times as many in the later stages. Default 64. */
  width?: number;
  /** Units of the two hidden layers; default 4096. */
  hidden?: number;
  /** Rows and columns that the last planes are averaged to; default 7. */
  side?: number;
  /** The probability with which hidden units are dropped; default ½. */
  dropout?: number;
  /** Whether batch normalization follows each layer of filters, as in torchvision's `vgg16_bn`; default false. */
  batchNorm?: boolean;
}

/** How many layers of filters stand between one pooling and the next: the paper's configurations A, B, D and E. */
const stages: Readonly<Record<number, readonly number[]>> = {
  11: [1, 1, 2, 2, 2],
  13: [2, 2, 2, 2, 2],
  16: [2, 2, 3, 3, 3],
  19: [2, 2, 4, 4, 4],
};

function filters(counts: readonly number[], inChannels: number, width: number, batchNorm: boolean): Layer[] {
  let channels = inChannels;
  return counts.flatMap((count, stage) => {
    const wide = width * Math.min(2 ** stage, 8);
    const layers = Array.from({ length: count }, () => {
      const conv = new Conv2d(channels, wide, 3, { padding: 1 });
      channels = wide;
      return batchNorm ? [conv, new BatchNorm2d(wide), new ReLU()] : [conv, new ReLU()];
    });
    return [...layers.flat(), new MaxPool2d(2)];
  });
}

/**
 * VGG: nothing but filters of 3 by 3 pixels, two to four in a row before each of five poolings. Three in a row see 7 by 7 pixels, with 27 weights a pair of
 * channels instead of 49 and two more nonlinearities.
 *
 * State names are torchvision's, so that its weights load.
 *
 * Shapes: `(batch, inChannels, 224, 224)` → `(batch, numClasses)`; other sizes from 32 on work too.
 *
 * @param depth Layers with weights: 11, 13, 16 or 19.
 * @param options `numClasses`, `inChannels`, `width`, `hidden`, `side`, `dropout`, `batchNorm`, `initWeights`.
 * @throws {RangeError} If the depth is another, or a count not a whole number from 1.
 * @see Simonyan and Zisserman (2015); torchvision.models.vgg; book §3.6.3.
 * @example new VGG(11, { initWeights: false }).numParameters() // 132863336
 */
export class VGG extends StackedCnn {
  constructor(depth: 11 | 13 | 16 | 19, options: VGGOptions = {}) {
    const { numClasses = 1000, inChannels = 3, width = 64, hidden = 4096, side = 7 } = options;
    const { dropout = 0.5, batchNorm = false } = options;
    checkCounts("VGG", { numClasses, inChannels, width, hidden, side });
    const counts = stages[depth];
    if (counts === undefined) throw new RangeError(`Cannot make VGG-${depth}: there are 11, 13, 16 and 19`);
    const head = { channels: 8 * width, side, hidden, numClasses, dropout, dropoutFirst: false };
    const start = options.initWeights === false ? null : { linearStd: 0.01 };
    super(() => filters(counts, inChannels, width, batchNorm), head, start);
  }
}

/** VGG-11, configuration A: 132,863,336 numbers. @see VGG; torchvision.models.vgg11 @example vgg11({ initWeights: false }).numParameters() // 132863336 */
export function vgg11(options: VGGOptions = {}): VGG {
  return new VGG(11, options);
}

/** VGG-13, configuration B: 133,047,848 numbers. @see VGG; torchvision.models.vgg13 @example vgg13({ initWeights: false }).numParameters() // 133047848 */
export function vgg13(options: VGGOptions = {}): VGG {
  return new VGG(13, options);
}

/** VGG-16, configuration D: 138,357,544 numbers. @see VGG; torchvision.models.vgg16 @example vgg16({ initWeights: false }).numParameters() // 138357544 */
export function vgg16(options: VGGOptions = {}): VGG {
  return new VGG(16, options);
}

/** VGG-19, configuration E: 143,667,240 numbers. @see VGG; torchvision.models.vgg19 @example vgg19({ initWeights: false }).numParameters() // 143667240 */
export function vgg19(options: VGGOptions = {}): VGG {
  return new VGG(19, options);
}

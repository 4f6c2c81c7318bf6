import { ReLU } from "../nn/layers/activation.ts";
import { Conv2d } from "../nn/layers/convolution.ts";
import { LocalResponseNorm } from "../nn/layers/group-normalization.ts";
import { MaxPool2d } from "../nn/layers/pooling.ts";
import type { Layer } from "../nn/module.ts";
import { StackedCnn } from "./stacked.ts";
import { checkCounts, type ModelOptions } from "./start.ts";

/** Options of AlexNet. */
export interface AlexNetOptions extends ModelOptions {
  /**
   * 1, the default, is the net of 2014 that torchvision has: all filters see all channels, 61,100,840 numbers. 2 is that of 2012, which two graphics cards
   * shared: the filters of layers 2, 4 and 5 see one half of the channels each, and neighbouring channels compete; 60,965,224 numbers.
   */
  towers?: 1 | 2;
  /** Filters of the first layer, which the others follow in proportion; default 64 for one tower and 96 for two. */
  width?: number;
  /** Units of the two hidden layers; default 4096. */
  hidden?: number;
  /** The probability with which hidden units are dropped; default ½. */
  dropout?: number;
  /** For pictures of about 32 pixels a side instead of 224: filters of 5 and 3 pixels, moved by one. Default false. */
  small?: boolean;
}

const pool = () => new MaxPool2d(3, { stride: 2 });
// The constants of the paper; the size is that of the neighbourhood in channels.
const compete = () => new LocalResponseNorm(5, { alpha: 1e-4, beta: 0.75, k: 2 });

/** The five layers of filters in one tower, as in torchvision. */
function oneTower(inChannels: number, width: number, small: boolean): Layer[] {
  const first = small ? { kernel: 5, stride: 1, padding: 2 } : { kernel: 11, stride: 4, padding: 2 };
  const { kernel, ...move } = first;
  return [
    new Conv2d(inChannels, width, kernel, move),
    new ReLU(),
    pool(),
    new Conv2d(width, 3 * width, small ? 3 : 5, { padding: small ? 1 : 2 }),
    new ReLU(),
    pool(),
    new Conv2d(3 * width, 6 * width, 3, { padding: 1 }),
    new ReLU(),
    new Conv2d(6 * width, 4 * width, 3, { padding: 1 }),
    new ReLU(),
    new Conv2d(4 * width, 4 * width, 3, { padding: 1 }),
    new ReLU(),
    pool(),
  ];
}

/** The five layers of the paper; 8/3, 4 and 4 times as many filters as in the first, half of which see half of the channels in layers 2, 4 and 5. */
function twoTowers(inChannels: number, width: number, small: boolean): Layer[] {
  const [middle, wide] = [(8 * width) / 3, 4 * width];
  const first = small ? { kernel: 5, stride: 1, padding: 2 } : { kernel: 11, stride: 4, padding: 2 };
  const { kernel, ...move } = first;
  return [
    new Conv2d(inChannels, width, kernel, move),
    new ReLU(),
    compete(),
    pool(),
    new Conv2d(width, middle, small ? 3 : 5, { padding: small ? 1 : 2, groups: 2 }),
    new ReLU(),
    compete(),
    pool(),
    new Conv2d(middle, wide, 3, { padding: 1 }),
    new ReLU(),
    new Conv2d(wide, wide, 3, { padding: 1, groups: 2 }),
    new ReLU(),
    new Conv2d(wide, middle, 3, { padding: 1, groups: 2 }),
    new ReLU(),
    pool(),
  ];
}

/**
 * AlexNet: five layers of filters and three linear layers, with ReLU, dropout and augmentation; it won ImageNet in 2012 with 15.3 % errors in five guesses
 * where the next had 26.2 %.
 *
 * State names are torchvision's, so that its weights load into one tower.
 *
 * Shapes: `(batch, inChannels, 224, 224)` → `(batch, numClasses)`; other sizes from 63 on work too.
 *
 * @param options `towers`, `numClasses`, `inChannels`, `width`, `hidden`, `dropout`, `small`, `initWeights`.
 * @throws {RangeError} If a count is not a whole number from 1, or the width of two towers no multiple of 6.
 * @see Krizhevsky, Sutskever and Hinton (2012); Krizhevsky (2014) for one tower; torchvision.models.alexnet; book §3.6.1.
 * @example new AlexNet({ initWeights: false }).numParameters() // 61100840
 * @example new AlexNet({ towers: 2, initWeights: false }).numParameters() // 60965224
 */
export class AlexNet extends StackedCnn {
  constructor(options: AlexNetOptions = {}) {
    const { towers = 1, numClasses = 1000, inChannels = 3, hidden = 4096, dropout = 0.5, small = false } = options;
    const width = options.width ?? (towers === 2 ? 96 : 64);
    checkCounts("AlexNet", { numClasses, inChannels, width, hidden });
    if (towers !== 1 && towers !== 2) throw new RangeError(`Cannot make AlexNet of ${towers} towers: there are 1 or 2`);
    if (towers === 2 && width % 6 !== 0)
      throw new RangeError(`Cannot make two towers of ${width} filters: it must be a multiple of 6`);
    const channels = towers === 1 ? 4 * width : (8 * width) / 3;
    const head = { channels, side: small ? 3 : 6, hidden, numClasses, dropout, dropoutFirst: true };
    const filters = () => (towers === 1 ? oneTower : twoTowers)(inChannels, width, small);
    super(filters, head, options.initWeights === false ? null : {});
  }
}

/** The plan that AlexNet, ZFNet and VGG share: filters in a row, an average to a fixed size, then layers that see everything. */
import { asTensor } from "../creation.ts";
import { ReLU } from "../nn/layers/activation.ts";
import { Sequential } from "../nn/layers/container.ts";
import { Dropout } from "../nn/layers/dropout.ts";
import { Linear } from "../nn/layers/linear.ts";
import { AdaptiveAvgPool2d } from "../nn/layers/pooling.ts";
import { type Layer, Module } from "../nn/module.ts";
import { skipInit } from "../nn/skip-init.ts";
import { flatten } from "../ops/shape.ts";
import { show } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { type Start, start_ } from "./start.ts";

/** What the layers behind the filters are. */
export interface Head {
  /** Channels that the filters give. */
  channels: number;
  /** Rows and columns that their planes are averaged to. */
  side: number;
  /** Units of the two hidden layers. */
  hidden: number;
  numClasses: number;
  /** The probability with which hidden units are dropped. */
  dropout: number;
  /** Whether the dropouts stand before the linear layers, as in AlexNet, or behind them, as in VGG. */
  dropoutFirst: boolean;
}

/**
 * Filters, an average, and three linear layers. AlexNet, ZFNet and VGG are of this kind.
 *
 * Shapes: `(batch, channels, rows, columns)` → `(batch, numClasses)`.
 */
export abstract class StackedCnn extends Module {
  /** The layers with filters. */
  readonly features: Sequential;
  readonly avgpool: AdaptiveAvgPool2d;
  /** The layers behind them. */
  readonly classifier: Sequential;

  /** @param filters Makes the layers with filters. @param start How weights start; null leaves them 0. */
  constructor(filters: () => readonly Layer[], head: Head, start: Start | null) {
    super();
    [this.features, this.classifier] = skipInit(() => [new Sequential(...filters()), classifierOf(head)]);
    this.avgpool = new AdaptiveAvgPool2d(head.side);
    if (start !== null) start_(this, start);
  }

  forward(x: TensorLike): Tensor {
    const pictures = asTensor(x);
    if (pictures.ndim !== 4) {
      throw new RangeError(
        `Cannot classify ${show(pictures.shape)} with ${this.constructor.name}: pictures are (batch, channels, rows, columns)`,
      );
    }
    return this.classifier(flatten(this.avgpool(this.features(pictures)), { start: 1 }));
  }
}

function classifierOf({ channels, side, hidden, numClasses, dropout, dropoutFirst }: Head): Sequential {
  const drop = () => new Dropout(dropout);
  const [first, second, last] = [
    new Linear(channels * side * side, hidden),
    new Linear(hidden, hidden),
    new Linear(hidden, numClasses),
  ];
  return dropoutFirst
    ? new Sequential(drop(), first, new ReLU(), drop(), second, new ReLU(), last)
    : new Sequential(first, new ReLU(), drop(), second, new ReLU(), drop(), last);
}

/** What convolutional layers hold and make, as pictures. */
import { mean } from "../ops/reduction.ts";
import { show } from "../shape.ts";
import type { Chart } from "./chart.ts";
import { type ImageGridOptions, imageGrid } from "./image.ts";
import { toTensor, type Values } from "./values.ts";

/**
 * The kernels of a convolutional layer, one picture each: 0 is white, negative weights blue, positive ones orange. Kernels over three channels are
 * shown in colour, those over any other number as their mean.
 *
 * Shapes: weight `(filters, channels, height, width)`.
 *
 * @throws {RangeError} If the shape is another one.
 * @see book §3.4, §3.6.
 * @example plot.filters(new nn.Conv2d(1, 8, 5).weight, { columns: 4 })
 */
export function filters(weight: Values, options: ImageGridOptions = {}): Chart {
  const x = toTensor(weight, "filters");
  if (x.ndim !== 4) {
    throw new RangeError(`Cannot show filters of shape ${show(x.shape)}: expected [filters,channels,height,width]`);
  }
  if (x.shape[1] === 3) return imageGrid(x, { size: 40, ...options });
  return imageGrid(mean(x, { dim: 1 }), { size: 40, diverging: true, ...options });
}

/**
 * The feature maps of one sample, a picture a channel, all on one scale.
 *
 * Shapes: maps `(channels, height, width)` or `(1, channels, height, width)`.
 *
 * @throws {RangeError} If the shape is another one.
 * @see book §3.6.
 * @example plot.featureMaps(new nn.Conv2d(1, 8, 3)(rand([1, 1, 10, 10])))
 */
export function featureMaps(maps: Values, options: ImageGridOptions = {}): Chart {
  const x = toTensor(maps, "feature maps");
  const one = x.ndim === 4 && x.shape[0] === 1 ? x.select(0, 0) : x;
  if (one.ndim !== 3) {
    throw new RangeError(
      `Cannot show feature maps of shape ${show(x.shape)}: expected [channels,height,width] of one sample`,
    );
  }
  return imageGrid(one, options);
}

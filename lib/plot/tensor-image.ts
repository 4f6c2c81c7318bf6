/** Gives tensors a method that shows them as pictures. It stands here and not with the other methods, since tensors know no charts. */
import { Tensor } from "../tensor.ts";
import type { Chart } from "./chart.ts";
import { type ImageGridOptions, image, imageGrid } from "./image.ts";

declare module "../tensor.ts" {
  interface Tensor {
    /**
     * This tensor as a picture, or as a grid of pictures if it has a batch dimension in front.
     *
     * Shapes: `(height, width)`, `(channels, height, width)` of 1 or 3 channels, `(count, channels, height, width)`.
     *
     * @example rand([8, 8]).image({ title: "Noise" })
     */
    image(options?: ImageGridOptions): Chart;
  }
}

Object.defineProperty(Tensor.prototype, "image", {
  value(this: Tensor, options: ImageGridOptions = {}): Chart {
    const isOne = this.ndim === 2 || (this.ndim === 3 && (this.shape[0] === 1 || this.shape[0] === 3));
    return isOne ? image(this, options) : imageGrid(this, options);
  },
  writable: true,
  configurable: true,
});

/** Layers that change shapes only. */
import { flatten, unflatten } from "../../ops/shape.ts";
import type { Shape } from "../../shape.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import { Module } from "../module.ts";

/**
 * Merges dimensions into one; by default all but the batch.
 *
 * @param startDim Default 1.
 * @param endDim Default −1.
 * @example new Flatten()(zeros([2, 3, 4])).shape // [2, 12]
 */
export class Flatten extends Module {
  constructor(
    readonly startDim = 1,
    readonly endDim = -1,
  ) {
    super();
  }

  forward(x: TensorLike): Tensor {
    return flatten(x, { start: this.startDim, end: this.endDim });
  }

  override extraRepr(): string {
    return `startDim=${this.startDim}, endDim=${this.endDim}`;
  }
}

/** Splits one dimension into several. @example new Unflatten(1, [3, 4])(zeros([2, 12])).shape // [2, 3, 4] */
export class Unflatten extends Module {
  constructor(
    readonly dim: number,
    readonly sizes: Shape,
  ) {
    super();
  }

  forward(x: TensorLike): Tensor {
    return unflatten(x, this.dim, this.sizes);
  }

  override extraRepr(): string {
    return `dim=${this.dim}, sizes=[${this.sizes.join(", ")}]`;
  }
}

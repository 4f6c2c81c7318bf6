/** Layers that put pooled elements back. */
import { type PerDim, perDim } from "../../ops/spatial.ts";
import { show } from "../../shape.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import * as F from "../functional.ts";
import { Module } from "../module.ts";

/** Max unpooling of a number of dimensions; the subclasses say which. */
abstract class MaxUnpool extends Module {
  readonly kernelSize: readonly number[];

  constructor(
    rank: number,
    private readonly run: (x: TensorLike, indices: TensorLike, options: F.MaxUnpoolOptions) => Tensor,
    kernelSize: PerDim,
    readonly options: Pick<F.MaxUnpoolOptions, "stride" | "padding">,
  ) {
    super();
    this.kernelSize = perDim(kernelSize, rank, "kernelSize", 1);
  }

  forward(x: TensorLike, indices: TensorLike, options: Pick<F.MaxUnpoolOptions, "outputSize"> = {}): Tensor {
    return this.run(x, indices, { ...this.options, ...options, kernelSize: this.kernelSize });
  }

  override extraRepr(): string {
    return `kernelSize=${show(this.kernelSize)}`;
  }
}

/**
 * Puts pooled elements of sequences back where they were, zeros elsewhere.
 *
 * @param kernelSize The size of the window of the pooling.
 * @param options `stride`, by default the size; `padding`.
 * @see F.maxUnpool1d, F.maxPoolWithIndices
 * @example new MaxUnpool1d(2)([[[3, 4]]], [[[1, 3]]]).toArray() // [[[0, 3, 0, 4]]]
 */
export class MaxUnpool1d extends MaxUnpool {
  constructor(kernelSize: PerDim, options: Pick<F.MaxUnpoolOptions, "stride" | "padding"> = {}) {
    super(1, F.maxUnpool1d, kernelSize, options);
  }
}

/**
 * Puts pooled elements of planes back where they were, zeros elsewhere.
 *
 * @param kernelSize The size of the window of the pooling.
 * @param options `stride`, by default the size; `padding`.
 * @see F.maxUnpool2d, F.maxPoolWithIndices
 * @example new MaxUnpool2d(2)([[[[5]]]], [[[[3]]]]).toArray() // [[[[0, 0], [0, 5]]]]
 */
export class MaxUnpool2d extends MaxUnpool {
  constructor(kernelSize: PerDim, options: Pick<F.MaxUnpoolOptions, "stride" | "padding"> = {}) {
    super(2, F.maxUnpool2d, kernelSize, options);
  }
}

/**
 * Puts pooled elements of volumes back where they were, zeros elsewhere.
 *
 * @param kernelSize The size of the window of the pooling.
 * @param options `stride`, by default the size; `padding`.
 * @see F.maxUnpool3d, F.maxPoolWithIndices
 * @example new MaxUnpool3d([2, 1, 1])([[[[[5]]]]], [[[[[1]]]]]).toArray() // [[[[[0]], [[5]]]]]
 */
export class MaxUnpool3d extends MaxUnpool {
  constructor(kernelSize: PerDim, options: Pick<F.MaxUnpoolOptions, "stride" | "padding"> = {}) {
    super(3, F.maxUnpool3d, kernelSize, options);
  }
}

/** Max pooling undone, as far as it can be. */
import { withGrad } from "../autograd/mode.ts";
import { asTensor, onesLike, zeros } from "../creation.ts";
import { sameShape, show, sizeOf } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { div } from "./arithmetic.ts";
import { eq } from "./comparison.ts";
import { scatterAdd } from "./indexing.ts";
import { where } from "./select.ts";
import { reshape } from "./shape.ts";
import { batched, type PerDim, perDim } from "./spatial.ts";

/** What was pooled: the window of the pooling, or the size that there was before. */
export interface MaxUnpoolOptions {
  /** The size of the window; not needed if `outputSize` is given. */
  kernelSize?: PerDim;
  /** How far the window moved each time; default its size. */
  stride?: PerDim;
  /** How far windows began outside; default 0. */
  padding?: PerDim;
  /** The sizes of the spatial dimensions before pooling; by default the least that pool to this. */
  outputSize?: readonly number[];
}

function maxUnpool(name: string, rank: number, input: TensorLike, indices: TensorLike, options: MaxUnpoolOptions) {
  const { x, restore } = batched(name, asTensor(input), rank);
  const places = batched(name, asTensor(indices), rank).x;
  if (!sameShape(x.shape, places.shape)) {
    throw new RangeError(
      `Cannot ${name} ${show(x.shape)} to places of ${show(places.shape)}: the shapes must be equal`,
    );
  }
  const sizes = sizesBefore(name, rank, x, options);
  const [batch, channels] = x.shape as [number, number];
  const planes = batch * channels;
  const index = reshape(places, [planes, -1]);
  const values = reshape(x, [planes, -1]);
  const blank = zeros([planes, sizeOf(sizes)], { dtype: x.dtype });
  const totals = scatterAdd(blank, 1, index, values);
  const counts = withGrad(false, () => {
    const named = scatterAdd(blank, 1, index, onesLike(values));
    return where(eq(named, 0), 1, named);
  });
  return restore(reshape(div(totals, counts), [batch, channels, ...sizes]));
}

function sizesBefore(name: string, rank: number, x: Tensor, options: MaxUnpoolOptions): number[] {
  const { kernelSize, outputSize } = options;
  if (outputSize !== undefined) return perDim(outputSize, rank, "outputSize", 1);
  if (kernelSize === undefined) throw new RangeError(`Cannot ${name}: give kernelSize or outputSize`);
  const size = perDim(kernelSize, rank, "kernelSize", 1);
  const stride = perDim(options.stride ?? size, rank, "stride", 1);
  const padding = perDim(options.padding ?? 0, rank, "padding", 0);
  return size.map((kernel, d) => (x.shape[d + 2]! - 1) * stride[d]! - 2 * padding[d]! + kernel);
}

/**
 * Puts pooled elements of sequences back where they were, zeros elsewhere: the partial inverse of `maxPool1d`.
 *
 * @param indices As `maxPoolWithIndices` gives them. Where windows overlapped, and so name one place twice, the elements are averaged.
 * @param options `kernelSize`, `stride` and `padding` of the pooling, or `outputSize`.
 * @throws {RangeError} If neither is given, or the shapes differ.
 * @see Zeiler and Fergus (2014).
 * @example maxUnpool1d([[[3, 4]]], [[[1, 3]]], { kernelSize: 2 }).toArray() // [[[0, 3, 0, 4]]]
 */
export function maxUnpool1d(x: TensorLike, indices: TensorLike, options: MaxUnpoolOptions): Tensor {
  return maxUnpool("maxUnpool1d", 1, x, indices, options);
}

/**
 * Puts pooled elements of planes back where they were, zeros elsewhere: the partial inverse of `maxPool2d`.
 *
 * @param indices As `maxPoolWithIndices` gives them. Where windows overlapped, and so name one place twice, the elements are averaged.
 * @param options `kernelSize`, `stride` and `padding` of the pooling, or `outputSize`.
 * @throws {RangeError} If neither is given, or the shapes differ.
 * @see Zeiler and Fergus (2014).
 * @example maxUnpool2d([[[[5]]]], [[[[3]]]], { kernelSize: 2 }).toArray() // [[[[0, 0], [0, 5]]]]
 */
export function maxUnpool2d(x: TensorLike, indices: TensorLike, options: MaxUnpoolOptions): Tensor {
  return maxUnpool("maxUnpool2d", 2, x, indices, options);
}

/**
 * Puts pooled elements of volumes back where they were, zeros elsewhere: the partial inverse of `maxPool3d`.
 *
 * @param indices As `maxPoolWithIndices` gives them. Where windows overlapped, and so name one place twice, the elements are averaged.
 * @param options `kernelSize`, `stride` and `padding` of the pooling, or `outputSize`.
 * @throws {RangeError} If neither is given, or the shapes differ.
 * @see Zeiler and Fergus (2014).
 * @example maxUnpool3d([[[[[5]]]]], [[[[[1]]]]], { kernelSize: [2, 1, 1] }).toArray() // [[[[[0]], [[5]]]]]
 */
export function maxUnpool3d(x: TensorLike, indices: TensorLike, options: MaxUnpoolOptions): Tensor {
  return maxUnpool("maxUnpool3d", 3, x, indices, options);
}

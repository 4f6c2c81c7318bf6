/** Windows laid out as columns and back, and channels as pixels. */
import { arange, asTensor, zeros } from "../creation.ts";
import { show, sizeOf } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { add, mul } from "./arithmetic.ts";
import { indexSelect, scatterAdd } from "./indexing.ts";
import { expand, permute, reshape } from "./shape.ts";
import { batched, checkFits, type PerDim, perDim, reach } from "./spatial.ts";
import { pad } from "./split.ts";

/** The window of `unfold` and `fold`. What is one number for rows and columns may be a list of two. */
export interface UnfoldOptions {
  /** The size of the window. */
  kernelSize: PerDim;
  /** How far the window moves each time; default 1. */
  stride?: PerDim;
  /** Zeros around the plane; default 0. */
  padding?: PerDim;
  /** How far apart the elements of the window are; default 1. */
  dilation?: PerDim;
}

interface Blocks {
  /** Sizes of the padded plane. */
  readonly padded: readonly [number, number];
  readonly padding: readonly [number, number];
  /** Elements of a window, and windows. */
  readonly patch: number;
  readonly count: number;
  /** The positions in the padded plane, `(patch, count)`, row-major. */
  readonly index: Tensor;
}

function blocksOf(name: string, shape: readonly number[], plane: readonly number[], options: UnfoldOptions): Blocks {
  const size = perDim(options.kernelSize, 2, "kernelSize", 1);
  const stride = perDim(options.stride ?? 1, 2, "stride", 1);
  const padding = perDim(options.padding ?? 0, 2, "padding", 0) as [number, number];
  const dilation = perDim(options.dilation ?? 1, 2, "dilation", 1);
  const reaches = size.map((n, d) => reach(n, dilation[d]!));
  const padded = plane.map((n, d) => n + 2 * padding[d]!) as [number, number];
  checkFits(name, shape, reaches, padded);
  const out = padded.map((n, d) => Math.floor((n - reaches[d]!) / stride[d]!) + 1);
  // The row, or column, of element u of the window in its i-th place: (sizes of the window, places).
  const lines = [0, 1].map((d) => {
    const inside = mul(arange(0, size[d]!, { dtype: "int32" }), dilation[d]!);
    return add(reshape(inside, [-1, 1]), mul(arange(0, out[d]!, { dtype: "int32" }), stride[d]!));
  }) as [Tensor, Tensor];
  const rows = mul(reshape(lines[0], [size[0]!, 1, out[0]!, 1]), padded[1]);
  const index = add(rows, reshape(lines[1], [1, size[1]!, 1, out[1]!]));
  return { padded, padding, patch: size[0]! * size[1]!, count: out[0]! * out[1]!, index: reshape(index, [-1]) };
}

/**
 * Lays the windows of planes out as columns, so that a convolution is a matrix product.
 *
 * Shapes: `(batch, channels, rows, columns)` or without batch → `(batch, channels · window, windows)`.
 *
 * @param options `kernelSize`, `stride`, `padding`, `dilation`.
 * @throws {RangeError} If the window does not fit.
 * @example unfold([[[[1, 2], [3, 4]]]], { kernelSize: [1, 2] }).toArray() // [[[1, 3], [2, 4]]]
 */
export function unfold(x: TensorLike, options: UnfoldOptions): Tensor {
  const given = asTensor(x);
  const { x: t, restore } = batched("unfold", given, 2);
  const [batch, channels, ...plane] = t.shape as [number, number, number, number];
  const { padded, padding, patch, count, index } = blocksOf("unfold", given.shape, plane, options);
  const [rows, columns] = padding;
  const wide = rows + columns > 0 ? pad(t, [columns, columns, rows, rows]) : t;
  const windows = indexSelect(reshape(wide, [batch, channels, padded[0] * padded[1]]), 2, index);
  return restore(reshape(windows, [batch, channels * patch, count]));
}

/**
 * Adds windows, laid out as columns, to planes: the reverse of `unfold`, but for what overlaps, which adds up.
 *
 * Shapes: `(batch, channels · window, windows)` or without batch → `(batch, channels, …outputSize)`.
 *
 * @param outputSize The size of the planes: one number for rows and columns, or a list of two.
 * @param options `kernelSize`, `stride`, `padding`, `dilation`.
 * @throws {RangeError} If the shape is not that of so many windows.
 * @example fold([[[1, 3], [2, 4]]], 2, { kernelSize: [1, 2] }).toArray() // [[[[1, 2], [3, 4]]]]
 */
export function fold(x: TensorLike, outputSize: PerDim, options: UnfoldOptions): Tensor {
  const given = asTensor(x);
  const { x: t, restore } = batched("fold", given, 1);
  const plane = perDim(outputSize, 2, "outputSize", 1);
  const { padded, padding, patch, count, index } = blocksOf("fold", plane, plane, options);
  const [batch, rows, columns] = t.shape as [number, number, number];
  if (columns !== count || rows % patch !== 0) {
    throw new RangeError(
      `Cannot fold ${show(given.shape)} to ${show(plane)}: expected a multiple of ${patch} rows and ${count} columns`,
    );
  }
  const channels = rows / patch;
  const flat = reshape(t, [batch, channels, patch * count]);
  const blank = zeros([batch, channels, padded[0] * padded[1]], { dtype: t.dtype });
  const wide = reshape(scatterAdd(blank, 2, expand(index, flat.shape), flat), [batch, channels, ...padded]);
  const [top, left] = padding;
  return restore(top + left > 0 ? pad(wide, [-left, -left, -top, -top]) : wide);
}

/** Splits the last dimensions of a tensor into what stands before channels and planes, and these. */
function planesOf(name: string, x: TensorLike) {
  const t = asTensor(x);
  if (t.ndim < 3) throw new RangeError(`Cannot ${name} ${show(t.shape)}: it must have channels, rows and columns`);
  const [channels, rows, columns] = t.shape.slice(-3) as [number, number, number];
  return { t, lead: t.shape.slice(0, -3), channels, rows, columns };
}

/**
 * Turns channels into pixels: r² channels become one whose planes are r times as large each way.
 *
 * Shapes: `(…, channels · r², rows, columns)` → `(…, channels, rows · r, columns · r)`.
 *
 * @param factor r.
 * @throws {RangeError} If the channels are no multiple of r².
 * @see Shi et al. (2016).
 * @example pixelShuffle([[[1]], [[2]], [[3]], [[4]]], 2).toArray() // [[[1, 2], [3, 4]]]
 */
export function pixelShuffle(x: TensorLike, factor: number): Tensor {
  const { t, lead, channels, rows, columns } = planesOf("pixelShuffle", x);
  const left = channels / factor ** 2;
  if (!Number.isInteger(left) || !(factor >= 1)) {
    throw new RangeError(
      `Cannot pixelShuffle ${channels} channels by ${factor}: they must be a multiple of ${factor ** 2}`,
    );
  }
  const apart = reshape(t, [-1, left, factor, factor, rows, columns]);
  return reshape(permute(apart, [0, 1, 4, 2, 5, 3]), [...lead, left, rows * factor, columns * factor]);
}

/**
 * Turns pixels into channels, the reverse of `pixelShuffle`.
 *
 * Shapes: `(…, channels, rows · r, columns · r)` → `(…, channels · r², rows, columns)`.
 *
 * @param factor r.
 * @throws {RangeError} If rows or columns are no multiple of r.
 * @example pixelUnshuffle([[[1, 2], [3, 4]]], 2).toArray() // [[[1]], [[2]], [[3]], [[4]]]
 */
export function pixelUnshuffle(x: TensorLike, factor: number): Tensor {
  const { t, lead, channels, rows, columns } = planesOf("pixelUnshuffle", x);
  const [down, right] = [rows / factor, columns / factor];
  if (!Number.isInteger(down) || !Number.isInteger(right)) {
    throw new RangeError(
      `Cannot pixelUnshuffle planes of ${rows} × ${columns} by ${factor}: they must be multiples of it`,
    );
  }
  const apart = reshape(t, [-1, channels, down, factor, right, factor]);
  return reshape(permute(apart, [0, 1, 3, 5, 2, 4]), [...lead, channels * factor ** 2, down, right]);
}

/**
 * Deals channels out to groups anew: channel i of group g becomes channel g of group i, so that the next grouped convolution sees all.
 *
 * @param groups How many groups there are.
 * @throws {RangeError} If the channels are no multiple of the groups.
 * @see Zhang et al. (2018).
 * @example channelShuffle([[[1]], [[2]], [[3]], [[4]]], 2).toArray() // [[[1]], [[3]], [[2]], [[4]]]
 */
export function channelShuffle(x: TensorLike, groups: number): Tensor {
  const { t, lead, channels, rows, columns } = planesOf("channelShuffle", x);
  if (channels % groups !== 0) {
    throw new RangeError(`Cannot channelShuffle ${channels} channels in ${groups} groups: they must be a multiple`);
  }
  const apart = reshape(t, [sizeOf(lead), groups, channels / groups, rows, columns]);
  return reshape(permute(apart, [0, 2, 1, 3, 4]), t.shape);
}

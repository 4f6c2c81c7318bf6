/** Max pooling: the greatest element under a moving window, and back. */
import { apply, type OpSpec } from "../autograd/apply.ts";
import { withGrad } from "../autograd/mode.ts";
import { backend } from "../backends/index.ts";
import { asTensor, fromData } from "../creation.ts";
import { show } from "../shape.ts";
import { type Tensor, type TensorLike, unfilled } from "../tensor.ts";
import { add, mul } from "./arithmetic.ts";
import { floorDivide, remainder } from "./division.ts";
import type { ValuesAndIndices } from "./extremes.ts";
import { gather, indexSelect } from "./indexing.ts";
import { type PoolOptions, type PoolWindow, poolWindow } from "./pooling-window.ts";
import { adaptiveSizes, equalParts } from "./resample.ts";
import { scatterKnown } from "./scatter-add.ts";
import { reshape } from "./shape.ts";
import { batched, type PerDim } from "./spatial.ts";

/** Options of max pooling. */
export interface MaxPoolOptions extends PoolOptions {
  /** How far apart the elements of the window are; default 1, no gaps. */
  dilation?: PerDim;
}

/** The window that went over a plane, and the sizes of that: for those who read the recorded graph. */
export interface PooledPlane {
  readonly plane: readonly [rows: number, columns: number];
  readonly window: PoolWindow;
}

/** Picks what the kernel found: the values are known, the gradient goes where they came from. */
const maxPoolOp: OpSpec<[values: Tensor, pooled: PooledPlane]> = {
  name: "maxPool",
  forward: (_, values) => values,
  backward: (dy, saved) => [() => scatterKnown(dy, 1, saved.input(1), saved.shape(0)), null],
};

/** Max pooling of planes as lists: the result and the positions in the plane, both `(planes, positions)`. */
function maxPoolPlanes(x: Tensor, [rows, columns]: readonly [number, number], window: PoolWindow): ValuesAndIndices {
  const planes = x.size / (rows * columns);
  const flat = reshape(x, [planes, rows * columns]);
  const [values, indices] = [unfilled([planes, ...window.out], x.dtype), unfilled([planes, ...window.out], "int32")];
  const plane = withGrad(false, () => reshape(x, [planes, rows, columns]));
  const pairOf = (list: readonly number[]) => list as unknown as readonly [number, number];
  backend.maxPool2d(
    plane,
    pairOf(window.size),
    { stride: pairOf(window.stride), padding: pairOf(window.padding), dilation: pairOf(window.dilation) },
    values,
    indices,
  );
  const lines = [planes, window.out[0]! * window.out[1]!];
  const list = reshape(indices, lines);
  return {
    values: apply(maxPoolOp, [flat, list], [reshape(values, lines), { plane: [rows, columns], window }]),
    indices: list,
  };
}

/** The dimensions from `from` on as a plane: a line is a plane of one row. */
function asPlane(window: PoolWindow, dims: readonly number[]): PoolWindow {
  const of = (list: readonly number[], missing: number) => [
    ...new Array<number>(2 - dims.length).fill(missing),
    ...dims.map((d) => list[d]!),
  ];
  return {
    size: of(window.size, 1),
    stride: of(window.stride, 1),
    padding: of(window.padding, 0),
    dilation: of(window.dilation, 1),
    out: of(window.out, 1),
  };
}

function maxPool(
  name: string,
  rank: number,
  input: TensorLike,
  kernelSize: PerDim,
  options: MaxPoolOptions,
): ValuesAndIndices {
  const { x, restore } = batched(name, asTensor(input), rank);
  const window = poolWindow(name, x, rank, kernelSize, options);
  const [batch, channels, ...sizes] = x.shape as [number, number, ...number[]];
  const shape = [batch, channels, ...window.out];
  const [rows, columns] = [rank === 1 ? 1 : sizes[rank - 2]!, sizes[rank - 1]!];
  const dims = Array.from({ length: rank }, (_, d) => d).slice(-2);
  const planes = maxPoolPlanes(x, [rows, columns], asPlane(window, dims));
  if (rank < 3) {
    return { values: restore(reshape(planes.values, shape)), indices: restore(reshape(planes.indices, shape)) };
  }
  // A volume is pooled plane by plane, and what is left, a plane of depth by position, along its depth.
  const depth = sizes[0]!;
  const area = window.out[1]! * window.out[2]!;
  const along: PoolWindow = {
    size: [window.size[0]!, 1],
    stride: [window.stride[0]!, 1],
    padding: [window.padding[0]!, 0],
    dilation: [window.dilation[0]!, 1],
    out: [window.out[0]!, area],
  };
  const { values, indices } = maxPoolPlanes(
    reshape(planes.values, [batch * channels, depth, area]),
    [depth, area],
    along,
  );
  const slice = floorDivide(indices, area);
  const within = gather(reshape(planes.indices, [batch * channels, depth * area]), 1, indices);
  return {
    values: restore(reshape(values, shape)),
    indices: restore(reshape(add(mul(slice, rows * columns), within), shape)),
  };
}

/**
 * Max pooling of sequences: the greatest element under each window.
 *
 * Shapes: `(batch, channels, length)` or without batch → the same with `⌊(length + 2 padding − dilation (size − 1) − 1) / stride⌋ + 1`.
 *
 * @param kernelSize The size of the window.
 * @throws {RangeError} If the window does not fit, or the padding is more than half of it.
 * @see book §3.5.
 * @example maxPool1d([[[1, 3, 2, 4]]], 2).toArray() // [[[3, 4]]]
 */
export function maxPool1d(x: TensorLike, kernelSize: PerDim, options: MaxPoolOptions = {}): Tensor {
  return maxPool("maxPool1d", 1, x, kernelSize, options).values;
}

/**
 * Max pooling of planes: the greatest element under each window. Of equal ones the first gets the gradient.
 *
 * Shapes: `(batch, channels, rows, columns)` or without batch → the same with smaller planes.
 *
 * @param kernelSize The size of the window.
 * @throws {RangeError} If the window does not fit, or the padding is more than half of it.
 * @see book §3.5.
 * @example maxPool2d([[[[1, 2], [3, 4]]]], 2).toArray() // [[[[4]]]]
 */
export function maxPool2d(x: TensorLike, kernelSize: PerDim, options: MaxPoolOptions = {}): Tensor {
  return maxPool("maxPool2d", 2, x, kernelSize, options).values;
}

/** Max pooling of volumes: the greatest element under each window. @see maxPool2d @example maxPool3d([[[[[1]], [[2]]]]], [2, 1, 1]).item() // 2 */
export function maxPool3d(x: TensorLike, kernelSize: PerDim, options: MaxPoolOptions = {}): Tensor {
  return maxPool("maxPool3d", 3, x, kernelSize, options).values;
}

/**
 * Max pooling that also says where it found the greatest elements, as row-major positions in the sequence, plane or volume: what `maxUnpool2d` and its like take.
 *
 * @param options `rank`, the number of spatial dimensions, by default what is left beside batch and channels; and those of max pooling.
 * @example maxPoolWithIndices([[[1, 3, 2, 4]]], 2).indices.toArray() // [[[1, 3]]]
 */
export function maxPoolWithIndices(
  x: TensorLike,
  kernelSize: PerDim,
  options: MaxPoolOptions & { rank?: number } = {},
): ValuesAndIndices {
  const t = asTensor(x);
  const rank = options.rank ?? t.ndim - 2;
  if (rank < 1 || rank > 3) {
    throw new RangeError(`Cannot pool ${show(t.shape)}: it must have 1 to 3 spatial dimensions`);
  }
  return maxPool("maxPoolWithIndices", rank, t, kernelSize, options);
}

/** The positions of the windows that adaptive pooling looks at, all equally long: the last of a shorter one is repeated. */
function adaptiveRows(size: number, out: number): { list: number[]; length: number } {
  const parts = equalParts(size, out);
  const length = Math.max(...parts.map(([start, end]) => end - start));
  return {
    length,
    list: parts.flatMap(([start, end]) => Array.from({ length }, (_, k) => Math.min(start + k, end - 1))),
  };
}

function adaptiveMaxPool(
  name: string,
  rank: number,
  input: TensorLike,
  size: number | null | readonly (number | null)[],
): ValuesAndIndices {
  const { x, restore } = batched(name, asTensor(input), rank);
  const sizes = adaptiveSizes(size, x, rank);
  const rows = sizes.map((out, d) => adaptiveRows(x.shape[d + 2]!, out));
  let even = x;
  rows.forEach(({ list }, d) => {
    even = indexSelect(even, d + 2, fromData(Int32Array.from(list)));
  });
  const window = rows.map(({ length }) => length);
  const { values, indices } = maxPool(name, rank, even, window, {});
  // From positions in the repeated rows and columns to those in the input, dimension by dimension from the last.
  let left = indices;
  let places = mul(indices, 0);
  let stride = 1;
  for (let d = rank - 1; d >= 0; d--) {
    const { list } = rows[d]!;
    const at = remainder(left, list.length);
    left = floorDivide(left, list.length);
    const own = reshape(indexSelect(fromData(Int32Array.from(list)), 0, reshape(at, [-1])), at.shape);
    places = add(places, mul(own, stride));
    stride *= x.shape[d + 2]!;
  }
  return { values: restore(values), indices: restore(places) };
}

/**
 * Max pooling of sequences to a given size: the greatest element of each of so many parts.
 *
 * @param size The size of the result.
 * @example adaptiveMaxPool1d([[[1, 3, 2, 4]]], 1).toArray() // [[[4]]]
 */
export function adaptiveMaxPool1d(x: TensorLike, size: number): Tensor {
  return adaptiveMaxPool("adaptiveMaxPool1d", 1, x, size).values;
}

/**
 * Max pooling of planes to a given size: the greatest element of each of so many parts.
 *
 * @param size The sizes of the result: one for rows and columns, or a list of two; null keeps one.
 * @example adaptiveMaxPool2d([[[[1, 2], [3, 4]]]], [1, null]).toArray() // [[[[3, 4]]]]
 */
export function adaptiveMaxPool2d(x: TensorLike, size: number | null | readonly (number | null)[]): Tensor {
  return adaptiveMaxPool("adaptiveMaxPool2d", 2, x, size).values;
}

/** Max pooling of volumes to a given size. @see adaptiveMaxPool2d @example adaptiveMaxPool3d([[[[[1]], [[2]]]]], 1).item() // 2 */
export function adaptiveMaxPool3d(x: TensorLike, size: number | null | readonly (number | null)[]): Tensor {
  return adaptiveMaxPool("adaptiveMaxPool3d", 3, x, size).values;
}

/** Adaptive max pooling with the positions of what it found; the spatial dimensions are as many as `size` has. @example adaptiveMaxPoolWithIndices([[[1, 3, 2, 4]]], [2]).indices.toArray() // [[[1, 3]]] */
export function adaptiveMaxPoolWithIndices(x: TensorLike, size: readonly (number | null)[]): ValuesAndIndices {
  return adaptiveMaxPool("adaptiveMaxPoolWithIndices", size.length, x, size);
}

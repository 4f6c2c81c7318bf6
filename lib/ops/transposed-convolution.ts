/** Transposed convolutions: the gradient of a convolution by its input, as a map of its own. */
import { apply } from "../autograd/apply.ts";
import type { ConvWindow } from "../backends/backend.ts";
import { type Shape, show } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { add } from "./arithmetic.ts";
import type { ConvOptions } from "./convolution.ts";
import {
  biased,
  checkChannels,
  convInputOp,
  rowWindow,
  type VolumeWindow,
  withoutRow,
  withRow,
} from "./correlation.ts";
import { select } from "./indexing.ts";
import { pair } from "./operands.ts";
import { permute, reshape } from "./shape.ts";
import { batched, type PerDim, perDim, reach } from "./spatial.ts";
import { cut, embed, rangeWindow } from "./window.ts";

/** Options of transposed convolutions. */
export interface ConvTransposeOptions extends Omit<ConvOptions, "padding"> {
  /** How much is cut off around the result; default 0. */
  padding?: PerDim;
  /** How much is added at the end of each dimension: which of the sizes that a strided convolution maps to one is meant; default 0. */
  outputPadding?: PerDim;
}

function transposed(
  name: string,
  rank: number,
  input: TensorLike,
  filter: TensorLike,
  options: ConvTransposeOptions,
): Tensor {
  const [given, weight] = pair(input, filter);
  const { x, restore } = batched(name, given, rank);
  const { groups = 1 } = options;
  checkChannels(name, rank, given, weight, groups, x.shape[1] === weight.shape[0]);
  const stride = perDim(options.stride ?? 1, rank, "stride", 1);
  const dilation = perDim(options.dilation ?? 1, rank, "dilation", 1);
  const padding = perDim(options.padding ?? 0, rank, "padding", 0);
  const end = perDim(options.outputPadding ?? 0, rank, "outputPadding", 0);
  if (end.some((width, d) => width >= Math.max(stride[d]!, dilation[d]!))) {
    throw new RangeError(
      `Cannot ${name} with outputPadding ${show(end)}: it must be less than stride ${show(stride)} or dilation ${show(dilation)}`,
    );
  }
  const size = x.shape
    .slice(2)
    .map((n, d) => (n - 1) * stride[d]! - 2 * padding[d]! + reach(weight.shape[d + 2]!, dilation[d]!) + end[d]!);
  if (size.some((n) => n < 1)) {
    throw new RangeError(`Cannot ${name} ${show(given.shape)} with padding ${show(padding)}: nothing would be left`);
  }
  const shape = [x.shape[0]!, weight.shape[1]! * groups, ...size];
  const window = { stride, padding, dilation, groups };
  return restore(biased(transposeVolume(x, weight, window, shape), options.bias, rank));
}

function transposeVolume(x: Tensor, weight: Tensor, window: VolumeWindow, shape: Shape): Tensor {
  switch (window.stride.length) {
    case 1: {
      const row = [shape[0]!, shape[1]!, 1, shape[2]!];
      return withoutRow(apply(convInputOp, [withRow(x), withRow(weight)], [rowWindow(window), row]));
    }
    case 2:
      return apply(convInputOp, [x, weight], [window as ConvWindow, shape]);
    default:
      return transposeDepth(x, weight, window, shape);
  }
}

/** A volume is painted slice by slice: for each depth of the filter, planes go to the slices that it reaches, and what overlaps adds up. */
function transposeDepth(x: Tensor, weight: Tensor, window: VolumeWindow, shape: Shape): Tensor {
  const [step, ...stride] = window.stride as [number, number, number];
  const [border, ...padding] = window.padding as [number, number, number];
  const [gap, ...dilation] = window.dilation as [number, number, number];
  const planar = { stride, padding, dilation, groups: window.groups } as unknown as ConvWindow;
  const [batch, outputs, depth, ...plane] = shape as [number, number, number, number, number];
  const [, channels, slices, ...size] = x.shape as [number, number, number, number, number];
  const planes = reshape(permute(x, [0, 2, 1, 3, 4]), [batch * slices, channels, ...size]);
  const whole = [batch, outputs, depth + 2 * border, ...plane];
  let total: Tensor | undefined;
  for (let k = 0; k < weight.shape[2]!; k++) {
    const y = apply(convInputOp, [planes, select(weight, 2, k)], [planar, [batch * slices, outputs, ...plane]]);
    const part = permute(reshape(y, [batch, slices, outputs, ...plane]), [0, 2, 1, 3, 4]);
    const placed = embed(part, whole, rangeWindow(whole, 2, { start: k * gap, count: slices, step }));
    total = total === undefined ? placed : add(total, placed);
  }
  return cut(total!, rangeWindow(whole, 2, { start: border, count: depth, step: 1 }));
}

/**
 * Transposed convolution of sequences: the gradient of `conv1d` by its input, as a map of its own, which makes sequences longer.
 *
 * Shapes: x `(batch, channels, length)` or without batch, weight `(channels, outputs / groups, size)` → `(batch, outputs, length′)` with `length′ =
 * (length − 1) stride − 2 padding + dilation (size − 1) + outputPadding + 1`.
 *
 * @throws {RangeError} If channels do not fit, or `outputPadding` is neither less than the stride nor than the dilation.
 * @example convTranspose1d([[[1, 2]]], [[[1, 1]]], { stride: 2 }).toArray() // [[[1, 1, 2, 2]]]
 */
export function convTranspose1d(x: TensorLike, weight: TensorLike, options: ConvTransposeOptions = {}): Tensor {
  return transposed("convTranspose1d", 1, x, weight, options);
}

/**
 * Transposed convolution of planes: each input paints a window, weighted, into the output; what overlaps adds up.
 *
 * Shapes: x `(batch, channels, rows, columns)` or without batch, weight `(channels, outputs / groups, rows, columns)`.
 *
 * @throws {RangeError} If channels do not fit, or `outputPadding` is neither less than the stride nor than the dilation.
 * @see Zeiler and Fergus (2014); Dumoulin and Visin (2016).
 * @example convTranspose2d([[[[2]]]], [[[[1, 2], [3, 4]]]]).toArray() // [[[[2, 4], [6, 8]]]]
 */
export function convTranspose2d(x: TensorLike, weight: TensorLike, options: ConvTransposeOptions = {}): Tensor {
  return transposed("convTranspose2d", 2, x, weight, options);
}

/**
 * Transposed convolution of volumes.
 *
 * Shapes: x `(batch, channels, depth, rows, columns)` or without batch, weight `(channels, outputs / groups, depth, rows, columns)`.
 *
 * @throws {RangeError} If channels do not fit, or `outputPadding` is neither less than the stride nor than the dilation.
 * @example convTranspose3d([[[[[2]]]]], [[[[[1]], [[3]]]]]).toArray() // [[[[[2]], [[6]]]]]
 */
export function convTranspose3d(x: TensorLike, weight: TensorLike, options: ConvTransposeOptions = {}): Tensor {
  return transposed("convTranspose3d", 3, x, weight, options);
}

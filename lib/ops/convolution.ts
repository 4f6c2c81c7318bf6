/** Convolutions of sequences, planes and volumes with channels. */
import { apply } from "../autograd/apply.ts";
import type { ConvWindow } from "../backends/backend.ts";
import { show } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { add } from "./arithmetic.ts";
import { biased, checkChannels, convOp, rowWindow, type VolumeWindow, withoutRow, withRow } from "./correlation.ts";
import { select } from "./indexing.ts";
import { pair } from "./operands.ts";
import { permute, reshape } from "./shape.ts";
import { batched, checkFits, type PerDim, perDim, reach } from "./spatial.ts";
import { pad } from "./split.ts";
import { cut, rangeWindow } from "./window.ts";

/** Options of convolutions. What is one number for all spatial dimensions may be a list of one for each. */
export interface ConvOptions {
  /** What is added to each output channel: `(outputs)`; default nothing. */
  bias?: TensorLike | null;
  /** How far the window moves each time; default 1. */
  stride?: PerDim;
  /** Zeros around the plane: a number, `"valid"` for none (default 0), or `"same"` for as many as keep its size, which needs stride 1. */
  padding?: PerDim | "same" | "valid";
  /** How far apart the elements of the window are; default 1, no gaps. */
  dilation?: PerDim;
  /** How many parts the channels fall into that do not see each other; default 1. */
  groups?: number;
}

/** The padding before and after each spatial dimension. */
function paddings(padding: NonNullable<ConvOptions["padding"]>, reaches: readonly number[], stride: readonly number[]) {
  const rank = reaches.length;
  if (padding === "valid") return { before: new Array<number>(rank).fill(0), after: new Array<number>(rank).fill(0) };
  if (padding !== "same") {
    const list = perDim(padding, rank, "padding", 0);
    return { before: list, after: list };
  }
  if (stride.some((step) => step !== 1)) {
    throw new RangeError(`Cannot pad to the same size with stride ${show(stride)}: padding "same" needs stride 1`);
  }
  // Where the padding is odd, the end gets one more, as in PyTorch.
  return {
    before: reaches.map((size) => Math.floor((size - 1) / 2)),
    after: reaches.map((size) => Math.ceil((size - 1) / 2)),
  };
}

/** The convolution of 1 to 3 spatial dimensions. */
function convolution(name: string, rank: number, input: TensorLike, filter: TensorLike, options: ConvOptions): Tensor {
  const [given, weight] = pair(input, filter);
  const { x, restore } = batched(name, given, rank);
  const { groups = 1 } = options;
  checkChannels(name, rank, given, weight, groups, x.shape[1] === (weight.shape[1] ?? 0) * groups);
  const stride = perDim(options.stride ?? 1, rank, "stride", 1);
  const dilation = perDim(options.dilation ?? 1, rank, "dilation", 1);
  const reaches = weight.shape.slice(2).map((size, d) => reach(size, dilation[d]!));
  const { before, after } = paddings(options.padding ?? 0, reaches, stride);
  const sizes = x.shape.slice(2);
  checkFits(
    name,
    given.shape,
    reaches,
    sizes.map((size, d) => size + before[d]! + after[d]!),
  );
  // The kernels pad both sides alike; what is left over is put there before.
  const extra = after.map((width, d) => width - before[d]!);
  const even = extra.some((width) => width > 0) ? pad(x, extra.flatMap((width) => [width, 0]).reverse()) : x;
  const y = convolveVolume(even, weight, { stride, padding: before, dilation, groups });
  return restore(biased(y, options.bias, rank));
}

function convolveVolume(x: Tensor, weight: Tensor, window: VolumeWindow): Tensor {
  switch (window.stride.length) {
    case 1: {
      const y = apply(convOp, [withRow(x), withRow(weight)], [rowWindow(window)]);
      return withoutRow(y);
    }
    case 2:
      return apply(convOp, [x, weight], [window as ConvWindow]);
    default:
      return convolveDepth(x, weight, window);
  }
}

/** A volume is convolved slice by slice: the sum, over the depth of the filter, of convolutions of planes. */
function convolveDepth(x: Tensor, weight: Tensor, window: VolumeWindow): Tensor {
  const [step, ...stride] = window.stride as [number, number, number];
  const [border, ...padding] = window.padding as [number, number, number];
  const [gap, ...dilation] = window.dilation as [number, number, number];
  const depth = weight.shape[2]!;
  const padded = border === 0 ? x : pad(x, [0, 0, 0, 0, border, border]);
  const [batch, channels, slices, ...plane] = padded.shape as [number, number, number, number, number];
  const count = Math.floor((slices - reach(depth, gap)) / step) + 1;
  let total: Tensor | undefined;
  for (let k = 0; k < depth; k++) {
    const part = cut(padded, rangeWindow(padded.shape, 2, { start: k * gap, count, step }));
    const planes = reshape(permute(part, [0, 2, 1, 3, 4]), [batch * count, channels, ...plane]);
    const y = apply(
      convOp,
      [planes, select(weight, 2, k)],
      [
        {
          stride,
          padding,
          dilation,
          groups: window.groups,
        } as unknown as ConvWindow,
      ],
    );
    total = total === undefined ? y : add(total, y);
  }
  const [, outputs, ...size] = total!.shape as [number, number, number, number];
  return permute(reshape(total!, [batch, count, outputs, ...size]), [0, 2, 1, 3, 4]);
}

/**
 * Convolution of sequences: `y[n, o, i] = bₒ + Σ x[n, c, i·stride + u·dilation − padding] · w[o, c, u]`. As in all deep learning the filter is not
 * flipped: mathematics calls this the cross-correlation.
 *
 * Shapes: x `(batch, channels, length)` or without batch, weight `(outputs, channels / groups, size)` → `(batch, outputs, length′)`.
 *
 * @param options `bias`, `stride`, `padding`, `dilation`, `groups`.
 * @throws {RangeError} If channels do not fit or the window is larger than the padded sequence.
 * @see convolve for the flipped form; book §3.4, §4.2.
 * @example conv1d([[[1, 2, 4]]], [[[-1, 1]]]).toArray() // [[[1, 2]]]
 */
export function conv1d(x: TensorLike, weight: TensorLike, options: ConvOptions = {}): Tensor {
  return convolution("conv1d", 1, x, weight, options);
}

/**
 * Convolution of planes with channels: each output sees a small window of all channels, with the same weights everywhere.
 *
 * Shapes: x `(batch, channels, rows, columns)` or without batch, weight `(outputs, channels / groups, rows, columns)` → `(batch, outputs, rows′,
 * columns′)` with `rows′ = ⌊(rows + 2 padding − dilation (size − 1) − 1) / stride⌋ + 1`.
 *
 * @param options `bias`, `stride`, `padding`, `dilation`, `groups`.
 * @throws {RangeError} If channels do not fit or the window is larger than the padded plane.
 * @see LeCun et al. (1989); book §3.4.
 * @example conv2d([[[[1, 2], [3, 4]]]], [[[[1, 1], [1, 1]]]]).toArray() // [[[[10]]]]
 */
export function conv2d(x: TensorLike, weight: TensorLike, options: ConvOptions = {}): Tensor {
  return convolution("conv2d", 2, x, weight, options);
}

/**
 * Convolution of volumes with channels.
 *
 * Shapes: x `(batch, channels, depth, rows, columns)` or without batch, weight `(outputs, channels / groups, depth, rows, columns)`.
 *
 * @param options `bias`, `stride`, `padding`, `dilation`, `groups`.
 * @throws {RangeError} If channels do not fit or the window is larger than the padded volume.
 * @example conv3d([[[[[1]], [[2]]]]], [[[[[1]], [[1]]]]]).item() // 3
 */
export function conv3d(x: TensorLike, weight: TensorLike, options: ConvOptions = {}): Tensor {
  return convolution("conv3d", 3, x, weight, options);
}

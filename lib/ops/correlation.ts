/**
 * The three ops behind all convolutions, each linear in both of its tensors: the convolution of planes, its gradient by the input and its gradient by
 * the weight. The gradients of each of the three are the other two, so that derivatives of any order stay convolutions.
 */
import { apply, type OpSpec } from "../autograd/apply.ts";
import type { ConvWindow } from "../backends/backend.ts";
import { backend } from "../backends/index.ts";
import { asTensor } from "../creation.ts";
import { type Shape, show } from "../shape.ts";
import { type Tensor, type TensorLike, unfilled } from "../tensor.ts";
import { add } from "./arithmetic.ts";
import { resultType } from "./operands.ts";
import { reshape } from "./shape.ts";
import { reach } from "./spatial.ts";

/** Parameters of one number a spatial dimension. */
export interface VolumeWindow {
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;
}

/** `(batch, channels, rows, columns)` by `(outputs, channels / groups, rows, columns)`. */
export const convOp: OpSpec<[window: ConvWindow]> = {
  name: "conv2d",
  forward: ([x, weight], window) => {
    const [batch, , rows, columns] = x!.shape as [number, number, number, number];
    const [outputs, , ...filter] = weight!.shape as [number, number, number, number];
    const size = [rows, columns].map((n, d) => outputSize(n, filter[d]!, window, d));
    const out = unfilled([batch, outputs, ...size], resultType(x!, weight!));
    if (out.size > 0) backend.conv2d(x!, weight!, window, out);
    return out;
  },
  backward: (dy, saved, window) => [
    () => apply(convInputOp, [dy, saved.input(1)], [window, saved.shape(0)]),
    () => apply(convWeightOp, [saved.input(0), dy], [window, saved.shape(1)]),
  ],
};

/** The gradient of `convOp` by its input, whose shape it is given: `(dy, weight)` → dx. */
export const convInputOp: OpSpec<[window: ConvWindow, shape: Shape]> = {
  name: "conv2dInput",
  forward: ([dy, weight], window, shape) => {
    const dx = unfilled(shape, resultType(dy!, weight!));
    if (dx.size > 0) backend.conv2dInput(dy!, weight!, window, dx);
    return dx;
  },
  backward: (ddx, saved, window) => [
    () => apply(convOp, [ddx, saved.input(1)], [window]),
    () => apply(convWeightOp, [ddx, saved.input(0)], [window, saved.shape(1)]),
  ],
};

/** The gradient of `convOp` by its weight, whose shape it is given: `(x, dy)` → dw. */
export const convWeightOp: OpSpec<[window: ConvWindow, shape: Shape]> = {
  name: "conv2dWeight",
  forward: ([x, dy], window, shape) => {
    const dw = unfilled(shape, resultType(x!, dy!));
    backend.conv2dWeight(x!, dy!, window, dw);
    return dw;
  },
  backward: (ddw, saved, window) => [
    () => apply(convInputOp, [saved.input(1), ddw], [window, saved.shape(0)]),
    () => apply(convOp, [saved.input(0), ddw], [window]),
  ],
};

function outputSize(size: number, filter: number, { stride, padding, dilation }: ConvWindow, d: number): number {
  return Math.floor((size + 2 * padding[d]! - reach(filter, dilation[d]!)) / stride[d]!) + 1;
}

/** A line as a plane of one row. */
export function withRow(x: Tensor): Tensor {
  const [a, b, c] = x.shape as [number, number, number];
  return reshape(x, [a, b, 1, c]);
}

/** The line that a plane of one row is. */
export function withoutRow(x: Tensor): Tensor {
  const [a, b, , d] = x.shape as [number, number, number, number];
  return reshape(x, [a, b, d]);
}

/** The window of a line as that of a plane of one row. */
export function rowWindow({ stride, padding, dilation, groups }: VolumeWindow): ConvWindow {
  return { stride: [1, stride[0]!], padding: [0, padding[0]!], dilation: [1, dilation[0]!], groups };
}

/** Adds one number a channel. */
export function biased(y: Tensor, bias: TensorLike | null | undefined, rank: number): Tensor {
  if (bias === null || bias === undefined) return y;
  const b = asTensor(bias);
  if (b.size !== y.shape[1]) {
    throw new RangeError(`Cannot add a bias of shape ${show(b.shape)} to ${y.shape[1]} channels: give one number each`);
  }
  return add(y, reshape(b, [b.size, ...new Array<number>(rank).fill(1)]));
}

/** Throws unless `fit` holds and the weight has the right rank. */
export function checkChannels(
  name: string,
  rank: number,
  x: Tensor,
  weight: Tensor,
  groups: number,
  fit: boolean,
): void {
  if (!Number.isInteger(groups) || groups < 1) {
    throw new RangeError(`Cannot ${name} in ${groups} groups: it must be a whole number ≥ 1`);
  }
  if (fit && weight.ndim === rank + 2 && weight.shape[0]! % groups === 0 && weight.size > 0) return;
  const inGroups = groups === 1 ? "" : ` in ${groups} groups`;
  throw new RangeError(
    `Cannot ${name} ${show(x.shape)} by a weight of ${show(weight.shape)}${inGroups}: the channels do not fit`,
  );
}

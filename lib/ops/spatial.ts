/** How ops over planes and volumes take sizes, steps and paddings: one number for all spatial dimensions, or one for each. */
import { type Shape, show } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { reshape } from "./shape.ts";

/** One number for every spatial dimension, or a list of one for each. */
export type PerDim = number | readonly number[];

/** A list of `rank` whole numbers, none below `least`. */
export function perDim(value: PerDim, rank: number, name: string, least: number): number[] {
  const list = typeof value === "number" ? new Array<number>(rank).fill(value) : [...value];
  if (list.length !== rank || list.some((v) => !Number.isInteger(v) || v < least)) {
    throw new RangeError(
      `Cannot use ${name} ${typeof value === "number" ? value : show(value)}: give one whole number ≥ ${least}, or a list of ${rank}`,
    );
  }
  return list;
}

/** A tensor with a batch dimension, and how to take it from a result again if the tensor had none. */
export interface Batched {
  readonly x: Tensor;
  readonly restore: (y: Tensor) => Tensor;
}

/** Gives a sample without batch one of size 1: x must have `rank` spatial dimensions after its channels. */
export function batched(name: string, x: Tensor, rank: number): Batched {
  if (x.ndim === rank + 2) return { x, restore: (y) => y };
  if (x.ndim !== rank + 1) {
    throw new RangeError(
      `Cannot ${name} a tensor of shape ${show(x.shape)}: it must have ${rank + 2} dimensions, or ${rank + 1} without batch`,
    );
  }
  return { x: reshape(x, [1, ...x.shape]), restore: (y) => reshape(y, y.shape.slice(1)) };
}

/** How many elements a window covers along a dimension, its gaps included. */
export function reach(size: number, dilation: number): number {
  return dilation * (size - 1) + 1;
}

/** Throws unless a window fits into a padded plane. */
export function checkFits(name: string, shape: Shape, reaches: readonly number[], padded: readonly number[]): void {
  if (reaches.every((size, d) => size <= padded[d]!)) return;
  throw new RangeError(
    `Cannot ${name} a tensor of shape ${show(shape)}: the window covers ${show(reaches)}, more than the ${show(padded)} there are with padding`,
  );
}

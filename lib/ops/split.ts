/** Taking tensors apart and filling them up: split, unbind, pad, roll, repeat. */
import { asTensor } from "../creation.ts";
import { type Shape, show, wrapDim } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { type DimOption, oneDim } from "./dims.ts";
import { cat } from "./join.ts";
import { circularPad, reflectionPad, replicationPad } from "./padding.ts";
import { expand, reshape, squeeze } from "./shape.ts";
import { cut, embed, rangesWindow, rangeWindow } from "./window.ts";

/**
 * Parts of a dimension, as views.
 *
 * @param size The size of each part (the last may be smaller), or a list of sizes.
 * @param dim Default 0.
 * @throws {RangeError} If sizes do not add up to the dimension, or are no whole numbers ≥ 0.
 * @example split([1, 2, 3], 2).map((part) => part.toArray()) // [[1, 2], [3]]
 */
export function split(x: TensorLike, size: number | readonly number[], dim: DimOption = 0): Tensor[] {
  const whole = asTensor(x);
  const d = wrapDim(oneDim(dim), whole.ndim, "split");
  const total = whole.shape[d] ?? 0;
  if (typeof size === "number" && !(size > 0))
    throw new RangeError(`Cannot split into parts of ${size}: a part needs at least 1`);
  const sizes =
    typeof size === "number"
      ? Array.from({ length: Math.max(1, Math.ceil(total / size)) }, (_, i) => Math.min(size, total - i * size))
      : size;
  if (!sizes.every((count) => count >= 0 && Number.isInteger(count))) {
    throw new RangeError(
      `Cannot split dimension ${d} of ${show(whole.shape)} into parts of ${show(sizes)}: sizes must be whole numbers ≥ 0`,
    );
  }
  if (sizes.reduce((a, b) => a + b, 0) !== total) {
    throw new RangeError(
      `Cannot split dimension ${d} of ${show(whole.shape)} into parts of ${show(sizes)}: they must add up to ${total}`,
    );
  }
  let end = 0;
  return sizes.map((count) => {
    const start = end;
    end += count;
    return cut(whole, rangeWindow(whole.shape, d, { start, count, step: 1 }));
  });
}

/** At most `count` parts of equal size, the last possibly smaller, as views. @example chunk([1, 2, 3], 2).map((part) => part.toArray()) // [[1, 2], [3]] */
export function chunk(x: TensorLike, count: number, dim: DimOption = 0): Tensor[] {
  const whole = asTensor(x);
  const d = wrapDim(oneDim(dim), whole.ndim, "chunk");
  const total = whole.shape[d] ?? 0;
  // Nothing is cut into as many parts of nothing as were asked for.
  return total === 0 ? split(whole, new Array<number>(count).fill(0), d) : split(whole, Math.ceil(total / count), d);
}

/** The slices along a dimension, which goes, as views. @example unbind([[1, 2], [3, 4]]).map((row) => row.toArray()) // [[1, 2], [3, 4]] */
export function unbind(x: TensorLike, dim: DimOption = 0): Tensor[] {
  const t = asTensor(x);
  const d = wrapDim(oneDim(dim), t.ndim, "unbind");
  return t.shape[d] === 0 ? [] : split(t, 1, d).map((part) => squeeze(part, d));
}

/** How a tensor is surrounded. */
export type PaddingMode = "constant" | "reflect" | "replicate" | "circular";

/** Options of `pad`. */
export interface PadOptions {
  mode?: PaddingMode;
  value?: number;
}

function ownPad(mode: Exclude<PaddingMode, "constant">): typeof reflectionPad {
  switch (mode) {
    case "reflect":
      return reflectionPad;
    case "replicate":
      return replicationPad;
    case "circular":
      return circularPad;
    default:
      throw new RangeError(`Cannot pad by mode ${String(mode)}: it must be constant, reflect, replicate or circular`);
  }
}

/**
 * Surrounds a tensor with a value, or with its own elements.
 *
 * @param widths Before and after the last dimension, then before and after the one before it, and so on; negative widths cut off.
 * @param options `mode`: `"constant"` (default), `"reflect"`, `"replicate"` or `"circular"`; `value` of constant padding, default 0.
 * @example pad([1, 2], [1, 0]).toArray() // [0, 1, 2]
 */
export function pad(x: TensorLike, widths: readonly number[], options: PadOptions = {}): Tensor {
  const whole = asTensor(x);
  const { mode = "constant" } = options;
  if (mode !== "constant") return ownPad(mode)(whole, widths);
  if (widths.length % 2 !== 0 || widths.length > 2 * whole.ndim) {
    throw new RangeError(
      `Cannot pad ${show(whole.shape)} by ${show(widths)}: give two widths a dimension, the last dimension first`,
    );
  }
  const [before, after] = [0, 1].map((side) =>
    whole.shape.map((_, d) => widths[2 * (whole.ndim - 1 - d) + side] ?? 0),
  ) as [number[], number[]];
  const shape = whole.shape.map((size, d) => size + before[d]! + after[d]!);
  if (shape.some((size) => size < 0))
    throw new RangeError(`Cannot pad ${show(whole.shape)} by ${show(widths)}: nothing is left`);
  const inner = rangesWindow(
    whole.shape.map((size, d) => ({
      start: Math.max(0, -before[d]!),
      count: Math.max(0, size + Math.min(0, before[d]!) + Math.min(0, after[d]!)),
      step: 1,
    })),
  );
  const part = cut(whole, inner);
  const outer = rangesWindow(part.shape.map((count, d) => ({ start: Math.max(0, before[d]!), count, step: 1 })));
  return embed(part, shape, outer, options.value ?? 0);
}

/**
 * Shifts along dimensions; what leaves at the end comes back at the start.
 *
 * @param shift By how much, for each of `dim`.
 * @param dim Without it the elements shift as one list.
 * @example roll([1, 2, 3], 1).toArray() // [3, 1, 2]
 */
export function roll(x: TensorLike, shift: number | readonly number[], dim?: number | readonly number[]): Tensor {
  const whole = asTensor(x);
  const shifts = typeof shift === "number" ? [shift] : shift;
  if (dim === undefined) {
    if (shifts.length !== 1)
      throw new RangeError(`Cannot roll by ${show(shifts)} without dimensions: name one for each`);
    return reshape(roll(reshape(whole, [-1]), shifts, 0), whole.shape);
  }
  const dims = typeof dim === "number" ? [dim] : dim;
  if (dims.length !== shifts.length)
    throw new RangeError(`Cannot roll by ${show(shifts)} along ${show(dims)}: there must be as many`);
  let result = whole;
  dims.forEach((d, i) => {
    const axis = wrapDim(d, whole.ndim, "roll");
    const size = whole.shape[axis]!;
    const by = size === 0 ? 0 : ((shifts[i]! % size) + size) % size;
    if (by !== 0) result = cat(split(result, [size - by, by], axis).reverse(), axis);
  });
  return result;
}

/** Copies of the tensor side by side, so many times along each dimension. @example repeat([1, 2], [2]).toArray() // [1, 2, 1, 2] */
export function repeat(x: TensorLike, times: Shape): Tensor {
  const whole = asTensor(x);
  if (times.length < whole.ndim || times.some((n) => !Number.isInteger(n) || n < 0)) {
    throw new RangeError(
      `Cannot repeat ${show(whole.shape)} ${show(times)} times: give a whole number for each dimension`,
    );
  }
  const shape = [...new Array<number>(times.length - whole.ndim).fill(1), ...whole.shape];
  const apart = reshape(
    whole,
    shape.flatMap((size) => [1, size]),
  );
  return reshape(
    expand(
      apart,
      shape.flatMap((size, d) => [times[d]!, size]),
    ),
    shape.map((size, d) => size * times[d]!),
  );
}

/** Each element so many times in a row, along a dimension. @example repeatInterleave([1, 2], 2).toArray() // [1, 1, 2, 2] */
export function repeatInterleave(x: TensorLike, times: number, dim?: number): Tensor {
  if (!(times >= 0 && Number.isInteger(times))) {
    throw new RangeError(`Cannot repeat elements ${times} times: it must be a whole number ≥ 0`);
  }
  const whole = dim === undefined ? reshape(x, [-1]) : asTensor(x);
  const d = wrapDim(dim ?? 0, whole.ndim, "repeat");
  const { shape } = whole;
  const apart = reshape(whole, [...shape.slice(0, d + 1), 1, ...shape.slice(d + 1)]);
  const wide = expand(apart, [...shape.slice(0, d + 1), times, ...shape.slice(d + 1)]);
  return reshape(wide, [...shape.slice(0, d), shape[d]! * times, ...shape.slice(d + 1)]);
}

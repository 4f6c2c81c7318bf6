/** Folds, scans and everything else that runs along dimensions. */
import type { TypedArray } from "../../dtype.ts";
import type { View } from "../../storage.ts";
import type { ReduceOp } from "../backend.ts";
import { mergeDims, offsetsOf } from "./walk.ts";

/** Where folds start. */
function startOf(op: ReduceOp): number {
  switch (op) {
    case "sum":
    case "any":
      return 0;
    case "prod":
    case "all":
      return 1;
    case "max":
      return -Infinity;
    case "min":
      return Infinity;
  }
}

/** Up to this many elements a matrix is folded column by column, whatever the order of its memory. */
const small = 256;

export function reduce(op: ReduceOp, x: View, dims: readonly number[], out: View): void {
  if (dims.length === x.shape.length && x.isContiguous) {
    out.storage.own[out.offset] = fold(op, x.storage.home, x.offset, x.size, 1, startOf(op));
    return;
  }
  if (x.shape.length === 2 && dims.length === 1 && x.size <= small) {
    reduceMatrix(op, x, dims[0]!, out);
    return;
  }
  const kept = x.shape.map((_, d) => d).filter((d) => !dims.includes(d));
  const outer = pick(x, kept);
  const inner = pick(x, dims);
  const to = out.storage.own;
  const array = x.storage.home;
  if (x.size === 0) {
    to.fill(startOf(op), out.offset, out.offset + out.size);
  } else if (
    op === "sum" &&
    outer.shape.length === 1 &&
    inner.shape.length === 1 &&
    outer.strides[0]! < inner.strides[0]!
  ) {
    sumRows(array, x.offset, inner.shape[0]!, inner.strides[0]!, outer.strides[0]!, to, out.offset, out.size);
  } else if (inner.shape.length <= 1 && outer.shape.length <= 1) {
    const [count, step] = [inner.shape[0] ?? 1, inner.strides[0] ?? 0];
    const stride = outer.strides[0] ?? 0;
    for (let i = 0; i < out.size; i++)
      to[out.offset + i] = fold(op, array, x.offset + i * stride, count, step, startOf(op));
  } else {
    const starts = offsetsOf(outer.shape, outer.strides, x.offset);
    const runs = offsetsOf(inner.shape.slice(0, -1), inner.strides.slice(0, -1), 0);
    const [count, step] = [inner.shape.at(-1) ?? 1, inner.strides.at(-1) ?? 0];
    for (let i = 0; i < starts.length; i++) {
      let value = startOf(op);
      for (let r = 0; r < runs.length; r++) value = fold(op, array, starts[i]! + runs[r]!, count, step, value);
      to[out.offset + i] = value;
    }
  }
}

/** Folds the rows or the columns of a matrix, without a list of anything. */
function reduceMatrix(op: ReduceOp, { storage, offset, shape, strides }: View, dim: number, out: View): void {
  const [count, step, stride] = [shape[dim]!, strides[dim]!, strides[1 - dim]!];
  const [from, to] = [storage.home, out.storage.own];
  for (let i = 0; i < out.size; i++) to[out.offset + i] = fold(op, from, offset + i * stride, count, step, startOf(op));
}

/** The dimensions `dims` of a view, merged. */
function pick(x: View, dims: readonly number[]): { shape: number[]; strides: number[] } {
  const { shape, strides } = mergeDims(
    dims.map((d) => x.shape[d]!),
    [dims.map((d) => x.strides[d]!)],
  );
  return { shape, strides: strides[0]! };
}

/** Folds one run of elements into `value`. */
function fold(op: ReduceOp, array: TypedArray, at: number, count: number, step: number, value: number): number {
  switch (op) {
    case "sum":
      for (let i = 0, p = at; i < count; i++, p += step) value += array[p]!;
      return value;
    case "prod":
      for (let i = 0, p = at; i < count; i++, p += step) value *= array[p]!;
      return value;
    case "max":
      for (let i = 0, p = at; i < count; i++, p += step)
        value = array[p]! > value || Number.isNaN(array[p]) ? array[p]! : value;
      return value;
    case "min":
      for (let i = 0, p = at; i < count; i++, p += step)
        value = array[p]! < value || Number.isNaN(array[p]) ? array[p]! : value;
      return value;
    case "any":
      for (let i = 0, p = at; i < count; i++, p += step) if (array[p] !== 0) return 1;
      return value;
    case "all":
      for (let i = 0, p = at; i < count; i++, p += step) if (array[p] === 0) return 0;
      return value;
  }
}

/** Sums rows into one, in the order of memory, with doubles in between. */
function sumRows(
  array: TypedArray,
  at: number,
  rows: number,
  rowStep: number,
  step: number,
  to: TypedArray,
  offset: number,
  columns: number,
): void {
  const sums = new Float64Array(columns);
  for (let r = 0; r < rows; r++) {
    for (let c = 0, p = at + r * rowStep; c < columns; c++, p += step) sums[c]! += array[p]!;
  }
  to.set(sums, offset);
}

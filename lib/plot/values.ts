/** What charts take: tensors, typed arrays, nested arrays → plain numbers. */
import { asTensor } from "../creation.ts";
import { show } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";

/** Numbers in any form: a tensor, a typed array, an array (of arrays). NaN and ±∞ are gaps. */
export type Values = TensorLike;

/** The elements as a flat array; a matrix of one row or column counts as a list. */
export function listOf(values: Values, what: string): number[] {
  const x = toTensor(values, what);
  if (x.shape.filter((size) => size !== 1).length > 1) {
    throw new RangeError(`Cannot plot ${what} of shape ${show(x.shape)}: expected a list of numbers`);
  }
  return Array.from(x.data);
}

/** The rows of a matrix. */
export function rowsOf(values: Values, what: string): number[][] {
  const x = toTensor(values, what);
  if (x.ndim !== 2) throw new RangeError(`Cannot plot ${what} of shape ${show(x.shape)}: expected a matrix`);
  const [rows, columns] = x.shape as [number, number];
  const { data } = x;
  return Array.from({ length: rows }, (_, i) => Array.from(data.subarray(i * columns, (i + 1) * columns)));
}

/** The points of a `(count, 2)` matrix, as two lists. */
export function pointsOf(values: Values, what: string): [x: number[], y: number[]] {
  const t = toTensor(values, what);
  if (t.ndim !== 2 || t.shape[1] !== 2) {
    throw new RangeError(`Cannot plot ${what} of shape ${show(t.shape)}: expected points, shape [count,2]`);
  }
  const { data } = t;
  const coordinate = (c: number) => Array.from({ length: t.shape[0]! }, (_, i) => data[2 * i + c]!);
  return [coordinate(0), coordinate(1)];
}

/** The tensor behind values. Plain numbers keep their full precision. */
export function toTensor(values: Values, what: string): Tensor {
  if (values instanceof Tensor) return values.detach();
  if (typeof values !== "number" && !Array.isArray(values) && !ArrayBuffer.isView(values)) {
    throw new TypeError(
      `Cannot plot ${what}: expected numbers, not ${values === null ? "null" : `a ${typeof values}`}`,
    );
  }
  return asTensor(values, ArrayBuffer.isView(values) ? {} : { dtype: "float64" });
}

/** Whether something is numbers, and not an object of named series. */
export function isValues(value: unknown): value is Values {
  return typeof value === "number" || Array.isArray(value) || ArrayBuffer.isView(value) || value instanceof Tensor;
}

/** The least and the greatest finite number; `[0, 1]` if there is none. */
export function extentOf(values: ArrayLike<number>): [least: number, greatest: number] {
  let least = Infinity;
  let greatest = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const v = values[i]!;
    if (!Number.isFinite(v)) continue;
    if (v < least) least = v;
    if (v > greatest) greatest = v;
  }
  return least <= greatest ? [least, greatest] : [0, 1];
}

/** Throws unless two lists belong together. */
export function checkLengths(a: readonly unknown[], b: readonly unknown[], what: string): void {
  if (a.length !== b.length)
    throw new RangeError(`Cannot plot ${what}: their lengths ${a.length} and ${b.length} differ`);
}

/** Evenly spaced numbers from `from` to `to`, both included. */
export function spaced(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
}

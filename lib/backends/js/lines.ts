/** Kernels that treat a tensor as lines along one dimension: argmax, running sums, softmax, gather, sort. */
import type { TypedArray } from "../../dtype.ts";
import { broadcastStrides, type Shape } from "../../shape.ts";
import type { View } from "../../storage.ts";
import { offsetsOf } from "./walk.ts";

/** The lines along one dimension of a view: where each starts, how long it is, how far apart its elements are. */
interface Lines {
  readonly starts: ArrayLike<number>;
  readonly count: number;
  readonly step: number;
}

function linesOf(x: Pick<View, "shape" | "strides" | "offset">, dim: number): Lines {
  const without = <T>(list: readonly T[]) => list.filter((_, d) => d !== dim);
  return {
    starts: offsetsOf(without(x.shape), without(x.strides), x.offset),
    count: x.shape[dim] ?? 1,
    step: x.strides[dim] ?? 0,
  };
}

export function argReduce(op: "max" | "min", x: View, dim: number, out: View): void {
  const { starts, count, step } = linesOf(x, dim);
  const { array } = x.storage;
  const sign = op === "max" ? 1 : -1;
  for (let line = 0; line < starts.length; line++) {
    const from = starts[line]!;
    let best = 0;
    let value = sign * array[from]!;
    // A NaN beats everything, and the first NaN beats the rest.
    for (let i = 1; i < count && !Number.isNaN(value); i++) {
      const next = sign * array[from + i * step]!;
      if (next > value || Number.isNaN(next)) {
        best = i;
        value = next;
      }
    }
    out.storage.own[out.offset + line] = best;
  }
}

export function scan(op: "sum" | "prod", x: View, dim: number, out: View): void {
  const from = linesOf(x, dim);
  const to = linesOf(out, dim);
  for (let line = 0; line < from.starts.length; line++) {
    let value = op === "sum" ? 0 : 1;
    for (let i = 0; i < from.count; i++) {
      const next = x.storage.own[from.starts[line]! + i * from.step]!;
      value = op === "sum" ? value + next : value * next;
      out.storage.own[to.starts[line]! + i * to.step] = value;
    }
  }
}

export function softmax(x: View, dim: number, log: boolean, out: View): void {
  const from = linesOf(x, dim);
  const to = linesOf(out, dim);
  const { array } = x.storage;
  const result = out.storage.own;
  for (let line = 0; line < from.starts.length; line++) {
    const start = from.starts[line]!;
    const target = to.starts[line]!;
    let max = -Infinity;
    for (let i = 0, p = start; i < from.count; i++, p += from.step) if (!(array[p]! <= max)) max = array[p]!;
    let total = 0;
    for (let i = 0, p = start; i < from.count; i++, p += from.step) total += Math.exp(array[p]! - max);
    const shift = log ? max + Math.log(total) : max;
    for (let i = 0, p = start, q = target; i < from.count; i++, p += from.step, q += to.step) {
      result[q] = log ? array[p]! - shift : Math.exp(array[p]! - shift) / total;
    }
  }
}

export function softmaxBackward(dy: View, y: View, dim: number, log: boolean, dx: View): void {
  const [slopes, values, to] = [linesOf(dy, dim), linesOf(y, dim), linesOf(dx, dim)];
  for (let line = 0; line < to.starts.length; line++) {
    const slope = (i: number) => dy.storage.own[slopes.starts[line]! + i * slopes.step]!;
    const value = (i: number) => y.storage.own[values.starts[line]! + i * values.step]!;
    let total = 0;
    for (let i = 0; i < to.count; i++) total += log ? slope(i) : slope(i) * value(i);
    for (let i = 0, q = to.starts[line]!; i < to.count; i++, q += to.step) {
      dx.storage.own[q] = log ? slope(i) - Math.exp(value(i)) * total : value(i) * (slope(i) - total);
    }
  }
}

export function gather(x: View, dim: number, index: View, out: View): void {
  // Only as much of x as the index covers, except along dim, where any element may be asked for.
  const shape = index.shape.map((size, d) => (d === dim ? x.shape[d]! : size));
  const from = linesOf({ ...pickWindow(x, shape) }, dim);
  const at = linesOf(index, dim);
  const to = linesOf(out, dim);
  for (let line = 0; line < at.starts.length; line++) {
    for (let i = 0; i < at.count; i++) {
      const chosen = index.storage.own[at.starts[line]! + i * at.step]!;
      out.storage.own[to.starts[line]! + i * to.step] = x.storage.own[from.starts[line]! + chosen * from.step]!;
    }
  }
}

export function scatterAdd(x: View, dim: number, index: View, out: View): void {
  const from = linesOf(pickWindow(x, index.shape), dim);
  const at = linesOf(index, dim);
  const shape = index.shape.map((size, d) => (d === dim ? out.shape[d]! : size));
  const to = linesOf(pickWindow(out, shape), dim);
  for (let line = 0; line < at.starts.length; line++) {
    for (let i = 0; i < at.count; i++) {
      const chosen = index.storage.own[at.starts[line]! + i * at.step]!;
      out.storage.own[to.starts[line]! + chosen * to.step]! += x.storage.own[from.starts[line]! + i * from.step]!;
    }
  }
}

export function bounds(x: View, out: View): void {
  const from = x.isContiguous ? null : offsetsOf(x.shape, x.strides, x.offset);
  const array = x.storage.home;
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < x.size; i++) {
    const value = array[from === null ? x.offset + i : from[i]!]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  out.storage.own[out.offset] = low;
  out.storage.own[out.offset + 1] = high;
}

export function argsort(x: View, dim: number, descending: boolean, out: View): void {
  const from = linesOf(x, dim);
  const to = linesOf(out, dim);
  for (let line = 0; line < from.starts.length; line++) {
    const values: TypedArray = new Float64Array(from.count);
    for (let i = 0; i < from.count; i++) values[i] = x.storage.own[from.starts[line]! + i * from.step]!;
    const order = Array.from({ length: from.count }, (_, i) => i);
    // NaN counts as greater than any number, and equals keep their order.
    const compare = (i: number, j: number) => {
      const [a, b] = [values[i]!, values[j]!];
      return a < b ? -1 : a > b ? 1 : Number(Number.isNaN(a)) - Number(Number.isNaN(b));
    };
    order.sort(descending ? (i, j) => compare(j, i) : compare);
    for (let i = 0; i < to.count; i++) out.storage.own[to.starts[line]! + i * to.step] = order[i]!;
  }
}

export function nonzero(x: View): Int32Array {
  const offsets = offsetsOf(x.shape, x.strides, x.offset);
  const found: number[] = [];
  for (let i = 0; i < offsets.length; i++) if (x.storage.own[offsets[i]!] !== 0) found.push(i);
  return Int32Array.from(found);
}

/** The corner of a view that has the given shape. */
function pickWindow(x: View, shape: Shape): Pick<View, "shape" | "strides" | "offset"> {
  return { shape, strides: broadcastStrides(shape, x.strides, shape), offset: x.offset };
}

/** Windows: views that show a part of a tensor, and their reverse, which puts a part into zeros. */
import { apply, type OpSpec } from "../autograd/apply.ts";
import { backend } from "../backends/index.ts";
import { asTensor } from "../creation.ts";
import { type Shape, sizeOf } from "../shape.ts";
import { empty, type Tensor, view } from "../tensor.ts";

/** How to cut the part out of a tensor: for each dimension the first index, the number of indices and the step. */
export interface Range {
  readonly start: number;
  readonly count: number;
  readonly step: number;
}

/** Cuts a part out of a tensor, as an unrecorded view. */
export type Window = (x: Tensor) => Tensor;

const windowOp: OpSpec<[window: Window]> = {
  name: "slice",
  forward: ([x], window) => window(x!),
  backward: (dy, saved, window) => [embed(dy, saved.shape(0), window)],
};

const embedOp: OpSpec<[shape: Shape, window: Window, fill: number]> = {
  name: "embed",
  forward: ([part], shape, window, fill) => {
    const out = empty(shape, part!.dtype);
    if (fill !== 0) backend.unary("copy", asTensor(fill, { dtype: "float64" }), out);
    if (sizeOf(part!.shape) > 0) backend.unary("copy", part!, window(out));
    return out;
  },
  backward: (dy, _, __, window) => [cut(dy, window)],
};

/** The window's part of a tensor, recorded. */
export function cut(x: Tensor, window: Window): Tensor {
  return apply(windowOp, [x], [window]);
}

/** A tensor of the shape, `fill` everywhere but in the window, which shows `part`. */
export function embed(part: Tensor, shape: Shape, window: Window, fill = 0): Tensor {
  return apply(embedOp, [part], [shape, window, fill]);
}

/** The window of a range in each dimension. */
export function rangesWindow(ranges: readonly Range[]): Window {
  return (x) =>
    view(
      x,
      ranges.map((r) => r.count),
      ranges.map((r, d) => r.step * x.strides[d]!),
      ranges.reduce((offset, r, d) => offset + r.start * x.strides[d]!, x.offset),
    );
}

/** All of a dimension. */
export function wholeRange(size: number): Range {
  return { start: 0, count: size, step: 1 };
}

/** The window that shows the range in one dimension and all of the others. */
export function rangeWindow(shape: Shape, dim: number, range: Range): Window {
  return rangesWindow(shape.map((size, d) => (d === dim ? range : wholeRange(size))));
}

/** The window on the diagonal of two dimensions, which becomes the last dimension. */
export function diagonalWindow(dim0: number, dim1: number, offset: number, count: number): Window {
  return (x) => {
    const others = x.shape.map((_, d) => d).filter((d) => d !== dim0 && d !== dim1);
    const start = offset >= 0 ? offset * x.strides[dim1]! : -offset * x.strides[dim0]!;
    return view(
      x,
      [...others.map((d) => x.shape[d]!), count],
      [...others.map((d) => x.strides[d]!), x.strides[dim0]! + x.strides[dim1]!],
      count > 0 ? x.offset + start : x.offset,
    );
  };
}

/** Convolutions as matrix products: the windows of a plane are laid out as rows, and the filters are multiplied with them. */
import { allocate, type DType, type TypedArray } from "../../dtype.ts";
import type { View } from "../../storage.ts";
import type { ConvWindow } from "../backend.ts";
import { type Matrix, product } from "./matmul.ts";

/** Sizes and steps that the three kernels share. */
interface Geometry {
  readonly window: ConvWindow;
  readonly batch: number;
  /** Channels and filters of one group. */
  readonly channels: number;
  readonly filters: number;
  readonly rows: number;
  readonly columns: number;
  readonly filterRows: number;
  readonly filterColumns: number;
  readonly outRows: number;
  readonly outColumns: number;
  /** Elements of one laid out window, and the number of windows. */
  readonly patch: number;
  readonly count: number;
}

function geometryOf(x: View, weight: View, y: View, window: ConvWindow): Geometry {
  const [batch, , rows, columns] = x.shape as [number, number, number, number];
  const [outputs, channels, filterRows, filterColumns] = weight.shape as [number, number, number, number];
  const [, , outRows, outColumns] = y.shape as [number, number, number, number];
  return {
    window,
    batch,
    channels,
    filters: outputs / window.groups,
    rows,
    columns,
    filterRows,
    filterColumns,
    outRows,
    outColumns,
    patch: channels * filterRows * filterColumns,
    count: outRows * outColumns,
  };
}

/** The planes of one sample and group, in memory that lies row-major. */
interface Planes {
  readonly array: TypedArray;
  readonly at: number;
}

/** A view's elements in a row, so that the loops need no strides; copied only if they do not lie so. */
function flat(x: View): Planes {
  if (x.isContiguous) return { array: x.storage.own, at: x.offset };
  const array = allocate(x.dtype, x.size);
  const [s0, s1, s2, s3] = x.strides as [number, number, number, number];
  const [n0, n1, n2, n3] = x.shape as [number, number, number, number];
  let to = 0;
  for (let a = 0; a < n0; a++) {
    for (let b = 0; b < n1; b++) {
      for (let c = 0; c < n2; c++) {
        let from = x.offset + a * s0 + b * s1 + c * s2;
        for (let d = 0; d < n3; d++, from += s3) array[to++] = x.storage.own[from]!;
      }
    }
  }
  return { array, at: 0 };
}

/** Lays the windows out: `to[(i, j), (c, u, v)]`, zeros where a window leaves the plane. */
function unfold(g: Geometry, x: Planes, to: TypedArray): void {
  const { stride, padding, dilation } = g.window;
  const { array } = x;
  let at = 0;
  for (let i = 0; i < g.outRows; i++) {
    for (let j = 0; j < g.outColumns; j++) {
      const column = j * stride[1] - padding[1];
      for (let c = 0; c < g.channels; c++) {
        for (let u = 0; u < g.filterRows; u++) {
          const row = i * stride[0] - padding[0] + u * dilation[0];
          const inside = row >= 0 && row < g.rows;
          const start = x.at + (c * g.rows + row) * g.columns;
          for (let v = 0, p = column; v < g.filterColumns; v++, p += dilation[1]) {
            to[at++] = inside && p >= 0 && p < g.columns ? array[start + p]! : 0;
          }
        }
      }
    }
  }
}

/** Adds laid out windows to the plane they come from: the reverse of `unfold`. */
function fold(g: Geometry, from: TypedArray, x: Planes): void {
  const { stride, padding, dilation } = g.window;
  const { array } = x;
  let at = 0;
  for (let i = 0; i < g.outRows; i++) {
    for (let j = 0; j < g.outColumns; j++) {
      const column = j * stride[1] - padding[1];
      for (let c = 0; c < g.channels; c++) {
        for (let u = 0; u < g.filterRows; u++) {
          const row = i * stride[0] - padding[0] + u * dilation[0];
          const inside = row >= 0 && row < g.rows;
          const start = x.at + (c * g.rows + row) * g.columns;
          for (let v = 0, p = column; v < g.filterColumns; v++, p += dilation[1], at++) {
            if (inside && p >= 0 && p < g.columns) array[start + p]! += from[at]!;
          }
        }
      }
    }
  }
}

/** Calls `visit` for each sample and group with the places of its planes in x, weight and y. */
function eachGroup(g: Geometry, visit: (x: number, weight: number, y: number) => void): void {
  const { groups } = g.window;
  for (let n = 0; n < g.batch; n++) {
    for (let group = 0; group < groups; group++) {
      const unit = n * groups + group;
      visit(unit * g.channels * g.rows * g.columns, group * g.filters * g.patch, unit * g.filters * g.count);
    }
  }
}

const rowsOf = ({ array, at }: Planes, length: number): Matrix => ({ array, at, row: length, column: 1 });
const columnsOf = ({ array, at }: Planes, length: number): Matrix => ({ array, at, row: 1, column: length });
const scratch = (dtype: DType, size: number): TypedArray => allocate(dtype === "float64" ? "float64" : "float32", size);

export function conv2d(x: View, weight: View, window: ConvWindow, out: View): void {
  const g = geometryOf(x, weight, out, window);
  const [image, filters] = [flat(x), flat(weight)];
  const windows = scratch(out.dtype, g.count * g.patch);
  eachGroup(g, (xAt, weightAt, yAt) => {
    unfold(g, { array: image.array, at: image.at + xAt }, windows);
    const left = rowsOf({ array: filters.array, at: filters.at + weightAt }, g.patch);
    const right = rowsOf({ array: windows, at: 0 }, g.patch);
    product(g.filters, g.count, g.patch, left, right, out.storage.own, out.offset + yAt);
  });
}

export function conv2dInput(dy: View, weight: View, window: ConvWindow, dx: View): void {
  const g = geometryOf(dx, weight, dy, window);
  const [grads, filters] = [flat(dy), flat(weight)];
  const windows = scratch(dx.dtype, g.count * g.patch);
  dx.storage.own.fill(0, dx.offset, dx.offset + dx.size);
  eachGroup(g, (xAt, weightAt, yAt) => {
    const left = columnsOf({ array: grads.array, at: grads.at + yAt }, g.count);
    const right = columnsOf({ array: filters.array, at: filters.at + weightAt }, g.patch);
    product(g.count, g.patch, g.filters, left, right, windows, 0);
    fold(g, windows, { array: dx.storage.own, at: dx.offset + xAt });
  });
}

export function conv2dWeight(x: View, dy: View, window: ConvWindow, dw: View): void {
  const g = geometryOf(x, dw, dy, window);
  const [image, grads] = [flat(x), flat(dy)];
  const windows = scratch(dw.dtype, g.count * g.patch);
  const part = scratch(dw.dtype, g.filters * g.patch);
  // Sums over the batch are kept in doubles, as all other sums.
  const total = new Float64Array(dw.size);
  eachGroup(g, (xAt, weightAt, yAt) => {
    unfold(g, { array: image.array, at: image.at + xAt }, windows);
    const left = rowsOf({ array: grads.array, at: grads.at + yAt }, g.count);
    const right = columnsOf({ array: windows, at: 0 }, g.patch);
    product(g.filters, g.patch, g.count, left, right, part, 0);
    for (let i = 0; i < part.length; i++) total[weightAt + i]! += part[i]!;
  });
  dw.storage.own.set(total, dw.offset);
}

/** Matrix products: 4 × 4 blocks of dot products, whose sums stay in registers as doubles. */
import { allocate, type TypedArray } from "../../dtype.ts";
import { broadcastStrides } from "../../shape.ts";
import type { View } from "../../storage.ts";
import { fewProducts, multiplyFew } from "../small-product.ts";
import { offsetsOf } from "./walk.ts";

/** A matrix inside an array. */
export interface Matrix {
  array: TypedArray;
  at: number;
  row: number;
  column: number;
}

export function matmul(a: View, b: View, out: View, bias: View | null = null): void {
  multiply(a, b, out);
  if (bias === null) return;
  const [to, from, n] = [out.storage.own, bias.storage.home, bias.size];
  for (let i = out.offset, end = i + out.size; i < end; ) {
    for (let j = bias.offset; j < bias.offset + n; i++, j++) to[i]! += from[j]!;
  }
}

function multiply(a: View, b: View, out: View): void {
  const rank = out.shape.length;
  const [m, n, k] = [out.shape[rank - 2]!, out.shape[rank - 1]!, a.shape[rank - 1]!];
  if (out.size === 0) return;
  if (rank === 2 && out.size * k <= fewProducts) {
    multiplyFew(a, false, b, out);
    return;
  }
  const left: Matrix = {
    array: a.storage.home,
    at: a.offset,
    row: a.strides[rank - 2]!,
    column: a.strides[rank - 1]!,
  };
  // Read b by columns: a row of `right` is a column of b.
  const right: Matrix = {
    array: b.storage.home,
    at: b.offset,
    row: b.strides[rank - 1]!,
    column: b.strides[rank - 2]!,
  };
  const to = out.storage.own;
  if (rank === 2) {
    product(m, n, k, left, packed(right, n, k, m), to, out.offset);
    return;
  }
  const batch = out.shape.slice(0, -2);
  const starts = [a, b].map((x) =>
    offsetsOf(batch, broadcastStrides(x.shape.slice(0, -2), x.strides.slice(0, -2), batch), x.offset),
  );
  for (let i = 0; i < starts[0]!.length; i++) {
    left.at = starts[0]![i]!;
    right.at = starts[1]![i]!;
    product(m, n, k, left, packed(right, n, k, m), to, out.offset + i * m * n);
  }
}

/** Lays the rows of a matrix out one after another if they will be read often enough to pay for it. */
function packed(matrix: Matrix, rows: number, columns: number, uses: number): Matrix {
  if (matrix.column === 1 || uses < 8 || rows * columns < 1024) return matrix;
  const array = allocate(matrix.array instanceof Float64Array ? "float64" : "float32", rows * columns);
  // Column by column, since that is how the memory lies.
  for (let j = 0; j < columns; j++) {
    let from = matrix.at + j * matrix.column;
    for (let to = j; to < array.length; to += columns, from += matrix.row) array[to] = matrix.array[from]!;
  }
  return { array, at: 0, row: columns, column: 1 };
}

/** `to[at + i·n + j] = Σ left[i, ·] · right[j, ·]`, for m rows of `left` and n of `right`, k long. */
export function product(
  m: number,
  n: number,
  k: number,
  left: Matrix,
  right: Matrix,
  to: TypedArray,
  at: number,
): void {
  const x = left.array;
  const y = right.array;
  const xs = left.column;
  const ys = right.column;
  const fullRows = m - (m % 4);
  const fullColumns = n - (n % 4);
  for (let i = 0; i < fullRows; i += 4) {
    const x0 = left.at + i * left.row;
    const x1 = x0 + left.row;
    const x2 = x1 + left.row;
    const x3 = x2 + left.row;
    for (let j = 0; j < fullColumns; j += 4) {
      const y0 = right.at + j * right.row;
      const y1 = y0 + right.row;
      const y2 = y1 + right.row;
      const y3 = y2 + right.row;
      let s00 = 0,
        s01 = 0,
        s02 = 0,
        s03 = 0;
      let s10 = 0,
        s11 = 0,
        s12 = 0,
        s13 = 0;
      let s20 = 0,
        s21 = 0,
        s22 = 0,
        s23 = 0;
      let s30 = 0,
        s31 = 0,
        s32 = 0,
        s33 = 0;
      for (let p = 0, xp = 0, yp = 0; p < k; p++, xp += xs, yp += ys) {
        const b0 = y[y0 + yp]!,
          b1 = y[y1 + yp]!,
          b2 = y[y2 + yp]!,
          b3 = y[y3 + yp]!;
        let a = x[x0 + xp]!;
        s00 += a * b0;
        s01 += a * b1;
        s02 += a * b2;
        s03 += a * b3;
        a = x[x1 + xp]!;
        s10 += a * b0;
        s11 += a * b1;
        s12 += a * b2;
        s13 += a * b3;
        a = x[x2 + xp]!;
        s20 += a * b0;
        s21 += a * b1;
        s22 += a * b2;
        s23 += a * b3;
        a = x[x3 + xp]!;
        s30 += a * b0;
        s31 += a * b1;
        s32 += a * b2;
        s33 += a * b3;
      }
      let o = at + i * n + j;
      to[o] = s00;
      to[o + 1] = s01;
      to[o + 2] = s02;
      to[o + 3] = s03;
      o += n;
      to[o] = s10;
      to[o + 1] = s11;
      to[o + 2] = s12;
      to[o + 3] = s13;
      o += n;
      to[o] = s20;
      to[o + 1] = s21;
      to[o + 2] = s22;
      to[o + 3] = s23;
      o += n;
      to[o] = s30;
      to[o + 1] = s31;
      to[o + 2] = s32;
      to[o + 3] = s33;
    }
    edge(i, i + 4, fullColumns, n);
  }
  edge(fullRows, m, 0, n);

  /** The rows and columns that do not fill a block. */
  function edge(fromRow: number, toRow: number, fromColumn: number, toColumn: number): void {
    for (let i = fromRow; i < toRow; i++) {
      for (let j = fromColumn; j < toColumn; j++) {
        let xp = left.at + i * left.row;
        let yp = right.at + j * right.row;
        let sum = 0;
        for (let p = 0; p < k; p++, xp += xs, yp += ys) sum += x[xp]! * y[yp]!;
        to[at + i * n + j] = sum;
      }
    }
  }
}

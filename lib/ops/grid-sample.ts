/** Reading pictures at any places: what turns, stretches and warps them. */
import { asTensor, linspace, ones } from "../creation.ts";
import { type Shape, show } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { add, div, mul, sub } from "./arithmetic.ts";
import { ge, isnan, le, logicalAnd } from "./comparison.ts";
import { gather, select } from "./indexing.ts";
import { stack } from "./join.ts";
import { clamp, floor, round } from "./math.ts";
import { matmul } from "./matmul.ts";
import { where } from "./select.ts";
import { expand, reshape, transpose, unsqueeze } from "./shape.ts";

/** Options of `gridSample` and `affineGrid`. */
export interface GridOptions {
  /** Whether −1 and 1 are the centers of the corner pixels, rather than their outer edges; default false. */
  alignCorners?: boolean;
}

/** Options of `gridSample`. */
export interface GridSampleOptions extends GridOptions {
  /** `"bilinear"` (default): the mean of four neighbours, weighted by nearness; or `"nearest"`. */
  mode?: "bilinear" | "nearest";
  /** What lies outside of the picture: `"zeros"` (default) or its `"border"`. */
  paddingMode?: "zeros" | "border";
}

/** A place from −1 to 1 as a place in pixels, from 0 to size − 1. */
function pixels(place: Tensor, size: number, alignCorners: boolean): Tensor {
  // A place that is no number counts as outside, as in PyTorch; infinite ones lie far enough outside at this distance.
  const at = clamp(where(isnan(place), -1, place), { min: -1e6, max: 1e6 });
  return alignCorners ? mul(add(at, 1), (size - 1) / 2) : sub(mul(add(at, 1), size / 2), 0.5);
}

/**
 * Reads pictures at given places, between pixels by interpolation. The gradient flows to the pictures and to the places.
 *
 * Shapes: pictures `(batch, channels, rows, columns)`, places `(batch, rows′, columns′, 2)` as (x, y) from −1 to 1 → `(batch, channels, rows′, columns′)`.
 *
 * @param grid Where to read: x to the right, y down.
 * @param options `mode`, `paddingMode`, `alignCorners`.
 * @throws {RangeError} If the shapes do not fit.
 * @see Jaderberg et al. (2015).
 * @example gridSample([[[[1, 3]]]], [[[[0, 0]]]]).toArray() // [[[[2]]]]
 */
export function gridSample(x: TensorLike, grid: TensorLike, options: GridSampleOptions = {}): Tensor {
  const [t, places] = [asTensor(x), asTensor(grid)];
  const { mode = "bilinear", paddingMode = "zeros", alignCorners = false } = options;
  if (t.ndim !== 4 || places.ndim !== 4 || places.shape[0] !== t.shape[0] || places.shape[3] !== 2) {
    throw new RangeError(
      `Cannot sample ${show(t.shape)} at ${show(places.shape)}: expected (batch, channels, rows, columns) and (batch, rows, columns, 2)`,
    );
  }
  const [batch, channels, rows, columns] = t.shape as [number, number, number, number];
  const [, down, across] = places.shape as [number, number, number, number];
  const held = (at: Tensor, size: number) => (paddingMode === "border" ? clamp(at, { min: 0, max: size - 1 }) : at);
  const u = held(pixels(select(places, 3, 0), columns, alignCorners), columns);
  const v = held(pixels(select(places, 3, 1), rows, alignCorners), rows);
  const flat = reshape(t, [batch, channels, rows * columns]);
  /** The pixels at whole places, times how much of each counts. */
  const read = (column: Tensor, row: Tensor, share: Tensor | null): Tensor => {
    const inside = logicalAnd(
      logicalAnd(ge(column, 0), le(column, columns - 1)),
      logicalAnd(ge(row, 0), le(row, rows - 1)),
    );
    const index = add(mul(clamp(row, { min: 0, max: rows - 1 }), columns), clamp(column, { min: 0, max: columns - 1 }));
    const picked = gather(flat, 2, expand(reshape(index.detach(), [batch, 1, -1]), [batch, channels, down * across]));
    // What lies outside counts 0 whatever is there, infinities too.
    const kept = where(unsqueeze(inside, 1), reshape(picked, [batch, channels, down, across]), 0);
    return share === null ? kept : mul(kept, unsqueeze(share, 1));
  };
  if (mode === "nearest") return read(round(u).detach(), round(v).detach(), null);
  const [left, top] = [floor(u).detach(), floor(v).detach()];
  const [a, b] = [sub(u, left), sub(v, top)];
  const corners = [
    read(left, top, mul(sub(1, a), sub(1, b))),
    read(add(left, 1), top, mul(a, sub(1, b))),
    read(left, add(top, 1), mul(sub(1, a), b)),
    read(add(left, 1), add(top, 1), mul(a, b)),
  ];
  return corners.reduce((sum, corner) => add(sum, corner));
}

/**
 * The places that an affine map takes the pixels of a picture from: what `gridSample` reads at to turn, shift or stretch.
 *
 * Shapes: theta `(batch, 2, 3)` → `(batch, rows, columns, 2)`.
 *
 * @param theta For each picture the map from (x, y, 1) of the result to (x, y) of the source, both from −1 to 1.
 * @param size The shape of the result: `(batch, channels, rows, columns)`.
 * @throws {RangeError} If the shapes do not fit.
 * @see Jaderberg et al. (2015).
 * @example affineGrid([[[1, 0, 0], [0, 1, 0]]], [1, 1, 1, 2]).toArray() // [[[[-0.5, 0], [0.5, 0]]]]
 */
export function affineGrid(theta: TensorLike, size: Shape, options: GridOptions = {}): Tensor {
  const maps = asTensor(theta);
  const [batch, , rows, columns] = size as [number, number, number, number];
  if (maps.ndim !== 3 || size.length !== 4 || maps.shape[0] !== batch || maps.shape[1] !== 2 || maps.shape[2] !== 3) {
    throw new RangeError(`Cannot map ${show(size)} by ${show(maps.shape)}: expected [${batch},2,3] and four sizes`);
  }
  const { alignCorners = false } = options;
  const centers = (count: number): Tensor => {
    if (count === 1) return asTensor([0], { dtype: maps.dtype });
    const line = linspace(-1, 1, { count, dtype: maps.dtype });
    return alignCorners ? line : div(mul(line, count - 1), count);
  };
  const x = expand(centers(columns), [rows, columns]);
  const y = expand(reshape(centers(rows), [rows, 1]), [rows, columns]);
  const points = reshape(stack([x, y, ones([rows, columns], { dtype: maps.dtype })], -1), [rows * columns, 3]);
  return reshape(matmul(points, transpose(maps, 1, 2)), [batch, rows, columns, 2]);
}

/** Haar features: differences of brightness between neighbouring rectangles. */
import { asTensor, fromData } from "../creation.ts";
import { show } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import type { Box } from "./boxes.ts";
import { integrate } from "./integral-image.ts";

/** A rectangle and what its sum counts. */
export interface WeightedBox extends Box {
  readonly weight: number;
}

/** A feature: the weighted sum of rectangles, which is 0 on an even plane. */
export interface HaarFeature {
  readonly rectangles: readonly WeightedBox[];
}

/** The five kinds of Viola and Jones: two halves side by side or one above the other, a bar between two, four quarters. */
export type HaarKind = "halves" | "stacked" | "bar" | "layer" | "quarters";

/** How many units each kind is wide and high. */
const grids: Readonly<Record<HaarKind, readonly [across: number, down: number]>> = {
  halves: [2, 1],
  stacked: [1, 2],
  bar: [3, 1],
  layer: [1, 3],
  quarters: [2, 2],
};

const kinds = Object.keys(grids) as HaarKind[];

/** The rectangles of a feature: the whole at −1, and its dark parts so heavy that an even plane gives 0. */
function featureOf(kind: HaarKind, { left, top, width, height }: Box): HaarFeature {
  const [across, down] = grids[kind];
  const [w, h] = [width / across, height / down];
  const whole: WeightedBox = { left, top, width, height, weight: -1 };
  const part = (i: number, j: number, weight: number): WeightedBox => ({
    left: left + j * w,
    top: top + i * h,
    width: w,
    height: h,
    weight,
  });
  switch (kind) {
    case "halves":
      return { rectangles: [whole, part(0, 0, 2)] };
    case "stacked":
      return { rectangles: [whole, part(0, 0, 2)] };
    case "bar":
      return { rectangles: [whole, part(0, 1, 3)] };
    case "layer":
      return { rectangles: [whole, part(1, 0, 3)] };
    case "quarters":
      return { rectangles: [whole, part(0, 0, 2), part(1, 1, 2)] };
  }
}

/**
 * All Haar features of a window, at every place and size. A window of 24 by 24 pixels has 162,336 of them, many more than pixels.
 *
 * @param size Rows and columns of the window.
 * @param options `kinds`: which; default all five. `step`: how far apart places and sizes are, in pixels; default 1.
 * @throws {RangeError} If a size is not a whole number from 1, or the step.
 * @see Viola and Jones (2001), section 2; book §3.1.5.
 * @example haarFeatures([24, 24]).length // 162336
 */
export function haarFeatures(
  [rows, columns]: readonly [number, number],
  options: { kinds?: readonly HaarKind[]; step?: number } = {},
): HaarFeature[] {
  const { step = 1 } = options;
  for (const [name, count] of Object.entries({ rows, columns, step })) {
    if (!Number.isInteger(count) || count < 1)
      throw new RangeError(`Cannot list features with ${name} ${count}: it must be a whole number from 1`);
  }
  return (options.kinds ?? kinds).flatMap((kind) => {
    const [across, down] = grids[kind];
    const found: HaarFeature[] = [];
    for (let width = across; width <= columns; width += across * step) {
      for (let height = down; height <= rows; height += down * step) {
        for (let left = 0; left + width <= columns; left += step) {
          for (let top = 0; top + height <= rows; top += step)
            found.push(featureOf(kind, { left, top, width, height }));
        }
      }
    }
    return found;
  });
}

/** What a window is measured in: the position of its corner in the tables, and `1 / (pixels · deviation)` of its brightness. */
export interface Tables {
  readonly sums: Float64Array;
  readonly squares: Float64Array;
  /** Columns of the tables. */
  readonly stride: number;
}

/** The tables of sums of a plane and of its squares. */
export function tablesOf(pixels: ArrayLike<number>, rows: number, columns: number): Tables {
  const size = (rows + 1) * (columns + 1);
  const [sums, squares] = [new Float64Array(size), new Float64Array(size)];
  integrate(pixels, sums, { rows, columns, square: false });
  integrate(pixels, squares, { rows, columns, square: true });
  return { sums, squares, stride: columns + 1 };
}

/** The sum over a rectangle of a window whose corner is at `origin`. */
export function sumAt(table: Float64Array, stride: number, origin: number, box: Box): number {
  const first = origin + box.top * stride + box.left;
  const last = first + box.height * stride;
  return table[last + box.width]! - table[first + box.width]! - table[last]! + table[first]!;
}

/** The value of a feature in a window whose corner is at `origin`. */
export function valueAt({ rectangles }: HaarFeature, { sums, stride }: Tables, origin: number): number {
  let value = 0;
  for (const box of rectangles) value += box.weight * sumAt(sums, stride, origin, box);
  return value;
}

/** Pixels times deviation of a window without its edge, by which its features are divided so that light and contrast do not count; 0 if it is even. */
export function spreadAt(
  { sums, squares, stride }: Tables,
  origin: number,
  [rows, columns]: readonly [number, number],
): number {
  const inner = { left: 1, top: 1, width: columns - 2, height: rows - 2 };
  const area = inner.width * inner.height;
  const total = sumAt(sums, stride, origin, inner);
  return Math.sqrt(Math.max(0, area * sumAt(squares, stride, origin, inner) - total * total));
}

/**
 * The values of features on windows, each divided by pixels and deviation of its window, so that light and contrast do not count.
 *
 * Shapes: windows `(count, rows, columns)` → `(count, features)`, float64.
 *
 * @throws {RangeError} If the windows are of another shape.
 * @see Viola and Jones (2001), section 5.
 * @example haarValues(ones([2, 4, 4]), haarFeatures([4, 4])).abs().sum().item() // 0
 */
export function haarValues(windows: TensorLike, features: readonly HaarFeature[]): Tensor {
  const x = asTensor(windows);
  if (x.ndim !== 3 || x.shape[1]! < 3 || x.shape[2]! < 3) {
    throw new RangeError(
      `Cannot measure windows of shape ${show(x.shape)}: they must be (count, rows, columns), from 3 pixels a side`,
    );
  }
  const [count, rows, columns] = x.shape as [number, number, number];
  const values = new Float64Array(count * features.length);
  const { data } = x;
  for (let i = 0; i < count; i++) {
    const tables = tablesOf(data.subarray(i * rows * columns, (i + 1) * rows * columns), rows, columns);
    const spread = spreadAt(tables, 0, [rows, columns]) || 1;
    for (let f = 0; f < features.length; f++) {
      values[i * features.length + f] = valueAt(features[f]!, tables, 0) / spread;
    }
  }
  return fromData(values, [count, features.length]);
}

/** Functions of two variables on a grid: what contours and surfaces draw. */
import { withGrad } from "../autograd/mode.ts";
import { fromData } from "../creation.ts";
import { show } from "../shape.ts";
import { Tensor } from "../tensor.ts";
import { rowsOf, spaced, type Values } from "./values.ts";

/** Two numbers → a number, for each place; or a tensor of places `(count, 2)` → a tensor of `(count)` or `(count, 1)`. */
export type FieldFunction = ((x: number, y: number) => number | Tensor) | ((points: Tensor) => Tensor);

/** Values over a rectangle. */
export interface Field {
  /** Rows from the least y up. */
  readonly z: readonly (readonly number[])[];
  readonly x: readonly [from: number, to: number];
  readonly y: readonly [from: number, to: number];
}

/** Where a field is taken. */
export interface FieldOptions {
  /** From where to where along x; default −3 to 3 for functions, column numbers for matrices. */
  x?: readonly [from: number, to: number];
  /** From where to where along y; default −3 to 3 for functions, row numbers for matrices. */
  y?: readonly [from: number, to: number];
  /** Places along each axis at which a function is evaluated, from 2 to 400; default 60. */
  resolution?: number;
}

/** Reads a field: a matrix with rows from the least y up, or a function. */
export function fieldOf(values: Values | FieldFunction, options: FieldOptions = {}): Field {
  if (typeof values !== "function" || values instanceof Tensor) {
    const z = rowsOf(values as Values, "values");
    const { x = [0, z[0]!.length - 1], y = [0, z.length - 1] } = options;
    return { z, x, y };
  }
  const { x = [-3, 3], y = [-3, 3], resolution = 60 } = options;
  if (!Number.isInteger(resolution) || resolution < 2 || resolution > 400) {
    throw new RangeError(
      `Cannot evaluate at ${resolution} places along each axis: it must be a whole number from 2 to 400`,
    );
  }
  const [xs, ys] = [spaced(...x, resolution), spaced(...y, resolution)];
  const z = withGrad(false, () =>
    values.length >= 2 ? onePlaceEach(values as PlaceFunction, xs, ys) : allPlaces(values as PointsFunction, xs, ys),
  );
  return { z, x, y };
}

type PlaceFunction = (x: number, y: number) => number | Tensor;
type PointsFunction = (points: Tensor) => Tensor;

function onePlaceEach(f: PlaceFunction, xs: readonly number[], ys: readonly number[]): number[][] {
  const evaluate = (x: number, y: number) => {
    const value = f(x, y);
    return value instanceof Tensor ? value.item() : value;
  };
  return ys.map((y) => xs.map((x) => evaluate(x, y)));
}

function allPlaces(f: PointsFunction, xs: readonly number[], ys: readonly number[]): number[][] {
  const values: unknown = f(gridOf(xs, ys));
  if (!(values instanceof Tensor)) {
    throw new TypeError(
      `Cannot draw a function of one argument that gives ${typeof values}: it gets points (count, 2) and must give a tensor; write (x, y) => … for numbers`,
    );
  }
  if (values.size !== xs.length * ys.length) {
    throw new RangeError(
      `Cannot draw a function that gives shape ${show(values.shape)} for ${xs.length * ys.length} points: expected a number each`,
    );
  }
  const { data } = values;
  return ys.map((_, i) => Array.from(data.subarray(i * xs.length, (i + 1) * xs.length)));
}

/** The field at points: of a function its own values, of a matrix blended between the four nearest. */
export function heightsAt(
  values: Values | FieldFunction,
  field: Field,
  { x, y }: { x: readonly number[]; y: readonly number[] },
): number[] {
  if (typeof values !== "function" || values instanceof Tensor) return x.map((v, i) => blended(field, v, y[i]!));
  return withGrad(false, () => {
    if (values.length >= 2) return x.map((v, i) => onePlaceEach(values as PlaceFunction, [v], [y[i]!])[0]![0]!);
    const points = Float32Array.from(x.flatMap((v, i) => [v, y[i]!]));
    return Array.from((values as PointsFunction)(fromData(points, [x.length, 2])).data);
  });
}

function blended({ z, x, y }: Field, atX: number, atY: number): number {
  const place = (v: number, [from, to]: readonly [number, number], count: number) =>
    Math.min(count - 1, Math.max(0, ((v - from) / (to - from || 1)) * (count - 1)));
  const [column, row] = [place(atX, x, z[0]!.length), place(atY, y, z.length)];
  const [j, i] = [Math.floor(column), Math.floor(row)];
  const [right, above] = [Math.min(j + 1, z[0]!.length - 1), Math.min(i + 1, z.length - 1)];
  const along = (r: number) => z[r]![j]! + (column - j) * (z[r]![right]! - z[r]![j]!);
  return along(i) + (row - i) * (along(above) - along(i));
}

/** All places of a grid, row by row from the least y: `(rows · columns, 2)`, float32. */
export function gridOf(xs: readonly number[], ys: readonly number[]): Tensor {
  const places = new Float32Array(2 * xs.length * ys.length);
  let at = 0;
  for (const y of ys) {
    for (const x of xs) {
      places[at++] = x;
      places[at++] = y;
    }
  }
  return fromData(places, [xs.length * ys.length, 2]);
}

/** Contour charts, with the paths that optimizers take. */
import { Chart } from "./chart.ts";
import { type Columns, dataOf } from "./data-table.ts";
import { type Field, type FieldFunction, type FieldOptions, fieldOf } from "./field.ts";
import { type AxesOptions, count, describe, frameOf, xChannel, yChannel } from "./frame.ts";
import { isolines } from "./isolines.ts";
import { legendLayer, rasterLayer, shaded } from "./raster-layer.ts";
import type { Spec } from "./render/vega.ts";
import { pathColors, sequential } from "./theme.ts";
import { extentOf, isValues, pointsOf, type Values } from "./values.ts";

/** Options of contour charts. */
export interface ContourOptions extends Omit<AxesOptions, "xScale" | "yScale" | "xDomain" | "yDomain">, FieldOptions {
  /** How many lines, or at which values; default 12. */
  levels?: number | readonly number[];
  /** Whether lines lie evenly in log z, which shows narrow valleys; default false. */
  logLevels?: boolean;
  /** Paths `(steps, 2)` over the field, by name: one, or several in colours. */
  paths?: Values | Readonly<Record<string, Values>>;
  /** Whether to fill the plane with colour; default true. */
  filled?: boolean;
  /** What z measures, above its colour scale. */
  zLabel?: string;
  /** A point to mark, such as the minimum. */
  mark?: readonly [x: number, y: number];
}

/**
 * Lines of equal value of a function of two variables, with paths over it.
 *
 * Shapes: z `(rows, columns)`, rows from the least y up; paths `(steps, 2)`.
 *
 * @param z A matrix, a function `(x, y) => number`, or one from points `(count, 2)` to a tensor.
 * @throws {RangeError} If shapes do not fit.
 * @see book §1.6.
 * @example plot.contour((x, y) => x * x + 3 * y * y, { paths: [[2, 2], [1, 0.5], [0.2, 0.1]] })
 */
export function contour(z: Values | FieldFunction, options: ContourOptions = {}): Chart {
  const field = fieldOf(z, options);
  const levels = levelsOf(field, options);
  const channels = planeChannels(field, options);
  const paths = pathsOf(options.paths);
  const layers = [
    ...(options.filled === false ? [] : fillLayers(field, options)),
    lineLayer(field, levels, options.filled === false ? sequential : null),
    ...pathLayers(paths),
    ...(options.mark ? [markLayer(options.mark)] : []),
  ];
  return new Chart({
    description: describe(
      "Contour chart",
      options.title,
      `${count(levels.length, "level")}${paths.length > 0 ? `, ${count(paths.length, "path")}` : ""}`,
    ),
    ...frameOf(options, { width: 360, height: 300 }),
    // Each layer has colours of its own; what is common is the plane.
    resolve: { scale: { color: "independent" } },
    layer: layers.map((layer) => withPlane(layer, channels)),
  });
}

/** The two axes of a field's plane. */
export function planeChannels(field: Field, options: AxesOptions): { x: Spec; y: Spec } {
  return { x: xChannel({ ...options, xDomain: field.x }), y: yChannel({ ...options, yDomain: field.y }) };
}

/** Gives a layer the plane, but for channels that it places itself. */
export function withPlane(layer: Spec, channels: Spec): Spec {
  return { ...layer, encoding: { ...channels, ...(layer.encoding as Spec) } };
}

/** The values at which lines are drawn. */
function levelsOf({ z }: Field, { levels = 12, logLevels = false }: ContourOptions): number[] {
  if (typeof levels !== "number") return [...levels];
  if (!Number.isInteger(levels) || levels < 1 || levels > 200)
    throw new RangeError(`Cannot draw ${levels} levels: it must be a whole number from 1 to 200`);
  const [least, greatest] = extentOf(z.flat());
  const at = (i: number) => (i + 1) / (levels + 1);
  if (!logLevels) return Array.from({ length: levels }, (_, i) => least + (greatest - least) * at(i));
  // From a thousandth of the range to all of it, measured from the least value.
  return Array.from({ length: levels }, (_, i) => least + (greatest - least) * 10 ** (-3 * (1 - at(i))));
}

function fillLayers({ z, x, y }: Field, { logLevels = false, zLabel }: ContourOptions): Spec[] {
  const [least, greatest] = extentOf(z.flat());
  const share = (v: number) => (v - least) / (greatest - least || 1);
  const place = (v: number) => (logLevels ? 1 + Math.log10(Math.max(share(v), 1e-3)) / 3 : share(v));
  const raster = rasterLayer(shaded(z, sequential, place), { x, y }, { opacity: 0.85 });
  return logLevels ? [raster] : [raster, legendLayer([least, greatest], { title: zLabel, colors: sequential })];
}

/** Isolines in the plane's units. With `colors` they show their level, else they are white over a filled field. */
function lineLayer(field: Field, levels: readonly number[], colors: readonly string[] | null): Spec {
  const columns = { x: [] as number[], y: [] as number[], level: [] as number[], part: [] as number[] };
  const [columnsCount, rowsCount] = [field.z[0]!.length, field.z.length];
  let part = 0;
  for (const level of levels) {
    for (const path of isolines(field.z, level)) {
      for (const [x, y] of path) {
        columns.x.push(field.x[0] + (x / (columnsCount - 1)) * (field.x[1] - field.x[0]));
        columns.y.push(field.y[0] + (y / (rowsCount - 1)) * (field.y[1] - field.y[0]));
        columns.level.push(level);
        columns.part.push(part);
      }
      part++;
    }
  }
  const color = colors
    ? { field: "level", type: "quantitative", title: null, scale: { range: [...colors] } }
    : { value: "#FFFFFF" };
  return {
    data: dataOf(columns),
    mark: {
      type: "line",
      order: false,
      strokeWidth: colors ? 1.5 : 0.8,
      opacity: colors ? 1 : 0.7,
      tooltip: false,
      clip: true,
    },
    // Lines run from point to point as they come, not from left to right.
    encoding: { detail: { field: "part" }, color },
  };
}

function pathsOf(paths: ContourOptions["paths"]): { name: string; x: number[]; y: number[] }[] {
  if (paths === undefined) return [];
  const named = isValues(paths) ? [["", paths] as const] : Object.entries(paths);
  return named.map(([name, values]) => {
    const [x, y] = pointsOf(values, name === "" ? "a path" : `the path of ${name}`);
    return { name, x, y };
  });
}

function pathLayers(paths: readonly { name: string; x: number[]; y: number[] }[]): Spec[] {
  if (paths.length === 0) return [];
  const names = paths.map(({ name }) => name);
  // One path without a name is no category: Vega reads an empty text in CSV as missing, and draws nothing for it.
  const isNamed = names.length > 1 || names[0] !== "";
  const columns: Columns = {
    x: paths.flatMap(({ x }) => x),
    y: paths.flatMap(({ y }) => y),
    step: paths.flatMap(({ x }) => x.map((_, i) => i)),
    ...(isNamed ? { path: paths.flatMap(({ x, name }) => x.map(() => name)) } : {}),
  };
  const scale = { domain: names, range: [...pathColors] };
  return [
    {
      data: dataOf(columns),
      mark: { type: "line", strokeWidth: 2, point: { size: 22 }, tooltip: true, clip: true },
      encoding: {
        order: { field: "step", type: "quantitative" },
        color: isNamed ? { field: "path", type: "nominal", title: null, scale } : { value: pathColors[0]! },
      },
    },
  ];
}

function markLayer([x, y]: readonly [number, number]): Spec {
  return {
    data: { values: [{ x, y }] },
    mark: { type: "point", shape: "cross", size: 90, angle: 45, color: "#FFFFFF", filled: true, tooltip: true },
    encoding: {},
  };
}

/** Scatter charts. */
import { Chart } from "./chart.ts";
import { type Columns, dataOf } from "./data-table.ts";
import { type AxesOptions, count, describe, frameOf, xChannel, yChannel } from "./frame.ts";
import type { Spec } from "./render/vega.ts";
import { palette, sequential } from "./theme.ts";
import { checkLengths, isValues, listOf, pointsOf, type Values } from "./values.ts";

/** Options of scatter charts. */
export interface ScatterOptions extends AxesOptions {
  /** The class of each point: numbers or names, coloured apart. */
  classes?: Values | readonly string[];
  /** A number for each point, shown as colour along a scale. */
  values?: Values;
  /** What each point is, shown beside the pointer. */
  names?: readonly string[];
  /** Above the legend. */
  legend?: string;
  /** Area of a point in square pixels; default 40, less for many points. */
  size?: number;
  /** Opacity, 0 to 1; default 0.9, less for many points. */
  opacity?: number;
}

/**
 * Points in the plane, classes by colour.
 *
 * Shapes: points `(count, 2)`.
 *
 * @param points Points, or `{ x, y }` lists.
 * @throws {RangeError} If points, classes or values differ in number.
 * @example plot.scatter([[0, 0], [1, 1]], { classes: ["no", "yes"] })
 */
export function scatter(
  points: Values | { readonly x: Values; readonly y: Values },
  options: ScatterOptions = {},
): Chart {
  const [x, y] = readPoints(points);
  const { spec, classes } = pointLayer({ x, y }, options);
  return new Chart({
    description: describe(
      "Scatter chart",
      options.title,
      `${count(x.length, "point")}${classes ? ` in ${count(classes, "class", "classes")}` : ""}`,
    ),
    ...frameOf(options),
    ...spec,
  });
}

function readPoints(points: Values | { readonly x: Values; readonly y: Values }): [x: number[], y: number[]] {
  if (isValues(points)) return pointsOf(points, "points");
  const [x, y] = [listOf(points.x, "x"), listOf(points.y, "y")];
  checkLengths(x, y, "x and y");
  return [x, y];
}

/** Points as a layer of a chart, with the number of their classes. */
export function pointLayer(
  { x, y }: { x: number[]; y: number[] },
  options: ScatterOptions & { outline?: string } = {},
): { spec: Spec; classes: number } {
  const { size = x.length > 2000 ? 12 : 40, opacity = x.length > 2000 ? 0.6 : 0.9, outline } = options;
  const classes = options.classes === undefined ? undefined : classNames(options.classes);
  const values = options.values === undefined ? undefined : listOf(options.values, "values");
  let columns: Columns = { x, y };
  for (const [name, column] of Object.entries({ class: classes, value: values, name: options.names })) {
    if (column === undefined) continue;
    checkLengths(x, column, `points and ${name === "class" ? "classes" : `${name}s`}`);
    columns = { ...columns, [name]: column };
  }
  const distinct = [...new Set(classes)].sort(byNumberOrName);
  const spec = {
    data: dataOf(columns),
    mark: { type: "circle", size, opacity, tooltip: true, ...(outline ? { stroke: outline, strokeWidth: 1 } : {}) },
    encoding: {
      x: xChannel(options),
      y: yChannel(options),
      ...colorOf(distinct, values !== undefined, options.legend),
      ...tooltipOf(columns),
    },
  };
  return { spec, classes: distinct.length };
}

/** Classes as the legend names them: whole numbers without a fraction. */
export function classNames(classes: Values | readonly string[]): string[] {
  if (Array.isArray(classes) && classes.some((c) => typeof c === "string")) return classes.map(String);
  return listOf(classes as Values, "classes").map(String);
}

/** The order of classes: by number if they are numbers. */
export function byNumberOrName(a: string, b: string): number {
  const difference = Number(a) - Number(b);
  return Number.isNaN(difference) ? a.localeCompare(b, "en") : difference;
}

function colorOf(classes: readonly string[], measured: boolean, legend?: string): Spec {
  const title = legend ?? null;
  if (classes.length > 0) {
    const range = classes.length > palette.length ? { scheme: "turbo" } : {};
    return { color: { field: "class", type: "nominal", title, scale: { domain: classes, ...range } } };
  }
  if (measured) return { color: { field: "value", type: "quantitative", title, scale: { range: [...sequential] } } };
  return { color: { value: palette[0] } };
}

function tooltipOf(columns: Columns): Spec {
  if (!("name" in columns)) return {};
  return {
    tooltip: Object.keys(columns)
      .reverse()
      .map((field) => ({ field, type: typeof columns[field]![0] === "string" ? "nominal" : "quantitative" })),
  };
}

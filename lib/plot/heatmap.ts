/** Matrices as colour. */
import { Chart } from "./chart.ts";
import { dataOf } from "./data-table.ts";
import { count, describe, type FrameOptions, frameOf } from "./frame.ts";
import { textWidth } from "./render/font.ts";
import type { Spec } from "./render/vega.ts";
import { diverging, labelSize, sequential } from "./theme.ts";
import { checkLengths, extentOf, rowsOf, type Values } from "./values.ts";

/** Options of heat maps. */
export interface HeatmapOptions extends FrameOptions {
  /** What the columns are, with the unit. */
  xLabel?: string;
  /** What the rows are. */
  yLabel?: string;
  /** Names of columns and rows, which may occur twice; their numbers if left out. */
  xNames?: readonly string[];
  yNames?: readonly string[];
  /** What a cell measures, above the colour scale. */
  zLabel?: string;
  /** The values of the first and the last colour; the extent of the values if left out. */
  zDomain?: readonly [from: number, to: number];
  /** Whether 0 is the middle of the scale, blue below and orange above; default false. */
  diverging?: boolean;
  /** Whether to write the value in each cell; default for up to 150 cells. */
  labels?: boolean;
  /** How numbers are written, as d3 has it; default two decimals, or three digits where numbers are all whole, tiny or huge. */
  format?: string;
}

/**
 * A matrix as colours, row 0 at the top.
 *
 * Shapes: z `(rows, columns)`.
 *
 * @throws {RangeError} If it is no matrix, or names and sizes differ.
 * @example plot.heatmap([[1, 0.5], [0.5, 1]], { xNames: ["a", "b"], yNames: ["a", "b"], zLabel: "correlation" })
 */
export function heatmap(z: Values, options: HeatmapOptions = {}): Chart {
  const rows = rowsOf(z, "a heat map");
  const columns = rows[0]?.length ?? 0;
  const xNames = namesOf(options.xNames, rows[0] ?? [], "column names and columns");
  const yNames = namesOf(options.yNames, rows, "row names and rows");
  const [rowPlaces, columnPlaces] = [placesOf(yNames), placesOf(xNames)];
  const cells = {
    row: rows.flatMap((row, i) => row.map(() => rowPlaces[i]!)),
    column: rows.flatMap((row) => row.map((_, j) => columnPlaces[j]!)),
    value: rows.flat(),
  };
  const [least, greatest] = options.zDomain ?? extentOf(cells.value);
  const reach = Math.max(Math.abs(least), Math.abs(greatest)) || 1;
  const domain = options.diverging ? [-reach, reach] : [least, greatest];
  const side = Math.min(28, Math.max(3, 420 / Math.max(1, columns, rows.length)));
  const size = { width: Math.max(120, side * columns), height: Math.max(60, side * rows.length) };
  const withLabels = options.labels ?? rows.length * columns <= 150;
  const frame = frameOf(
    options,
    withLabels ? { width: Math.max(size.width, 44 * columns), height: Math.max(size.height, 26 * rows.length) } : size,
  );
  const cell = Number(frame.width) / Math.max(1, columns);
  // Names that would touch are turned where each has a line's height; numbers, and names of narrower columns, are left out instead.
  const isTurned =
    options.xNames !== undefined && cell >= 12 && xNames.some((name) => textWidth(name, labelSize) > cell - 2);
  const axis = (title: string | undefined, names: readonly string[], turned = false): Spec => ({
    type: "nominal",
    sort: null,
    title: title ?? null,
    axis: {
      domain: false,
      ticks: false,
      labelAngle: turned ? -45 : 0,
      labelOverlap: !turned,
      labels: names.length <= 60,
      ...(isDistinct(names) ? {} : { labelExpr: `${JSON.stringify(names)}[datum.value]` }),
    },
  });
  const color = {
    field: "value",
    type: "quantitative",
    title: options.zLabel ?? null,
    scale: { domain, range: options.diverging ? [...diverging] : [...sequential], zero: false, clamp: true },
  };
  return new Chart({
    description: describe("Heat map", options.title, `${count(rows.length, "row")}, ${count(columns, "column")}`),
    ...frame,
    data: dataOf(cells),
    encoding: {
      x: { field: "column", ...axis(options.xLabel, xNames, isTurned) },
      y: { field: "row", ...axis(options.yLabel, yNames) },
    },
    layer: [
      { mark: { type: "rect", tooltip: true }, encoding: { color } },
      ...(withLabels ? [labelLayer({ format: formatOf(cells.value), ...options }, domain as [number, number])] : []),
    ],
  });
}

function namesOf(given: readonly string[] | undefined, like: readonly unknown[], what: string): string[] {
  if (given) checkLengths(given, like, what);
  return given ? [...given] : like.map((_, i) => String(i));
}

/** What stands for rows or columns in the data: their names, or their numbers where two have the same name. */
function placesOf(names: readonly string[]): readonly string[] {
  return isDistinct(names) ? names : names.map((_, i) => String(i));
}

function isDistinct(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}

/** Two decimals fit a cell; three digits of 0.00323 do not. */
function formatOf(values: readonly number[]): string {
  const most = values.reduce((reach, v) => (Number.isFinite(v) ? Math.max(reach, Math.abs(v)) : reach), 0);
  return most >= 0.1 && most < 1000 && !values.every(Number.isInteger) ? ".2~f" : ".3~g";
}

/** Values in the cells, dark on light colours and light on dark ones. */
function labelLayer({ format, diverging: middle = false }: HeatmapOptions, [from, to]: [number, number]): Spec {
  const place = `(datum.value - ${from}) / ${to - from || 1}`;
  // Viridis is light at its top, the diverging scale in its middle.
  const isLight = middle ? `abs(${place} - 0.5) < 0.3` : `${place} > 0.6`;
  return {
    mark: { type: "text", fontSize: 11 },
    encoding: {
      text: { field: "value", type: "quantitative", format },
      color: { condition: { test: isLight, value: "#222222" }, value: "#FFFFFF" },
    },
  };
}

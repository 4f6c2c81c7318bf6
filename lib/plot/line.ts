/** Line charts. */
import { Chart } from "./chart.ts";
import { type Columns, dataOf } from "./data-table.ts";
import { type AxesOptions, count, describe, frameOf, xChannel, yChannel } from "./frame.ts";
import type { Spec } from "./render/vega.ts";
import { isNamed, longColumns, type Series, type SeriesInput, seriesOf } from "./series.ts";
import { palette } from "./theme.ts";
import { checkLengths, isValues, listOf, type Values } from "./values.ts";

/** Around a series: a deviation on both sides, or where the band begins and ends. */
export type Band = Values | { readonly lower: Values; readonly upper: Values };

/** Options of line charts. */
export interface LineOptions extends AxesOptions {
  /** The places of the values, shared by all series; 0, 1, 2, … if left out. */
  x?: Values;
  /** Shaded bands around series, by name; for a single series the band itself. */
  bands?: Band | Readonly<Record<string, Band>>;
  /** Whether to mark the points; default for up to 20 a series. */
  points?: boolean;
  /** Colours, one a series. */
  colors?: readonly string[];
  /** What the series are, above their names. */
  legend?: string;
}

/** Past so many points in all, a point to hover over each would only make the chart slow. */
const mostHovered = 2000;

/**
 * Values as lines, one a series.
 *
 * Shapes: y `(points)`, `(series, points)`, or an object of named `(points)`.
 *
 * @param y Values; NaN and ±∞ break the line.
 * @throws {RangeError} If places and values differ in length.
 * @example
 * plot.line({ train: [1, 0.5, 0.3], test: [1.1, 0.8, 0.7] }, { title: "Both fall", xLabel: "epoch", yLabel: "loss" })
 */
export function line(y: SeriesInput, options: LineOptions = {}): Chart {
  const series = seriesOf(y, options.x);
  const bands = bandColumns(series, options.bands);
  const points = series.reduce((sum, s) => sum + s.x.length, 0);
  const marked = options.points ?? points <= 20 * series.length;
  // Beyond a part of an axis that was asked for, lines would run on over axes and titles.
  const clip = leaves(series, options) ? { clip: true } : {};
  const encoding = { x: xChannel(options), ...colorChannel(series, options) };
  const lines: Spec = {
    mark: {
      type: "line",
      strokeWidth: 2,
      tooltip: true,
      ...clip,
      point: marked ? { size: 30 } : points <= mostHovered ? "transparent" : false,
    },
    encoding: { ...encoding, y: yChannel(options) },
  };
  const shade: Spec = {
    data: dataOf(bands ?? {}),
    mark: {
      type: "area",
      opacity: 0.25,
      tooltip: false,
      ...(options.xDomain || options.yDomain ? { clip: true } : {}),
    },
    encoding: {
      ...encoding,
      color: opaque(colorChannel(series, options).color as Spec),
      y: { ...yChannel(options), field: "lower" },
      y2: { field: "upper" },
    },
  };
  return new Chart({
    description: describe(
      "Line chart",
      options.title,
      `${count(series.length, "series", "series")}, ${count(points, "point")}`,
    ),
    ...frameOf(options),
    data: dataOf(longColumns(series)),
    ...(bands ? { layer: [shade, lines] } : lines),
  });
}

/** Whether a value lies outside the part of the axes that is shown. */
function leaves(series: readonly Series[], { xDomain, yDomain }: AxesOptions): boolean {
  const outside = (values: readonly number[], domain: readonly [number, number] | undefined) =>
    domain !== undefined && values.some((value) => value < Math.min(...domain) || value > Math.max(...domain));
  return series.some(({ x, y }) => outside(x, xDomain) || outside(y, yDomain));
}

/** The colour of each series, with a legend if they have names. */
export function colorChannel(
  series: readonly Series[],
  options: { colors?: readonly string[]; legend?: string },
): Spec {
  const { colors, legend } = options;
  if (!isNamed(series)) return { color: { value: colors?.[0] ?? palette[0] } };
  const names = series.map((s) => s.name);
  // Without a domain, the names would be sorted and colours no longer follow the order that the user gave.
  const scale = {
    domain: names,
    ...(colors ? { range: [...colors] } : names.length > palette.length ? { scheme: "turbo" } : {}),
  };
  return { color: { field: "series", type: "nominal", title: legend ?? null, scale } };
}

/** The band's faintness is not that of the series' name in the legend. */
function opaque(color: Spec): Spec {
  return "field" in color ? { ...color, legend: { symbolOpacity: 1 } } : color;
}

function bandColumns(series: readonly Series[], bands: LineOptions["bands"]): Columns | null {
  if (bands === undefined) return null;
  const byName = isBand(bands) ? { [series[0]!.name]: bands } : bands;
  const columns = { x: [] as number[], lower: [] as number[], upper: [] as number[], series: [] as string[] };
  for (const [name, band] of Object.entries(byName)) {
    const of = series.find((s) => s.name === name);
    if (!of)
      throw new RangeError(`Cannot draw a band around ${name}: the series are ${series.map((s) => s.name).join(", ")}`);
    const [lower, upper] = edgesOf(of, band);
    columns.x.push(...of.x);
    columns.lower.push(...lower);
    columns.upper.push(...upper);
    columns.series.push(...of.x.map(() => name));
  }
  return columns;
}

function edgesOf({ name, y }: Series, band: Band): [lower: number[], upper: number[]] {
  if (isValues(band)) {
    const deviation = listOf(band, `the band of ${name}`);
    checkLengths(y, deviation, `${name} and its band`);
    return [y.map((v, i) => v - deviation[i]!), y.map((v, i) => v + deviation[i]!)];
  }
  const [lower, upper] = [listOf(band.lower, "lower"), listOf(band.upper, "upper")];
  checkLengths(y, lower, `${name} and its lower edge`);
  checkLengths(y, upper, `${name} and its upper edge`);
  return [lower, upper];
}

function isBand(bands: NonNullable<LineOptions["bands"]>): bands is Band {
  return isValues(bands) || ("lower" in bands && "upper" in bands && isValues(bands.lower));
}

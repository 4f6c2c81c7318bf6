/** Bar charts. */
import { Chart } from "./chart.ts";
import { dataOf } from "./data-table.ts";
import { type AxesOptions, count, describe, frameOf, measure } from "./frame.ts";
import { colorChannel } from "./line.ts";
import type { Spec } from "./render/vega.ts";
import { isNamed, type SeriesInput, seriesOf } from "./series.ts";
import { defaultSize } from "./theme.ts";
import { checkLengths, isValues, listOf, type Values } from "./values.ts";

/** Options of bar charts. */
export interface BarOptions extends Omit<AxesOptions, "xScale" | "xDomain"> {
  /** The name of each bar; 0, 1, 2, … if left out. */
  names?: readonly (string | number)[];
  /** Half the length of an error bar on each bar, for a single series. */
  errors?: Values;
  /** Whether bars lie; default false. Good for long names. */
  horizontal?: boolean;
  /** Whether to write each value at its bar; default for up to 12 bars of one series. */
  labels?: boolean;
  /** Colours, one a series. */
  colors?: readonly string[];
  /** What the series are, above their names. */
  legend?: string;
}

/**
 * Values as bars; several series stand side by side.
 *
 * Shapes: values `(bars)`, `(series, bars)`, or an object: of numbers (a bar each) or of named series.
 *
 * @throws {RangeError} If the numbers of names and values differ.
 * @example plot.bar({ cat: 0.71, dog: 0.26, horse: 0.04 }, { yLabel: "probability" })
 */
export function bar(values: SeriesInput, options: BarOptions = {}): Chart {
  const [names, input] = namesAndSeries(values, options.names);
  const series = seriesOf(input);
  const bars = series[0]!.y.length;
  for (const s of series) checkLengths(names ?? series[0]!.y, s.y, "names and values");
  const labelled = names ?? Array.from({ length: bars }, (_, i) => String(i));
  const errors = options.errors === undefined ? undefined : listOf(options.errors, "errors");
  if (errors) checkLengths(series[0]!.y, errors, "values and errors");
  const flat = series.flatMap((s) => s.y);
  const columns = {
    name: series.flatMap(() => labelled),
    y: flat,
    ...(isNamed(series) ? { series: series.flatMap((s) => s.y.map(() => s.name)) } : {}),
    ...(errors ? { low: flat.map((v, i) => v - errors[i]!), high: flat.map((v, i) => v + errors[i]!) } : {}),
  };
  const [along, across] = options.horizontal ? ["y", "x"] : ["x", "y"];
  const [nameLabel, valueLabel] = options.horizontal
    ? [options.yLabel, options.xLabel]
    : [options.xLabel, options.yLabel];
  const value = measure("y", {
    title: valueLabel,
    scale: options.yScale,
    domain: options.yDomain,
    zero: options.yScale !== "log",
  });
  const withLabels = options.labels ?? (flat.length <= 12 && !errors && labelsFit(flat, options));
  // The label of the lowest bar would stand on the axis.
  const below = withLabels && flat.some((y) => y < 0) && !options.yDomain ? { padding: 18 } : {};
  const encoding = {
    [along!]: {
      field: "name",
      type: "nominal",
      title: nameLabel ?? null,
      sort: null,
      axis: { labelAngle: labelled.join("").length > 40 && !options.horizontal ? -35 : 0 },
    },
    [across!]: { ...value, scale: { ...(value.scale as Spec), ...below } },
    ...(isNamed(series) ? { [`${along}Offset`]: { field: "series", sort: null } } : {}),
  };
  const base = options.yScale === "log" ? baseline(across!, flat, options.yDomain) : {};
  const layers = [
    {
      mark: { type: "bar", tooltip: true, cornerRadiusEnd: 2 },
      encoding: { ...colorChannel(series, options), ...base },
    },
    ...errorLayer(across!, errors),
  ];
  const text = {
    mark: textMark(options.horizontal ?? false),
    encoding: { text: { field: "y", type: "quantitative", format: ",.3~r" } },
  };
  return new Chart({
    description: describe("Bar chart", options.title, count(flat.length, "bar")),
    ...frameOf(options),
    data: dataOf(columns),
    encoding,
    layer: withLabels ? [...layers, text] : layers,
  });
}

function namesAndSeries(
  values: SeriesInput,
  names?: readonly (string | number)[],
): [string[] | undefined, SeriesInput] {
  const given = names?.map(String);
  if (isValues(values)) return [given, values];
  const entries = Object.entries(values);
  const single = entries.length > 0 && entries.every(([, value]) => typeof value === "number");
  return single ? [entries.map(([name]) => name), entries.map(([, value]) => value as number)] : [given, values];
}

/** A log scale has no 0 on which bars could stand: they stand on the power of ten below the least value. */
function baseline(across: string, values: readonly number[], domain: BarOptions["yDomain"]): object {
  const least = Math.min(...values);
  if (!(least > 0)) throw new RangeError(`Cannot draw a bar of ${least} on a log scale: values must be > 0`);
  return { [`${across}2`]: { datum: domain?.[0] ?? 10 ** (Math.ceil(Math.log10(least)) - 1) } };
}

function errorLayer(across: string, errors: readonly number[] | undefined): object[] {
  if (!errors) return [];
  return [
    {
      mark: { type: "rule", strokeWidth: 1.5 },
      encoding: { [across]: { field: "low" }, [`${across}2`]: { field: "high" } },
    },
  ];
}

/** Labels stand beyond the end of their bars, which is below where a value is negative. */
function textMark(horizontal: boolean): object {
  const bySign = (below: unknown, above: unknown) => ({
    expr: `datum.y < 0 ? ${JSON.stringify(below)} : ${JSON.stringify(above)}`,
  });
  return horizontal
    ? { type: "text", align: bySign("right", "left"), dx: bySign(-4, 4), fontSize: 11 }
    : { type: "text", baseline: bySign("top", "bottom"), dy: bySign(3, -3), fontSize: 11 };
}

/** Whether labels of three digits have room side by side. */
function labelsFit(values: readonly number[], { horizontal, width = defaultSize.width }: BarOptions): boolean {
  const longest = Math.max(0, ...values.map((value) => String(Number(value.toPrecision(3))).length));
  return Boolean(horizontal) || longest * 6.5 * values.length <= width;
}

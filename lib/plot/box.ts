/** Box charts: how numbers are distributed, side by side. */
import { Chart } from "./chart.ts";
import { dataOf } from "./data-table.ts";
import { type AxesOptions, count, describe, frameOf, measure } from "./frame.ts";
import { palette } from "./theme.ts";
import { isValues, rowsOf, toTensor, type Values } from "./values.ts";

/** Options of box charts. */
export interface BoxOptions extends Omit<AxesOptions, "xScale" | "xDomain"> {
  /** Names of the boxes, if `groups` is a matrix; 0, 1, 2, … if left out. */
  names?: readonly string[];
}

/** What a box shows of a group of numbers. */
export interface BoxStatistics {
  /** The least and the greatest number within 1.5 boxes of the box. */
  readonly low: number;
  readonly high: number;
  /** The quartiles: a quarter, a half and three quarters of the numbers are not greater. */
  readonly q1: number;
  readonly median: number;
  readonly q3: number;
  /** What lies beyond `low` and `high`. */
  readonly outliers: readonly number[];
}

/** More outliers than these would be a smear. */
const mostOutliers = 200;

/**
 * Tukey's five numbers of a group. Quartiles lie between numbers as `quantile` of NumPy and R's type 7 have it.
 *
 * @throws {RangeError} If no number is finite.
 */
export function boxStatistics(values: Iterable<number>): BoxStatistics {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  if (sorted.length === 0) throw new RangeError("Cannot draw a box of no finite numbers");
  const [q1, median, q3] = [0.25, 0.5, 0.75].map((share) => quantile(sorted, share)) as [number, number, number];
  const reach = 1.5 * (q3 - q1);
  const within = sorted.filter((v) => v >= q1 - reach && v <= q3 + reach);
  const beyond = Array.from(sorted).filter((v) => v < q1 - reach || v > q3 + reach);
  return { low: within[0]!, high: within.at(-1)!, q1, median, q3, outliers: beyond };
}

function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const [from, to] = [sorted[below]!, sorted[Math.min(sorted.length - 1, below + 1)]!];
  return from + (place - below) * (to - from);
}

/**
 * Groups of numbers as boxes: the middle half as a box with its median, whiskers to the last numbers within 1.5 boxes, points beyond.
 *
 * @param groups Numbers by name, any shape each; or a matrix, a row a group.
 * @throws {RangeError} If a group has no finite number, or names and rows differ in number.
 * @see Tukey (1977).
 * @example plot.box({ sigmoid: [0.1, 0.2, 0.3], relu: [0.5, 0.7, 2] }, { yLabel: "activation" })
 */
export function box(groups: Values | Readonly<Record<string, Values>>, options: BoxOptions = {}): Chart {
  const named = isValues(groups) ? rowGroups(groups, options.names) : Object.entries(groups);
  if (named.length === 0) throw new RangeError("Cannot draw no boxes: give at least one group");
  const boxes = named.map(([name, values]) => ({ name, ...boxStatistics(toTensor(values, name).data) }));
  const column = (key: Exclude<keyof BoxStatistics, "outliers">) => boxes.map((box) => box[key]);
  const names = boxes.map(({ name }) => name);
  const value = (field: string) =>
    measure(field, { title: options.yLabel, scale: options.yScale, domain: options.yDomain });
  const color = { value: palette[0] };
  const outliers = boxes.flatMap(({ name, outliers: beyond }) => thinned(beyond).map((y) => ({ name, y })));
  const x = {
    field: "name",
    type: "nominal",
    sort: null,
    title: options.xLabel ?? null,
    axis: { labelAngle: names.join("").length > 48 ? -35 : 0, grid: false },
  };
  return new Chart({
    description: describe("Box chart", options.title, count(boxes.length, "box", "boxes")),
    ...frameOf(options),
    data: dataOf({
      name: names,
      low: column("low"),
      q1: column("q1"),
      median: column("median"),
      q3: column("q3"),
      high: column("high"),
    }),
    encoding: { x },
    layer: [
      {
        mark: { type: "rule", strokeWidth: 1.5, tooltip: false },
        encoding: { y: value("low"), y2: { field: "high" }, color },
      },
      {
        mark: { type: "bar", width: { band: 0.5 }, tooltip: { content: "data" } },
        encoding: { y: value("q1"), y2: { field: "q3" }, color },
      },
      {
        // No tick: the vega-lite of JupyterLab (5.6) knows no width of it in bands, and draws none.
        mark: { type: "rule", strokeWidth: 2, color: "#FFFFFF", tooltip: false },
        encoding: { y: value("median"), x: { ...x, bandPosition: 0.25 }, x2: { field: "name", bandPosition: 0.75 } },
      },
      {
        data: dataOf({ name: outliers.map((o) => o.name), y: outliers.map((o) => o.y) }),
        mark: { type: "point", size: 14, tooltip: true },
        encoding: { y: value("y"), color },
      },
    ],
  });
}

function rowGroups(values: Values, names?: readonly string[]): [name: string, values: Values][] {
  const x = toTensor(values, "groups");
  const rows = x.ndim < 2 ? [Array.from(x.data)] : rowsOf(x, "groups");
  if (names && names.length !== rows.length) {
    throw new RangeError(`Cannot name ${rows.length} groups with ${names.length} names: there must be one each`);
  }
  return rows.map((row, i) => [names?.[i] ?? String(i), row]);
}

/** Evenly picked, if there are too many. */
function thinned(values: readonly number[]): readonly number[] {
  if (values.length <= mostOutliers) return values;
  return Array.from({ length: mostOutliers }, (_, i) => values[Math.floor((i * values.length) / mostOutliers)]!);
}

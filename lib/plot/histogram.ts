/** Histograms. */
import { Chart } from "./chart.ts";
import { dataOf } from "./data-table.ts";
import { type AxesOptions, count, describe, frameOf, measure } from "./frame.ts";
import { palette } from "./theme.ts";
import { extentOf, isValues, toTensor, type Values } from "./values.ts";

/** Options of histograms. */
export interface HistogramOptions extends Omit<AxesOptions, "xScale"> {
  /** How many bins, ≥ 1; default 30. */
  bins?: number;
  /** Whether to divide by count and width, so that the area is 1; default false. */
  density?: boolean;
  /** What the series are, above their names. */
  legend?: string;
}

/** Counts by bin. */
export interface Bins {
  /** Where the bins begin and end: one number more than bins. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

/** Counts finite values in bins of equal width between two ends. The last bin has both its ends. */
export function countBins(
  values: ArrayLike<number>,
  options: { bins: number; domain: readonly [number, number] },
): Bins {
  const { bins, domain } = options;
  const [from, to] = domain;
  // One place more for the greatest value, which belongs to the last bin.
  const counts = new Uint32Array(bins + 1);
  for (let i = 0; i < values.length; i++) {
    const v = values[i]!;
    if (v >= from && v <= to) counts[Math.floor(((v - from) / (to - from)) * bins)]!++;
  }
  counts[bins - 1]! += counts[bins]!;
  return {
    edges: Array.from({ length: bins + 1 }, (_, i) => from + ((to - from) * i) / bins),
    counts: Array.from(counts.subarray(0, bins)),
  };
}

/**
 * How often values occur, in bins. Counting is done here, so that a million numbers make a small chart.
 *
 * @param values Any shape, or an object of named series, which are drawn over each other.
 * @throws {RangeError} If there is no finite number.
 * @example plot.histogram(randn([1000]), { bins: 20, xLabel: "z" })
 */
export function histogram(values: Values | Readonly<Record<string, Values>>, options: HistogramOptions = {}): Chart {
  const { bins = 30, density = false } = options;
  if (!Number.isInteger(bins) || bins < 1 || bins > 1000)
    throw new RangeError(`Cannot count in ${bins} bins: it must be a whole number from 1 to 1000`);
  const named = isValues(values) ? [["", values] as const] : Object.entries(values);
  const series = named.map(([name, given]) => ({ name, data: toTensor(given, name || "values").data }));
  const domain = options.xDomain ?? wide(extentOf(series.flatMap(({ data }) => extentOfFinite(data))));
  const rows = series.flatMap(({ name, data }) => {
    const { edges, counts } = countBins(data, { bins, domain });
    const total = counts.reduce((a, b) => a + b, 0) * (edges[1]! - edges[0]!);
    return counts.map((n, i) => ({ from: edges[i]!, to: edges[i + 1]!, y: density ? n / total : n, series: name }));
  });
  const single = named.length === 1 && isValues(values);
  const color = single
    ? { value: palette[0] }
    : {
        field: "series",
        type: "nominal",
        title: options.legend ?? null,
        scale: { domain: named.map(([name]) => name) },
      };
  const size = series.reduce((sum, { data }) => sum + data.length, 0);
  return new Chart({
    description: describe(
      "Histogram",
      options.title,
      `${count(size, "number")} from ${short(domain[0])} to ${short(domain[1])} in ${count(bins, "bin")}`,
    ),
    ...frameOf(options),
    data: dataOf({
      from: rows.map((r) => r.from),
      to: rows.map((r) => r.to),
      y: rows.map((r) => r.y),
      ...(single ? {} : { series: rows.map((r) => r.series) }),
    }),
    mark: { type: "bar", tooltip: true, opacity: named.length > 1 ? 0.6 : 1 },
    encoding: {
      x: { ...measure("from", { title: options.xLabel, domain }), bin: { binned: true } },
      x2: { field: "to" },
      y: {
        ...measure("y", {
          title: options.yLabel ?? (density ? "density" : "count"),
          scale: options.yScale,
          domain: options.yDomain,
          zero: true,
        }),
        stack: null,
      },
      color,
    },
  });
}

function extentOfFinite(data: ArrayLike<number>): number[] {
  const [least, greatest] = extentOf(data);
  // What extentOf() says of no finite number, one in which all numbers are one of its ends could say, too.
  if (least === 0 && greatest === 1 && !Array.from(data).some(Number.isFinite)) {
    throw new RangeError("Cannot draw a histogram of no finite numbers");
  }
  return [least, greatest];
}

/** Bins need a width: equal numbers get a bin around them. */
function wide([from, to]: readonly [number, number]): [number, number] {
  return from < to ? [from, to] : [from - 0.5, to + 0.5];
}

function short(v: number): string {
  return String(Number(v.toPrecision(3)));
}

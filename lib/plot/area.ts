/** Area charts. */
import { Chart } from "./chart.ts";
import { dataOf } from "./data-table.ts";
import { type AxesOptions, count, describe, frameOf, xChannel, yChannel } from "./frame.ts";
import { colorChannel } from "./line.ts";
import { longColumns, type SeriesInput, seriesOf } from "./series.ts";
import type { Values } from "./values.ts";

/** Options of area charts. */
export interface AreaOptions extends AxesOptions {
  /** The places of the values, shared by all series; 0, 1, 2, … if left out. */
  x?: Values;
  /** How several series lie: on each other, each from 0, or as shares of their sum. Default `"stack"`. */
  stack?: "stack" | "none" | "share";
  /** Colours, one a series. */
  colors?: readonly string[];
  /** What the series are, above their names. */
  legend?: string;
}

const stacking = { stack: "zero", none: null, share: "normalize" } as const;

/**
 * Values as areas over a base line: parts of a whole, or what lies under a curve.
 *
 * Shapes: y `(points)`, `(series, points)`, or an object of named `(points)`.
 *
 * @param y Values; NaN and ±∞ are gaps.
 * @throws {RangeError} If places and values differ in length, or `stack` is none of the three.
 * @example plot.area({ bias: [4, 2, 1], variance: [0, 1, 3] }, { xLabel: "capacity", yLabel: "error" })
 */
export function area(y: SeriesInput, options: AreaOptions = {}): Chart {
  const { stack = "stack" } = options;
  if (!Object.hasOwn(stacking, stack)) {
    throw new RangeError(`Cannot lay areas as ${stack}: it must be one of ${Object.keys(stacking).join(", ")}`);
  }
  const series = seriesOf(y, options.x);
  const points = series.reduce((sum, s) => sum + s.x.length, 0);
  return new Chart({
    description: describe(
      "Area chart",
      options.title,
      `${count(series.length, "series", "series")}, ${count(points, "point")}`,
    ),
    ...frameOf(options),
    data: dataOf(longColumns(series)),
    mark: { type: "area", line: true, opacity: stack === "none" && series.length > 1 ? 0.35 : 0.6, tooltip: true },
    encoding: {
      x: xChannel(options),
      y: { ...yChannel(options, true), stack: series.length > 1 ? stacking[stack] : null },
      ...colorChannel(series, options),
    },
  });
}

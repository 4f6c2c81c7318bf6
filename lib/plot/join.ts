/** Charts beside and below each other. */
import { Chart } from "./chart.ts";
import { withCommonAxes } from "./common-axes.ts";
import { withCommonColors } from "./common-colors.ts";
import { titleOf } from "./frame.ts";
import type { Spec } from "./render/vega.ts";

/** Options of joined charts, given after them. */
export interface JoinOptions {
  /** Above all of them. */
  title?: string;
  /** A smaller line below the title. */
  subtitle?: string;
  /** Pixels between the charts; default 20. */
  spacing?: number;
}

/**
 * Charts in a row.
 *
 * @param charts At least one; the last argument may be options.
 * @throws {RangeError} If there is no chart.
 * @example plot.hconcat(plot.line([1, 2]), plot.bar([1, 2]), { title: "Two views" })
 */
export function hconcat(...charts: readonly (Chart | JoinOptions)[]): Chart {
  return join("hconcat", charts);
}

/**
 * Charts in a column.
 *
 * @param charts At least one; the last argument may be options.
 * @throws {RangeError} If there is no chart.
 * @example plot.vconcat(plot.line([1, 2]), plot.line([2, 1]))
 */
export function vconcat(...charts: readonly (Chart | JoinOptions)[]): Chart {
  return join("vconcat", charts);
}

/**
 * Charts over each other, on common axes: title and domain are those of the first chart that gives them. One legend has the series of all, each in a
 * colour of its own; a name that several have is one series.
 *
 * @param charts At least one; the last argument may be options.
 * @throws {RangeError} If there is no chart.
 * @example plot.overlay(plot.line([1, 4, 9]), plot.scatter([[0, 1], [2, 9]]))
 */
export function overlay(...charts: readonly (Chart | JoinOptions)[]): Chart {
  return join("layer", charts);
}

function join(how: "hconcat" | "vconcat" | "layer", given: readonly (Chart | JoinOptions)[]): Chart {
  const charts = given.filter((one): one is Chart => one instanceof Chart);
  const options = given.find((one): one is JoinOptions => !(one instanceof Chart)) ?? {};
  if (charts.length === 0) throw new RangeError("Cannot join no charts: give at least one");
  const { spacing } = options;
  const specs = charts.map((chart) => within(chart.spec, how));
  return new Chart({
    description: charts.map((chart) => chart.description).join("; "),
    ...titleOf(options),
    ...(how === "layer" ? sizeOf(charts[0]!.spec) : {}),
    ...(spacing === undefined || how === "layer" ? {} : { spacing }),
    [how]: how === "layer" ? withCommonColors(withCommonAxes(specs)) : specs,
    // Colours mean something else in each chart.
    ...(how === "layer" ? {} : { resolve: { scale: { color: "independent" } } }),
  });
}

/** Charts over each other are as large as the first of them. */
function sizeOf({ width, height }: Spec): Spec {
  return { ...(width === undefined ? {} : { width }), ...(height === undefined ? {} : { height }) };
}

/** A spec without what only the outermost one may have. */
export function within({ $schema: _1, config: _2, description: _3, ...spec }: Spec, how: string): Spec {
  if (how !== "layer") return withKnownHeight(spec, spec.height);
  const { title: _4, width: _5, height: _6, ...rest } = spec;
  return rest;
}

/** A colour scale as long as its chart is high: beside others, no chart has a signal of that name. */
function withKnownHeight<T>(part: T, height: unknown): T {
  if (typeof height !== "number" || typeof part !== "object" || part === null) return part;
  if (Array.isArray(part)) return part.map((one) => withKnownHeight(one, height)) as T;
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) => {
      if (key === "data") return [key, value];
      const isOpen = key === "gradientLength" && (value as { expr?: unknown } | null)?.expr === "height";
      return [key, isOpen ? height : withKnownHeight(value, height)];
    }),
  ) as T;
}

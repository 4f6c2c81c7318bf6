/** Small charts side by side, for comparison. */
import { Chart } from "./chart.ts";
import { titleOf } from "./frame.ts";
import type { JoinOptions } from "./join.ts";
import { within } from "./join.ts";

/** Options of facets. */
export interface FacetOptions extends JoinOptions {
  /** Charts in a row; default 3. */
  columns?: number;
  /** Whether all charts have the axes of the widest, so that they can be compared; default true. */
  shared?: boolean;
}

/**
 * Charts of one kind in rows, each under its name, on equal axes.
 *
 * @param charts Charts by name.
 * @throws {RangeError} If there is no chart.
 * @example plot.facet({ "η = 0.1": plot.line([3, 2, 1]), "η = 1": plot.line([3, 5, 9]) })
 */
export function facet(charts: Readonly<Record<string, Chart>>, options: FacetOptions = {}): Chart {
  const { columns = 3, shared = true, spacing } = options;
  const named = Object.entries(charts);
  if (named.length === 0) throw new RangeError("Cannot draw facets of no charts: give at least one");
  if (!Number.isInteger(columns) || columns < 1)
    throw new RangeError(`Cannot put ${columns} charts in a row: it must be a whole number ≥ 1`);
  return new Chart({
    description: named.map(([name, chart]) => `${name}: ${chart.description}`).join("; "),
    ...titleOf(options),
    ...(spacing === undefined ? {} : { spacing }),
    columns,
    concat: named.map(([name, { spec }]) => ({
      width: 170,
      height: 150,
      ...small(within(spec, "concat")),
      // Over the middle of the plane, not of the plane and its axis.
      title: { text: name, fontSize: 12, anchor: "middle", frame: "group" },
    })),
    resolve: { scale: { color: "independent", ...(shared ? { x: "shared", y: "shared" } : {}) } },
  });
}

/** Without the size that charts have by default, which is too large here. */
function small(spec: Record<string, unknown>): Record<string, unknown> {
  const { width, height, ...rest } = spec;
  const isDefault = width === 400 && height === 260;
  return isDefault ? rest : { ...rest, width, height };
}

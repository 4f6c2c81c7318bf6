/** Lines that part the plane: what a perceptron has drawn after each of its corrections. */
import { Chart } from "./chart.ts";
import { planeChannels, withPlane } from "./contour.ts";
import { dataOf } from "./data-table.ts";
import { around, type PlaneSamples, pointsWithColors } from "./decision-surface.ts";
import { type AxesOptions, count, describe, frameOf } from "./frame.ts";
import type { Spec } from "./render/vega.ts";
import { byNumberOrName, classNames, pointLayer } from "./scatter.ts";
import { ink } from "./theme.ts";
import { pointsOf } from "./values.ts";

/** The line `w₁x + w₂y + b = 0`. */
export interface BoundaryLine {
  /** Two numbers. */
  readonly weight: readonly number[];
  readonly bias: number;
}

/** Options of boundary charts. */
export interface BoundaryOptions extends Omit<AxesOptions, "xScale" | "yScale"> {
  /** Whether earlier lines are fainter than later ones; default true. */
  fade?: boolean;
}

/**
 * Samples in the plane, and the lines `w₁x + w₂y + b = 0` through it: the last one strong, those before it fainter the earlier they are.
 *
 * Shapes: samples x `(count, 2)`, y `(count)` or `(count, 1)`.
 *
 * @param samples Points and their classes.
 * @param lines In the order in which they were drawn, such as the `updates` of a perceptron's history.
 * @throws {RangeError} If a line has not two weights.
 * @see book §1.2.
 * @example plot.boundaries(data.xor(), [{ weight: [1, 1], bias: -0.5 }], { title: "OR is not XOR" })
 */
export function boundaries(
  samples: PlaneSamples,
  lines: readonly BoundaryLine[],
  options: BoundaryOptions = {},
): Chart {
  const [x, y] = pointsOf(samples.x, "x");
  const area = { x: options.xDomain ?? around(x), y: options.yDomain ?? around(y) };
  const given = classNames(samples.y);
  const points = pointLayer(
    { x, y },
    { ...options, xDomain: area.x, yDomain: area.y, classes: given, outline: "#FFFFFF", size: 60 },
  ).spec;
  const layers = [
    ...(lines.length > 0 ? [lineLayer(lines, area, options.fade ?? true)] : []),
    pointsWithColors(points, [...new Set(given)].sort(byNumberOrName)),
  ];
  const channels = planeChannels({ z: [], ...area }, options);
  return new Chart({
    description: describe("Boundaries", options.title, `${count(x.length, "sample")}, ${count(lines.length, "line")}`),
    ...frameOf(options, { width: 340, height: 300 }),
    resolve: { scale: { color: "independent" } },
    layer: layers.map((layer) => withPlane(layer, channels)),
  });
}

type Area = Readonly<Record<"x" | "y", readonly [from: number, to: number]>>;

function lineLayer(lines: readonly BoundaryLine[], area: Area, fade: boolean): Spec {
  const ends = lines.map((line) => endsWithin(line, area));
  // The earliest lines stay visible however many there are.
  const weightOf = (i: number) => (fade ? 0.15 + 0.85 * ((i + 1) / lines.length) ** 2 : 1);
  const columns = {
    x: ends.flatMap((pair) => pair.map(([x]) => x)),
    y: ends.flatMap((pair) => pair.map(([, y]) => y)),
    line: ends.flatMap((pair, i) => pair.map(() => i + 1)),
    strength: ends.flatMap((pair, i) => pair.map(() => weightOf(i))),
    width: ends.flatMap((pair, i) => pair.map(() => (i === lines.length - 1 ? 2.5 : 1))),
  };
  return {
    data: dataOf(columns),
    mark: { type: "line", color: ink, clip: true, tooltip: true },
    encoding: {
      detail: { field: "line", type: "quantitative" },
      opacity: { field: "strength", type: "quantitative", scale: null, legend: null },
      strokeWidth: { field: "width", type: "quantitative", scale: null, legend: null },
    },
  };
}

/** Where a line enters and leaves the plane; nothing where it misses it. */
function endsWithin({ weight, bias }: BoundaryLine, { x, y }: Area): [x: number, y: number][] {
  const [a, b] = weight as [number, number];
  if (weight.length !== 2) {
    throw new RangeError(`Cannot draw a boundary of weights [${weight.join(", ")}] in the plane: there must be two`);
  }
  if (a === 0 && b === 0) return [];
  // Along the axis on which the line is less steep, so that the division is by the larger weight.
  if (Math.abs(b) >= Math.abs(a)) return x.map((at) => [at, -(a * at + bias) / b]);
  return y.map((at) => [-(b * at + bias) / a, at]);
}

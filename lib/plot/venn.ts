/** Fields within fields. */
import { Chart } from "./chart.ts";
import { describe, type FrameOptions, frameOf } from "./frame.ts";
import { ink, palette } from "./theme.ts";

/**
 * Sets of which each is a part of the one before, as discs within discs.
 *
 * @param names From the widest set to the narrowest, 2 to 6 of them.
 * @throws {RangeError} If there are fewer or more.
 * @see book §1.1.
 * @example plot.venn(["numbers", "whole numbers", "primes"])
 */
export function venn(names: readonly string[], options: FrameOptions = {}): Chart {
  if (names.length < 2 || names.length > 6) {
    throw new RangeError(`Cannot draw ${names.length} sets within each other: there must be 2 to 6`);
  }
  const { width = 320, height = width } = options;
  const size = Math.min(width, height);
  const radius = (i: number) => (size / 2) * (1 - i / (names.length + 0.5));
  // All discs rest on one point, so that each leaves room at its top for its name.
  const rows = names.map((name, i) => ({
    name,
    x: width / 2,
    y: height / 2 + size / 2 - radius(i),
    // Vega's size of a circle is the area of the square around it.
    area: (2 * radius(i)) ** 2,
  }));
  const labels = names.map((name, i) => ({
    name,
    x: width / 2,
    y: labelHeight(i, names.length, height / 2 + size / 2, radius),
  }));
  const place = (field: string, extent: number, flip: boolean) => ({
    field,
    type: "quantitative",
    scale: { domain: flip ? [extent, 0] : [0, extent], nice: false, zero: false },
    axis: null,
  });
  const encoding = { x: place("x", width, false), y: place("y", height, true) };
  return new Chart({
    description: describe("Nested sets", options.title, names.join(" ⊃ ")),
    ...frameOf({ ...options, width, height }),
    encoding,
    layer: [
      {
        data: { values: rows },
        mark: { type: "circle", opacity: 0.22, stroke: ink, strokeWidth: 1, strokeOpacity: 1, tooltip: false },
        encoding: {
          size: { field: "area", type: "quantitative", scale: null, legend: null },
          color: {
            field: "name",
            type: "nominal",
            legend: null,
            scale: { domain: [...names], range: palette.slice(0, names.length) },
          },
        },
      },
      {
        data: { values: labels },
        mark: { type: "text", fontSize: 13, fontWeight: "bold" },
        encoding: { text: { field: "name" } },
      },
    ],
  });
}

/** The middle of the crescent that a disc leaves above the next one; the innermost disc's own middle. */
function labelHeight(i: number, count: number, bottom: number, radius: (i: number) => number): number {
  if (i === count - 1) return bottom - radius(i);
  return bottom - (2 * radius(i) + 2 * radius(i + 1)) / 2;
}

/** A field of values as one small picture behind a chart: a surface of 10,000 cells in a few kilobytes. */
import { pngAddress } from "./render/png.ts";
import type { Spec } from "./render/vega.ts";

/** A colour, 0–255 each. */
export type Rgb = readonly [red: number, green: number, blue: number];

/**
 * A layer that fills a part of the plane with a grid of colours, each around the place where its value was taken.
 *
 * @param colors Rows from the least y up.
 * @param area Where the first and the last column, and the first and the last row, lie.
 * @param options `smooth`: whether front ends blend neighbouring cells; default true.
 */
export function rasterLayer(
  colors: readonly (readonly Rgb[])[],
  area: { readonly x: readonly [number, number]; readonly y: readonly [number, number] },
  options: { smooth?: boolean; opacity?: number } = {},
): Spec {
  const { smooth = true, opacity = 1 } = options;
  const [height, width] = [colors.length, colors[0]!.length];
  const pixels = Uint8Array.from([...colors].reverse().flat(2));
  const [x, x2] = edges(area.x, width);
  const [y, y2] = edges(area.y, height);
  return {
    data: { values: [{ url: pngAddress(pixels, { width, height, channels: 3 }), x, x2, y, y2 }] },
    // The outer half of the outer cells lies beyond the plane.
    mark: { type: "image", aspect: false, smooth, opacity, clip: true, tooltip: false },
    encoding: { url: { field: "url", type: "nominal" }, x2: { field: "x2" }, y2: { field: "y2" } },
  };
}

/** From where to where cells reach whose middles lie between two places. */
function edges([from, to]: readonly [number, number], count: number): [number, number] {
  const half = count > 1 ? (to - from) / (2 * (count - 1)) : 0.5;
  return [from - half, to + half];
}

/** An invisible layer that gives a chart the legend of a colour scale. */
export function legendLayer(
  domain: readonly [number, number],
  options: { title?: string; colors: readonly string[] },
): Spec {
  return {
    data: { values: domain.map((value) => ({ value })) },
    mark: { type: "point", opacity: 0, tooltip: false },
    encoding: {
      color: {
        field: "value",
        type: "quantitative",
        title: options.title ?? null,
        scale: { domain: [...domain], range: [...options.colors] },
        legend: { gradientLength: { expr: "height" } },
      },
    },
  };
}

/** A field of values as one small picture behind a chart: a surface of 10,000 cells in a few kilobytes. */
import { pngAddress } from "./render/png.ts";
import type { Spec } from "./render/vega.ts";

/** A colour, 0–255 each. */
export type Rgb = readonly [red: number, green: number, blue: number];

/**
 * A layer that fills the plane with a grid of colours.
 *
 * @param colors Rows from the bottom (least y) up.
 * @param options `smooth`: whether front ends blend neighbouring cells; default true.
 */
export function rasterLayer(
  colors: readonly (readonly Rgb[])[],
  options: { smooth?: boolean; opacity?: number } = {},
): Spec {
  const { smooth = true, opacity = 1 } = options;
  const [height, width] = [colors.length, colors[0]!.length];
  const pixels = Uint8Array.from([...colors].reverse().flat(2));
  return {
    data: { values: [{ url: pngAddress(pixels, { width, height, channels: 3 }) }] },
    mark: {
      type: "image",
      aspect: false,
      width: { expr: "width" },
      height: { expr: "height" },
      smooth,
      opacity,
      tooltip: false,
    },
    encoding: {
      url: { field: "url", type: "nominal" },
      x: { value: { expr: "width / 2" } },
      y: { value: { expr: "height / 2" } },
    },
  };
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

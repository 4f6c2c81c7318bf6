/** A field of values as one small picture behind a chart: a surface of 10,000 cells in a few kilobytes. */
import { pngAddress } from "./render/png.ts";
import type { Spec } from "./render/vega.ts";
import { broken, shadesOf } from "./theme.ts";

/** A field of colours. */
export interface Raster {
  /** Red, green and blue of each cell, 0–255, rows from the least y up. */
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * A field as shades of a scale.
 *
 * @param rows Values, rows from the least y up.
 * @param place Where on the scale a value is, 0 to 1.
 */
export function shaded(
  rows: readonly (readonly number[])[],
  scale: readonly string[],
  place: (value: number) => number,
): Raster {
  const [height, width] = [rows.length, rows[0]!.length];
  const shades = shadesOf(scale);
  const pixels = new Uint8Array(3 * width * height);
  let at = 0;
  for (const row of rows) {
    for (const value of row) {
      const shade = 3 * Math.round(255 * Math.min(1, Math.max(0, place(value))));
      for (let c = 0; c < 3; c++) pixels[at++] = Number.isNaN(value) ? broken[c]! : shades[shade + c]!;
    }
  }
  return { pixels, width, height };
}

/**
 * A layer that fills a part of the plane with a grid of colours, each around the place where its value was taken.
 *
 * @param area Where the first and the last column, and the first and the last row, lie.
 * @param options `smooth`: whether front ends blend neighbouring cells; default true.
 */
export function rasterLayer(
  { pixels, width, height }: Raster,
  area: { readonly x: readonly [number, number]; readonly y: readonly [number, number] },
  options: { smooth?: boolean; opacity?: number } = {},
): Spec {
  const { smooth = true, opacity = 1 } = options;
  const stride = 3 * width;
  const fromTop = new Uint8Array(pixels.length);
  for (let row = 0; row < height; row++) {
    fromTop.set(pixels.subarray(row * stride, (row + 1) * stride), (height - 1 - row) * stride);
  }
  const [x, x2] = edges(area.x, width);
  const [y, y2] = edges(area.y, height);
  return {
    data: { values: [{ url: pngAddress(fromTop, { width, height, channels: 3 }), x, x2, y, y2 }] },
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

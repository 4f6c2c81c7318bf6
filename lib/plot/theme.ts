/** Colours and sizes that all charts share: legible on white and on black, told apart by the colour-blind, fit for a notebook's column. */
import type { Spec } from "./render/vega.ts";

/** Okabe and Ito's palette, which people with any kind of colour vision tell apart; without its black, which a dark page hides. */
export const palette: readonly string[] = [
  "#0072B2",
  "#D55E00",
  "#009E73",
  "#CC79A7",
  "#E69F00",
  "#56B4E9",
  "#F0E442",
  "#8C8C8C",
];

/** Of text and axes: as far from white as from black, 4.3 : 1. */
export const ink = "#7A7A7A";

/** Of what is wrong: as legible on black as on white. */
export const alarm = "#E03C3C";

/** Of lines that should stay in the background. */
export const faint = "#8C8C8C55";

/** Viridis, from low to high: rises evenly in lightness, also in print. */
export const sequential: readonly string[] = [
  "#440154",
  "#482878",
  "#3E4989",
  "#31688E",
  "#26828E",
  "#1F9E89",
  "#35B779",
  "#6ECE58",
  "#B5DE2B",
  "#FDE725",
];

/** Of paths over surfaces in viridis: what stands out from it, and from white. */
export const pathColors: readonly string[] = [
  "#D55E00",
  "#CC79A7",
  "#E69F00",
  "#56B4E9",
  "#F0E442",
  "#B3B3B3",
  "#000000",
];

/** Blue, white, orange: for values with a middle, such as 0. The ends are the palette's first two colours. */
export const diverging: readonly string[] = [
  "#0072B2",
  "#4A99C9",
  "#93C1DF",
  "#D3E5F0",
  "#F7F7F7",
  "#F8DFCB",
  "#EFB387",
  "#E2863F",
  "#D55E00",
];

/** The size of the labels of axes, of legends and above pictures, in pixels. */
export const labelSize = 11;

/** The size of a chart's plane in pixels, if the user names none. */
export const defaultSize = { width: 400, height: 260 } as const;

/** What every chart's spec carries, so that it looks the same in every front end. */
export function themeConfig(): Spec {
  return {
    background: "transparent",
    font: "sans-serif",
    view: { stroke: null },
    title: { color: ink, fontSize: 14, fontWeight: "bold", anchor: "start", subtitleColor: ink, offset: 10 },
    axis: {
      domainColor: ink,
      tickColor: ink,
      gridColor: faint,
      labelColor: ink,
      titleColor: ink,
      labelFontSize: labelSize,
      titleFontSize: 12,
      titleFontWeight: "normal",
      labelLimit: 240,
      // Under their ticks: moved inwards, those at the ends would touch the next.
      labelFlush: false,
      // Where there are too many, every second one goes before they touch.
      labelSeparation: 4,
    },
    legend: {
      labelColor: ink,
      titleColor: ink,
      labelFontSize: labelSize,
      titleFontSize: 12,
      titleFontWeight: "normal",
      labelLimit: 240,
    },
    header: { labelColor: ink, titleColor: ink, labelFontSize: 12 },
    text: { color: ink },
    rule: { color: ink },
    range: { category: [...palette], heatmap: [...sequential], ramp: [...sequential], diverging: [...diverging] },
  };
}

/** A colour along a scale, as red, green, blue from 0 to 255; `t` from 0 to 1, what is beyond takes the end's. */
export function colorAt(scale: readonly string[], t: number): [red: number, green: number, blue: number] {
  const place = Math.min(1, Math.max(0, t)) * (scale.length - 1);
  const i = Math.min(scale.length - 2, Math.floor(place));
  const [from, to] = [channels(scale[i]!), channels(scale[i + 1]!)];
  const mix = (c: number) => Math.round(from[c]! + (place - i) * (to[c]! - from[c]!));
  return [mix(0), mix(1), mix(2)];
}

/** Red, green and blue of what is not a number: it stands out. */
export const broken = [0xd6, 0x27, 0x28] as const;

/** A scale as 256 colours, red, green and blue one after the other: what a field of thousands of cells looks its colours up in. */
export function shadesOf(scale: readonly string[]): Uint8Array {
  return Uint8Array.from(Array.from({ length: 256 }, (_, i) => colorAt(scale, i / 255)).flat());
}

/** Colours that were read: a field of ten thousand cells has ten. */
const known = new Map<string, readonly number[]>();

function channels(hex: string): readonly number[] {
  let read = known.get(hex);
  if (!read) known.set(hex, (read = [1, 3, 5].map((i) => Number.parseInt(hex.slice(i, i + 2), 16))));
  return read;
}

/** The slices of a tensor as one picture. */
import type { Tensor } from "../tensor.ts";
import { pngAddress } from "./render/png.ts";
import { broken, colorAt, diverging, sequential } from "./theme.ts";

/** A picture that stands in its page, and what it says in words. */
export interface ContactSheet {
  readonly address: string;
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly note: string;
}

/** The most slices shown, the pixels that a slice's longer side takes, and the gap between two. */
const sheet = { most: 12, across: 6, side: 96, gap: 4 } as const;

/**
 * The matrices of the last two dimensions side by side, an element a square, all on one scale: viridis, or blue below 0 and orange above where there
 * are values of both signs. NaN and ±∞ are red. Of large matrices rows and columns are left out evenly.
 *
 * @returns null where there is nothing to see: vectors, matrices of less than 16 elements.
 */
export function contactSheet(x: Tensor): ContactSheet | null {
  const [height, width] = [x.shape.at(-2) ?? 0, x.shape.at(-1) ?? 0];
  if (x.ndim < 2 || height < 2 || width < 2 || height * width < 16) return null;
  const { data } = x;
  const slices = data.length / (height * width);
  const shown = Math.min(slices, sheet.most);
  const every = Math.max(1, Math.ceil(Math.max(height, width) / sheet.side));
  const [rows, columns] = [Math.ceil(height / every), Math.ceil(width / every)];
  const zoom = Math.max(1, Math.floor(sheet.side / Math.max(rows, columns)));
  const across = Math.min(shown, sheet.across);
  const [cellWidth, cellHeight] = [columns * zoom + sheet.gap, rows * zoom + sheet.gap];
  const size = {
    width: across * cellWidth - sheet.gap,
    height: Math.ceil(shown / across) * cellHeight - sheet.gap,
    channels: 4,
  };
  const pixels = new Uint8Array(size.width * size.height * size.channels);
  const color = colorsOf(data.subarray(0, shown * height * width));
  for (let slice = 0; slice < shown; slice++) {
    const [left, top] = [(slice % across) * cellWidth, Math.floor(slice / across) * cellHeight];
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const [red, green, blue] = color(data[(slice * height + row * every) * width + column * every]!);
        for (let y = 0; y < zoom; y++) {
          let at = 4 * ((top + row * zoom + y) * size.width + left + column * zoom);
          for (let i = 0; i < zoom; i++) {
            pixels[at++] = red;
            pixels[at++] = green;
            pixels[at++] = blue;
            pixels[at++] = 255;
          }
        }
      }
    }
  }
  const what =
    slices === 1 ? "as a picture" : `${shown < slices ? `the first ${shown} of ` : ""}${slices} slices as pictures`;
  return { address: pngAddress(pixels, size), width: size.width, height: size.height, note: what };
}

function colorsOf(values: ArrayLike<number>): (value: number) => readonly [number, number, number] {
  let [least, greatest] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const v = values[i]!;
    if (!Number.isFinite(v)) continue;
    if (v < least) least = v;
    if (v > greatest) greatest = v;
  }
  const isSigned = least < 0 && greatest > 0;
  const reach = Math.max(-least, greatest);
  const [low, high] = isSigned ? [-reach, reach] : [least, greatest];
  const scale = isSigned ? diverging : sequential;
  const shades = Array.from({ length: 256 }, (_, i) => colorAt(scale, i / 255));
  return (v) =>
    Number.isFinite(v) ? shades[high > low ? Math.round((255 * (v - low)) / (high - low)) : 128]! : broken;
}

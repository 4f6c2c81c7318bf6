/** Thousands of dots as one image: a path each would take ten times as long to write, to read and to paint. */
import type { SceneItem, SceneMark } from "./marks.ts";
import { pngAddress, straight } from "./png.ts";

/** Fewer are painted as fast one by one. */
const many = 500;

/** CSS pixels that dots may reach over the edge of their plane where nothing cuts them: their image is larger by as much. */
const mostOver = 16;

/** Whether a mark is nothing but many dots in plain colours, that an image little larger than their plane can hold. */
export function canBeDots(mark: SceneMark, plane: SceneItem, scale: number): boolean {
  const { width = 0, height = 0 } = plane;
  return (
    mark.marktype === "symbol" &&
    mark.items.length >= many &&
    [width * scale, height * scale, scale].every((side) => Number.isInteger(side) && side > 0) &&
    mark.items.every(isDot) &&
    marginOf(mark, plane) <= mostOver
  );
}

function isDot({ shape, fill, stroke, opacity = 1, bounds }: SceneItem): boolean {
  return (
    (shape === undefined || shape === "circle") &&
    typeof fill === "string" &&
    /^#[\da-f]{6}$/i.test(fill) &&
    (stroke === undefined || stroke === null || stroke === "transparent") &&
    opacity === 1 &&
    bounds !== undefined
  );
}

/** How far dots are seen beyond the plane, in whole CSS pixels. */
function marginOf({ clip, items }: SceneMark, { width = 0, height = 0 }: SceneItem): number {
  if (clip === true) return 0;
  let over = 0;
  for (const { bounds } of items) {
    const { x1, y1, x2, y2 } = bounds!;
    over = Math.max(over, -x1, -y1, x2 - width, y2 - height);
  }
  return Math.ceil(over);
}

/** The image of dots, the later ones over the earlier ones, with its place in the plane. */
export function dotsImage(mark: SceneMark, plane: SceneItem, scale: number): SceneItem {
  const margin = marginOf(mark, plane);
  const [width, height] = [plane.width! + 2 * margin, plane.height! + 2 * margin];
  const size = { width: scale * width, height: scale * height };
  const pixels = new Uint8Array(4 * size.width * size.height);
  // Vega's size of a dot is that of the square around it.
  for (const { x = 0, y = 0, size: square = 64, fill, fillOpacity = 1 } of mark.items) {
    const color = Number.parseInt((fill as string).slice(1), 16);
    const radius = (scale * Math.sqrt(square)) / 2;
    paint(pixels, size, [scale * (x + margin), scale * (y + margin), radius], [color, fillOpacity]);
  }
  const url = pngAddress(straight(pixels), { ...size, channels: 4, level: 1 });
  return { url, x: -margin, y: -margin, width, height };
}

/** A disc over premultiplied pixels; each pixel is covered by as much as its middle lies within the edge. */
function paint(
  pixels: Uint8Array,
  { width, height }: { width: number; height: number },
  [x, y, radius]: readonly [number, number, number],
  [color, opacity]: readonly [number, number],
): void {
  const [red, green, blue] = [color >> 16, (color >> 8) & 255, color & 255];
  const reach = radius + 0.5;
  const [left, right] = [Math.max(0, Math.floor(x - reach)), Math.min(width - 1, Math.floor(x + reach))];
  const [top, bottom] = [Math.max(0, Math.floor(y - reach)), Math.min(height - 1, Math.floor(y + reach))];
  for (let row = top; row <= bottom; row++) {
    const dy = row + 0.5 - y;
    for (let column = left, at = 4 * (row * width + left); column <= right; column++, at += 4) {
      const dx = column + 0.5 - x;
      const covered = reach - Math.sqrt(dx * dx + dy * dy);
      if (covered <= 0) continue;
      const share = opacity * Math.min(1, covered);
      const kept = 1 - share;
      pixels[at] = share * red + kept * pixels[at]! + 0.5;
      pixels[at + 1] = share * green + kept * pixels[at + 1]! + 0.5;
      pixels[at + 2] = share * blue + kept * pixels[at + 2]! + 0.5;
      pixels[at + 3] = share * 255 + kept * pixels[at + 3]! + 0.5;
    }
  }
}

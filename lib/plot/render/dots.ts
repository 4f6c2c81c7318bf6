/** Thousands of dots as one image: a path each would take ten times as long to write, to read and to paint. */
import type { SceneItem, SceneMark } from "./marks.ts";
import { pngAddress, straight } from "./png.ts";

/** Fewer are painted as fast one by one. */
const many = 500;

/** Whether a mark is nothing but many dots in plain colours, that an image as large as their plane can hold. */
export function canBeDots(
  { marktype, items }: SceneMark,
  { width = 0, height = 0 }: SceneItem,
  scale: number,
): boolean {
  return (
    marktype === "symbol" &&
    items.length >= many &&
    [width * scale, height * scale].every((side) => Number.isInteger(side) && side > 0) &&
    items.every((item) => isDot(item, width, height))
  );
}

function isDot({ shape, fill, stroke, opacity = 1, bounds }: SceneItem, width: number, height: number): boolean {
  return (
    (shape === undefined || shape === "circle") &&
    typeof fill === "string" &&
    /^#[\da-f]{6}$/i.test(fill) &&
    (stroke === undefined || stroke === null || stroke === "transparent") &&
    opacity === 1 &&
    bounds !== undefined &&
    bounds.x1 >= 0 &&
    bounds.y1 >= 0 &&
    bounds.x2 <= width &&
    bounds.y2 <= height
  );
}

/** Paints dots, the later ones over the earlier ones; a `data:` address. */
export function dotsAddress(
  items: readonly SceneItem[],
  size: { readonly width: number; readonly height: number },
  scale: number,
): string {
  const [width, height] = [size.width * scale, size.height * scale];
  const pixels = new Uint8Array(4 * width * height);
  // Vega's size of a dot is that of the square around it.
  for (const { x = 0, y = 0, size: square = 64, fill, fillOpacity = 1 } of items) {
    const color = Number.parseInt((fill as string).slice(1), 16);
    paint(pixels, { width, height }, [scale * x, scale * y, (scale * Math.sqrt(square)) / 2], [color, fillOpacity]);
  }
  return pngAddress(straight(pixels), { width, height, channels: 4, level: 1 });
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

/** A small image blended over its plane: by us in a millisecond or two, where a rasterizer takes a curve through sixteen pixels for each of its own. */
import type { SceneItem, SceneMark } from "./marks.ts";
import { pixelsOf, pngAddress } from "./png.ts";

/**
 * Replaces a field of colours that covers its plane, in place, by the part of it that is seen, with a pixel for each CSS pixel. It is no longer clipped,
 * and what paints it need not blend.
 */
export function enlarge(mark: SceneMark, plane: SceneItem): void {
  const [item, ...others] = mark.items;
  const [width, height] = [Math.ceil(plane.width ?? 0), Math.ceil(plane.height ?? 0)];
  if (mark.clip !== true || !item || others.length > 0 || item.smooth !== true || width !== plane.width) return;
  const { x = 0, y = 0, width: across = 0, height: down = 0 } = item;
  const covers = x <= 0 && y <= 0 && x + across >= width && y + down >= height && height === plane.height;
  // What is as large as the plane already would lose pixels.
  const field = covers && item.url !== undefined ? pixelsOf(item.url) : null;
  if (field === null || field.width > width || field.height > height) return;
  const columns = blends(width, { from: x, length: across, cells: field.width });
  const rows = blends(height, { from: y, length: down, cells: field.height });
  const pixels = new Uint8Array(3 * width * height);
  let at = 0;
  for (const [above, below, share] of rows) {
    const [top, bottom] = [3 * above * field.width, 3 * below * field.width];
    for (const [left, right, part] of columns) {
      for (let c = 0; c < 3; c++) {
        const upper = mix(field.pixels[top + 3 * left + c]!, field.pixels[top + 3 * right + c]!, part);
        const lower = mix(field.pixels[bottom + 3 * left + c]!, field.pixels[bottom + 3 * right + c]!, part);
        pixels[at++] = mix(upper, lower, share) + 0.5;
      }
    }
  }
  // Nobody keeps this one, so that pressing it would be for nothing.
  const url = pngAddress(pixels, { width, height, channels: 3, level: 0 });
  Object.assign(item, { url, x: 0, y: 0, width, height, smooth: false });
  mark.clip = false;
}

/** Between which two cells the middle of each pixel lies, and how near to the second. */
function blends(
  pixels: number,
  { from, length, cells }: { from: number; length: number; cells: number },
): (readonly [number, number, number])[] {
  return Array.from({ length: pixels }, (_, i) => {
    const place = Math.min(cells - 1, Math.max(0, ((i + 0.5 - from) / length) * cells - 0.5));
    const first = Math.floor(place);
    return [first, Math.min(first + 1, cells - 1), place - first];
  });
}

function mix(a: number, b: number, share: number): number {
  return a + share * (b - a);
}

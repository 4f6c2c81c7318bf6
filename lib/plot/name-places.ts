/** Where names stand beside points, so that none is written over another. */
import { textWidth } from "./render/font.ts";
import { labelSize } from "./theme.ts";
import { extentOf } from "./values.ts";

/** How far a name is from its point, to the side and up. */
export const nameOffset = { dx: 6, dy: -4 } as const;

/** On which side of its point a name stands; null where it would cover another. */
export type Side = "right" | "left" | null;

interface Box {
  readonly left: number;
  readonly right: number;
  readonly y: number;
}

/**
 * A side for each name, the first ones first: right of its point if there is room, else left, else none.
 *
 * @param points Their places in the plane's units, and what is written beside them.
 * @param size The plane in pixels, and the room at its edges.
 */
export function sidesOf(
  points: { readonly x: readonly number[]; readonly y: readonly number[]; readonly names: readonly string[] },
  size: { readonly width: number; readonly height: number; readonly padding: number },
): Side[] {
  const [across, up] = [
    pixels(points.x, size.width - 2 * size.padding),
    pixels(points.y, size.height - 2 * size.padding),
  ];
  const taken: Box[] = [];
  return points.names.map((name, i) => {
    const width = textWidth(name, labelSize);
    for (const side of ["right", "left"] as const) {
      const left = side === "right" ? across[i]! + nameOffset.dx : across[i]! - nameOffset.dx - width;
      const box = { left, right: left + width, y: up[i]! };
      if (taken.some((other) => overlap(box, other))) continue;
      taken.push(box);
      return side;
    }
    return null;
  });
}

/** Nearly: an axis may reach a little further than its points, which brings all of them a little nearer to each other. */
function pixels(values: readonly number[], length: number): number[] {
  const [least, greatest] = extentOf(values);
  return values.map((v) => ((v - least) / (greatest - least || 1)) * 0.9 * length);
}

function overlap(a: Box, b: Box): boolean {
  return Math.abs(a.y - b.y) < labelSize && a.left < b.right + 2 && b.left < a.right + 2;
}

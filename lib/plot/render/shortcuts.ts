/** Shortcuts through a chart that nobody will touch: the same picture for less work. */
import type { Spec as VegaSpec } from "vega";
import { canBeDots, dotsImage } from "./dots.ts";
import { enlarge } from "./enlarged.ts";
import type { SceneItem, SceneMark } from "./marks.ts";

/** How far something may reach over the plane's edge before it is cut there: to the outer side of a line along it, as wide as charts have them. */
const edge = 0.75;

/** A property of marks that only a pointer over the chart can see, and that costs as much as placing them. */
const unseen = ["tooltip", "href", "cursor"];

/** Takes from a compiled spec, in place, what no picture shows. */
export function leaveOutUnseen(spec: VegaSpec): void {
  for (const mark of spec.marks ?? []) {
    for (const set of Object.values(mark.encode ?? {})) {
      for (const property of unseen) delete (set as Record<string, unknown>)[property];
    }
    if (mark.type === "group") leaveOutUnseen(mark as VegaSpec);
  }
}

/**
 * Changes a scene, in place, so that it takes Vega and the rasterizer less: opacities that a thing's only colour can carry, no clipping of what does not
 * reach out of its plane, no waiting for images that are in the spec, fields that are blended already, and thousands of dots as one image.
 *
 * @param root The scene as Vega has laid it out.
 * @param scale Pixels of the picture a CSS pixel.
 */
export function lighten(root: SceneMark, scale: number): void {
  for (const group of root.items) {
    for (const mark of group.items ?? []) {
      // A clipped mark is painted on a sheet of its own, as large as the plane.
      if (mark.clip === true && isInside(mark, group)) mark.clip = false;
      for (const item of mark.items) carryOpacity(mark.marktype, item);
      if (canBeDots(mark, group, scale)) asImage(mark, group, scale);
      if (mark.marktype === "image") {
        enlarge(mark, group);
        for (const item of mark.items) settle(item);
      }
      if (mark.marktype === "group") lighten(mark, scale);
    }
  }
}

function isInside({ marktype, items }: SceneMark, { width = 0, height = 0 }: SceneItem): boolean {
  // Vega's bounds have room for corners as sharp as needles, and each line on a sheet of its own costs as much as ten without.
  if (marktype === "line") {
    return items.every(({ x = 0, y = 0, strokeWidth = 1 }) => {
      const half = strokeWidth / 2 - edge;
      return x >= half && y >= half && x <= width - half && y <= height - half;
    });
  }
  return items.every(
    ({ bounds }) =>
      bounds !== undefined &&
      bounds.x1 >= -edge &&
      bounds.y1 >= -edge &&
      bounds.x2 <= width + edge &&
      bounds.y2 <= height + edge,
  );
}

/** Vega asks for every image, looks a hundredth of a second later whether it has come, and writes all once more; without a canvas it never comes. */
function settle(item: SceneItem): void {
  const { url } = item;
  if (url?.startsWith("data:image/")) item.image = { url, src: url, complete: false, width: 0, height: 0 };
}

/** A thing with an opacity is painted on a sheet of its own, a colour with one is not. With fill and stroke it would show where they overlap. */
function carryOpacity(kind: string, item: SceneItem): void {
  if (kind === "group" || kind === "image" || (item.opacity ?? 1) === 1) return;
  if (isSeen(item.fill) && isSeen(item.stroke)) return;
  item.fillOpacity = (item.fillOpacity ?? 1) * item.opacity!;
  item.strokeOpacity = (item.strokeOpacity ?? 1) * item.opacity!;
  item.opacity = 1;
}

function isSeen(color: unknown): boolean {
  return typeof color === "string" ? color !== "transparent" && color !== "none" : Boolean(color);
}

function asImage(mark: SceneMark, plane: SceneItem, scale: number): void {
  const image = dotsImage(mark, plane, scale);
  // It is as large as what clips it.
  mark.clip = false;
  Object.assign(mark, { marktype: "image", items: [{ ...image, aspect: false, smooth: false, mark }] });
}

/** Rectangles in pictures. */
import { asTensor, fromData } from "../creation.ts";
import { show } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";

/** A rectangle of pixels: those from `left` and `top` on, as many as `width` and `height`. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The area that two boxes share, divided by the area that they cover together: 1 for the same box, 0 for boxes apart. @example iouOf({ left: 0, top: 0, width: 2, height: 1 }, { left: 1, top: 0, width: 2, height: 1 }) // 0.333… */
export function iouOf(a: Box, b: Box): number {
  const across = Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left);
  const down = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top);
  const shared = Math.max(0, across) * Math.max(0, down);
  const covered = a.width * a.height + b.width * b.height - shared;
  return covered > 0 ? shared / covered : 0;
}

/**
 * Non-maximum suppression: of boxes that overlap, the one with the highest score stays.
 *
 * A detector that slides a window answers many times around one thing. Going down the scores, each box that stays removes those that overlap it by more than
 * the threshold.
 *
 * Shapes: boxes `(count, 4)`, each left, top, right, bottom; scores `(count)` → `(kept)` int32, the highest score first.
 *
 * @param options `iouThreshold`: the share of overlap from 0 to 1, past which the lower one goes; default ½.
 * @throws {RangeError} If the shapes are others, or the threshold is not in [0, 1].
 * @see torchvision.ops.nms, where the threshold has no default; book §3.1.5.
 * @example nms([[0, 0, 9, 9], [1, 0, 9, 9], [20, 0, 29, 9]], [0.5, 0.9, 0.1]).toArray() // [1, 2]
 */
export function nms(boxes: TensorLike, scores: TensorLike, options: { iouThreshold?: number } = {}): Tensor {
  const { iouThreshold = 0.5 } = options;
  const [corners, values] = [asTensor(boxes), asTensor(scores)];
  if (corners.ndim !== 2 || corners.shape[1] !== 4 || values.ndim !== 1 || values.shape[0] !== corners.shape[0]) {
    throw new RangeError(
      `Cannot suppress boxes ${show(corners.shape)} by scores ${show(values.shape)}: they must be [count,4] and [count]`,
    );
  }
  if (!(iouThreshold >= 0 && iouThreshold <= 1))
    throw new RangeError(`Cannot suppress boxes at an overlap of ${iouThreshold}: it must be from 0 to 1`);
  const { data } = corners;
  const list = Array.from(values.data, (_, i): Box => {
    const [left, top, right, bottom] = data.subarray(4 * i, 4 * i + 4) as unknown as [number, number, number, number];
    return { left, top, width: right - left, height: bottom - top };
  });
  return fromData(Int32Array.from(suppressed(list, Array.from(values.data), iouThreshold)));
}

/** The indices of the boxes that stay, the highest score first. */
export function suppressed(boxes: readonly Box[], scores: readonly number[], iouThreshold: number): number[] {
  const order = boxes.map((_, i) => i).sort((i, j) => scores[j]! - scores[i]! || i - j);
  const kept: number[] = [];
  for (const i of order) if (kept.every((k) => iouOf(boxes[k]!, boxes[i]!) <= iouThreshold)) kept.push(i);
  return kept;
}

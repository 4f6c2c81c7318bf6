/** Finding things of any size at any place: a window slides over the picture at many scales. */
import { asTensor } from "../creation.ts";
import { interpolate } from "../ops/interpolation.ts";
import { reshape } from "../ops/shape.ts";
import { show } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { type Box, iouOf, suppressed } from "./boxes.ts";
import type { Cascade } from "./cascade.ts";
import { tablesOf } from "./haar.ts";

/** A picture at a scale. */
export interface PyramidLevel {
  /** How many pixels of the original one pixel here stands for. */
  readonly scale: number;
  /** `(rows, columns)` */
  readonly image: Tensor;
}

/** A plane in [0, 1] of a picture, colours weighed as television does. */
function grayOf(image: TensorLike): Tensor {
  const x = asTensor(image);
  if (x.ndim === 2) return x;
  if (x.ndim === 3 && x.shape[0] === 1) return reshape(x, x.shape.slice(1));
  if (x.ndim === 3 && x.shape[0] === 3) {
    const [r, g, b] = [0, 1, 2].map((c) => x.select(0, c)) as [Tensor, Tensor, Tensor];
    return r.mul(0.299).add(g.mul(0.587)).add(b.mul(0.114));
  }
  throw new RangeError(
    `Cannot look for anything in ${show(x.shape)}: it must be (rows, columns) or (channels, rows, columns) of 1 or 3`,
  );
}

/**
 * The image pyramid: a picture at ever smaller scales, so that a window of one size sees things of all sizes.
 *
 * Shapes: image `(rows, columns)`, or with 1 or 3 channels in front, which become one.
 *
 * @param options `scaleFactor`: by how much each level is smaller, > 1, default 1.1; `minSize`: the fewest rows and columns of a level, default 1 by 1.
 * @throws {RangeError} If the factor is not above 1, or the picture has another shape.
 * @see Burt and Adelson (1983).
 * @example [...imagePyramid(zeros([8, 8]), { scaleFactor: 2 })].map(({ image }) => image.shape[0]) // [8, 4, 2, 1]
 */
export function* imagePyramid(
  image: TensorLike,
  options: { scaleFactor?: number; minSize?: readonly [rows: number, columns: number] } = {},
): Generator<PyramidLevel> {
  const { scaleFactor = 1.1, minSize = [1, 1] } = options;
  if (!(scaleFactor > 1)) throw new RangeError(`Cannot shrink a picture by ${scaleFactor}: it must be above 1`);
  const gray = grayOf(image);
  const [rows, columns] = gray.shape as [number, number];
  for (let scale = 1; ; scale *= scaleFactor) {
    const size = [Math.round(rows / scale), Math.round(columns / scale)] as const;
    if (size[0] < minSize[0] || size[1] < minSize[1] || scale > Math.min(rows, columns)) return;
    const batch = reshape(gray, [1, 1, rows, columns]);
    yield { scale, image: scale === 1 ? gray : reshape(interpolate(batch, { size, mode: "bilinear" }), size) };
  }
}

/** A find. */
export interface Detection extends Box {
  /** How many windows around it passed. */
  readonly neighbors: number;
}

/** Options of detection. */
export interface DetectionOptions {
  /** By how much each level of the pyramid is smaller; default 1.1. */
  scaleFactor?: number;
  /** How many other windows must have passed around a find; default 3. */
  minNeighbors?: number;
  /** The least side of a find, in pixels of the picture; default that of the window. */
  minSide?: number;
  /** From what overlap on windows count as one another's neighbours, and finds as one; default 0.3. */
  iouThreshold?: number;
}

function average(boxes: readonly Box[]): Box {
  const mean = (key: keyof Box) => Math.round(boxes.reduce((sum, box) => sum + box[key], 0) / boxes.length);
  return { left: mean("left"), top: mean("top"), width: mean("width"), height: mean("height") };
}

/**
 * All windows that pass a cascade, in pixels of the picture: many around each find, and some by chance.
 *
 * @param options `scaleFactor`, `minSide`.
 * @throws {RangeError} If the picture has another shape, or the factor is not above 1.
 * @example
 * const stump = { nodes: [{ feature: 0, threshold: -2, left: 0, right: -1 }], leaves: [0, 1] };
 * const cascade = new vision.Cascade({ size: [4, 4], features: vision.haarFeatures([4, 4]).slice(0, 1), stages: [{ classifiers: [stump], threshold: 1 }] });
 * passingWindows(eye(4), cascade, { scaleFactor: 2 }).length // 1
 */
export function passingWindows(image: TensorLike, cascade: Cascade, options: DetectionOptions = {}): Box[] {
  const { scaleFactor = 1.1, minSide = 0 } = options;
  const [rows, columns] = cascade.size;
  const found: Box[] = [];
  for (const { scale, image: level } of imagePyramid(image, { scaleFactor, minSize: cascade.size })) {
    if (Math.min(rows, columns) * scale < minSide) continue;
    const [height, width] = level.shape as [number, number];
    const tables = tablesOf(level.data, height, width);
    // Where the picture is still large its neighbouring windows hardly differ.
    const step = scale > 2 ? 1 : 2;
    for (let top = 0; top + rows <= height; top += step) {
      for (let left = 0; left + columns <= width; left += step) {
        const passed = cascade.stagesPassedAt(tables, top * tables.stride + left);
        // Next to a window that falls at once nothing is to be found: OpenCV's way to save half of the work.
        if (passed === 0) left += step;
        if (passed < cascade.stages.length) continue;
        const [x, y, w, h] = [left, top, columns, rows].map((v) => Math.round(v * scale)) as [
          number,
          number,
          number,
          number,
        ];
        found.push({ left: x, top: y, width: w, height: h });
      }
    }
  }
  return found;
}

/**
 * Finds what a cascade was trained for: slides its window over all scales, keeps windows that have passed in company, as the average of that company, and of those
 * that overlap the one with the most neighbours.
 *
 * One window may pass by chance; around a face many do.
 *
 * Shapes: image `(rows, columns)`, or with 1 or 3 channels in front; in [0, 1].
 *
 * @param options `scaleFactor`, `minNeighbors`, `minSide`, `iouThreshold`.
 * @returns The finds, the surest first.
 * @throws {RangeError} If the picture has another shape, or the factor is not above 1.
 * @see Viola and Jones (2001), section 5; cv2.CascadeClassifier.detectMultiScale, whose groups never overlap; book §3.1.5.
 * @example
 * const stump = { nodes: [{ feature: 0, threshold: 2, left: 0, right: -1 }], leaves: [0, 1] };
 * const cascade = new vision.Cascade({ size: [4, 4], features: vision.haarFeatures([4, 4]).slice(0, 1), stages: [{ classifiers: [stump], threshold: 1 }] });
 * detectMultiScale(zeros([9, 9]), cascade) // []
 */
export function detectMultiScale(image: TensorLike, cascade: Cascade, options: DetectionOptions = {}): Detection[] {
  const { minNeighbors = 3, iouThreshold = 0.3 } = options;
  const windows = passingWindows(image, cascade, options);
  const finds = windows.flatMap((box): Detection[] => {
    const company = windows.filter((other) => iouOf(box, other) >= iouThreshold);
    return company.length > minNeighbors ? [{ ...average(company), neighbors: company.length - 1 }] : [];
  });
  const order = suppressed(
    finds,
    finds.map((find) => find.neighbors),
    iouThreshold,
  );
  return order.map((i) => finds[i]!);
}

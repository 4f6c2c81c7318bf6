/** Light and colour of pictures, in [0, 1]. */

import { cast } from "../autograd/primitives.ts";
import { asTensor, fromData } from "../creation.ts";
import { add, mul } from "../ops/arithmetic.ts";
import { clamp } from "../ops/math.ts";
import { mean } from "../ops/reduction.ts";
import { unsqueeze } from "../ops/shape.ts";
import { show } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";

/** A picture `(…, rows, columns)` or `(…, 3, rows, columns)`. */
function picture(image: TensorLike, factor: number): Tensor {
  const x = asTensor(image);
  if (x.ndim < 2) throw new RangeError(`Cannot recolour ${show(x.shape)}: a picture is (…, rows, columns)`);
  if (!Number.isFinite(factor)) throw new RangeError(`Cannot recolour by ${factor}: it must be a number`);
  return x;
}

function checkFactor(factor: number): void {
  if (!(factor >= 0)) throw new RangeError(`Cannot recolour by the factor ${factor}: it must be ≥ 0`);
}

const isColoured = (x: Tensor) => x.ndim >= 3 && x.shape[x.ndim - 3] === 3;

/** The picture without colours, one channel, by the weights of television. */
function gray(x: Tensor): Tensor {
  const d = x.ndim - 3;
  const [r, g, b] = [0, 1, 2].map((c) => x.select(d, c)) as [Tensor, Tensor, Tensor];
  // torchvision's weights, of which PIL has one digit more or less.
  return unsqueeze(add(add(mul(r, 0.2989), mul(g, 0.587)), mul(b, 0.114)), d);
}

/** `f x + (1 − f) other`, limited to [0, 1]. */
function blend(x: Tensor, other: Tensor | number, factor: number): Tensor {
  return clamp(add(mul(x, factor), mul(other, 1 - factor)), { min: 0, max: 1 });
}

/**
 * Brightness times a factor: `clamp(f x)`.
 *
 * @param factor From 0, which is black; 1 changes nothing.
 * @throws {RangeError} If it is negative.
 * @see torchvision.transforms.functional.adjust_brightness.
 * @example adjustBrightness([[0.25, 1]], 2).toArray() // [[0.5, 1]]
 */
export function adjustBrightness(image: TensorLike, factor: number): Tensor {
  checkFactor(factor);
  return blend(picture(image, factor), 0, factor);
}

/**
 * Contrast times a factor: `clamp(f x + (1 − f) m)` about the mean m of the grays.
 *
 * @param factor From 0, which is an even gray; 1 changes nothing.
 * @throws {RangeError} If it is negative.
 * @see torchvision.transforms.functional.adjust_contrast.
 * @example adjustContrast([[0, 1]], 0).toArray() // [[0.5, 0.5]]
 */
export function adjustContrast(image: TensorLike, factor: number): Tensor {
  checkFactor(factor);
  const x = picture(image, factor);
  const center = isColoured(x)
    ? mean(gray(x), { dim: [-3, -2, -1], keepDim: true })
    : mean(x, { dim: x.ndim >= 3 ? [-3, -2, -1] : [-2, -1], keepDim: true });
  return blend(x, center, factor);
}

/**
 * Saturation times a factor: `clamp(f x + (1 − f) g)` with the gray picture g. Pictures without colours stay as they are.
 *
 * @param factor From 0, which is gray; 1 changes nothing.
 * @throws {RangeError} If it is negative.
 * @see torchvision.transforms.functional.adjust_saturation.
 * @example adjustSaturation([[[1]], [[0]], [[0]]], 0).toArray() // [[[0.298…]], [[0.298…]], [[0.298…]]]
 */
export function adjustSaturation(image: TensorLike, factor: number): Tensor {
  checkFactor(factor);
  const x = picture(image, factor);
  return isColoured(x) ? blend(x, gray(x), factor) : x;
}

/**
 * Hues turned on the colour circle: by ½ every colour becomes its complement. Pictures without colours stay as they are.
 *
 * @param turn A share of the circle, from −½ to ½.
 * @throws {RangeError} If it is not.
 * @see torchvision.transforms.functional.adjust_hue.
 * @example adjustHue([[[1]], [[0]], [[0]]], 0.5).toArray() // [[[0]], [[1]], [[1]]]
 */
export function adjustHue(image: TensorLike, turn: number): Tensor {
  if (!(turn >= -0.5 && turn <= 0.5)) throw new RangeError(`Cannot turn hues by ${turn}: it must be from −½ to ½`);
  const x = picture(image, turn);
  if (!isColoured(x)) return x;
  const area = x.shape.at(-1)! * x.shape.at(-2)!;
  const source = x.data;
  const result = new Float64Array(x.size);
  for (let start = 0; start < x.size; start += 3 * area) {
    for (let at = start; at < start + area; at++) {
      const [r, g, b] = [source[at]!, source[at + area]!, source[at + 2 * area]!];
      const [most, least] = [Math.max(r, g, b), Math.min(r, g, b)];
      const range = most - least || 1;
      const sixths = most === r ? (g - b) / range : most === g ? 2 + (b - r) / range : 4 + (r - g) / range;
      const hue = (((sixths / 6 + turn) % 1) + 1) % 1;
      // How far red, green and blue are below the greatest, by the hue's distance from theirs.
      [5, 3, 1].forEach((offset, c) => {
        const k = (offset + hue * 6) % 6;
        result[at + c * area] = most - (most - least) * Math.max(0, Math.min(k, 4 - k, 1));
      });
    }
  }
  return cast(fromData(result, x.shape), x.dtype);
}

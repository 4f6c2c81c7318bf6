/** Changes to pictures, most of them random: a model that sees each sample a little otherwise every time learns what does not matter. */
import { cast } from "../autograd/primitives.ts";
import { asTensor, fromData } from "../creation.ts";
import { add, div, mul, sub } from "../ops/arithmetic.ts";
import { flip, narrow } from "../ops/indexing.ts";
import { reshape } from "../ops/shape.ts";
import { pad } from "../ops/split.ts";
import { defaultGenerator, type RandomGenerator, randn } from "../random.ts";
import { show } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { adjustBrightness, adjustContrast, adjustHue, adjustSaturation } from "./color.ts";

export { adjustBrightness, adjustContrast, adjustHue, adjustSaturation } from "./color.ts";

/** A change to pictures `(…, height, width)`: one, or a batch, all of which are changed alike. */
export type Transform = (image: TensorLike) => Tensor;

/** Where draws come from. */
export interface RandomTransform {
  /** The default generator if left out. */
  generator?: RandomGenerator;
}

function picture(image: TensorLike, verb: string): Tensor {
  const x = asTensor(image);
  if (x.ndim < 2) throw new RangeError(`Cannot ${verb} ${show(x.shape)}: a picture is (…, height, width)`);
  return x;
}

function checkProbability(p: number): void {
  if (!(p >= 0 && p <= 1))
    throw new RangeError(`Cannot change a picture with probability ${p}: it must be from 0 to 1`);
}

/** One change after another. @see torchvision.transforms.Compose @example compose([normalize([1], [2])])([[[3]]]).item() // 1 */
export function compose(transforms: readonly Transform[]): Transform {
  return (image) => transforms.reduce((x, transform) => transform(x), asTensor(image));
}

/**
 * Mean 0 and deviation 1 of each channel, of what is usual: `(x − mean) / std`.
 *
 * @param means One number a channel.
 * @param stds One number a channel, not 0.
 * @throws {RangeError} If a deviation is 0.
 * @see torchvision.transforms.Normalize.
 * @example normalize([0.5], [0.5])([[[1, 0]]]).toArray() // [[[1, -1]]]
 */
export function normalize(means: readonly number[], stds: readonly number[]): Transform {
  if (stds.includes(0)) throw new RangeError(`Cannot divide by the deviations ${stds.join(", ")}: none may be 0`);
  const column = (values: readonly number[]) => reshape([...values], [-1, 1, 1]);
  return (image) => div(sub(image, column(means)), column(stds));
}

/** Left and right swapped with a probability. @see torchvision.transforms.RandomHorizontalFlip @example randomHorizontalFlip({ p: 1 })([[1, 2]]).toArray() // [[2, 1]] */
export function randomHorizontalFlip(options: RandomTransform & { p?: number } = {}): Transform {
  return randomFlip(-1, options);
}

/** Top and bottom swapped with a probability. @see torchvision.transforms.RandomVerticalFlip @example randomVerticalFlip({ p: 1 })([[1], [2]]).toArray() // [[2], [1]] */
export function randomVerticalFlip(options: RandomTransform & { p?: number } = {}): Transform {
  return randomFlip(-2, options);
}

function randomFlip(
  dim: number,
  { p = 0.5, generator = defaultGenerator }: RandomTransform & { p?: number },
): Transform {
  checkProbability(p);
  return (image) => {
    const x = picture(image, "flip");
    return generator.uniform() < p ? flip(x, dim) : x;
  };
}

/**
 * A part of the picture, from a random place, after adding an edge of zeros: moves what is in it.
 *
 * @param size Height and width of the part.
 * @param options `padding`: the width of the edge, default 0; `generator`.
 * @throws {RangeError} If the part is larger than the picture with its edge.
 * @see torchvision.transforms.RandomCrop.
 * @example randomCrop([2, 2], { padding: 1 })([[1, 2], [3, 4]]).shape // [2, 2]
 */
export function randomCrop(
  size: readonly [number, number],
  options: RandomTransform & { padding?: number } = {},
): Transform {
  const { padding = 0, generator = defaultGenerator } = options;
  return (image) => {
    const x = picture(image, "crop");
    const wide = padding === 0 ? x : pad(x, [padding, padding, padding, padding]);
    const starts = size.map((length, d) => {
      const room = wide.shape[wide.ndim - 2 + d]! - length;
      if (room < 0) throw new RangeError(`Cannot crop ${show(wide.shape)} to ${show(size)}: it is smaller`);
      return generator.integer(room + 1);
    });
    return size.reduce((part, length, d) => narrow(part, d - 2, { start: starts[d]!, length }), wide);
  };
}

/**
 * The picture turned and enlarged about its middle, by random amounts; what comes into it is 0. Points between others are mixed of their four
 * neighbours.
 *
 * @param options `degrees`: turns by up to so much either way, default 0; `scale`: enlarged by a factor between these, default 1 to 1; `generator`.
 * @throws {RangeError} If a factor is not positive.
 * @see torchvision.transforms.RandomAffine.
 * @example randomAffine({ degrees: 10 })([[0, 1], [1, 0]]).shape // [2, 2]
 */
export function randomAffine(
  options: RandomTransform & { degrees?: number; scale?: readonly [number, number] } = {},
): Transform {
  const { degrees = 0, scale = [1, 1], generator = defaultGenerator } = options;
  if (!(scale[0] > 0 && scale[1] >= scale[0]))
    throw new RangeError(`Cannot enlarge by factors from ${scale[0]} to ${scale[1]}: they must rise from above 0`);
  return (image) => {
    const angle = (degrees * (2 * generator.uniform() - 1) * Math.PI) / 180;
    return resampled(picture(image, "turn"), angle, scale[0] + (scale[1] - scale[0]) * generator.uniform());
  };
}

/**
 * The picture turned about its middle, against the clock; what comes into it is 0. Points between others are mixed of their four neighbours.
 *
 * Shapes: `(…, height, width)`, and the result the same.
 *
 * @param degrees The angle; negative with the clock.
 * @throws {RangeError} If it is no picture, or the angle is not finite.
 * @see torchvision.transforms.functional.rotate, with bilinear interpolation.
 * @example rotate([[1, 2], [3, 4]], 90).round().toArray() // [[2, 4], [1, 3]]
 */
export function rotate(image: TensorLike, degrees: number): Tensor {
  if (!Number.isFinite(degrees))
    throw new RangeError(`Cannot turn a picture by ${degrees} degrees: it must be a finite number`);
  return resampled(picture(image, "turn"), (degrees * Math.PI) / 180, 1);
}

function resampled(x: Tensor, angle: number, factor: number): Tensor {
  const [height, width] = x.shape.slice(-2) as [number, number];
  const source = x.data;
  const [cos, sin] = [Math.cos(angle) / factor, Math.sin(angle) / factor];
  const [middleRow, middleColumn] = [(height - 1) / 2, (width - 1) / 2];
  const result = new Float32Array(x.size);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [down, right] = [row - middleRow, column - middleColumn];
      const fromRow = middleRow + cos * down + sin * right;
      const fromColumn = middleColumn - sin * down + cos * right;
      const [top, left] = [Math.floor(fromRow), Math.floor(fromColumn)];
      for (const [i, j] of [
        [top, left],
        [top, left + 1],
        [top + 1, left],
        [top + 1, left + 1],
      ] as const) {
        const weight = (1 - Math.abs(fromRow - i)) * (1 - Math.abs(fromColumn - j));
        if (weight <= 0 || i < 0 || i >= height || j < 0 || j >= width) continue;
        for (let plane = 0; plane < x.size; plane += height * width) {
          result[plane + row * width + column]! += weight * source[plane + i * width + j]!;
        }
      }
    }
  }
  return cast(fromData(result, x.shape), x.dtype);
}

/** How far colours may change: each factor is drawn from 1 − v to 1 + v and not below 0, the turn of the hue from −v to v. All are 0 by default. */
export interface ColorJitterOptions extends RandomTransform {
  brightness?: number;
  contrast?: number;
  saturation?: number;
  /** A share of the colour circle, up to ½. */
  hue?: number;
}

/**
 * Brightness, contrast, saturation and hue changed by random amounts, in a random order, of pictures in [0, 1].
 *
 * @param options `brightness`, `contrast`, `saturation`, `hue`, `generator`.
 * @throws {RangeError} If one is negative, or the hue above ½.
 * @see torchvision.transforms.ColorJitter; adjustBrightness, adjustContrast, adjustSaturation, adjustHue for given amounts.
 * @example colorJitter({ brightness: 0.2 })([[0, 0]]).toArray() // [[0, 0]]
 */
export function colorJitter(options: ColorJitterOptions = {}): Transform {
  const { brightness = 0, contrast = 0, saturation = 0, hue = 0, generator = defaultGenerator } = options;
  for (const [name, reach] of Object.entries({ brightness, contrast, saturation, hue })) {
    if (!(reach >= 0)) throw new RangeError(`Cannot jitter ${name} by ${reach}: it must be ≥ 0`);
  }
  if (hue > 0.5) throw new RangeError(`Cannot jitter hue by ${hue}: it must be at most ½`);
  const factor = (reach: number) => Math.max(0, 1 - reach) + (1 + reach - Math.max(0, 1 - reach)) * generator.uniform();
  const changes: readonly [reach: number, change: Transform][] = [
    [brightness, (x) => adjustBrightness(x, factor(brightness))],
    [contrast, (x) => adjustContrast(x, factor(contrast))],
    [saturation, (x) => adjustSaturation(x, factor(saturation))],
    [hue, (x) => adjustHue(x, hue * (2 * generator.uniform() - 1))],
  ];
  return (image) => {
    const left = changes.flatMap(([reach, change]) => (reach > 0 ? [change] : []));
    let x = picture(image, "jitter");
    while (left.length > 0) x = left.splice(generator.integer(left.length), 1)[0]!(x);
    return x;
  };
}

/**
 * Normal noise added to every point.
 *
 * @param options `std`: its deviation, default 0.1; `generator`.
 * @throws {RangeError} If the deviation is negative.
 * @see torchvision.transforms.v2.GaussianNoise; Bishop (1995), book §2.10.
 * @example gaussianNoise({ std: 0 })([[1, 2]]).toArray() // [[1, 2]]
 */
export function gaussianNoise(options: RandomTransform & { std?: number } = {}): Transform {
  const { std = 0.1, generator } = options;
  if (!(std >= 0)) throw new RangeError(`Cannot add noise of deviation ${std}: it must be ≥ 0`);
  return (image) => {
    const x = picture(image, "add noise to");
    return add(x, mul(randn(x.shape, { dtype: x.dtype, generator }), std));
  };
}

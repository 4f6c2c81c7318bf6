/** Digits as lines: the smallest set on which convolutions show what they are good for. */
import { fromData } from "../../creation.ts";
import { defaultGenerator, type RandomGenerator, randperm } from "../../random.ts";
import type { Samples } from "../dataset.ts";
import { subset } from "../split.ts";

/** What the ten digits look like from above, along a pen's way from left to right. */
const templates: readonly (readonly number[])[] = [
  [5, 6, 6.5, 6.75, 7, 7, 7, 7, 6.75, 6.5, 6, 5],
  [5, 3, 3, 3.4, 3.8, 4.2, 4.6, 5, 5.4, 5.8, 5, 5],
  [5, 6, 6.5, 6.5, 6, 5.25, 4.75, 4, 3.5, 3.5, 4, 5],
  [5, 6, 6.5, 6.5, 6, 5, 5, 6, 6.5, 6.5, 6, 5],
  [5, 4.4, 3.8, 3.2, 2.6, 2.6, 5, 5, 5, 5, 5, 5],
  [5, 3, 3, 3, 3, 5, 6, 6.5, 6.5, 6, 4.5, 5],
  [5, 4, 3.5, 3.25, 3, 3, 3, 3, 3.25, 3.5, 4, 5],
  [5, 7, 7, 6.6, 6.2, 5.8, 5.4, 5, 4.6, 4.2, 5, 5],
  [5, 4, 3.5, 3.5, 4, 5, 5, 4, 3.5, 3.5, 4, 5],
  [5, 4, 3.5, 3.5, 4, 5, 5, 5, 5, 4.7, 4.3, 5],
];

/** What befalls a template. The defaults are the paper's. */
export interface Mnist1dOptions {
  /** Samples in all, the same number of each digit; default 5,000. */
  count?: number;
  /** The share to learn from; default 0.8. */
  trainSplit?: number;
  /** How much wider or flatter a digit may be, as a share; default 0.4. */
  scale?: number;
  /** How far a digit may be moved, in places of 72; default 48. */
  maxTranslation?: number;
  /** The size of the smooth noise where the digit is not; default 0.25. */
  correlatedNoise?: number;
  /** The size of the noise of each place by itself; default 0.02. */
  noise?: number;
  /** How steep a slope may be added; default 0.75. */
  shear?: number;
  /** Where the draws come from; the default generator if left out. */
  generator?: RandomGenerator;
}

/**
 * MNIST-1D: ten digits as lines of 40 numbers, moved, stretched, tilted and noisy. Linear models reach a third right, convolutions nine tenths: the
 * order of real pictures, in seconds.
 *
 * Shapes: x `(samples, 40)` float32 of mean 0 and deviation 1, y `(samples)` int32.
 *
 * @param options `count`, `trainSplit`, `scale`, `maxTranslation`, `correlatedNoise`, `noise`, `shear`, `generator`.
 * @throws {RangeError} If there is not a sample of each digit, or the split is no share.
 * @see Greydanus and Kobak (2024), whose templates and defaults (Apache-2.0) these are.
 * @example mnist1d({ count: 100 }).train.x.shape // [80, 40]
 */
export function mnist1d(options: Mnist1dOptions = {}): { train: Samples; test: Samples } {
  const { count = 5000, trainSplit = 0.8, generator = defaultGenerator } = options;
  const each = Math.floor(count / 10);
  if (!(each >= 1 && Number.isInteger(count)))
    throw new RangeError(`Cannot draw ${count} digits: there must be a whole number, at least 10`);
  if (!(trainSplit > 0 && trainSplit < 1))
    throw new RangeError(`Cannot split off ${trainSplit} to learn from: it must be between 0 and 1`);
  const lines = templates.flatMap((template) => {
    const digit = whitened(template);
    return Array.from({ length: each }, () => distorted(digit, options, generator));
  });
  const all = lines.flat();
  const mean = all.reduce((a, b) => a + b, 0) / all.length;
  const deviation = Math.sqrt(all.reduce((a, b) => a + (b - mean) ** 2, 0) / all.length);
  const x = fromData(
    Float32Array.from(all, (v) => (v - mean) / deviation),
    [lines.length, 40],
  );
  const y = fromData(Int32Array.from(lines, (_, i) => Math.floor(i / each)));
  const order = [...randperm(lines.length, { generator }).data];
  const split = Math.floor(lines.length * trainSplit);
  return { train: subset({ x, y }, order.slice(0, split)), test: subset({ x, y }, order.slice(split)) };
}

/** Mean 0, deviation 1, then moved to start at 0. */
function whitened(template: readonly number[]): number[] {
  const mean = template.reduce((a, b) => a + b, 0) / template.length;
  const deviation = Math.sqrt(template.reduce((a, b) => a + (b - mean) ** 2, 0) / template.length);
  return template.map((v) => (v - template[0]!) / deviation / 6);
}

/** A digit in a line of 72 places, moved and noisy, seen through 40. */
function distorted(digit: readonly number[], options: Mnist1dOptions, generator: RandomGenerator): number[] {
  const { scale = 0.4, maxTranslation = 48, correlatedNoise = 0.25, noise = 0.02, shear = 0.75 } = options;
  // A trace is added so that the digit's own zeros are not taken for the empty places beside it.
  const padding = 36 + Math.floor(generator.uniform() * 25);
  const padded = [...digit.map((v) => v + 1e-8), ...new Array<number>(padding).fill(0)];
  const factor = 1 + scale * (generator.uniform() - 0.5);
  const wide = interpolated(padded, 72).map((v) => v * factor);
  const shift = Math.floor(generator.uniform() * maxTranslation);
  const moved = wide.map((_, i) => wide[(i - shift + 72) % 72]!);
  const haze = smoothed(moved.map(() => correlatedNoise * generator.normal()));
  const slope = shear * (generator.uniform() - 0.5);
  const noisy = moved.map((v, i) => (v === 0 ? haze[i]! : v) + noise * generator.normal() - slope * (i / 71 - 0.5));
  return interpolated(noisy, 40);
}

/** The line through the values, read at evenly spread places. */
function interpolated(values: readonly number[], count: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    const at = (i * (values.length - 1)) / (count - 1);
    const left = Math.min(Math.floor(at), values.length - 2);
    return values[left]! + (at - left) * (values[left + 1]! - values[left]!);
  });
}

/** Smoothed by a Gaussian of deviation 2, cut off after 8 places; past its ends the line is mirrored. */
function smoothed(values: readonly number[]): number[] {
  const weights = Array.from({ length: 17 }, (_, i) => Math.exp(-((i - 8) ** 2) / 8));
  const total = weights.reduce((a, b) => a + b, 0);
  const last = values.length - 1;
  const mirrored = (i: number) => values[i < 0 ? -i - 1 : i > last ? 2 * last + 1 - i : i]!;
  return values.map((_, i) => weights.reduce((sum, weight, k) => sum + weight * mirrored(i + k - 8), 0) / total);
}

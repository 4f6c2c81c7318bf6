/** Small classic sets in the plane, on which one sees what a model does. */
import { fromData, tensor } from "../creation.ts";
import { circlePoint } from "../random/elementary.ts";
import { defaultGenerator, type RandomGenerator } from "../random.ts";
import type { Samples } from "./dataset.ts";

/** Options of sets that are drawn. */
export interface ToyOptions {
  /** Samples in all; default 100. */
  count?: number;
  /** Where the draws come from; the default generator if left out. */
  generator?: RandomGenerator;
}

/** Options of sets that are curves with noise. */
export interface CurveOptions extends ToyOptions {
  /** The standard deviation of the normal noise on each coordinate; default 0. */
  noise?: number;
}

/**
 * Exclusive or: the four corners of the unit square, 1 where just one coordinate is 1. No line separates them.
 *
 * Shapes: x `(4, 2)`, y `(4, 1)`, both float32.
 *
 * @see book §1.3.
 * @example xor().y.toArray() // [[0], [1], [1], [0]]
 */
export function xor(): Samples {
  return {
    x: tensor([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]),
    y: tensor([[0], [1], [1], [0]]),
  };
}

/** Points of classes, class by class in turn, so that any stretch of the set has all of them. */
function drawn(
  count: number,
  classes: number,
  point: (c: number, i: number, of: number) => readonly number[],
): Samples {
  if (!Number.isInteger(count) || count < classes) {
    throw new RangeError(
      `Cannot draw ${count} samples of ${classes} classes: there must be a whole number, at least one a class`,
    );
  }
  const rows: (readonly number[])[] = [];
  const y = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const c = i % classes;
    const of = Math.ceil((count - c) / classes);
    rows.push(point(c, Math.floor(i / classes), of));
    y[i] = c;
  }
  return { x: tensor(rows), y: fromData(y) };
}

function noisy(point: readonly number[], noise: number, generator: RandomGenerator): number[] {
  return point.map((value) => (noise === 0 ? value : value + noise * generator.normal()));
}

/** Options of `blobs`. */
export interface BlobOptions extends ToyOptions {
  /** The middle of each class; default (−2, −2) and (2, 2). */
  centers?: readonly (readonly number[])[];
  /** The standard deviation of each class; default 1. */
  std?: number;
}

/**
 * A normal cloud of points around each center.
 *
 * Shapes: x `(count, dimensions)`, y `(count)` of class numbers, int32.
 *
 * @example blobs({ count: 6, centers: [[0, 0], [5, 5], [0, 5]] }).y.toArray() // [0, 1, 2, 0, 1, 2]
 */
export function blobs(options: BlobOptions = {}): Samples {
  const centers = options.centers ?? [
    [-2, -2],
    [2, 2],
  ];
  const { count = 100, std = 1, generator = defaultGenerator } = options;
  return drawn(count, centers.length, (c) => noisy(centers[c]!, std, generator));
}

/** As `blobs`. @example gaussians({ count: 4 }).x.shape // [4, 2] */
export const gaussians = blobs;

/**
 * Two half circles that reach into each other.
 *
 * Shapes: x `(count, 2)`, y `(count)` of 0 (upper) and 1 (lower), int32.
 *
 * @example moons({ count: 4 }).x.shape // [4, 2]
 */
export function moons(options: CurveOptions = {}): Samples {
  const { count = 100, noise = 0, generator = defaultGenerator } = options;
  return drawn(count, 2, (c, i, of) => {
    const [cos, sin] = circlePoint((0.5 * i) / Math.max(1, of - 1));
    return noisy(c === 0 ? [cos, sin] : [1 - cos, 0.5 - sin], noise, generator);
  });
}

/**
 * A circle within a circle.
 *
 * Shapes: x `(count, 2)`, y `(count)` of 0 (outer) and 1 (inner), int32.
 *
 * @param options `factor`: the radius of the inner one, in (0, 1); default 0.5.
 * @example circles({ count: 4 }).x.shape // [4, 2]
 */
export function circles(options: CurveOptions & { factor?: number } = {}): Samples {
  const { count = 100, noise = 0, factor = 0.5, generator = defaultGenerator } = options;
  if (!(factor > 0 && factor < 1))
    throw new RangeError(`Cannot draw a circle of radius ${factor} within one of radius 1`);
  return drawn(count, 2, (c, i, of) => {
    const radius = c === 0 ? 1 : factor;
    return noisy(
      circlePoint(i / of).map((v) => radius * v),
      noise,
      generator,
    );
  });
}

/**
 * Arms that wind around each other.
 *
 * Shapes: x `(count, 2)`, y `(count)` of arm numbers, int32.
 *
 * @param options `classes`: arms, default 2; `turns`: how far each winds, default 1.
 * @see Lang and Witbrock (1988).
 * @example spirals({ count: 6, classes: 3 }).y.toArray() // [0, 1, 2, 0, 1, 2]
 */
export function spirals(options: CurveOptions & { classes?: number; turns?: number } = {}): Samples {
  const { count = 100, noise = 0, classes = 2, turns = 1, generator = defaultGenerator } = options;
  return drawn(count, classes, (c, i, of) => {
    const radius = (i + 1) / of;
    const angle = c / classes + turns * radius;
    return noisy(
      circlePoint(angle - Math.floor(angle)).map((v) => radius * v),
      noise,
      generator,
    );
  });
}

/** Splitting data: for training and for judging. */
import { fromData } from "../creation.ts";
import { indexSelect } from "../ops/indexing.ts";
import { type RandomGenerator, randperm } from "../random.ts";
import { Dataset, type Samples, Subset } from "./dataset.ts";

/** Samples or a dataset. */
type Splittable = Samples | Dataset<unknown>;

/** What a part of it is: of samples samples, of a dataset a subset. */
type PartOf<S extends Splittable> = S extends Dataset<infer T> ? Subset<T> : Samples;

function lengthOf(source: Splittable): number {
  return source instanceof Dataset ? source.length : source.x.shape[0]!;
}

/** The samples of the given numbers. @example subset(data.xor(), [3]).x.toArray() // [[1, 1]] */
export function subset<S extends Splittable>(source: S, indices: readonly number[]): PartOf<S> {
  if (source instanceof Dataset) return new Subset(source, indices) as PartOf<S>;
  const index = fromData(Int32Array.from(indices));
  return { x: indexSelect(source.x, 0, index), y: indexSelect(source.y, 0, index) } as PartOf<S>;
}

/**
 * Splits at random into parts.
 *
 * @param source `{ x, y }` or a dataset.
 * @param lengths Sizes that add up to the whole, or shares that add up to 1.
 * @param options `generator`: where the order comes from; the default generator if left out.
 * @throws {RangeError} If the lengths do not add up.
 * @see book §1.10.
 * @example randomSplit(data.xor(), [0.75, 0.25]).map((part) => part.x.shape[0]) // [3, 1]
 */
export function randomSplit<S extends Splittable>(
  source: S,
  lengths: readonly number[],
  options: { generator?: RandomGenerator } = {},
): PartOf<S>[] {
  const total = lengthOf(source);
  const sizes = sizesOf(lengths, total);
  const order = [...randperm(total, options).data];
  let end = 0;
  return sizes.map((size) => {
    const start = end;
    end += size;
    return subset(source, order.slice(start, end));
  });
}

function sizesOf(lengths: readonly number[], total: number): number[] {
  const sum = lengths.reduce((a, b) => a + b, 0);
  if (lengths.every((size) => Number.isInteger(size) && size >= 0) && sum === total) return [...lengths];
  if (!lengths.every((share) => share >= 0 && share <= 1) || Math.abs(sum - 1) > 1e-9) {
    throw new RangeError(
      `Cannot split ${total} samples into ${lengths.join(", ")}: give sizes that add up to ${total} or shares that add up to 1`,
    );
  }
  const sizes = lengths.map((share) => Math.floor(total * share + 1e-9));
  // What rounding left goes to the first parts, one sample each.
  const rest = total - sizes.reduce((a, b) => a + b, 0);
  for (let i = 0; i < rest; i++) sizes[i % sizes.length]!++;
  return sizes;
}

/** One round of cross-validation. */
export interface Fold<S extends Splittable> {
  readonly train: PartOf<S>;
  readonly test: PartOf<S>;
}

/**
 * Cross-validation: k rounds, in each of which another k-th of the samples is held back to test.
 *
 * @param source `{ x, y }` or a dataset.
 * @param options `k`, default 5; `shuffle`: whether samples are dealt at random (default) or in blocks; `generator`.
 * @throws {RangeError} If k is not from 2 to the number of samples.
 * @see Stone (1974).
 * @example kFold(data.xor(), { k: 2 }).length // 2
 */
export function kFold<S extends Splittable>(
  source: S,
  options: { k?: number; shuffle?: boolean; generator?: RandomGenerator } = {},
): Fold<S>[] {
  const { k = 5, shuffle = true, generator } = options;
  const total = lengthOf(source);
  if (!Number.isInteger(k) || k < 2 || k > total) {
    throw new RangeError(`Cannot make ${k} folds of ${total} samples: k must be a whole number from 2 to ${total}`);
  }
  const order = shuffle ? [...randperm(total, { generator }).data] : Array.from({ length: total }, (_, i) => i);
  return Array.from({ length: k }, (_, fold) => {
    // The first folds have one sample more if the number does not divide.
    const [start, end] = [fold, fold + 1].map((f) => f * Math.floor(total / k) + Math.min(f, total % k)) as [
      number,
      number,
    ];
    return {
      train: subset(source, [...order.slice(0, start), ...order.slice(end)]),
      test: subset(source, order.slice(start, end)),
    };
  });
}

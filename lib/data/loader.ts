/** DataLoader: a dataset in batches. */
import { defaultGenerator, type RandomGenerator } from "../random.ts";
import type { Tensor } from "../tensor.ts";
import { type Collated, defaultCollate } from "./collate.ts";
import { Dataset, type Samples, TensorDataset } from "./dataset.ts";
import { RandomSampler, type Sampler, SequentialSampler } from "./sampler.ts";

/** Options of a DataLoader. */
export interface LoaderOptions<T = unknown, B = unknown> {
  /** Samples in a batch; default 1. */
  batchSize?: number;
  /** Whether each pass takes a new random order; default false. */
  shuffle?: boolean;
  /** Whether a last batch that is not full is left out; default false. */
  dropLast?: boolean;
  /** Where random orders come from; the default generator if left out. */
  generator?: RandomGenerator;
  /** The order of a pass, instead of `shuffle`. */
  sampler?: Sampler;
  /** How many batches are fetched ahead where samples come as promises, in `for await`; default 2. */
  prefetchFactor?: number;
  /** Makes a batch of samples; by default tensors are stacked. */
  collate?: (samples: T[]) => B;
}

/**
 * A dataset in batches, pass after pass: `for (const [x, y] of loader)`. If samples come as promises, from files for instance, write
 * `for await (const [x, y] of loader)`: the next batches are fetched meanwhile.
 *
 * With the same seed, the order is the same as PyTorch's.
 *
 * @param dataset A dataset, or `{ x, y }`, whose batches are `[x, y]`.
 * @param options `batchSize`, `shuffle`, `dropLast`, `generator`, `sampler`, `collate`.
 * @throws {RangeError} If the batch size is not a positive whole number, or both `shuffle` and `sampler` are given.
 * @see book §1.9.
 * @example new DataLoader(data.xor(), { batchSize: 3 }).length // 2
 */
export class DataLoader<T = [Tensor, Tensor], B = Collated<Awaited<T>>> implements Iterable<B>, AsyncIterable<B> {
  readonly dataset: Dataset<T>;
  readonly batchSize: number;
  readonly dropLast: boolean;
  readonly sampler: Sampler;
  private readonly collate: ((samples: T[]) => B) | undefined;
  private readonly generator: RandomGenerator;
  private readonly prefetchFactor: number;

  constructor(dataset: Dataset<T> | Samples, options: LoaderOptions<T, B> = {}) {
    const {
      batchSize = 1,
      shuffle = false,
      dropLast = false,
      generator,
      sampler,
      collate,
      prefetchFactor = 2,
    } = options;
    if (!Number.isInteger(batchSize) || batchSize < 1) {
      throw new RangeError(`Cannot load batches of ${batchSize} samples: it must be a whole number ≥ 1`);
    }
    if (!Number.isInteger(prefetchFactor) || prefetchFactor < 0)
      throw new RangeError(`Cannot fetch ${prefetchFactor} batches ahead: it must be a whole number ≥ 0`);
    if (shuffle && sampler)
      throw new RangeError("Cannot both shuffle and use a sampler: the sampler already says the order");
    this.dataset = dataset instanceof Dataset ? dataset : (datasetOf(dataset) as unknown as Dataset<T>);
    this.batchSize = batchSize;
    this.dropLast = dropLast;
    const { length } = this.dataset;
    this.sampler = sampler ?? (shuffle ? new RandomSampler(length, { generator }) : new SequentialSampler(length));
    this.collate = collate;
    this.prefetchFactor = prefetchFactor;
    this.generator = generator ?? defaultGenerator;
  }

  /** The streams of random numbers that passes draw from. */
  generators(): RandomGenerator[] {
    const own = (this.sampler as { generator?: RandomGenerator }).generator;
    return own === undefined ? [this.generator] : [this.generator, own];
  }

  /** Batches in a pass. */
  get length(): number {
    const batches = this.sampler.length / this.batchSize;
    return this.dropLast ? Math.floor(batches) : Math.ceil(batches);
  }

  *[Symbol.iterator](): Generator<B> {
    for (const indices of this.batches()) yield this.fetch(indices);
  }

  /** The batches in the same order, where samples may be promises; `prefetchFactor` batches are on their way at a time. */
  async *[Symbol.asyncIterator](): AsyncGenerator<B> {
    const ahead: Promise<B>[] = [];
    for (const indices of this.batches()) {
      ahead.push(this.fetchLater(indices));
      if (ahead.length > this.prefetchFactor) yield await ahead.shift()!;
    }
    for (const batch of ahead) yield await batch;
  }

  /** The samples of each batch. */
  private *batches(): Generator<number[]> {
    // PyTorch draws a seed for its workers at the start of each pass; without it the streams would part here.
    this.generator.random();
    this.generator.random();
    let indices: number[] = [];
    for (const index of this.sampler) {
      indices.push(index);
      if (indices.length < this.batchSize) continue;
      yield indices;
      indices = [];
    }
    if (indices.length > 0 && !this.dropLast) yield indices;
  }

  private fetch(indices: number[]): B {
    const { dataset, collate } = this;
    if (collate === undefined && dataset.batch) return dataset.batch(indices) as unknown as B;
    return this.batchOf(indices.map((i) => dataset.get(i)));
  }

  private async fetchLater(indices: number[]): Promise<B> {
    const { dataset, collate } = this;
    if (collate === undefined && dataset.batch) return (await dataset.batch(indices)) as unknown as B;
    return this.batchOf(await Promise.all(indices.map((i) => dataset.get(i))));
  }

  private batchOf(samples: T[]): B {
    const { collate } = this;
    return collate === undefined ? (defaultCollate(samples) as unknown as B) : collate(samples);
  }
}

/** The samples as a dataset. */
export function datasetOf({ x, y }: Samples): TensorDataset<[Tensor, Tensor]> {
  return new TensorDataset<[Tensor, Tensor]>(x, y);
}

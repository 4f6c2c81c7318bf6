/** Samplers: in which order a pass takes the samples. */
import { defaultGenerator, multinomial, RandomGenerator, randperm } from "../random.ts";
import type { TensorLike } from "../tensor.ts";

/** The order of one pass: anything that can be iterated again and again. */
export interface Sampler extends Iterable<number> {
  /** Samples in a pass. */
  readonly length: number;
}

/** One after the other. @example [...new SequentialSampler(3)] // [0, 1, 2] */
export class SequentialSampler implements Sampler {
  constructor(readonly length: number) {}

  *[Symbol.iterator](): IterableIterator<number> {
    for (let i = 0; i < this.length; i++) yield i;
  }
}

/**
 * Each once, in a new random order every pass.
 *
 * @param length Samples.
 * @param options `generator`: where orders come from; if left out, each pass seeds one from the default generator, as PyTorch does.
 * @example [...new RandomSampler(3)].sort() // [0, 1, 2]
 */
export class RandomSampler implements Sampler {
  /** Where orders come from, if not from the default generator. */
  readonly generator: RandomGenerator | undefined;

  constructor(
    readonly length: number,
    options: { generator?: RandomGenerator } = {},
  ) {
    this.generator = options.generator;
  }

  *[Symbol.iterator](): IterableIterator<number> {
    yield* randperm(this.length, { generator: this.generator ?? freshGenerator() }).data;
  }
}

/** A generator seeded from the default one: of a 64-bit draw the low word counts. */
function freshGenerator(): RandomGenerator {
  defaultGenerator.random();
  return new RandomGenerator(defaultGenerator.random());
}

/**
 * Each as often as its weight says, on average: to balance rare classes.
 *
 * @param weights One a sample.
 * @param length Draws in a pass.
 * @param options `replacement`: whether a sample can come again; default true. `generator`.
 * @example [...new WeightedRandomSampler([0, 1], 3)] // [1, 1, 1]
 */
export class WeightedRandomSampler implements Sampler {
  /** Where draws come from, if not from the default generator. */
  readonly generator: RandomGenerator | undefined;
  private readonly replacement: boolean;

  constructor(
    private readonly weights: TensorLike,
    readonly length: number,
    options: { replacement?: boolean; generator?: RandomGenerator } = {},
  ) {
    this.generator = options.generator;
    this.replacement = options.replacement ?? true;
  }

  *[Symbol.iterator](): IterableIterator<number> {
    const { replacement, generator } = this;
    yield* multinomial(this.weights, { count: this.length, replacement, generator }).data;
  }
}

/**
 * Some samples, each once, in a new random order every pass.
 *
 * @param indices Which.
 * @param options `generator`: where orders come from; the default generator if left out.
 * @example [...new SubsetRandomSampler([4, 7])].sort() // [4, 7]
 */
export class SubsetRandomSampler implements Sampler {
  readonly length: number;
  /** Where orders come from, if not from the default generator. */
  readonly generator: RandomGenerator | undefined;

  constructor(
    private readonly indices: readonly number[],
    options: { generator?: RandomGenerator } = {},
  ) {
    this.length = indices.length;
    this.generator = options.generator;
  }

  *[Symbol.iterator](): IterableIterator<number> {
    for (const i of randperm(this.length, { generator: this.generator }).data) yield this.indices[i]!;
  }
}

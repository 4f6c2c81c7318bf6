/** Words as vectors, and what can be asked of them. */
import { asTensor } from "../creation.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** A word and how near it is: the cosine of the angle, from −1 to 1. */
export interface Neighbour {
  readonly word: string;
  readonly similarity: number;
}

/**
 * Vectors of words. How alike two words are is the cosine of the angle between their vectors.
 *
 * Shapes: `vectors` `(words, size)`, in the vocabulary's order.
 *
 * @param vocabulary The words.
 * @param vectors Their vectors, such as a row of `lsa`, or the weight of an Embedding.
 * @throws {RangeError} If there is not a vector for each word.
 * @see book §5.2.
 * @example
 * const words = text.Vocabulary.of(["king", "queen", "man", "woman"]);
 * const vectors = new WordVectors(words, [[1, 0, 1], [1, 1, 0], [0, 0, 1], [0, 1, 0]]);
 * vectors.analogy(["man", "king"], "woman")[0]?.word // "queen"
 */
export class WordVectors {
  readonly vocabulary: Vocabulary;
  /** The vectors as they were given. */
  readonly vectors: Tensor;
  /** Each vector scaled to length 1. */
  private readonly units: Float64Array;
  private readonly size: number;

  constructor(vocabulary: Vocabulary, vectors: TensorLike) {
    this.vocabulary = vocabulary;
    this.vectors = asTensor(vectors).detach();
    const [rows, size] = this.vectors.shape as [number, number];
    if (this.vectors.ndim !== 2 || rows !== vocabulary.size) {
      throw new RangeError(
        `Cannot give ${vocabulary.size} words the vectors [${this.vectors.shape}]: expected (${vocabulary.size}, size)`,
      );
    }
    this.size = size;
    this.units = Float64Array.from(this.vectors.data);
    for (let row = 0; row < rows; row++) scaleToUnit(this.units.subarray(row * size, (row + 1) * size));
  }

  /** The vector of a word. Shapes: `(size)`. @throws {RangeError} If the word is not in the vocabulary. */
  vector(word: string): Tensor {
    return this.vectors.select(0, this.known(word));
  }

  /** How alike two words are: the cosine of the angle between them. @throws {RangeError} If one is not in the vocabulary. */
  similarity(a: string, b: string): number {
    return dot(this.unit(this.known(a)), this.unit(this.known(b)));
  }

  /**
   * The words that are most like a word, without itself.
   *
   * @param options `count`: how many; default 10.
   * @throws {RangeError} If the word is not in the vocabulary.
   */
  neighbours(word: string, options: { count?: number } = {}): Neighbour[] {
    const index = this.known(word);
    return this.nearest(this.unit(index), new Set([index]), options.count);
  }

  /**
   * What is to `third` as `to` is to `from`: the words nearest to `to − from + third`, without those three.
   *
   * @param pair The words `from` and `to`.
   * @param third The word that the same step is taken from.
   * @param options `count`: how many; default 10.
   * @throws {RangeError} If a word is not in the vocabulary.
   * @see Mikolov, Yih and Zweig (2013).
   */
  analogy(
    [from, to]: readonly [from: string, to: string],
    third: string,
    options: { count?: number } = {},
  ): Neighbour[] {
    const [a, b, c] = [from, to, third].map((word) => this.known(word)) as [number, number, number];
    const [minus, plus, start] = [this.unit(a), this.unit(b), this.unit(c)];
    const target = plus.map((value, i) => value - minus[i]! + start[i]!);
    scaleToUnit(target);
    return this.nearest(target, new Set([a, b, c]), options.count);
  }

  private nearest(target: Float64Array, without: ReadonlySet<number>, count = 10): Neighbour[] {
    return this.vocabulary.tokens
      .map((word, i) => ({ word, similarity: without.has(i) ? Number.NEGATIVE_INFINITY : dot(target, this.unit(i)) }))
      .sort((a, b) => b.similarity - a.similarity)
      .slice(0, Math.min(count, this.vocabulary.size - without.size));
  }

  private unit(index: number): Float64Array {
    return this.units.subarray(index * this.size, (index + 1) * this.size);
  }

  private known(word: string): number {
    if (!this.vocabulary.has(word)) {
      throw new RangeError(`Cannot find a vector for ${JSON.stringify(word)}: there are ${this.vocabulary.size} words`);
    }
    return this.vocabulary.indexOf(word);
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function scaleToUnit(vector: Float64Array): void {
  const length = Math.hypot(...vector);
  if (length > 0) for (let i = 0; i < vector.length; i++) vector[i]! /= length;
}

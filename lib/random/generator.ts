/** Generators of random numbers: each one a stream of its own, which a seed fixes. */
import type { DrawKind } from "../backends/backend.ts";
import { backend } from "../backends/index.ts";
import type { TypedArray } from "../dtype.ts";
import { packedView, Storage } from "../storage.ts";
import { circlePoint, ln, ln1p } from "./elementary.ts";
import { MersenneTwister } from "./mersenne-twister.ts";

/** The state of a generator: plain numbers, which JSON can carry. */
export interface GeneratorState {
  readonly seed: number;
  /** The Mersenne Twister's position and key. */
  readonly twister: readonly number[];
  /** The second number of the last pair of normal numbers, if it was not drawn yet. */
  readonly spare: number | null;
}

/** What unseeded generators start from, so that a notebook gives the same numbers each time it is run. It is PyTorch's constant. */
export const defaultSeed = 67280421310721;

/**
 * A stream of random numbers, made by the Mersenne Twister MT19937.
 *
 * Numbers are made from its words as PyTorch makes them on the CPU, so the same seed gives the same uniform numbers, integers and permutations
 * as there, and normal numbers up to rounding. No platform's `Math.log` takes part: a seed gives the same stream everywhere.
 *
 * @param seed A whole number, of which the low 32 bits count.
 * @see Matsumoto and Nishimura (1998).
 * @example new RandomGenerator(0).uniform24() // 0.4962…
 */
export class RandomGenerator {
  private readonly twister: MersenneTwister;
  private spare: number | null = null;
  private start: number;

  constructor(seed: number = defaultSeed) {
    this.start = checkSeed(seed);
    this.twister = new MersenneTwister(seed);
  }

  /** The seed that the stream was started from. */
  get initialSeed(): number {
    return this.start;
  }

  /** Starts the stream of a seed. */
  manualSeed(seed: number): this {
    this.start = checkSeed(seed);
    this.twister.seed(seed);
    this.spare = null;
    return this;
  }

  /** The state, to return to this point of the stream with `setState`. @example const g = new RandomGenerator(1); g.setState(g.getState()) */
  getState(): GeneratorState {
    return { seed: this.start, twister: this.twister.save(), spare: this.spare };
  }

  /** Returns to a point of the stream that `getState` noted. */
  setState(state: GeneratorState): this {
    this.twister.load(state.twister);
    this.start = state.seed;
    this.spare = state.spare;
    return this;
  }

  /** A whole number from 0 to 2³² − 1, each equally likely. */
  random(): number {
    return this.twister.next();
  }

  /** A number in [0, 1) with 53 random bits, enough for float64. */
  uniform(): number {
    const upper = this.twister.next() & 0x1fffff;
    return (upper * 0x100000000 + this.twister.next()) * 2 ** -53;
  }

  /** A number in [0, 1) with 24 random bits, enough for float32. */
  uniform24(): number {
    return (this.twister.next() & 0xffffff) * 2 ** -24;
  }

  /** A whole number from 0 to `range` − 1; as in PyTorch by a remainder, which favours small ones by less than range / 2³². */
  integer(range: number): number {
    return this.twister.next() % range;
  }

  /** A number of the normal distribution with mean 0 and variance 1. @see Box and Muller (1958). */
  normal(): number {
    if (this.spare !== null) {
      const { spare } = this;
      this.spare = null;
      return spare;
    }
    const turn = this.uniform();
    const radius = Math.sqrt(-2 * ln1p(-this.uniform()));
    const [cos, sin] = circlePoint(turn);
    this.spare = radius * sin;
    return radius * cos;
  }

  /** A number of the exponential distribution with mean 1. */
  exponential(): number {
    return -ln1p(-this.uniform());
  }

  /** Fills an array with numbers in [0, 1), multiplied by `scale` and added to `shift`. */
  fillUniform(array: TypedArray, scale = 1, shift = 0): void {
    if (this.drawn("uniform", array, scale, shift)) return;
    const single = array instanceof Float32Array;
    for (let i = 0; i < array.length; i++) array[i] = (single ? this.uniform24() : this.uniform()) * scale + shift;
  }

  /**
   * Fills an array with normal numbers, multiplied by `scale` and added to `shift`; from 16 elements on by pairs of uniform numbers 8 places apart, the
   * order of PyTorch's vector code.
   */
  fillNormal(array: TypedArray, scale = 1, shift = -0): void {
    if (this.drawn("normal", array, scale, shift)) return;
    if (array.length < 16) for (let i = 0; i < array.length; i++) array[i] = this.normal();
    else this.fillBlocks(array);
    for (let i = 0; i < array.length; i++) array[i] = array[i]! * scale + shift;
  }

  private fillBlocks(array: TypedArray): void {
    const single = array instanceof Float32Array;
    const fill = (part: TypedArray) => {
      for (let i = 0; i < part.length; i++) part[i] = single ? this.uniform24() : this.uniform();
    };
    fill(array);
    for (let i = 0; i + 16 <= array.length; i += 16) toNormal(array.subarray(i, i + 16));
    if (array.length % 16 !== 0) {
      const rest = array.subarray(array.length - 16);
      fill(rest);
      toNormal(rest);
    }
  }

  /** Fills an array with ones, each with probability `p`, and zeros. */
  fillBernoulli(array: TypedArray, p: number): void {
    if (this.drawn("bernoulli", array, p, 0)) return;
    for (let i = 0; i < array.length; i++) array[i] = this.uniform() < p ? 1 : 0;
  }

  /** Fills an array with numbers of the exponential distribution with mean 1. */
  fillExponential(array: TypedArray): void {
    if (this.drawn("exponential", array, 1, 0)) return;
    for (let i = 0; i < array.length; i++) array[i] = this.exponential();
  }

  /** Whether the backend drew the numbers. */
  private drawn(kind: DrawKind, array: TypedArray, scale: number, shift: number): boolean {
    const dtype = array instanceof Float32Array ? "float32" : array instanceof Float64Array ? "float64" : null;
    if (dtype === null || backend.draw === undefined) return false;
    return backend.draw(kind, this.twister.state, packedView(new Storage(array), dtype), scale, shift);
  }
}

/** Turns 16 uniform numbers into normal ones, in place. */
function toNormal(block: TypedArray): void {
  for (let j = 0; j < 8; j++) {
    const radius = Math.sqrt(-2 * ln(1 - block[j]!));
    const [cos, sin] = circlePoint(block[j + 8]!);
    block[j] = radius * cos;
    block[j + 8] = radius * sin;
  }
}

function checkSeed(seed: number): number {
  if (!Number.isSafeInteger(seed))
    throw new RangeError(`Cannot seed a generator with ${seed}: it must be a whole number`);
  return seed;
}

/** The generator of every draw that names no other. */
export const defaultGenerator = new RandomGenerator();

/**
 * Seeds the default generator, which every draw uses that names no other: weights, shuffles, dropout.
 *
 * @param seed A whole number, of which the low 32 bits count.
 * @returns The default generator.
 * @example manualSeed(0); rand([1]) // [0.4962…]
 */
export function manualSeed(seed: number): RandomGenerator {
  return defaultGenerator.manualSeed(seed);
}

/** Where random numbers come from. */
export interface RandomSource {
  /** The stream to draw from; the default generator if left out. */
  generator?: RandomGenerator;
}

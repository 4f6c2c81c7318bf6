/** What word2vec learns from: a word and its surroundings. */
import type { RandomGenerator } from "../../random.ts";

/** A word to be told from others, and what it is told by. */
export interface Example {
  /** Of skip-gram one word, of CBOW all around. */
  readonly inputs: readonly number[];
  readonly target: number;
  /** Where in the text the word in the middle is. */
  readonly place?: number;
}

/** How examples are made of a text. */
export interface ExampleOptions {
  architecture: "skip-gram" | "cbow";
  /** The most tokens to each side; each place draws its own number from 1 to this, so that near words count more. */
  window: number;
  /** The chance that a token of each index is kept. */
  keep: Float64Array;
  generator: RandomGenerator;
}

/** What is left of a text, and where in it each token was. */
export interface Thinned {
  readonly tokens: Int32Array;
  readonly places: Int32Array;
}

/** Leaves frequent words out at random, which makes windows wider. */
export function thin(text: ArrayLike<number>, keep: Float64Array, generator: RandomGenerator): Thinned {
  const [tokens, places] = [new Int32Array(text.length), new Int32Array(text.length)];
  let kept = 0;
  for (let place = 0; place < text.length; place++) {
    const token = text[place]!;
    if (!(keep[token]! >= 1 || generator.uniform() < keep[token]!)) continue;
    tokens[kept] = token;
    places[kept++] = place;
  }
  return { tokens: tokens.subarray(0, kept), places: places.subarray(0, kept) };
}

/** A token and its surroundings: those from `from` to before `to`, without itself. */
export interface Surroundings {
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

/** The surroundings of each of `count` tokens. How far they reach is drawn when they are asked for. */
export function* surroundingsOf(count: number, window: number, generator: RandomGenerator): Generator<Surroundings> {
  for (let at = 0; at < count; at++) {
    const reach = 1 + generator.integer(window);
    yield { at, from: Math.max(0, at - reach), to: Math.min(count, at + reach + 1) };
  }
}

/**
 * The examples of a text, in its order. Skip-gram tells each word around from the word in the middle, CBOW the word in the middle from those around. Frequent
 * words are thinned before.
 */
export function* examplesOf(text: ArrayLike<number>, options: ExampleOptions): Generator<Example> {
  const { architecture, window, keep, generator } = options;
  const { tokens, places } = thin(text, keep, generator);
  for (const { at, from, to } of surroundingsOf(tokens.length, window, generator)) {
    const [word, place] = [tokens[at]!, places[at]!];
    const around = [...tokens.subarray(from, at), ...tokens.subarray(at + 1, to)];
    if (architecture === "skip-gram") for (const target of around) yield { inputs: [word], target, place };
    else if (around.length > 0) yield { inputs: around, target: word, place };
  }
}

/**
 * The chance that a token is kept, by its index: `min(1, √(t/f) + t/f)` for a share f of all tokens.
 *
 * @param threshold The share t from which words are thinned; 0 keeps all.
 * @see Mikolov et al. (2013b), and the program that came with it, whose formula this is.
 */
export function keepChances(counts: readonly number[], threshold: number): Float64Array {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return Float64Array.from(counts, (count) => {
    if (threshold === 0 || count === 0) return 1;
    const ratio = (threshold * total) / count;
    return Math.min(1, Math.sqrt(ratio) + ratio);
  });
}

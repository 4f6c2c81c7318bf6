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

/**
 * The examples of a text, in its order. Skip-gram tells each word around from the word in the middle, CBOW the word in the middle from those around. Frequent
 * words are left out at random before, which makes the windows wider.
 */
export function* examplesOf(text: ArrayLike<number>, options: ExampleOptions): Generator<Example> {
  const { architecture, window, keep, generator } = options;
  const places = Array.from(text, (_, place) => place).filter(
    (place) => keep[text[place]!]! >= 1 || generator.uniform() < keep[text[place]!]!,
  );
  for (const [i, place] of places.entries()) {
    const reach = 1 + generator.integer(window);
    const around = [...places.slice(Math.max(0, i - reach), i), ...places.slice(i + 1, i + 1 + reach)].map(
      (neighbour) => text[neighbour]!,
    );
    if (architecture === "skip-gram") for (const target of around) yield { inputs: [text[place]!], target, place };
    else if (around.length > 0) yield { inputs: around, target: text[place]!, place };
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

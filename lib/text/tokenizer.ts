/** From text to tokens and back. */

/** Splits texts into tokens, and joins tokens. */
export interface Tokenizer {
  /** The tokens of a text, in its order. */
  tokenize(text: string): string[];
  /** A text of tokens. */
  join(tokens: readonly string[]): string;
}

/**
 * Every character is a token: code points, so that "é" and "𝒳" are one each.
 *
 * @example characters.tokenize("né") // ["n", "é"]
 */
export const characters: Tokenizer = {
  tokenize: (text) => [...text],
  join: (tokens) => tokens.join(""),
};

/** Options of words. */
export interface WordOptions {
  /** Turns capital letters into small ones; default true. */
  lowercase?: boolean;
  /** Gives punctuation as tokens of their own, rather than to drop it; default false. */
  punctuation?: boolean;
}

/**
 * Words are tokens: runs of letters, marks and digits of any script, with apostrophes and hyphens inside.
 *
 * @param options `lowercase`, `punctuation`.
 * @example words().tokenize("Don't panic, it's well-known.") // ["don't", "panic", "it's", "well-known"]
 */
export function words(options: WordOptions = {}): Tokenizer {
  const { lowercase = true, punctuation = false } = options;
  const word = /[\p{L}\p{M}\p{N}]+(?:['’‑-][\p{L}\p{M}\p{N}]+)*/u.source;
  const pattern = new RegExp(punctuation ? `${word}|[^\\s\\p{L}\\p{M}\\p{N}]` : word, "gu");
  return {
    tokenize: (text) => (lowercase ? text.toLowerCase() : text).match(pattern) ?? [],
    join: (tokens) =>
      tokens.reduce(
        (text, token) => (text === "" || /^[^\p{L}\p{M}\p{N}]/u.test(token) ? text + token : `${text} ${token}`),
        "",
      ),
  };
}

/**
 * Runs of n tokens, such as the pairs of neighbours that a bigram model counts.
 *
 * @param n Tokens in a run, ≥ 1.
 * @throws {RangeError} If n is no whole number ≥ 1.
 * @example ngrams(["a", "b", "c"], 2) // [["a", "b"], ["b", "c"]]
 */
export function ngrams<T>(tokens: readonly T[], n: number): T[][] {
  if (!(Number.isInteger(n) && n >= 1))
    throw new RangeError(`Cannot take runs of ${n} tokens: n must be a whole number ≥ 1`);
  return Array.from({ length: Math.max(0, tokens.length - n + 1) }, (_, i) => tokens.slice(i, i + n));
}

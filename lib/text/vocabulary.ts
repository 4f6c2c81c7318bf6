/** The tokens that a model knows, and their numbers. */

/** Options of Vocabulary. */
export interface VocabularyOptions {
  /** Tokens seen less often are left out; default 1. */
  minCount?: number;
  /** The greatest number of tokens, specials included; default no limit. The most frequent stay. */
  maxSize?: number;
  /** Tokens that come first whether they occur or not, such as `["<pad>", "<bos>", "<eos>"]`; default none. */
  specials?: readonly string[];
  /** What stands for every token that is not in the vocabulary, itself a special; default none: an unknown token is an error. */
  unknown?: string;
}

/**
 * A vocabulary: tokens, each with an index from 0. Specials come first, then the unknown token, then the others, the most frequent first (those
 * of the same count by their code points, so that the order never depends on the text's). A one-hot vector of a token has its 1 at that index.
 *
 * @param texts Lists of tokens.
 * @param options `minCount`, `maxSize`, `specials`, `unknown`.
 * @throws {RangeError} If `minCount` or `maxSize` is no whole number ≥ 1, or the specials alone are more than `maxSize`.
 * @see book §5.2.1.
 * @example
 * const vocabulary = new Vocabulary([["the", "cat", "the"]], { unknown: "<unk>" });
 * vocabulary.encode(["the", "dog"]) // [1, 0]
 */
export class Vocabulary {
  /** The tokens by their index. */
  readonly tokens: readonly string[];
  /** How often each token occurred, by its index. */
  readonly counts: readonly number[];
  /** What stands for a token that is not here. */
  readonly unknown: string | undefined;
  private readonly indices: ReadonlyMap<string, number>;

  constructor(texts: Iterable<Iterable<string>>, options: VocabularyOptions = {}) {
    const { minCount = 1, maxSize = Number.POSITIVE_INFINITY, unknown } = options;
    for (const [name, value] of Object.entries({ minCount, maxSize })) {
      if (!(value >= 1 && (Number.isInteger(value) || value === Number.POSITIVE_INFINITY))) {
        throw new RangeError(`Cannot make a vocabulary with ${name} ${value}: it must be a whole number ≥ 1`);
      }
    }
    const first = [...new Set([...(options.specials ?? []), ...(unknown === undefined ? [] : [unknown])])];
    if (first.length > maxSize) {
      throw new RangeError(`Cannot make a vocabulary of ${maxSize} tokens: there are ${first.length} specials`);
    }
    const counts = countTokens(texts);
    const special = new Set(first);
    const others = [...counts]
      .filter(([token, count]) => count >= minCount && !special.has(token))
      .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
      .map(([token]) => token)
      .slice(0, maxSize - first.length);
    this.tokens = [...first, ...others];
    this.indices = new Map(this.tokens.map((token, i) => [token, i]));
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    const known = this.tokens.map((token) => counts.get(token) ?? 0);
    if (unknown !== undefined) {
      // The tokens left out are what the unknown token stands for.
      const unknownIndex = this.indices.get(unknown)!;
      known[unknownIndex] = total - known.reduce((sum, count) => sum + count, 0) + known[unknownIndex]!;
    }
    this.counts = known;
    this.unknown = unknown;
  }

  /** A vocabulary of given tokens in their order, as saved ones are. @throws {RangeError} If a token is there twice. */
  static of(tokens: readonly string[], options: { unknown?: string } = {}): Vocabulary {
    const seen = new Set<string>();
    const twice = tokens.find((token) => seen.size === seen.add(token).size);
    if (twice !== undefined)
      throw new RangeError(`Cannot make a vocabulary in which ${JSON.stringify(twice)} is twice`);
    return new Vocabulary([], { specials: tokens, ...options });
  }

  /** The number of tokens. */
  get size(): number {
    return this.tokens.length;
  }

  /** Whether a token is here under its own name. */
  has(token: string): boolean {
    return this.indices.has(token);
  }

  /**
   * The index of a token, or that of the unknown token.
   *
   * @throws {RangeError} If the token is not here and there is no unknown token.
   */
  indexOf(token: string): number {
    const index = this.indices.get(token) ?? (this.unknown === undefined ? undefined : this.indices.get(this.unknown));
    if (index === undefined) {
      throw new RangeError(
        `Cannot find ${JSON.stringify(token)} in a vocabulary of ${this.size} tokens, and it has no unknown token`,
      );
    }
    return index;
  }

  /**
   * The token of an index.
   *
   * @throws {RangeError} If there is none.
   */
  tokenOf(index: number): string {
    const token = this.tokens[index];
    if (token === undefined) {
      throw new RangeError(`Cannot find token ${index}: the vocabulary has 0 to ${this.size - 1}`);
    }
    return token;
  }

  /** The indices of tokens. @throws {RangeError} As `indexOf`. */
  encode(tokens: Iterable<string>): number[] {
    return Array.from(tokens, (token) => this.indexOf(token));
  }

  /** The tokens of indices. @throws {RangeError} As `tokenOf`. */
  decode(indices: Iterable<number>): string[] {
    return Array.from(indices, (index) => this.tokenOf(index));
  }
}

/** How often each token occurs. @example countTokens([["a", "b", "a"]]).get("a") // 2 */
export function countTokens(texts: Iterable<Iterable<string>>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) for (const token of text) counts.set(token, (counts.get(token) ?? 0) + 1);
  return counts;
}

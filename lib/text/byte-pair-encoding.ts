/** Byte-pair encoding: tokens between characters and words, learned from a text. */

import type { Tokenizer } from "./tokenizer.ts";
import { Vocabulary } from "./vocabulary.ts";

/** Two tokens that become one. */
export type Merge = readonly [left: string, right: string];

const end = "</w>";

/**
 * Byte-pair encoding: words fall into the pieces that a text is best made of. It starts with characters and, again and again, makes one token of
 * the pair of neighbours that is the most frequent, so that frequent words become tokens and rare ones fall into parts that are known. A `</w>`
 * marks the end of a word. Of pairs as frequent, the first by code points is taken, so that the same text gives the same merges.
 *
 * @see Sennrich, Haddow and Birch (2016); Gage (1994).
 * @example
 * const bpe = BytePairEncoding.train("low low low lower lowest", { merges: 4 });
 * bpe.tokenize("slow lower") // ["s", "low</w>", "lowe", "r", "</w>"]
 */
export class BytePairEncoding implements Tokenizer {
  /** The merges in the order in which they were learned. */
  readonly merges: readonly Merge[];
  /** Every token that can come of it: characters and merges. */
  readonly vocabulary: Vocabulary;
  private readonly ranks: ReadonlyMap<string, number>;
  private readonly cache = new Map<string, readonly string[]>();

  /**
   * @param merges The merges in the order in which they were learned.
   * @param characters The tokens that words are made of at first.
   */
  constructor(merges: readonly Merge[], characters: Iterable<string>) {
    this.merges = merges;
    this.ranks = new Map(merges.map(([left, right], i) => [keyOf(left, right), i]));
    const tokens = new Set([...characters, end, ...merges.map(([left, right]) => left + right)]);
    this.vocabulary = Vocabulary.of(["<unk>", ...[...tokens].filter((token) => token !== "<unk>")], {
      unknown: "<unk>",
    });
  }

  /**
   * Learns merges from a text.
   *
   * @param options `merges`: how many at most. It ends before where no pair occurs twice.
   * @throws {RangeError} If `merges` is no whole number ≥ 0.
   */
  static train(text: string, options: { merges: number }): BytePairEncoding {
    if (!(Number.isInteger(options.merges) && options.merges >= 0)) {
      throw new RangeError(`Cannot learn ${options.merges} merges: it must be a whole number ≥ 0`);
    }
    const counts = new Map<string, number>();
    for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
    const entries = [...counts].map(([word, count]) => ({ pieces: [...word, end], count }));
    const characters = new Set(entries.flatMap(({ pieces }) => pieces).sort());
    const pairs = new PairCounts();
    for (const entry of entries) pairs.add(entry.pieces, entry.count, entry);
    const merges: Merge[] = [];
    while (merges.length < options.merges) {
      const best = pairs.mostFrequent();
      if (best === undefined) break;
      merges.push(best.merge);
      for (const entry of best.entries) {
        pairs.add(entry.pieces, -entry.count, entry);
        entry.pieces = merged(entry.pieces, best.merge);
        pairs.add(entry.pieces, entry.count, entry);
      }
    }
    return new BytePairEncoding(merges, characters);
  }

  /** The pieces of each word; words are what white space divides. */
  tokenize(text: string): string[] {
    return wordsOf(text).flatMap((word) => this.piecesOf(word));
  }

  /** The text of pieces, with one space between words. */
  join(tokens: readonly string[]): string {
    return tokens.join("").replaceAll(end, " ").trimEnd();
  }

  private piecesOf(word: string): readonly string[] {
    const known = this.cache.get(word);
    if (known !== undefined) return known;
    let pieces = [...word, end];
    for (;;) {
      let best = Number.POSITIVE_INFINITY;
      for (let i = 0; i + 1 < pieces.length; i++) {
        best = Math.min(best, this.ranks.get(keyOf(pieces[i]!, pieces[i + 1]!)) ?? best);
      }
      if (best === Number.POSITIVE_INFINITY) break;
      pieces = merged(pieces, this.merges[best]!);
    }
    this.cache.set(word, pieces);
    return pieces;
  }
}

/** A word of the text in its present pieces. */
interface Entry {
  pieces: string[];
  readonly count: number;
}

/** How often each pair of neighbours occurs, and in which words. */
class PairCounts {
  private readonly pairs = new Map<string, { merge: Merge; count: number; entries: Set<Entry> }>();

  /** Counts the pairs of a word `count` times more, or fewer where it is negative. */
  add(pieces: readonly string[], count: number, entry: Entry): void {
    for (let i = 0; i + 1 < pieces.length; i++) {
      const key = keyOf(pieces[i]!, pieces[i + 1]!);
      let pair = this.pairs.get(key);
      if (pair === undefined) {
        pair = { merge: [pieces[i]!, pieces[i + 1]!], count: 0, entries: new Set() };
        this.pairs.set(key, pair);
      }
      pair.count += count;
      if (count > 0) pair.entries.add(entry);
      else if (pair.count <= 0) this.pairs.delete(key);
    }
  }

  /** The pair to merge next; undefined if none occurs twice. */
  mostFrequent(): { merge: Merge; entries: readonly Entry[] } | undefined {
    let best: { merge: Merge; count: number; entries: Set<Entry> } | undefined;
    let bestKey = "";
    for (const [key, pair] of this.pairs) {
      if (pair.count < 2 || (best && (pair.count < best.count || (pair.count === best.count && key > bestKey))))
        continue;
      best = pair;
      bestKey = key;
    }
    return best && { merge: best.merge, entries: [...best.entries] };
  }
}

function merged(pieces: readonly string[], [left, right]: Merge): string[] {
  const out: string[] = [];
  for (let i = 0; i < pieces.length; i++) {
    if (pieces[i] === left && pieces[i + 1] === right) out.push(left + pieces[++i]);
    else out.push(pieces[i]!);
  }
  return out;
}

/** A separator that no piece can hold, since words are divided by white space. */
function keyOf(left: string, right: string): string {
  return `${left} ${right}`;
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/u).filter((word) => word !== "");
}

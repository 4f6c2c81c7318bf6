/** Documents by their words, each weighted by how much it tells documents apart. */
import { fromData } from "../creation.ts";
import type { Tensor } from "../tensor.ts";
import { Vocabulary, type VocabularyOptions } from "./vocabulary.ts";

/** Options of TfIdf. */
export interface TfIdfOptions extends Pick<VocabularyOptions, "maxSize"> {
  /** Words in fewer documents are left out; default 1. */
  minDocuments?: number;
  /** Words in a greater share of the documents are left out; default 1. */
  maxShare?: number;
  /** Counts a word's n times as 1 + ln n; default false. */
  sublinear?: boolean;
}

/**
 * TF-IDF: a document is the counts of its words, each times `ln((1 + N) / (1 + n)) + 1` for a word that is in n of N documents, and then scaled to
 * length 1. What is in every document says little about any.
 *
 * @param documents Lists of tokens; `transform` takes others later.
 * @param options `minDocuments`, `maxShare`, `maxSize`, `sublinear`.
 * @throws {RangeError} If there are no documents, or no word remains.
 * @see Spärck Jones (1972); sklearn.feature_extraction.text.TfidfVectorizer, whose numbers these are; book §5.2.2.
 * @example
 * const weights = new TfIdf([["a", "b"], ["a", "c"]]);
 * weights.transform([["a", "b"]]) // [[0.5797…, 0.8148…, 0]]
 */
export class TfIdf {
  /** The words, by their column. */
  readonly vocabulary: Vocabulary;
  /** The weight of each word. */
  readonly idf: Float64Array;
  private readonly sublinear: boolean;

  constructor(documents: readonly (readonly string[])[], options: TfIdfOptions = {}) {
    const { minDocuments = 1, maxShare = 1, maxSize, sublinear = false } = options;
    if (documents.length === 0) throw new RangeError("Cannot weigh words: there are no documents");
    const sets = documents.map((document) => new Set(document));
    const frequencies = new Vocabulary(sets, { minCount: minDocuments });
    const most = maxShare * documents.length;
    const kept = frequencies.tokens.filter((_, i) => frequencies.counts[i]! <= most).slice(0, maxSize);
    if (kept.length === 0) {
      throw new RangeError(
        `Cannot weigh words: of ${documents.length} documents none is in ${minDocuments} or more and in a share of ${maxShare} or less`,
      );
    }
    this.vocabulary = Vocabulary.of(kept.sort((a, b) => (a < b ? -1 : 1)));
    this.idf = Float64Array.from(this.vocabulary.tokens, (token) => {
      const documentsWith = frequencies.counts[frequencies.indexOf(token)]!;
      return Math.log((1 + documents.length) / (1 + documentsWith)) + 1;
    });
    this.sublinear = sublinear;
  }

  /** The documents as rows. Shapes: N documents → `(N, words)` float32; words not in the vocabulary count nothing. */
  transform(documents: readonly (readonly string[])[]): Tensor {
    const columns = this.vocabulary.size;
    const out = new Float32Array(documents.length * columns);
    documents.forEach((document, row) => {
      const counts = new Map<number, number>();
      for (const token of document) {
        if (!this.vocabulary.has(token)) continue;
        const column = this.vocabulary.indexOf(token);
        counts.set(column, (counts.get(column) ?? 0) + 1);
      }
      const weighted = [...counts].map(
        ([column, count]) => [column, (this.sublinear ? 1 + Math.log(count) : count) * this.idf[column]!] as const,
      );
      const length = Math.hypot(...weighted.map(([, value]) => value)) || 1;
      for (const [column, value] of weighted) out[row * columns + column] = value / length;
    });
    return fromData(out, [documents.length, columns]);
  }
}

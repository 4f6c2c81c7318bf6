/** The same verses in two languages. */
import { readText } from "../readers/files.ts";
import { samplePath } from "./places.ts";

/** A word in small letters, and the numbers in Strong's dictionary of the Hebrew or Greek words that it translates, such as `["light", ["H0216"]]`. */
export type NumberedWord = readonly [word: string, numbers: readonly string[]];

/** A verse in English and in Spanish. */
export interface Verse {
  /** Book, chapter and verse, such as `Gen.1.3`. */
  readonly place: string;
  readonly english: readonly NumberedWord[];
  readonly spanish: readonly NumberedWord[];
}

/**
 * Verses of 3 to 12 words of the Bible in English and in Spanish. Each word has the numbers of the words of the original that it translates, so that
 * words with a number in common translate each other: an alignment made by people, to judge a model's by.
 *
 * They come with gradbook: 2,413 pairs of the World English Bible and of Reina-Valera (1909), both in the public domain.
 *
 * @param options `maxWords`: only pairs of which neither has more words, in [3, 12]; default 12. `testament`: only pairs of the `"old"` or the `"new"` one.
 * @throws {RangeError} If `maxWords` is out of range.
 * @example verses().verses[0].english[3] // ["god", ["H0430"]]
 */
export function verses(options: { maxWords?: number; testament?: "old" | "new" } = {}): {
  verses: readonly Verse[];
  source: string;
} {
  const { maxWords = 12, testament } = options;
  if (!(maxWords >= 3 && maxWords <= 12)) {
    throw new RangeError(`Cannot choose verses of at most ${maxWords} words: they have 3 to 12`);
  }
  const lines = readText(samplePath("verses.tsv.gz")).trimEnd().split("\n");
  const all = lines.map((line): Verse => {
    const [place, english, spanish] = line.split("\t") as [string, string, string];
    return { place, english: wordsOf(english), spanish: wordsOf(spanish) };
  });
  // Greek words have numbers that start with G, Hebrew ones with H.
  const letter = testament === "new" ? "G" : "H";
  const isOf = ({ english }: Verse) => english.some(([, numbers]) => numbers.some((number) => number[0] === letter));
  return {
    verses: all.filter(
      (verse) =>
        Math.max(verse.english.length, verse.spanish.length) <= maxWords && (testament === undefined || isOf(verse)),
    ),
    source: "a sample of the World English Bible and of Reina-Valera (1909) that comes with gradbook",
  };
}

function wordsOf(column: string): NumberedWord[] {
  return column.split(" ").map((entry) => {
    const [word, numbers] = entry.split("/") as [string, string];
    return [word, numbers === "" ? [] : numbers.split("+")];
  });
}

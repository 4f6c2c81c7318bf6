import { describe, expect, test } from "@jest/globals";
import { text } from "../../../lib/index.ts";
import { reference } from "../reference.ts";

const { BytePairEncoding, characters, HuggingFaceTokenizer, ngrams, words } = text;

describe("words", () => {
  test("are runs of letters of any script, with apostrophes and hyphens inside", () => {
    expect(words().tokenize("L’été, c'est-à-dire 40 °C; Жизнь!")).toEqual([
      "l’été",
      "c'est-à-dire",
      "40",
      "c",
      "жизнь",
    ]);
  });

  test("leave punctuation out, or give it as tokens that join without spaces", () => {
    const tokenizer = words({ punctuation: true, lowercase: false });
    const tokens = tokenizer.tokenize("Stop! She said: no.");
    expect(tokens).toEqual(["Stop", "!", "She", "said", ":", "no", "."]);
    expect(tokenizer.join(tokens)).toBe("Stop! She said: no.");
  });
});

test("characters are code points, and join to the text", () => {
  expect(characters.tokenize("a𝒳é")).toEqual(["a", "𝒳", "é"]);
  expect(characters.join(characters.tokenize("a𝒳é\n"))).toBe("a𝒳é\n");
});

test("runs of tokens overlap, and a text shorter than a run has none", () => {
  expect(ngrams([1, 2, 3], 2)).toEqual([
    [1, 2],
    [2, 3],
  ]);
  expect(ngrams([1], 2)).toEqual([]);
  expect(() => ngrams([1], 0)).toThrow(new RangeError("Cannot take runs of 0 tokens: n must be a whole number ≥ 1"));
});

describe("byte-pair encoding", () => {
  // The example of Sennrich, Haddow and Birch: counts 5, 2, 6, 3.
  const corpus = "low ".repeat(5) + "lower ".repeat(2) + "newest ".repeat(6) + "widest ".repeat(3);

  test("merges the most frequent pair of neighbours each time", () => {
    const { merges } = BytePairEncoding.train(corpus, { merges: 4 });
    // e s and s t occur 9 times, t </w> too; l o 7 times.
    expect(merges).toEqual([
      ["e", "s"],
      ["es", "t"],
      ["est", "</w>"],
      ["l", "o"],
    ]);
  });

  test("ends where no pair occurs twice", () => {
    expect(BytePairEncoding.train("ab", { merges: 100 }).merges).toEqual([]);
    expect(BytePairEncoding.train("ab ab", { merges: 100 }).merges).toEqual([
      ["a", "b"],
      ["ab", "</w>"],
    ]);
  });

  test("takes words apart that it has not seen, and joins them to the same text", () => {
    const bpe = BytePairEncoding.train(corpus, { merges: 10 });
    expect(bpe.tokenize("lowest")).toEqual(["low", "est</w>"]);
    const sentence = "the lowest newer width";
    expect(bpe.join(bpe.tokenize(sentence))).toBe(sentence);
  });

  test("counts as a plain count of all pairs would, merge for merge", () => {
    const text = "she sells sea shells by the sea shore the shells she sells are sea shells for sure";
    const found = BytePairEncoding.train(text, { merges: 25 }).merges;
    let pieces = text.split(" ").map((word) => [...word, "</w>"]);
    for (const [left, right] of found) {
      const counts = new Map<string, number>();
      for (const word of pieces)
        for (const [a, b] of ngrams(word, 2)) counts.set(`${a} ${b}`, (counts.get(`${a} ${b}`) ?? 0) + 1);
      const most = Math.max(...counts.values());
      const best = [...counts]
        .filter(([, count]) => count === most)
        .map(([pair]) => pair)
        .sort();
      expect(`${left} ${right}`).toBe(best[0]);
      pieces = pieces.map((word) => {
        const out: string[] = [];
        for (let i = 0; i < word.length; i++)
          out.push(word[i] === left && word[i + 1] === right ? word[i]! + word[++i]! : word[i]!);
        return out;
      });
    }
    expect(BytePairEncoding.train(text, { merges: 25 }).tokenize(text)).toEqual(pieces.flat());
  });

  test("its vocabulary has every piece, and a character it never saw is unknown", () => {
    const bpe = BytePairEncoding.train(corpus, { merges: 10 });
    const indices = bpe.vocabulary.encode(bpe.tokenize("lowest zoo"));
    expect(bpe.vocabulary.decode(indices)).toEqual(["low", "est</w>", "<unk>", "o", "o", "</w>"]);
  });
});

describe("a tokenizer of Hugging Face", () => {
  const samples = reference<{ tokenizer: { text: string; ids: number[]; tokens: string[]; decoded: string }[] }>(
    "text",
  ).tokenizer;
  const file = new URL("../../reference/files/tokenizer.json", import.meta.url).pathname;
  const tokenizer = HuggingFaceTokenizer.read(file);

  test.each(samples.map((sample) => [sample.text, sample] as const))(
    "gives the tokens and numbers of its own program for %j",
    (sample, { ids, tokens, decoded }) => {
      expect(tokenizer.encode(sample)).toEqual(ids);
      expect(tokenizer.tokenize(sample)).toEqual(tokens.slice(1, -1));
      expect(tokenizer.encode(sample, { specialTokens: false })).toEqual(ids.slice(1, -1));
      expect(tokenizer.decode(ids, { skipSpecialTokens: true })).toBe(decoded);
      expect(tokenizer.join(tokenizer.tokenize(sample))).toBe(decoded);
    },
  );
});

import { describe, expect, test } from "@jest/globals";
import { text } from "../../../lib/index.ts";

const { Vocabulary } = text;
const corpus = [
  ["the", "cat", "and", "the", "dog"],
  ["the", "bird"],
];

describe("a vocabulary", () => {
  test("has specials first, then the most frequent tokens, then equals by their code points", () => {
    const vocabulary = new Vocabulary(corpus, { specials: ["<pad>"], unknown: "<unk>" });
    expect(vocabulary.tokens).toEqual(["<pad>", "<unk>", "the", "and", "bird", "cat", "dog"]);
    expect(vocabulary.counts).toEqual([0, 0, 3, 1, 1, 1, 1]);
  });

  test("counts what it leaves out under the unknown token", () => {
    const vocabulary = new Vocabulary(corpus, { minCount: 2, unknown: "<unk>" });
    expect(vocabulary.tokens).toEqual(["<unk>", "the"]);
    expect(vocabulary.counts).toEqual([4, 3]);
  });

  test("keeps the most frequent tokens where there is room for a few", () => {
    expect(new Vocabulary(corpus, { maxSize: 2, unknown: "?" }).tokens).toEqual(["?", "the"]);
  });

  test("gives back the tokens that it was given, and the unknown token for others", () => {
    const vocabulary = new Vocabulary(corpus, { unknown: "<unk>" });
    const indices = vocabulary.encode(["the", "cat", "flew"]);
    expect(vocabulary.decode(indices)).toEqual(["the", "cat", "<unk>"]);
  });

  test("is the same whatever the order of the texts", () => {
    expect(new Vocabulary([...corpus].reverse()).tokens).toEqual(new Vocabulary(corpus).tokens);
  });

  test.each([
    [
      () => new Vocabulary(corpus).indexOf("fish"),
      'Cannot find "fish" in a vocabulary of 5 tokens, and it has no unknown token',
    ],
    [() => new Vocabulary(corpus).tokenOf(5), "Cannot find token 5: the vocabulary has 0 to 4"],
    [
      () => new Vocabulary(corpus, { minCount: 0 }),
      "Cannot make a vocabulary with minCount 0: it must be a whole number ≥ 1",
    ],
    [
      () => new Vocabulary(corpus, { maxSize: 1, specials: ["a", "b"] }),
      "Cannot make a vocabulary of 1 tokens: there are 2 specials",
    ],
    [() => Vocabulary.of(["a", "b", "a"]), 'Cannot make a vocabulary in which "a" is twice'],
  ])("says what is wrong (%#)", (act, message) => {
    expect(act).toThrow(new RangeError(message));
  });
});

describe("padding", () => {
  test("fills behind, or before, and says where", () => {
    const { tokens, lengths, mask } = text.padTokens([[5, 6, 7], [8]], { value: 9 });
    expect(tokens.toArray()).toEqual([
      [5, 6, 7],
      [8, 9, 9],
    ]);
    expect(lengths.toArray()).toEqual([3, 1]);
    expect(mask.toArray()).toEqual([
      [false, false, false],
      [false, true, true],
    ]);
    expect(text.padTokens([[5, 6, 7], [8]], { side: "left" }).tokens.toArray()).toEqual([
      [5, 6, 7],
      [0, 0, 8],
    ]);
  });

  test("cuts to a length", () => {
    const { tokens, lengths } = text.padTokens([[1, 2, 3], []], { length: 2 });
    expect(tokens.toArray()).toEqual([
      [1, 2],
      [0, 0],
    ]);
    expect(lengths.toArray()).toEqual([2, 0]);
  });

  test("refuses no sequences", () => {
    expect(() => text.padTokens([])).toThrow(new RangeError("Cannot pad sequences: there are none"));
  });
});

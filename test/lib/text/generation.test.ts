import { describe, expect, test } from "@jest/globals";
import { RandomGenerator, text } from "../../../lib/index.ts";
import { reference } from "../reference.ts";

const { beamSearch, bleu, exactMatch, generate, sampleToken } = text;

/** How often each token is drawn. */
function draws(logits: number[], options: text.SamplingOptions, count = 20_000): number[] {
  const generator = new RandomGenerator(1);
  const counts = logits.map(() => 0);
  for (let i = 0; i < count; i++) counts[sampleToken(logits, { ...options, generator })]!++;
  return counts.map((n) => n / count);
}
const softmax = (logits: number[]) => {
  const weights = logits.map(Math.exp);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
};
/** Five standard deviations of a share of 20,000 draws, at most. */
const spread = 5 * Math.sqrt(0.25 / 20_000);
function expectShares(found: number[], wanted: number[]): void {
  wanted.forEach((share, i) => {
    if (share === 0) expect(found[i]).toBe(0);
    else expect(Math.abs(found[i]! - share)).toBeLessThan(spread);
  });
}

describe("a drawn token", () => {
  const logits = [1, 3, 2, Number.NEGATIVE_INFINITY];

  test("comes as often as the softmax says, sharper or flatter by the temperature", () => {
    expectShares(draws(logits, {}), softmax(logits));
    expectShares(draws(logits, { temperature: 0.5 }), softmax(logits.map((logit) => logit / 0.5)));
  });

  test("is the likeliest at temperature 0, the first of equals", () => {
    expect(sampleToken([1, 5, 5], { temperature: 0 })).toBe(1);
  });

  test("is among the k likeliest, or among those that reach p", () => {
    expectShares(draws(logits, { topK: 2 }), [0, ...softmax([3, 2]), 0]);
    // 0.665 and 0.245: the first alone reaches 0.6, both are needed for 0.9.
    expectShares(draws(logits, { topP: 0.6 }), [0, 1, 0, 0]);
    expectShares(draws(logits, { topP: 0.9 }), [0, ...softmax([3, 2]), 0]);
  });

  test.each([
    [{ temperature: -1 }, "Cannot draw with temperature -1: it must be ≥ 0"],
    [{ topK: 0 }, "Cannot draw from the 0 likeliest tokens: topK must be a whole number ≥ 1"],
    [{ topP: 0 }, "Cannot draw with topP 0: it must be in (0, 1]"],
  ])("refuses %j", (options, message) => {
    expect(() => sampleToken(logits, options)).toThrow(new RangeError(message));
  });

  test("refuses logits that are no numbers", () => {
    expect(() => sampleToken([Number.NaN, Number.NaN])).toThrow(/of which the greatest is NaN/);
  });
});

describe("generation", () => {
  /** Counts up to 9, and then ends. */
  const counting = (tokens: readonly number[]) =>
    Array.from({ length: 11 }, (_, i) => (i === (tokens.at(-1) ?? 0) + 1 ? 9 : 0));

  test("goes on from the start to the end, and gives what it added", () => {
    expect(generate(counting, [6], { maxTokens: 20, end: 10, temperature: 0 })).toEqual([7, 8, 9]);
    expect(generate(counting, [6], { maxTokens: 2, end: 10, temperature: 0 })).toEqual([7, 8]);
  });

  test("records nothing", () => {
    let recording = true;
    generate(
      (tokens) => {
        recording = text.Vocabulary === undefined;
        return counting(tokens);
      },
      [0],
      { maxTokens: 1 },
    );
    expect(recording).toBe(false);
  });
});

describe("beam search", () => {
  // After 0: 1 (0.6) or 2 (0.4). After 1 everything is uncertain, after 2 it is certain: the best text starts with the worse token.
  const garden = (tokens: readonly number[]) => {
    if (tokens.length === 1) return [0, 0.6, 0.4, 0].map(Math.log);
    return (tokens[1] === 1 ? [0.3, 0.3, 0.2, 0.2] : [0, 0, 0, 1]).map(Math.log);
  };

  test("with one beam is greedy, with two finds the better text", () => {
    expect(beamSearch(garden, [0], { beams: 1, maxTokens: 2 })[0]!.tokens).toEqual([1, 0]);
    const [best] = beamSearch(garden, [0], { beams: 2, maxTokens: 2 });
    expect(best!.tokens).toEqual([2, 3]);
    expect(best!.logProbability).toBeCloseTo(Math.log(0.4), 6);
  });

  test("with as many beams as there are texts finds what trying all of them finds", () => {
    const generator = new RandomGenerator(2);
    const tables = Array.from({ length: 40 }, () =>
      softmax(Array.from({ length: 3 }, () => 2 * generator.normal())).map(Math.log),
    );
    const next = (tokens: readonly number[]) => tables[tokens.reduce((sum, token) => 3 * sum + token + 1, 0)]!;
    const all: { tokens: number[]; log: number }[] = [];
    for (let a = 0; a < 3; a++)
      for (let b = 0; b < 3; b++)
        for (let c = 0; c < 3; c++)
          all.push({ tokens: [a, b, c], log: next([])[a]! + next([a])[b]! + next([a, b])[c]! });
    all.sort((x, y) => y.log - x.log);
    const found = beamSearch(next, [], { beams: 27, maxTokens: 3 });
    expect(found.map(({ tokens }) => tokens)).toEqual(all.map(({ tokens }) => tokens));
  });

  test("an ended text keeps its place while others go on, and the end is not part of it", () => {
    const next = (tokens: readonly number[]) => (tokens.length === 0 ? [0.5, 0.5, 0] : [0.1, 0.1, 0.8]).map(Math.log);
    const found = beamSearch(next, [], { beams: 3, maxTokens: 3, end: 2 });
    expect(found.slice(0, 2).map(({ tokens }) => tokens)).toEqual([[0], [1]]);
    expect(found[0]!.logProbability).toBeCloseTo(Math.log(0.4), 6);
  });
});

describe("judging texts", () => {
  const { bleu: facts, sacrebleu } = reference<{
    bleu: { answers: string[][]; references: string[][][]; scores: Record<string, number> };
    sacrebleu: Record<string, number>;
  }>("text");

  test.each(Object.keys(facts.scores))("BLEU of runs of up to %s tokens is NLTK's and sacrebleu's", (maxN) => {
    const score = bleu(facts.answers, facts.references, { maxN: Number(maxN) });
    expect(score).toBeCloseTo(facts.scores[maxN]!, 12);
    expect(score).toBeCloseTo(sacrebleu[maxN]!, 12);
  });

  test("BLEU is 1 for the reference itself, and 0 where no run of four is right", () => {
    expect(bleu([facts.references[0]![0]!], [facts.references[0]!])).toBeCloseTo(1, 12);
    expect(bleu([["a", "b", "c", "x"]], [[["a", "b", "c", "d"]]])).toBe(0);
  });

  test("an exact match is right in every token and in length", () => {
    expect(exactMatch([[1, 2], [1], [3]], [[1, 2], [1, 2], [3]])).toBeCloseTo(2 / 3, 12);
    expect(() => exactMatch([], [])).toThrow(/there must be one for each, and at least one/);
  });
});

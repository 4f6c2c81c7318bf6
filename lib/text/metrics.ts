/** How good a text is, against what was expected. */
import { ngrams } from "./tokenizer.ts";

/**
 * The share of answers that are right in every token.
 *
 * @throws {RangeError} If there are not as many answers as references, or none.
 * @example exactMatch([["a", "b"], ["c"]], [["a", "b"], ["d"]]) // 0.5
 */
export function exactMatch(
  answers: readonly (readonly unknown[])[],
  references: readonly (readonly unknown[])[],
): number {
  checkPairs(answers, references);
  const right = answers.filter((answer, i) => {
    const reference = references[i]!;
    return answer.length === reference.length && answer.every((token, j) => token === reference[j]);
  });
  return right.length / answers.length;
}

/** Options of bleu. */
export interface BleuOptions {
  /** The longest runs of tokens that are compared; default 4. */
  maxN?: number;
}

/**
 * BLEU of a whole set of translations, from 0 to 1: the geometric mean of the shares of runs of 1 to 4 tokens that a reference has too, times
 * `exp(1 − r/c)` where the translations, c tokens, are shorter than the references, r tokens. A run counts no more often than the reference has it.
 *
 * @param answers Tokens of each translation.
 * @param references For each, one reference or more.
 * @param options `maxN`.
 * @throws {RangeError} If there are not as many answers as references, or none.
 * @see Papineni et al. (2002).
 * @example bleu([["the", "cat", "sat", "down"]], [[["the", "cat", "sat", "down"]]]) // 1
 */
export function bleu(
  answers: readonly (readonly string[])[],
  references: readonly (readonly (readonly string[])[])[],
  options: BleuOptions = {},
): number {
  checkPairs(answers, references);
  const { maxN = 4 } = options;
  let logSum = 0;
  for (let n = 1; n <= maxN; n++) {
    let [found, all] = [0, 0];
    answers.forEach((answer, i) => {
      const counts = countRuns(answer, n);
      const known = references[i]!.map((reference) => countRuns(reference, n));
      for (const [run, count] of counts) {
        all += count;
        found += Math.min(count, Math.max(0, ...known.map((runs) => runs.get(run) ?? 0)));
      }
    });
    if (found === 0) return 0;
    logSum += Math.log(found / all);
  }
  const length = answers.reduce((sum, answer) => sum + answer.length, 0);
  const reference = answers.reduce((sum, answer, i) => sum + nearestLength(answer.length, references[i]!), 0);
  const brevity = length >= reference ? 1 : Math.exp(1 - reference / length);
  return brevity * Math.exp(logSum / maxN);
}

function countRuns(tokens: readonly string[], n: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (const run of ngrams(tokens, n)) {
    const key = JSON.stringify(run);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** The length of the reference that is nearest in length; of two as near, the shorter. */
function nearestLength(length: number, references: readonly (readonly string[])[]): number {
  return references
    .map((reference) => reference.length)
    .sort((a, b) => Math.abs(a - length) - Math.abs(b - length) || a - b)[0]!;
}

function checkPairs(answers: readonly unknown[], references: readonly unknown[]): void {
  if (answers.length === 0 || answers.length !== references.length) {
    throw new RangeError(
      `Cannot judge ${answers.length} answers by ${references.length} references: there must be one for each, and at least one`,
    );
  }
}

/** Text from a model, a token at a time. */

import { noGrad } from "../../autograd/mode.ts";
import { asTensor } from "../../creation.ts";
import type { TensorLike } from "../../tensor.ts";
import { type SamplingOptions, sampleToken } from "./sampling.ts";

/** The logits of the next token, `(tokens)`, after some tokens. A model with a memory may look at the last one only. */
export type NextLogits = (tokens: readonly number[]) => TensorLike;

/** Options of generate. */
export interface GenerateOptions extends SamplingOptions {
  /** How many tokens are added at most. */
  maxTokens: number;
  /** The token that ends a text; it is not part of what is given back. */
  end?: number;
}

/**
 * Goes on with a text: again and again, a token is drawn and added.
 *
 * @param next The logits of the token after those so far.
 * @param start The tokens to begin with.
 * @param options `maxTokens`, `end`, and those of `sampleToken`.
 * @returns The tokens that were added.
 * @throws {RangeError} As `sampleToken`, or if `maxTokens` is no whole number ≥ 0.
 * @example generate((tokens) => [0, 1, 2].map((i) => (i === tokens.length ? 5 : 0)), [0], { maxTokens: 2, temperature: 0 }) // [1, 2]
 */
export function generate(next: NextLogits, start: readonly number[], options: GenerateOptions): number[] {
  const { maxTokens, end, ...sampling } = options;
  checkLength(maxTokens);
  return noGrad(() => {
    const tokens = [...start];
    for (let i = 0; i < maxTokens; i++) {
      const token = sampleToken(next(tokens), sampling);
      if (token === end) break;
      tokens.push(token);
    }
    return tokens.slice(start.length);
  });
}

/** Options of beamSearch. */
export interface BeamOptions {
  /** How many texts are kept at each step; default 4. */
  beams?: number;
  /** How many tokens are added at most. */
  maxTokens: number;
  /** The token that ends a text; it is not part of what is given back. */
  end?: number;
  /** A text's log chance is divided by its length to this power: 0 favours short texts, 1 compares by the token; default 0.6. */
  lengthPenalty?: number;
}

/** A text that the search found. */
export interface Beam {
  readonly tokens: number[];
  /** The sum of the tokens' log chances, the end's included. */
  readonly logProbability: number;
}

/**
 * Looks for the likeliest text: at each step the best few are kept, rather than the best one.
 *
 * @param next The logits of the token after those so far.
 * @param start The tokens to begin with.
 * @param options `beams`, `maxTokens`, `end`, `lengthPenalty`.
 * @returns What was added, the best first, at most `beams` of them.
 * @throws {RangeError} If `beams` is no whole number ≥ 1, or `maxTokens` none ≥ 0.
 * @see Wu et al. (2016) for the length penalty.
 * @example beamSearch(() => [0, 2, 1], [], { maxTokens: 2, beams: 2 })[0]?.tokens // [1, 1]
 */
export function beamSearch(next: NextLogits, start: readonly number[], options: BeamOptions): Beam[] {
  const { beams = 4, maxTokens, end, lengthPenalty = 0.6 } = options;
  if (!(Number.isInteger(beams) && beams >= 1)) {
    throw new RangeError(`Cannot keep ${beams} texts: beams must be a whole number ≥ 1`);
  }
  checkLength(maxTokens);
  return noGrad(() => {
    const finished: (Beam & { score: number })[] = [];
    const finish = (beam: Beam, length: number) =>
      finished.push({ ...beam, score: beam.logProbability / Math.max(1, length) ** lengthPenalty });
    let open: Beam[] = [{ tokens: [], logProbability: 0 }];
    for (let step = 0; step < maxTokens && open.length > 0; step++) {
      const continued = open.flatMap(({ tokens, logProbability }) =>
        logProbabilities(next([...start, ...tokens]))
          .map((log, token) => ({ tokens: [...tokens, token], logProbability: logProbability + log }))
          .sort((a, b) => b.logProbability - a.logProbability)
          .slice(0, beams),
      );
      continued.sort((a, b) => b.logProbability - a.logProbability);
      open = [];
      for (const beam of continued.slice(0, beams)) {
        if (beam.tokens.at(-1) === end) finish({ ...beam, tokens: beam.tokens.slice(0, -1) }, beam.tokens.length);
        else open.push(beam);
      }
    }
    for (const beam of open) finish(beam, beam.tokens.length);
    return finished
      .sort((a, b) => b.score - a.score)
      .slice(0, beams)
      .map(({ tokens, logProbability }) => ({ tokens, logProbability }));
  });
}

function logProbabilities(logits: TensorLike): number[] {
  const scores = Array.from(asTensor(logits).data);
  const greatest = Math.max(...scores);
  const total = scores.reduce((sum, score) => sum + Math.exp(score - greatest), 0);
  return scores.map((score) => score - greatest - Math.log(total));
}

function checkLength(maxTokens: number): void {
  if (!(Number.isInteger(maxTokens) && maxTokens >= 0)) {
    throw new RangeError(`Cannot add ${maxTokens} tokens: maxTokens must be a whole number ≥ 0`);
  }
}

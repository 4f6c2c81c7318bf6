/** The next token, drawn from a model's logits. */
import { asTensor } from "../../creation.ts";
import { defaultGenerator, type RandomGenerator } from "../../random.ts";
import type { TensorLike } from "../../tensor.ts";

/** How the next token is chosen. */
export interface SamplingOptions {
  /** Logits are divided by it: under 1 the likely tokens become likelier, 0 always takes the likeliest (greedy); default 1. */
  temperature?: number;
  /** Only the k likeliest tokens can be drawn; default all. */
  topK?: number;
  /** Only the likeliest tokens whose chances together reach p can be drawn, in (0, 1]; default 1, all. */
  topP?: number;
  /** Where draws come from; the default generator if left out. */
  generator?: RandomGenerator;
}

/**
 * Draws a token: its index.
 *
 * @param logits `(tokens)`: any numbers; −∞ is never drawn.
 * @param options `temperature`, `topK`, `topP`, `generator`.
 * @throws {RangeError} If `temperature` is negative, `topK` no whole number ≥ 1, `topP` not in (0, 1], or no logit is finite.
 * @see Fan, Lewis and Dauphin (2018) for top-k; Holtzman et al. (2020) for top-p.
 * @example sampleToken([0, 3, 1], { temperature: 0 }) // 1
 */
export function sampleToken(logits: TensorLike, options: SamplingOptions = {}): number {
  const { temperature = 1, topK = Number.POSITIVE_INFINITY, topP = 1, generator = defaultGenerator } = options;
  if (!(temperature >= 0)) throw new RangeError(`Cannot draw with temperature ${temperature}: it must be ≥ 0`);
  if (!(topK >= 1 && (Number.isInteger(topK) || topK === Number.POSITIVE_INFINITY))) {
    throw new RangeError(`Cannot draw from the ${topK} likeliest tokens: topK must be a whole number ≥ 1`);
  }
  if (!(topP > 0 && topP <= 1)) throw new RangeError(`Cannot draw with topP ${topP}: it must be in (0, 1]`);
  const ranked = Array.from(asTensor(logits).data, (logit, index) => ({ logit, index })).sort(
    (a, b) => b.logit - a.logit || a.index - b.index,
  );
  const greatest = ranked[0]?.logit ?? Number.NaN;
  if (!Number.isFinite(greatest)) {
    throw new RangeError(`Cannot draw from ${ranked.length} logits of which the greatest is ${greatest}`);
  }
  if (temperature === 0) return ranked[0]!.index;
  const weights = ranked.slice(0, topK).map(({ logit }) => Math.exp((logit - greatest) / temperature));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let [reached, count] = [0, 0];
  // The last one that is needed to reach p belongs to them.
  while (count < weights.length && (count === 0 || reached < topP * total)) reached += weights[count++]!;
  let left = generator.uniform() * reached;
  for (let i = 0; i < count; i++) {
    left -= weights[i]!;
    if (left < 0) return ranked[i]!.index;
  }
  return ranked[count - 1]!.index;
}

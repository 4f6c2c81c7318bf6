/** AdaBoost over single questions about many features. */
import type { Tensor } from "../tensor.ts";

/** A question about one feature, and how much its answer counts. */
export interface Stump {
  /** The number of the feature. */
  readonly feature: number;
  readonly threshold: number;
  /** 1 if values from the threshold on speak for, −1 if those below do. */
  readonly polarity: 1 | -1;
  /** How much it counts: `½ ln((1 − ε) / ε)` of its weighted error ε. */
  readonly vote: number;
}

/** What boosting works on. */
export interface BoostingData {
  /** `(samples, features)` */
  readonly values: Tensor;
  /** Whether each sample is what is looked for. */
  readonly isPositive: readonly boolean[];
}

/** For each feature the samples by rising value, which never changes while their weights do. */
function ordersOf({ data, shape }: Tensor): Int32Array[] {
  const [samples, features] = shape as [number, number];
  return Array.from({ length: features }, (_, f) =>
    Int32Array.from({ length: samples }, (_, i) => i).sort((a, b) => data[a * features + f]! - data[b * features + f]!),
  );
}

/** The question with the least weighted error. */
function bestQuestion(
  { values: { data, shape }, isPositive }: BoostingData,
  orders: readonly Int32Array[],
  weights: Float64Array,
): { feature: number; threshold: number; polarity: 1 | -1; error: number } {
  const features = shape[1]!;
  const [positive, negative] = [true, false].map((kind) =>
    weights.reduce((sum, w, i) => (isPositive[i] === kind ? sum + w : sum), 0),
  ) as [number, number];
  let best: ReturnType<typeof bestQuestion> = { feature: 0, threshold: Number.NaN, polarity: 1, error: Infinity };
  orders.forEach((order, feature) => {
    const at = (place: number) => data[order[place]! * features + feature]!;
    // Weights of those below the threshold.
    let [positiveBelow, negativeBelow] = [0, 0];
    for (let place = 0; place < order.length; place++) {
      const isNew = place === 0 || at(place) > at(place - 1);
      // From the threshold on for: wrong are positives below and negatives above; and the other way round.
      const upward = positiveBelow + (negative - negativeBelow);
      const downward = negativeBelow + (positive - positiveBelow);
      const error = Math.min(upward, downward);
      if (isNew && error < best.error) {
        const threshold = place === 0 ? at(0) : (at(place) + at(place - 1)) / 2;
        best = { feature, threshold, polarity: upward <= downward ? 1 : -1, error };
      }
      const i = order[place]!;
      if (isPositive[i]) positiveBelow += weights[i]!;
      else negativeBelow += weights[i]!;
    }
  });
  return best;
}

/** What a stump says of a value: its vote, or minus its vote. */
export function answerOf({ threshold, polarity, vote }: Stump, value: number): number {
  return (value >= threshold ? polarity : -polarity) * vote;
}

/**
 * AdaBoost as Viola and Jones use it: in each round the single question with the least weighted error, after which the samples that it gets wrong weigh more. It
 * selects features and trains in one.
 *
 * @param data `values`, `(samples, features)`, and `isPositive`.
 * @param rounds How many questions.
 * @returns A generator that gives one stump a round, so that whoever drives it can stop when the stage is good enough.
 * @throws {RangeError} If there are no positives, no negatives, or samples and labels differ in number.
 * @see Freund and Schapire (1997); Viola and Jones (2001), table 1; ensemble.AdaBoost for any classes and members; book §3.1.5.
 * @example [...boostStumps({ values: tensor([[0, 1], [1, 5], [0, 7], [1, 3]]), isPositive: [false, true, false, true] }, 1)][0]!.feature // 0
 */
export function* boostStumps(data: BoostingData, rounds: number): Generator<Stump> {
  const { values, isPositive } = data;
  const [samples, features] = values.shape as [number, number];
  const positives = isPositive.filter(Boolean).length;
  if (samples !== isPositive.length)
    throw new RangeError(`Cannot boost ${samples} samples with ${isPositive.length} labels: there must be one each`);
  if (positives === 0 || positives === samples)
    throw new RangeError(`Cannot boost ${positives} positives of ${samples} samples: there must be some of each kind`);
  const orders = ordersOf(values);
  // Both kinds count the same at first, however many there are.
  const weights = Float64Array.from(isPositive, (is) => 0.5 / (is ? positives : samples - positives));
  for (let round = 0; round < rounds; round++) {
    const { error, ...question } = bestQuestion(data, orders, weights);
    // One without errors would count infinitely.
    const bounded = Math.max(error, 1e-10);
    const stump: Stump = { ...question, vote: 0.5 * Math.log((1 - bounded) / bounded) };
    yield stump;
    let total = 0;
    for (let i = 0; i < samples; i++) {
      const answer = answerOf(stump, values.data[i * features + stump.feature]!);
      weights[i]! *= Math.exp(isPositive[i] ? -answer : answer);
      total += weights[i]!;
    }
    for (let i = 0; i < samples; i++) weights[i]! /= total;
  }
}

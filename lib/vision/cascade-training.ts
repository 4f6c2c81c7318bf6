/** Making a cascade from examples. */
import { asTensor } from "../creation.ts";
import { indexSelect } from "../ops/indexing.ts";
import { cat } from "../ops/join.ts";
import { show } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { answerOf, boostStumps, type Stump } from "./boosting.ts";
import { Cascade, type CascadeStage } from "./cascade.ts";
import { type HaarFeature, haarFeatures, haarValues } from "./haar.ts";

/** Examples: windows of one size, `(count, rows, columns)`. */
export interface CascadeExamples {
  /** Those that show what is looked for. */
  positives: TensorLike;
  /** Those that show anything else. */
  negatives: TensorLike;
}

/** Options of training. */
export interface CascadeTrainingOptions {
  /** The features to choose from; default all of the window in steps of 2 pixels. */
  features?: readonly HaarFeature[];
  /** Stages at most; default 10. Training ends before if no negative passes. */
  maxStages?: number;
  /** Questions in a stage at most; default 50. */
  maxStumps?: number;
  /** The share of positives that each stage must pass; default 0.995. */
  minDetectionRate?: number;
  /** The share of the negatives before it that a stage may pass; default ½. */
  maxFalsePositiveRate?: number;
  /** More negatives for a later stage: given the cascade so far, windows that pass it. By default those that are left are all there are. */
  moreNegatives?: (cascade: Cascade) => TensorLike;
}

interface Stage {
  readonly stumps: readonly Stump[];
  readonly threshold: number;
}

function votesOf(stumps: readonly Stump[], { data, shape }: Tensor): number[] {
  const [samples, features] = shape as [number, number];
  return Array.from({ length: samples }, (_, i) =>
    stumps.reduce((sum, stump) => sum + answerOf(stump, data[i * features + stump.feature]!), 0),
  );
}

/** Adds questions until a threshold that passes enough positives passes few enough negatives. */
function trainStage(
  positives: Tensor,
  negatives: Tensor,
  {
    maxStumps,
    minDetectionRate,
    maxFalsePositiveRate,
  }: Required<Omit<CascadeTrainingOptions, "features" | "maxStages" | "moreNegatives">>,
): Stage {
  const values = cat([positives, negatives]);
  const isPositive = Array.from({ length: values.shape[0]! }, (_, i) => i < positives.shape[0]!);
  const stumps: Stump[] = [];
  let threshold = 0;
  for (const stump of boostStumps({ values, isPositive }, maxStumps)) {
    stumps.push(stump);
    const forPositives = votesOf(stumps, positives).sort((a, b) => b - a);
    const needed = Math.ceil(minDetectionRate * forPositives.length);
    // Lower than boosting's own, which is 0, so that positives pass: what should not have passed falls at a later stage.
    threshold = Math.min(0, forPositives[needed - 1]!);
    const passed = votesOf(stumps, negatives).filter((votes) => votes >= threshold).length;
    if (passed <= maxFalsePositiveRate * negatives.shape[0]!) break;
  }
  return { stumps, threshold };
}

function windowsOf(examples: TensorLike, name: string): Tensor {
  const x = asTensor(examples);
  if (x.ndim === 3 && x.shape[0]! > 0) return x;
  throw new RangeError(`Cannot train on ${name} of shape ${show(x.shape)}: they must be (count, rows, columns)`);
}

/** A stage over the features that it uses, whose numbers begin at `first`. */
function toCascadeStage({ stumps, threshold }: Stage, first: number): CascadeStage {
  const classifiers = stumps.map(({ polarity, vote, threshold: at }, i) => ({
    nodes: [{ feature: first + i, threshold: at, left: 0, right: -1 }],
    leaves: [-polarity * vote, polarity * vote],
  }));
  return { classifiers, threshold };
}

/**
 * Trains a cascade: each stage boosts questions about Haar features until it passes nearly all positives and at most half of the negatives that the stages before
 * it let through.
 *
 * Ten such stages keep 0.995¹⁰ = 95 % of the faces and a thousandth of the rest, and most windows cost a handful of look-ups.
 *
 * @param examples `positives` and `negatives`, windows of one size.
 * @param options `features`, `maxStages`, `maxStumps`, `minDetectionRate`, `maxFalsePositiveRate`, `moreNegatives`.
 * @throws {RangeError} If examples are no windows or of two sizes, or a rate is not in (0, 1].
 * @see Viola and Jones (2001), table 2; book §3.1.5.
 * @example
 * const bright = rand([20, 6, 6]).add(linspace(0, 3, { count: 6 }));
 * const cascade = trainCascade({ positives: bright, negatives: bright.flip(-1) });
 * cascade.stagesPassed(bright.select(0, 0)) === cascade.stages.length // true
 */
export function trainCascade(examples: CascadeExamples, options: CascadeTrainingOptions = {}): Cascade {
  const { maxStages = 10, maxStumps = 50, minDetectionRate = 0.995, maxFalsePositiveRate = 0.5 } = options;
  for (const [name, rate] of Object.entries({ minDetectionRate, maxFalsePositiveRate })) {
    if (!(rate > 0 && rate <= 1)) throw new RangeError(`Cannot train with ${name} ${rate}: it must be in (0, 1]`);
  }
  let positives = windowsOf(examples.positives, "positives");
  let negatives = windowsOf(examples.negatives, "negatives");
  const size = positives.shape.slice(1) as unknown as readonly [number, number];
  if (negatives.shape.slice(1).join() !== size.join())
    throw new RangeError(
      `Cannot train on windows of ${show(size)} and ${show(negatives.shape.slice(1))}: give one size`,
    );
  const pool = options.features ?? haarFeatures(size, { step: 2 });
  const used: HaarFeature[] = [];
  const stages: CascadeStage[] = [];
  for (;;) {
    const [forPositives, forNegatives] = [haarValues(positives, pool), haarValues(negatives, pool)];
    const stage = trainStage(forPositives, forNegatives, { maxStumps, minDetectionRate, maxFalsePositiveRate });
    stages.push(toCascadeStage(stage, used.length));
    used.push(...stage.stumps.map(({ feature }) => pool[feature]!));
    const passing = (values: Tensor) =>
      votesOf(stage.stumps, values).flatMap((votes, i) => (votes >= stage.threshold ? [i] : []));
    const cascade = new Cascade({ size, features: [...used], stages: [...stages] });
    positives = indexSelect(positives, 0, passing(forPositives));
    const left = passing(forNegatives);
    if (stages.length === maxStages) return cascade;
    if (options.moreNegatives) negatives = windowsOf(options.moreNegatives(cascade), "more negatives");
    else if (left.length === 0) return cascade;
    else negatives = indexSelect(negatives, 0, left);
  }
}

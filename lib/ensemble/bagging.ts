import { fromData } from "../creation.ts";
import type { Samples } from "../data/dataset.ts";
import { defaultGenerator, type RandomGenerator } from "../random.ts";
import type { Tensor } from "../tensor.ts";
import { DecisionTree } from "./decision-tree.ts";
import { Estimator, type FitWeights, type Matrix, matrixOf, targetsOf, toTensor, weightsOf } from "./estimator.ts";
import type { TreeOptions } from "./tree.ts";

/** Options of Bagging. */
export interface BaggingOptions {
  /** Makes a member; default a tree of any depth. */
  estimator?: () => Estimator;
  /** The number of members; default 10. */
  nEstimators?: number;
  /** The share of samples that each member draws, with replacement; default 1. */
  maxSamples?: number;
  /** Where the draws come from; the default generator if left out. */
  generator?: RandomGenerator;
}

/** Throws unless there is a number of members. */
export function checkMembers(count: number): void {
  if (!(Number.isInteger(count) && count >= 1)) {
    throw new RangeError(`Cannot make an ensemble of ${count} members: it must be a whole number ≥ 1`);
  }
}

/**
 * Bagging: each member learns from a sample of the samples, drawn with replacement, and the mean of their answers counts. What they err in by
 * chance, each differently, averages out: the error of a mean of k is `ρ v + (1 − ρ) v / k`.
 *
 * @param options `estimator`, `nEstimators`, `maxSamples`, `generator`.
 * @throws {RangeError} If there are no members, or `maxSamples` is no share.
 * @see Breiman (1996); sklearn.ensemble.BaggingClassifier; book §2.9.
 * @example new Bagging({ nEstimators: 5 }).fit(data.iris()).score(data.iris()) > 0.95 // true
 */
export class Bagging extends Estimator {
  /** The members, after learning. */
  members: Estimator[] = [];
  private readonly settings: Required<BaggingOptions>;

  constructor(options: BaggingOptions = {}) {
    super();
    const {
      estimator = () => new DecisionTree(),
      nEstimators = 10,
      maxSamples = 1,
      generator = defaultGenerator,
    } = options;
    checkMembers(nEstimators);
    if (!(maxSamples > 0 && maxSamples <= 1))
      throw new RangeError(`Cannot draw the share ${maxSamples} of the samples: it must be in (0, 1]`);
    this.settings = { estimator, nEstimators, maxSamples, generator };
  }

  fit(samples: Samples, options: FitWeights = {}): this {
    const { nEstimators, maxSamples, generator } = this.settings;
    const { rows } = matrixOf(samples.x);
    const given = weightsOf(options.weights, rows);
    this.classes = targetsOf(samples.y, rows).classes;
    const draws = Math.max(1, Math.round(rows * maxSamples));
    this.members = Array.from({ length: nEstimators }, () => {
      // How often a sample was drawn is its weight: the same as to repeat it.
      const weights = new Float64Array(rows);
      for (let i = 0; i < draws; i++) weights[generator.integer(rows)]!++;
      return this.member().fit(samples, { weights: fromData(weights.map((count, i) => count * given[i]!)) });
    });
    return this;
  }

  /** A member that has not learned. */
  protected member(): Estimator {
    return this.settings.estimator();
  }

  protected outputs(x: Matrix): Float64Array {
    return meanOutputs(this.members, x, this.classes);
  }
}

/** The mean of the members' answers. A member may have met fewer classes. */
export function meanOutputs(members: readonly Estimator[], x: Matrix, classes: number): Float64Array {
  const width = Math.max(1, classes);
  const total = new Float64Array(x.rows * width);
  const tensor = toTensor(x);
  for (const member of members) {
    const part: Tensor = classes > 0 ? member.predictProba(tensor) : member.predict(tensor);
    const own = classes > 0 ? part.shape[1]! : 1;
    part.data.forEach((v, at) => {
      total[Math.floor(at / own) * width + (at % own)]! += v / members.length;
    });
  }
  return total;
}

/** Options of RandomForest. */
export interface RandomForestOptions extends TreeOptions {
  /** The number of trees; default 100. */
  nEstimators?: number;
}

/**
 * A random forest: bagged trees, each split of which may choose from a few features only, drawn anew. So the trees resemble each other less, and
 * their mean errs less.
 *
 * @param options `nEstimators`; options of trees, with `maxFeatures` by default `"sqrt"` for classes and `"all"` for numbers.
 * @see Breiman (2001); sklearn.ensemble.RandomForestClassifier; book §2.9.
 * @example new RandomForest({ nEstimators: 20 }).fit(data.iris()).score(data.iris()) > 0.95 // true
 */
export class RandomForest extends Bagging {
  constructor(private readonly options: RandomForestOptions = {}) {
    const { nEstimators = 100, generator } = options;
    super({ nEstimators, generator });
  }

  protected override member(): Estimator {
    const { nEstimators: _, ...tree } = this.options;
    return new DecisionTree({ maxFeatures: this.classes > 0 ? "sqrt" : "all", ...tree });
  }

  /** The mean of the trees' importances: `(features)`. */
  get featureImportances(): Tensor {
    const parts = (this.members as DecisionTree[]).map((tree) => tree.featureImportances);
    const totals = parts.map((part) => part.data).reduce((a, b) => a.map((v, i) => v + b[i]!));
    return fromData(Float32Array.from(totals, (v) => v / parts.length));
  }
}

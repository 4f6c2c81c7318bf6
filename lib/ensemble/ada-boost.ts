import { fromData } from "../creation.ts";
import type { Samples } from "../data/dataset.ts";
import { checkMembers } from "./bagging.ts";
import { DecisionTree } from "./decision-tree.ts";
import { Estimator, type FitWeights, type Matrix, matrixOf, targetsOf, toTensor, weightsOf } from "./estimator.ts";

/** Options of AdaBoost. */
export interface AdaBoostOptions {
  /** Makes a member; default a stump: a tree of one question. */
  estimator?: () => Estimator;
  /** The number of members at most; default 50. */
  nEstimators?: number;
  /** How much of each member's vote counts; default 1. */
  learningRate?: number;
}

/**
 * AdaBoost: one member after another, each of which learns most from the samples that those before got wrong. They vote, each by how rarely it
 * errs. For classes, two or more (SAMME).
 *
 * @param options `estimator`, `nEstimators`, `learningRate`.
 * @throws {RangeError} If there are no members, or the rate is not positive.
 * @see Freund and Schapire (1997); Zhu, Zou, Rosset and Hastie (2009); sklearn.ensemble.AdaBoostClassifier with SAMME; book §2.9.
 * @example new AdaBoost({ nEstimators: 10 }).fit(data.breastCancer()).score(data.breastCancer()) > 0.95 // true
 */
export class AdaBoost extends Estimator {
  /** The members, after learning. */
  members: Estimator[] = [];
  /** How much each member's vote counts. */
  votes: number[] = [];
  private readonly settings: Required<AdaBoostOptions>;

  constructor(options: AdaBoostOptions = {}) {
    super();
    const { estimator = () => new DecisionTree({ maxDepth: 1 }), nEstimators = 50, learningRate = 1 } = options;
    checkMembers(nEstimators);
    if (!(learningRate > 0)) throw new RangeError(`Cannot boost at the rate ${learningRate}: it must be > 0`);
    this.settings = { estimator, nEstimators, learningRate };
  }

  fit(samples: Samples, options: FitWeights = {}): this {
    const { estimator, nEstimators, learningRate } = this.settings;
    const { rows } = matrixOf(samples.x);
    const { classes, values } = targetsOf(samples.y, rows);
    if (classes === 0)
      throw new TypeError(
        "Cannot boost for numbers with AdaBoost: targets must be classes, an int32; use GradientBoosting",
      );
    this.classes = classes;
    this.members = [];
    this.votes = [];
    let weights = scaledToOne(weightsOf(options.weights, rows));
    for (let i = 0; i < nEstimators; i++) {
      const member = estimator().fit(samples, { weights: fromData(weights) });
      const isWrong = member.predict(samples.x).data.map((c, row) => Number(c !== values[row]));
      const error = weights.reduce((sum, w, row) => sum + w * isWrong[row]!, 0);
      // One that is no better than chance has no vote, and leaves nothing to learn from.
      if (error >= 1 - 1 / classes && i > 0) break;
      this.members.push(member);
      if (error <= 0 || error >= 1 - 1 / classes) {
        this.votes.push(1);
        break;
      }
      const vote = learningRate * (Math.log((1 - error) / error) + Math.log(classes - 1));
      this.votes.push(vote);
      weights = scaledToOne(weights.map((w, row) => w * Math.exp(vote * isWrong[row]!)));
    }
    return this;
  }

  protected outputs(x: Matrix): Float64Array {
    const totals = new Float64Array(x.rows * this.classes);
    this.members.forEach((member, i) => {
      this.addVotes(member, this.votes[i]!, x, totals);
    });
    const all = this.votes.reduce((a, b) => a + b, 0);
    return totals.map((v) => v / all);
  }

  /** The score after each member, to see what the later ones are worth. */
  stagedScore({ x, y }: Samples): number[] {
    const matrix = matrixOf(x);
    const wanted = targetsOf(y, matrix.rows).values;
    const totals = new Float64Array(matrix.rows * this.classes);
    return this.members.map((member, i) => {
      this.addVotes(member, this.votes[i]!, matrix, totals);
      const right = Array.from(wanted).filter((c, row) => {
        const shares = totals.subarray(row * this.classes, (row + 1) * this.classes);
        return shares.indexOf(Math.max(...shares)) === c;
      });
      return right.length / matrix.rows;
    });
  }

  private addVotes(member: Estimator, vote: number, x: Matrix, totals: Float64Array): void {
    member.predict(toTensor(x)).data.forEach((c, row) => {
      totals[row * this.classes + c]! += vote;
    });
  }
}

function scaledToOne(weights: Float64Array): Float64Array {
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => w / total);
}

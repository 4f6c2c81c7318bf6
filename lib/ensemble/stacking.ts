import { fromData } from "../creation.ts";
import type { Samples } from "../data/dataset.ts";
import { kFold } from "../data/split.ts";
import { defaultGenerator, type RandomGenerator } from "../random.ts";
import type { Tensor } from "../tensor.ts";
import { Estimator, type Matrix, matrixOf, targetsOf, toTensor } from "./estimator.ts";
import { LogisticRegression } from "./logistic-regression.ts";

/** Options of Stacking. */
export interface StackingOptions {
  /** Make the members, each of which learns in its own way. */
  estimators: readonly (() => Estimator)[];
  /** Makes the one that learns from the members' answers; default logistic regression. */
  final?: () => Estimator;
  /** Folds of the cross-validation that the answers come from; default 5. */
  folds?: number;
  /** Where the folds are drawn from; the default generator if left out. */
  generator?: RandomGenerator;
}

/**
 * Stacking: a last estimator learns how far to trust each member, from their answers on samples that they did not learn from.
 *
 * @param options `estimators`, `final`, `folds`, `generator`.
 * @throws {RangeError} If there are no members.
 * @see Wolpert (1992); sklearn.ensemble.StackingClassifier; book §2.9.
 * @example
 * const stack = new Stacking({ estimators: [() => new DecisionTree(), () => new LogisticRegression()] });
 * stack.fit(data.iris()).score(data.iris()) > 0.95 // true
 */
export class Stacking extends Estimator {
  /** The members, after learning from all samples. */
  members: Estimator[] = [];
  private last: Estimator | null = null;
  private readonly settings: Required<StackingOptions>;

  constructor(options: StackingOptions) {
    super();
    const { estimators, final = () => new LogisticRegression(), folds = 5, generator = defaultGenerator } = options;
    if (estimators.length === 0) throw new RangeError("Cannot stack no estimators: give at least one");
    this.settings = { estimators, final, folds, generator };
  }

  fit(samples: Samples): this {
    const { estimators, final, folds, generator } = this.settings;
    const { x, y } = samples;
    const { rows } = matrixOf(x);
    this.classes = targetsOf(y, rows).classes;
    // Each sample's number goes along, to bring the answers back into order.
    const numbered = { x, y: fromData(Int32Array.from({ length: rows }, (_, i) => i)) };
    const places = kFold(numbered, { k: folds, generator });
    const width = this.width * estimators.length;
    const answers = new Float64Array(rows * width);
    for (const { train, test } of places) {
      const known = { x: train.x, y: y.indexSelect(0, train.y) };
      const members = estimators.map((make) => make().fit(known));
      const found = this.answersOf(members, test.x);
      test.y.data.forEach((row, i) => {
        answers.set(found.subarray(i * width, (i + 1) * width), row * width);
      });
    }
    this.last = final().fit({ x: fromData(answers, [rows, width]), y });
    this.members = estimators.map((make) => make().fit(samples));
    return this;
  }

  /** Answers of a member to a sample: of two classes one probability says all. */
  private get width(): number {
    return this.classes > 2 ? this.classes : 1;
  }

  /** All members' answers, row by row. */
  private answersOf(members: readonly Estimator[], x: Tensor): Float64Array {
    const rows = x.shape[0]!;
    const width = this.width * members.length;
    const result = new Float64Array(rows * width);
    members.forEach((member, m) => {
      const part = this.classes > 0 ? member.predictProba(x) : member.predict(x);
      const own = this.classes > 0 ? part.shape[1]! : 1;
      for (let row = 0; row < rows; row++) {
        for (let k = 0; k < this.width; k++) {
          const column = this.classes === 2 ? 1 : k;
          result[row * width + m * this.width + k] = column < own ? part.data[row * own + column]! : 0;
        }
      }
    });
    return result;
  }

  protected outputs(x: Matrix): Float64Array {
    const answers = this.answersOf(this.members, toTensor(x));
    const tensor = fromData(answers, [x.rows, answers.length / Math.max(1, x.rows)]);
    const found = this.classes > 0 ? this.last!.predictProba(tensor) : this.last!.predict(tensor);
    return Float64Array.from(found.data);
  }
}

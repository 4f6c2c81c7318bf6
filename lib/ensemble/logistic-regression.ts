import { fromData, zeros } from "../creation.ts";
import type { Samples } from "../data/dataset.ts";
import { logSoftmax } from "../ops/activation.ts";
import { add, mul, neg } from "../ops/arithmetic.ts";
import { square } from "../ops/math.ts";
import { matmul } from "../ops/matmul.ts";
import { sum } from "../ops/reduction.ts";
import { LBFGS } from "../optim/second-order/lbfgs.ts";
import { Estimator, type FitWeights, type Matrix, matrixOf, oneHotRows, targetsOf, weightsOf } from "./estimator.ts";

/**
 * Logistic regression: probabilities `softmax(x W + b)`, with W kept small: the least of `Σ −log p + ‖W‖² / 2C`. A line of comparison, and the usual
 * last member of a stack.
 *
 * @param options `c`: C, how little W is held back; default 1. `maxIter`: steps of L-BFGS at most, default 100.
 * @throws {RangeError} If C is not positive.
 * @see sklearn.linear_model.LogisticRegression; features should be of one scale: `data.standardize`.
 * @example new LogisticRegression().fit(data.iris()).score(data.iris()) > 0.95 // true
 */
export class LogisticRegression extends Estimator {
  private weight = new Float64Array();
  private bias = new Float64Array();
  private readonly c: number;
  private readonly maxIter: number;

  constructor(options: { c?: number; maxIter?: number } = {}) {
    super();
    const { c = 1, maxIter = 100 } = options;
    if (!(c > 0)) throw new RangeError(`Cannot hold weights back with C ${c}: it must be > 0`);
    this.c = c;
    this.maxIter = maxIter;
  }

  fit({ x, y }: Samples, options: FitWeights = {}): this {
    const matrix = matrixOf(x);
    const targets = targetsOf(y, matrix.rows);
    if (targets.classes === 0)
      throw new TypeError("Cannot learn numbers with LogisticRegression: targets must be classes, an int32");
    const { classes } = targets;
    const features = fromData(Float64Array.from(matrix.data), [matrix.rows, matrix.columns]);
    const rows = oneHotRows(targets);
    const weights = weightsOf(options.weights, matrix.rows);
    const wanted = fromData(
      rows.map((v, at) => v * weights[Math.floor(at / classes)]!),
      [matrix.rows, classes],
    );
    const weight = zeros([matrix.columns, classes], { dtype: "float64", requiresGrad: true });
    const bias = zeros([classes], { dtype: "float64", requiresGrad: true });
    const optimizer = new LBFGS([weight, bias], {
      maxIter: this.maxIter,
      lineSearchFn: "strongWolfe",
      toleranceGrad: 1e-6,
      toleranceChange: 1e-13,
    });
    optimizer.step(() => {
      const logits = add(matmul(features, weight), bias);
      const loss = neg(sum(mul(wanted, logSoftmax(logits, 1))));
      return add(loss, mul(sum(square(weight)), 0.5 / this.c));
    });
    this.classes = classes;
    this.weight = Float64Array.from(weight.data);
    this.bias = Float64Array.from(bias.data);
    return this;
  }

  protected outputs(x: Matrix): Float64Array {
    const { classes } = this;
    const result = new Float64Array(x.rows * classes);
    for (let row = 0; row < x.rows; row++) {
      const logits = this.bias.map((b, k) => {
        let total = b;
        for (let j = 0; j < x.columns; j++) total += x.data[row * x.columns + j]! * this.weight[j * classes + k]!;
        return total;
      });
      const top = Math.max(...logits);
      const powers = logits.map((v) => Math.exp(v - top));
      const all = powers.reduce((a, b) => a + b, 0);
      result.set(
        powers.map((p) => p / all),
        row * classes,
      );
    }
    return result;
  }
}

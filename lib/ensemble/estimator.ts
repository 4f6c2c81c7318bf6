/** What all estimators share: samples to learn from, predictions, scores. */
import { asTensor, fromData } from "../creation.ts";
import type { Samples } from "../data/dataset.ts";
import { isFloating, type TypedArray } from "../dtype.ts";
import { argmax } from "../ops/extremes.ts";
import { show } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";

/** Rows of features. */
export interface Matrix {
  readonly data: TypedArray;
  readonly rows: number;
  readonly columns: number;
}

/** How to learn. */
export interface FitWeights {
  /** How much each sample counts; default 1. */
  weights?: TensorLike;
}

/** The features as rows; samples of any shape are laid flat. */
export function matrixOf(x: TensorLike): Matrix {
  const t = asTensor(x);
  if (t.ndim < 2)
    throw new RangeError(`Cannot learn from features of shape ${show(t.shape)}: they must be (samples, features)`);
  const rows = t.shape[0]!;
  return { data: t.data, rows, columns: rows === 0 ? 0 : t.size / rows };
}

/** Some rows of a matrix. */
export function takeRows({ data, columns }: Matrix, rows: ArrayLike<number>): Matrix {
  const taken = data.slice(0, rows.length * columns);
  for (let i = 0; i < rows.length; i++)
    taken.set(data.subarray(rows[i]! * columns, (rows[i]! + 1) * columns), i * columns);
  return { data: taken, rows: rows.length, columns };
}

/** A matrix as the tensor that it is. */
export function toTensor({ data, rows, columns }: Matrix): Tensor {
  return fromData(data, [rows, columns]);
}

/** What is to be foretold. */
export interface Targets {
  /** The number of classes; 0 if targets are numbers. */
  readonly classes: number;
  readonly values: TypedArray;
}

/** Whole-number targets are classes, floating ones numbers. */
export function targetsOf(y: TensorLike, rows: number): Targets {
  const t = asTensor(y);
  if (t.size !== rows)
    throw new RangeError(
      `Cannot learn from ${rows} samples and targets of shape ${show(t.shape)}: there must be one each`,
    );
  const values = t.data;
  if (isFloating(t.dtype)) return { classes: 0, values };
  const worst = values.find((c) => c < 0);
  if (worst !== undefined) throw new RangeError(`Cannot learn class ${worst}: classes are numbered from 0`);
  return { classes: 1 + Array.from(values).reduce((most, c) => Math.max(most, c), -1), values };
}

/** Classes as rows of zeros with a one. */
export function oneHotRows({ values, classes }: Targets): Float64Array {
  const rows = new Float64Array(values.length * classes);
  values.forEach((c, i) => {
    rows[i * classes + c] = 1;
  });
  return rows;
}

/** Checked weights of samples, all 1 if left out. */
export function weightsOf(weights: TensorLike | undefined, rows: number): Float64Array {
  if (weights === undefined) return new Float64Array(rows).fill(1);
  const t = asTensor(weights);
  if (t.size !== rows)
    throw new RangeError(`Cannot weigh ${rows} samples by ${t.size} weights: there must be one each`);
  const bad = t.data.find((w) => !(w >= 0 && w < Infinity));
  if (bad !== undefined) throw new RangeError(`Cannot weigh a sample by ${bad}: it must be ≥ 0 and finite`);
  return Float64Array.from(t.data);
}

/**
 * Learns from samples and foretells: classes if the targets are whole numbers (an int32 tensor), numbers if they are floating.
 *
 * A subclass learns in `fit` and says in `outputs` what it expects of each sample.
 *
 * @example new DecisionTree() instanceof Estimator // true
 */
export abstract class Estimator {
  /** The number of classes that were learned; 0 if targets are numbers, −1 before learning. */
  protected classes = -1;

  /**
   * Learns from samples, anew.
   *
   * @param samples Features `(samples, features)` and targets `(samples)`.
   * @param options `weights`: how much each sample counts.
   * @throws {RangeError} If numbers of samples differ.
   */
  abstract fit(samples: Samples, options?: FitWeights): this;

  /** Of each row the probabilities of the classes, or the number; row after row. */
  protected abstract outputs(x: Matrix): Float64Array;

  /**
   * The probability of each class: `(samples, classes)`.
   *
   * @throws {TypeError} If it has not learned, or learned numbers.
   */
  predictProba(x: TensorLike): Tensor {
    this.checkFitted();
    if (this.classes === 0)
      throw new TypeError(`Cannot give probabilities with ${this.constructor.name}: it learned numbers, not classes`);
    const matrix = matrixOf(x);
    return fromData(Float32Array.from(this.outputs(matrix)), [matrix.rows, this.classes]);
  }

  /**
   * The class of each sample, the likeliest, as int32; or the number, as float32.
   *
   * @throws {TypeError} If it has not learned.
   */
  predict(x: TensorLike): Tensor {
    this.checkFitted();
    const matrix = matrixOf(x);
    const outputs = this.outputs(matrix);
    if (this.classes === 0) return fromData(Float32Array.from(outputs), [matrix.rows]);
    return argmax(fromData(outputs, [matrix.rows, this.classes]), 1);
  }

  /** The share of samples whose class is right; of numbers R² = 1 − Σ(y − ŷ)² / Σ(y − mean)². */
  score({ x, y }: Samples): number {
    const found = this.predict(x).data;
    const wanted = asTensor(y).data;
    if (this.classes !== 0) return found.filter((c, i) => c === wanted[i]).length / wanted.length;
    const mean = Array.from(wanted).reduce((a, b) => a + b, 0) / wanted.length;
    let [rest, all] = [0, 0];
    wanted.forEach((v, i) => {
      rest += (v - found[i]!) ** 2;
      all += (v - mean) ** 2;
    });
    return 1 - rest / all;
  }

  private checkFitted(): void {
    if (this.classes < 0)
      throw new TypeError(`Cannot predict with ${this.constructor.name} before it has learned: call fit() first`);
  }
}

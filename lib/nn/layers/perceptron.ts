/** The perceptron of 1958, with its learning rule. */
import { withGrad } from "../../autograd/mode.ts";
import { cast } from "../../autograd/primitives.ts";
import { asTensor, zeros } from "../../creation.ts";
import type { TypedArray } from "../../dtype.ts";
import { eq, ge } from "../../ops/comparison.ts";
import { copy_ } from "../../ops/inplace.ts";
import { mean } from "../../ops/reduction.ts";
import { reshape } from "../../ops/shape.ts";
import { type RandomGenerator, randperm } from "../../random.ts";
import { show } from "../../shape.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import { linear } from "../functional.ts";
import { Module } from "../module.ts";
import { Parameter } from "../parameter.ts";

/** The perceptron after one correction. */
export interface PerceptronUpdate {
  /** The pass over the samples, counted from 0. */
  readonly epoch: number;
  /** The sample that was mistaken. */
  readonly sample: number;
  /** The weights after the correction. */
  readonly weight: readonly number[];
  readonly bias: number;
}

/** What became of a perceptron's learning. */
export interface PerceptronHistory {
  /** The perceptron after every correction, one entry a mistake. */
  readonly updates: readonly PerceptronUpdate[];
  /** The mistakes of each pass. */
  readonly mistakes: readonly number[];
  /** Whether the last pass was free of mistakes: the samples are separated. */
  readonly converged: boolean;
}

/** Options of the learning rule. */
export interface PerceptronFitOptions {
  /** η: how far a mistake moves the weights; default 1. */
  lr?: number;
  /** The most passes over the samples; default 100. A pass without a mistake ends learning. */
  epochs?: number;
  /** Whether each pass takes the samples in a new random order; default false. */
  shuffle?: boolean;
  /** Where random orders come from; the default generator if left out. */
  generator?: RandomGenerator;
}

/** The step function: 1 where x ≥ 0, else 0. It has no useful derivative. @example step([-1, 0, 2]).toArray() // [0, 1, 1] */
export function step(x: TensorLike): Tensor {
  const t = asTensor(x);
  return cast(ge(t, 0), t.dtype);
}

/**
 * Perceptron: `ŷ = g(w₀ + Σ wᵢ xᵢ)`, one unit that decides on which side of a line (plane, …) a point lies. Weights start at 0.
 *
 * Shapes: `(…, inFeatures)` → `(…, 1)`.
 *
 * @param inFeatures Numbers that come in.
 * @param options `activation`: g, any function of a tensor; the step function if left out. With a smooth one it can be trained by gradients too.
 * @see Rosenblatt (1958); book §1.2.
 * @example
 * const and = new Perceptron(2);
 * and.fit([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1]).converged // true
 */
export class Perceptron extends Module {
  /** (1, inFeatures) */
  readonly weight: Parameter;
  /** (1): w₀ */
  readonly bias: Parameter;
  readonly activation: (x: Tensor) => Tensor;

  constructor(
    readonly inFeatures: number,
    options: { activation?: (x: Tensor) => Tensor } = {},
  ) {
    super();
    this.activation = options.activation ?? step;
    this.weight = new Parameter(zeros([1, inFeatures]));
    this.bias = new Parameter(zeros([1]));
  }

  forward(x: TensorLike): Tensor {
    return this.activation(linear(x, this.weight, this.bias));
  }

  /** The class of each sample, 0 or 1, by the side of the boundary it lies on, whatever the activation: `(batch)`. */
  predict(x: TensorLike): Tensor {
    return withGrad(false, () => reshape(step(linear(x, this.weight, this.bias)), [-1]));
  }

  /** The share of samples whose class is right, from 0 to 1. */
  score(x: TensorLike, y: TensorLike): number {
    return mean(eq(this.predict(x), reshape(y, [-1]))).item();
  }

  /**
   * Learns by the perceptron rule: `w ← w + η (y − ŷ) x` for one sample after the other, which changes something only at a mistake. If a line
   * separates the classes with margin γ and all samples lie within R, there are at most (R/γ)² mistakes; if none does, it never ends by itself.
   *
   * Shapes: x `(samples, inFeatures)`, y `(samples)` or `(samples, 1)`.
   *
   * @param y Classes 0 and 1.
   * @throws {RangeError} If the shapes do not fit or a class is neither 0 nor 1.
   * @see Novikoff (1962) for the bound; book §1.2.
   */
  fit(x: TensorLike, y: TensorLike, options: PerceptronFitOptions = {}): PerceptronHistory {
    const { lr = 1, epochs = 100, shuffle = false, generator } = options;
    const [samples, classes] = this.checkSamples(asTensor(x), asTensor(y));
    const count = classes.length;
    // In double precision: weights that are sums of samples stay exact.
    const w = Float64Array.from(this.weight.data);
    let bias = this.bias.item();
    const updates: PerceptronUpdate[] = [];
    const mistakes: number[] = [];
    for (let epoch = 0; epoch < epochs && mistakes.at(-1) !== 0; epoch++) {
      const order = shuffle ? randperm(count, { generator }).data : undefined;
      const before = updates.length;
      for (let i = 0; i < count; i++) {
        const sample = order === undefined ? i : order[i]!;
        const point = samples.subarray(sample * w.length, (sample + 1) * w.length);
        let net = bias;
        for (let d = 0; d < w.length; d++) net += w[d]! * point[d]!;
        const error = classes[sample]! - (net >= 0 ? 1 : 0);
        if (error === 0) continue;
        for (let d = 0; d < w.length; d++) w[d]! += lr * error * point[d]!;
        bias += lr * error;
        updates.push({ epoch, sample, weight: [...w], bias });
      }
      mistakes.push(updates.length - before);
    }
    withGrad(false, () => {
      copy_(this.weight, [[...w]]);
      copy_(this.bias, [bias]);
    });
    return { updates, mistakes, converged: mistakes.at(-1) === 0 };
  }

  override extraRepr(): string {
    return `inFeatures=${this.inFeatures}, activation=${this.activation.name || "function"}`;
  }

  private checkSamples(x: Tensor, y: Tensor): [samples: TypedArray, classes: TypedArray] {
    if (x.ndim !== 2 || x.shape[1] !== this.inFeatures || y.size !== x.shape[0]) {
      throw new RangeError(
        `Cannot learn from x of shape ${show(x.shape)} and y of shape ${show(y.shape)}: expected [n,${this.inFeatures}] and [n]`,
      );
    }
    const odd = y.data.find((value) => value !== 0 && value !== 1);
    if (odd !== undefined) throw new RangeError(`Cannot learn class ${odd}: a perceptron's classes are 0 and 1`);
    return [x.data, y.data];
  }
}

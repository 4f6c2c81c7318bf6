/** Softmax over very many classes, most of them rare. */
import { asTensor, fromData } from "../../creation.ts";
import { type DType, defaultDtype } from "../../dtype.ts";
import { logSoftmax } from "../../ops/activation.ts";
import { add, neg } from "../../ops/arithmetic.ts";
import { argmax } from "../../ops/extremes.ts";
import { gather, indexSelect, narrow, scatterAdd } from "../../ops/indexing.ts";
import { cat } from "../../ops/join.ts";
import { mean } from "../../ops/reduction.ts";
import { reshape } from "../../ops/shape.ts";
import { show } from "../../shape.ts";
import { Tensor, type TensorLike } from "../../tensor.ts";
import { Module } from "../module.ts";
import { ModuleList, Sequential } from "./container.ts";
import { Linear } from "./linear.ts";

/** Options of the adaptive softmax. */
export interface AdaptiveSoftmaxOptions {
  /** By how much the inputs of each further cluster are narrowed; default 4. */
  divValue?: number;
  /** Whether the scores of the frequent classes have biases; default false. */
  headBias?: boolean;
  /** The type of the parameters; default float32. */
  dtype?: DType;
}

/**
 * Adaptive softmax with its loss: frequent classes are scored all together, rare ones in clusters, each of which is looked at only for the samples
 * whose class is in it, through a narrower layer. That is much faster where classes are words.
 *
 * Shapes: input `(batch, inFeatures)` or `(inFeatures)`, target `(batch)` or scalar → the log-probability of each target, and the mean loss.
 *
 * @param inFeatures Numbers that come in.
 * @param nClasses Classes, the most frequent first.
 * @param cutoffs Where the clusters begin: rising, from 1 to nClasses − 1.
 * @param options `divValue`, `headBias`, `dtype`.
 * @throws {RangeError} If the cutoffs do not rise or a class does not exist.
 * @see Grave et al. (2017).
 * @example new AdaptiveLogSoftmaxWithLoss(4, 10, [2, 5])(rand([3, 4]), [0, 4, 9])[0].shape // [3]
 */
export class AdaptiveLogSoftmaxWithLoss extends Module {
  readonly head: Linear;
  readonly tail: ModuleList<Sequential>;
  private readonly ends: readonly number[];

  constructor(
    readonly inFeatures: number,
    readonly nClasses: number,
    readonly cutoffs: readonly number[],
    options: AdaptiveSoftmaxOptions = {},
  ) {
    super();
    const { divValue = 4, headBias = false, dtype = defaultDtype } = options;
    const ends = [...cutoffs, nClasses];
    if (cutoffs.length === 0 || ends.some((end, i) => !Number.isInteger(end) || end <= (ends[i - 1] ?? 0))) {
      throw new RangeError(
        `Cannot cut ${nClasses} classes at ${show(cutoffs)}: give whole numbers that rise from 1 to ${nClasses - 1}`,
      );
    }
    this.ends = ends;
    this.head = new Linear(inFeatures, ends[0]! + cutoffs.length, { bias: headBias, dtype });
    this.tail = new ModuleList(
      cutoffs.map((_, i) => {
        const narrow = Math.floor(inFeatures / divValue ** (i + 1));
        const plain = { bias: false, dtype };
        return new Sequential(
          new Linear(inFeatures, narrow, plain),
          new Linear(narrow, ends[i + 1]! - ends[i]!, plain),
        );
      }),
    );
  }

  forward(input: TensorLike, target: TensorLike): [output: Tensor, loss: Tensor] {
    const given = asTensor(target, target instanceof Tensor ? {} : { dtype: "int32" });
    const x = reshape(this.checked(input), [-1, this.inFeatures]);
    const classes = Array.from(given.data);
    const bad = classes.find((c) => !Number.isInteger(c) || c < 0 || c >= this.nClasses);
    if (bad !== undefined || classes.length !== x.shape[0]) {
      const what = bad === undefined ? `${classes.length} classes for ${x.shape[0]} samples` : `class ${bad}`;
      throw new RangeError(`Cannot score ${what}: give one class from 0 to ${this.nClasses - 1} a sample`);
    }
    const shortlist = this.ends[0]!;
    const clusters = classes.map((c) => this.ends.findIndex((end) => c < end));
    // A rare class counts first as its cluster, which the head scores like a class.
    const first = classes.map((c, n) => (clusters[n] === 0 ? c : shortlist + clusters[n]! - 1));
    let output = picked(logSoftmax(this.head(x), 1), first);
    for (const [i, layer] of [...this.tail].entries()) {
      const rows = classes.flatMap((_, n) => (clusters[n] === i + 1 ? [n] : []));
      if (rows.length === 0) continue;
      const index = fromData(Int32Array.from(rows));
      const scores = logSoftmax(layer(indexSelect(x, 0, index)), 1);
      const inside = picked(
        scores,
        rows.map((n) => classes[n]! - this.ends[i]!),
      );
      output = scatterAdd(output, 0, index, inside);
    }
    return [reshape(output, given.shape), neg(mean(output))];
  }

  /** The log-probabilities of all classes: `(batch, nClasses)` or `(nClasses)`. */
  logProb(input: TensorLike): Tensor {
    const given = this.checked(input);
    const x = reshape(given, [-1, this.inFeatures]);
    const head = logSoftmax(this.head(x), 1);
    const shortlist = this.ends[0]!;
    const parts = [...this.tail].map((layer, i) =>
      add(logSoftmax(layer(x), 1), narrow(head, 1, { start: shortlist + i, length: 1 })),
    );
    const all = cat([narrow(head, 1, { start: 0, length: shortlist }), ...parts], 1);
    return reshape(all, [...given.shape.slice(0, -1), this.nClasses]);
  }

  /** The likeliest class of each sample. */
  predict(input: TensorLike): Tensor {
    return argmax(this.logProb(input), { dim: -1 });
  }

  private checked(input: TensorLike): Tensor {
    const x = asTensor(input);
    if ((x.ndim === 1 || x.ndim === 2) && x.shape.at(-1) === this.inFeatures) return x;
    throw new RangeError(
      `Cannot score ${show(x.shape)}: it must be (batch, ${this.inFeatures}) or (${this.inFeatures})`,
    );
  }

  override extraRepr(): string {
    return `${this.inFeatures}, ${this.nClasses}, cutoffs=${show(this.cutoffs)}`;
  }
}

/** One number of each row. */
function picked(x: Tensor, columns: readonly number[]): Tensor {
  return reshape(gather(x, 1, fromData(Int32Array.from(columns), [columns.length, 1])), [-1]);
}

/** Losses over classes: what scores or log-probabilities are worth against the class that is right. */
import { cast } from "../autograd/primitives.ts";
import { asTensor } from "../creation.ts";
import { isFloating } from "../dtype.ts";
import { logSoftmax } from "../ops/activation.ts";
import { add, div, mul, neg } from "../ops/arithmetic.ts";
import { eq, logicalNot } from "../ops/comparison.ts";
import { crossEntropyOfRows } from "../ops/cross-entropy.ts";
import { gather } from "../ops/indexing.ts";
import { any, mean, sum } from "../ops/reduction.ts";
import { where } from "../ops/select.ts";
import { expand, permute, reshape, squeeze, unsqueeze } from "../ops/shape.ts";
import { sameShape, show } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { type LossOptions, type Reduction, reduced } from "./reduction.ts";

/** Options of losses over classes. */
export interface ClassLossOptions extends LossOptions {
  /** A factor for each class. */
  weight?: TensorLike;
  /** Targets with this value count nothing; default −100. */
  ignoreIndex?: number;
}

/** Targets made ready to pick from scores. */
interface Picks {
  /** Class indices, of the scores' shape but with one class. */
  readonly index: Tensor;
  /** Factor of each sample, 0 if ignored; null if all are 1. */
  readonly factor: Tensor | null;
  /** Whether each sample counts; null if all do. */
  readonly counts: Tensor | null;
}

function checkScores(name: string, x: Tensor, target: Tensor): number {
  const dim = x.ndim === 1 ? 0 : 1;
  const expected = x.shape.filter((_, d) => d !== dim);
  if (x.ndim === 0 || !sameShape(target.shape, expected)) {
    throw new RangeError(
      `Cannot compute ${name} of ${show(x.shape)} against classes of shape ${show(target.shape)}: expected ${show(expected)}`,
    );
  }
  return dim;
}

function picksOf(x: Tensor, target: Tensor, dim: number, options: ClassLossOptions): Picks {
  const ignored = eq(target, options.ignoreIndex ?? -100);
  const counts = any(ignored).item() !== 0 ? logicalNot(ignored) : null;
  const index = unsqueeze(counts === null ? target : where(counts, target, 0), dim);
  const weight = options.weight === undefined ? null : classWeights(options.weight, x, dim);
  const picked = weight === null ? null : squeeze(gather(expand(weight, x.shape), dim, index), dim);
  if (counts === null) return { index, factor: picked, counts };
  const kept = cast(counts, x.dtype);
  return { index, factor: picked === null ? kept : mul(picked, kept), counts };
}

/** Class weights with dimensions around, so that they broadcast against scores. */
function classWeights(weight: TensorLike, x: Tensor, dim: number): Tensor {
  const w = asTensor(weight, weight instanceof Tensor ? {} : { dtype: x.dtype });
  if (w.ndim !== 1 || w.size !== x.shape[dim]) {
    throw new RangeError(
      `Cannot weigh ${x.shape[dim]} classes by a weight of shape ${show(w.shape)}: give one number a class`,
    );
  }
  return reshape(
    w,
    x.shape.map((_, d) => (d === dim ? w.size : 1)),
  );
}

/** The mean counts each sample by its factor. */
function reducedPicks(losses: Tensor, factor: Tensor | null, reduction?: Reduction): Tensor {
  if (factor === null) return reduced(losses, reduction);
  const weighed = mul(losses, factor);
  return (reduction ?? "mean") === "mean" ? div(sum(weighed), sum(factor)) : reduced(weighed, reduction);
}

/**
 * Negative log-likelihood: `−w[y] · x[y]` of log-probabilities x, as `logSoftmax` gives them. The mean is by weights.
 *
 * Shapes: input `(batch, classes, …)` or `(classes)`, target `(batch, …)` or scalar → scalar, or the target's shape if `reduction` is none.
 *
 * @param target Class indices.
 * @throws {RangeError} If shapes do not fit or an index is no class.
 * @see book §2.1.
 * @example nllLoss([[-0.5, -1]], tensor([1], { dtype: "int32" })).item() // 1
 */
export function nllLoss(input: TensorLike, target: TensorLike, options: ClassLossOptions = {}): Tensor {
  const x = asTensor(input);
  const y = asTensor(target, target instanceof Tensor ? {} : { dtype: "int32" });
  const dim = checkScores("nllLoss", x, y);
  const { index, factor } = picksOf(x, y, dim, options);
  return reducedPicks(neg(squeeze(gather(x, dim, index), dim)), factor, options.reduction);
}

/** Options of cross-entropy. */
export interface CrossEntropyOptions extends ClassLossOptions {
  /** ε: the target is mixed with the uniform distribution, (1 − ε) y + ε / classes; default 0. */
  labelSmoothing?: number;
}

/**
 * Cross-entropy of logits: `−ln softmax(x)[y]`, or `−Σ y ln softmax(x)` for a distribution y over classes.
 *
 * Shapes: input `(batch, classes, …)` or `(classes)`, target `(batch, …)` of class indices, or of the input's shape if it is floating.
 *
 * @param options `weight` a class, `ignoreIndex`, `labelSmoothing`, `reduction`.
 * @throws {RangeError} If shapes do not fit or an index is no class.
 * @see Szegedy et al. (2016) for label smoothing; book §1.5, §2.1, §2.6.3.
 * @example crossEntropy([[0, 0]], tensor([1], { dtype: "int32" })) // 0.693…
 */
export function crossEntropy(input: TensorLike, target: TensorLike, options: CrossEntropyOptions = {}): Tensor {
  const x = asTensor(input);
  const y = asTensor(target);
  const { labelSmoothing = 0 } = options;
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new RangeError(`Cannot smooth labels by ${labelSmoothing}: it must be from 0 to 1`);
  }
  const dim = x.ndim === 1 ? 0 : 1;
  if (isFloating(y.dtype) && sameShape(x.shape, y.shape)) return softCrossEntropy(logSoftmax(x, dim), y, dim, options);
  checkScores("crossEntropy", x, y);
  if (options.weight === undefined) {
    const loss = fusedCrossEntropy(x, y, dim, options);
    if (loss !== null) return loss;
  }
  const logP = logSoftmax(x, dim);
  const loss = nllLoss(logP, target, options);
  if (labelSmoothing === 0) return loss;
  const picks = picksOf(logP, asTensor(y, { dtype: "int32" }), dim, options);
  return add(mul(loss, 1 - labelSmoothing), mul(uniformLoss(logP, picks, dim, options), labelSmoothing));
}

/** Cross-entropy by one kernel; null where ops must do it, which also find the words for classes that do not exist. */
function fusedCrossEntropy(x: Tensor, target: Tensor, dim: number, options: CrossEntropyOptions): Tensor | null {
  const { labelSmoothing: smoothing = 0, ignoreIndex = -100, reduction = "mean" } = options;
  const classes = x.shape[dim]!;
  const last = x.ndim <= 2 ? x : permute(x, [...x.shape.map((_, d) => d).filter((d) => d !== dim), dim]);
  const rows = reshape(last, [-1, classes]);
  const losses = crossEntropyOfRows(rows, reshape(target, [-1]), { smoothing, ignoreIndex, reduction });
  return losses === null || reduction !== "none" ? losses : reshape(losses, target.shape);
}

/** Cross-entropy against the uniform distribution over classes: the share of label smoothing. */
function uniformLoss(logP: Tensor, { factor, counts }: Picks, dim: number, options: ClassLossOptions): Tensor {
  const weighed = options.weight === undefined ? logP : mul(logP, classWeights(options.weight, logP, dim));
  const losses = neg(mean(weighed, { dim }));
  const kept = counts === null ? losses : where(counts, losses, 0);
  // The losses are already weighed class by class; the factors of the samples only divide the mean.
  if (factor !== null && (options.reduction ?? "mean") === "mean") return div(sum(kept), sum(factor));
  return reduced(kept, options.reduction);
}

function softCrossEntropy(logP: Tensor, target: Tensor, dim: number, options: CrossEntropyOptions): Tensor {
  const { weight, labelSmoothing = 0, reduction = "mean" } = options;
  const classes = logP.shape[dim]!;
  const y = labelSmoothing === 0 ? target : add(mul(target, 1 - labelSmoothing), labelSmoothing / classes);
  const terms = mul(y, logP);
  const losses = neg(sum(weight === undefined ? terms : mul(terms, classWeights(weight, logP, dim)), { dim }));
  return reduced(losses, reduction);
}

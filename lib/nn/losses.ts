/** Losses as functions: how far outputs are from targets, elementwise or per sample, and then averaged or summed. */
import { apply, type OpSpec } from "../autograd/apply.ts";
import { cast } from "../autograd/primitives.ts";
import { asTensor } from "../creation.ts";
import { isFloating } from "../dtype.ts";
import { logSigmoid, logSoftmax } from "../ops/activation.ts";
import { add, div, maximum, mul, neg, sub } from "../ops/arithmetic.ts";
import { eq, logicalNot, lt, ne } from "../ops/comparison.ts";
import { gather } from "../ops/indexing.ts";
import { abs, exp, log, square } from "../ops/math.ts";
import { any, mean, sum } from "../ops/reduction.ts";
import { where } from "../ops/select.ts";
import { expand, reshape, squeeze, unsqueeze } from "../ops/shape.ts";
import { sameShape, show } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { type LossOptions, matched, type Reduction, reduced } from "./reduction.ts";

export type { LossOptions, Reduction } from "./reduction.ts";

/**
 * Mean squared error: `(x − y)²`. Its best constant is the mean of the targets.
 *
 * Shapes: input and target equal → scalar, or the same if `reduction` is none.
 *
 * @throws {RangeError} If the shapes differ.
 * @see book §1.5.
 * @example mseLoss([1, 2], [1, 4]).item() // 2
 */
export function mseLoss(input: TensorLike, target: TensorLike, options: LossOptions = {}): Tensor {
  return reduced(square(sub(...matched("mseLoss", input, target))), options.reduction);
}

/**
 * Absolute error: `|x − y|`. Its best constant is the median of the targets.
 *
 * @throws {RangeError} If the shapes differ.
 * @see book §1.5.
 * @example l1Loss([1, 2], [1, 4]).item() // 1
 */
export function l1Loss(input: TensorLike, target: TensorLike, options: LossOptions = {}): Tensor {
  return reduced(abs(sub(...matched("l1Loss", input, target))), options.reduction);
}

/**
 * Smooth absolute error: `½ d² / β` where |d| < β, else `|d| − ½ β`.
 *
 * @param options `beta`: where the square ends, ≥ 0; default 1.
 * @see Girshick (2015).
 * @example smoothL1Loss([0, 0], [0.5, 2], { reduction: "none" }).toArray() // [0.125, 1.5]
 */
export function smoothL1Loss(
  input: TensorLike,
  target: TensorLike,
  options: LossOptions & { beta?: number } = {},
): Tensor {
  const { beta = 1 } = options;
  if (!(beta >= 0)) throw new RangeError(`Cannot compute smoothL1Loss with beta ${beta}: it must be ≥ 0`);
  if (beta === 0) return l1Loss(input, target, options);
  const d = sub(...matched("smoothL1Loss", input, target));
  const size = abs(d);
  return reduced(where(lt(size, beta), mul(square(d), 0.5 / beta), sub(size, 0.5 * beta)), options.reduction);
}

/**
 * Huber's loss: `½ d²` where |d| < δ, else `δ (|d| − ½ δ)`: squares for small errors, so that outliers pull no harder than others.
 *
 * @param options `delta`: where the square ends, > 0; default 1.
 * @see Huber (1964).
 * @example huberLoss([0, 0], [0.5, 3], { delta: 2, reduction: "none" }).toArray() // [0.125, 4]
 */
export function huberLoss(
  input: TensorLike,
  target: TensorLike,
  options: LossOptions & { delta?: number } = {},
): Tensor {
  const { delta = 1 } = options;
  if (!(delta > 0)) throw new RangeError(`Cannot compute huberLoss with delta ${delta}: it must be > 0`);
  const d = sub(...matched("huberLoss", input, target));
  const size = abs(d);
  return reduced(where(lt(size, delta), mul(square(d), 0.5), mul(sub(size, 0.5 * delta), delta)), options.reduction);
}

/** −y ln p − (1 − y) ln(1 − p), with logarithms cut off at −100, as in PyTorch, so that a certain mistake costs much but not ∞. */
const binaryCrossEntropyOp: OpSpec = {
  name: "binaryCrossEntropy",
  forward: ([p, y]) => {
    const hit = maximum(log(p!), -100);
    const miss = maximum(log(sub(1, p!)), -100);
    return neg(add(mul(y!, hit), mul(sub(1, y!), miss)));
  },
  backward: (dy, saved) => {
    const [p, y] = saved.inputs as [Tensor, Tensor];
    return [
      // The constant is a float32 in PyTorch, whatever the type of the probabilities.
      () => mul(dy, div(sub(p, y), maximum(mul(sub(1, p), p), Math.fround(1e-12)))),
      // By the target the logarithms are not cut off, in PyTorch either.
      () => mul(dy, sub(log(sub(1, p)), log(p))),
    ];
  },
};

/** Options of binary cross-entropy. */
export interface BCEOptions extends LossOptions {
  /** A factor for each element; broadcasts. */
  weight?: TensorLike;
}

/**
 * Binary cross-entropy of probabilities: `−y ln p − (1 − y) ln(1 − p)`. With logits use `binaryCrossEntropyWithLogits`, which does not round.
 *
 * @throws {RangeError} If the shapes differ or a probability is not in [0, 1].
 * @see book §1.5.
 * @example binaryCrossEntropy([0.5], [1]) // 0.693…
 */
export function binaryCrossEntropy(input: TensorLike, target: TensorLike, options: BCEOptions = {}): Tensor {
  const [p, y] = matched("binaryCrossEntropy", input, target);
  const bad = p.data.find((v) => !(v >= 0 && v <= 1));
  if (bad !== undefined && !Number.isNaN(bad)) {
    throw new RangeError(
      `Cannot compute binaryCrossEntropy of ${bad}: probabilities must be from 0 to 1; apply sigmoid first`,
    );
  }
  const losses = apply(binaryCrossEntropyOp, [p, y]);
  return reduced(options.weight === undefined ? losses : mul(losses, options.weight), options.reduction);
}

/**
 * Binary cross-entropy of logits z: `−w y ln σ(z) − (1 − y) ln(1 − σ(z))`, computed without overflow. Its derivative by z is `σ(z) − y`.
 *
 * @param options `posWeight`: a factor w for the positive class; broadcasts.
 * @see book §1.5.
 * @example binaryCrossEntropyWithLogits([0], [1]) // 0.693…
 */
export function binaryCrossEntropyWithLogits(
  input: TensorLike,
  target: TensorLike,
  options: BCEOptions & { posWeight?: TensorLike } = {},
): Tensor {
  const [z, y] = matched("binaryCrossEntropyWithLogits", input, target);
  const { weight, posWeight } = options;
  const logP = logSigmoid(z);
  const scaled = posWeight === undefined ? logP : mul(add(mul(y, sub(posWeight, 1)), 1), logP);
  const losses = sub(mul(sub(1, y), z), scaled);
  return reduced(weight === undefined ? losses : mul(losses, weight), options.reduction);
}

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
  const logP = logSoftmax(x, dim);
  if (isFloating(y.dtype) && sameShape(x.shape, y.shape)) return softCrossEntropy(logP, y, dim, options);
  const loss = nllLoss(logP, target, options);
  if (labelSmoothing === 0) return loss;
  const picks = picksOf(logP, asTensor(y, { dtype: "int32" }), dim, options);
  return add(mul(loss, 1 - labelSmoothing), mul(uniformLoss(logP, picks, dim, options), labelSmoothing));
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

/**
 * Kullback–Leibler divergence of log-probabilities x from y: `y (ln y − x)`.
 *
 * @param options `reduction`, here also `batchMean`, the sum over elements divided by the size of the batch, which is the divergence proper;
 *   `logTarget`: whether y holds log-probabilities; default false.
 * @see Kullback and Leibler (1951).
 * @example klDiv([Math.log(0.5), Math.log(0.5)], [1, 0], { reduction: "sum" }) // 0.693…
 */
export function klDiv(
  input: TensorLike,
  target: TensorLike,
  options: { reduction?: Reduction | "batchMean"; logTarget?: boolean } = {},
): Tensor {
  const [x, y] = matched("klDiv", input, target);
  const { reduction = "mean", logTarget = false } = options;
  // 0 ln 0 counts as 0: the logarithm never sees the zero, nor does its derivative.
  const positive = ne(y, 0);
  const losses = logTarget
    ? mul(exp(y), sub(y, x))
    : sub(where(positive, mul(y, log(where(positive, y, 1))), 0), mul(y, x));
  if (reduction !== "batchMean") return reduced(losses, reduction);
  return div(sum(losses), x.shape[0] ?? 1);
}

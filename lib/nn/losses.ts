/** Losses as functions: how far outputs are from targets, elementwise or per sample, and then averaged or summed. */
import { apply, type OpSpec } from "../autograd/apply.ts";
import { logSigmoid, sigmoid } from "../ops/activation.ts";
import { add, div, maximum, mul, neg, sub } from "../ops/arithmetic.ts";
import { lt, ne } from "../ops/comparison.ts";
import { abs, exp, log, square } from "../ops/math.ts";
import { arithmeticOp, quotientType } from "../ops/operands.ts";
import { sum } from "../ops/reduction.ts";
import { where } from "../ops/select.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
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

/** Binary cross-entropy of logits z against y: `max(z, 0) − z y + ln(1 + e^{−|z|})`. */
const logitsLossOp: OpSpec = arithmeticOp(
  "logitsLoss",
  (dy, saved) => [() => mul(dy, sub(sigmoid(saved.input(0)), saved.input(1))), () => neg(mul(dy, saved.input(0)))],
  { typeOf: quotientType, looksAt: "inputs" },
);

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
  const losses =
    posWeight === undefined
      ? apply(logitsLossOp, [z, y])
      : sub(mul(sub(1, y), z), mul(add(mul(y, sub(posWeight, 1)), 1), logSigmoid(z)));
  return reduced(weight === undefined ? losses : mul(losses, weight), options.reduction);
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

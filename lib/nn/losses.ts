/** Losses as functions: how far outputs are from targets, elementwise or per sample, and then averaged or summed. */
import { apply, type InputGrad, type OpSpec, type Saved } from "../autograd/apply.ts";
import { asTensor } from "../creation.ts";
import { logSigmoid, sigmoid } from "../ops/activation.ts";
import { add, div, maximum, mul, neg, sub } from "../ops/arithmetic.ts";
import { ge, lt, ne } from "../ops/comparison.ts";
import { type ElementLossOp, elementLoss, elementLossOp, type Slopes } from "../ops/element-loss.ts";
import { abs, exp, log, sign, square } from "../ops/math.ts";
import { arithmeticOp, quotientType } from "../ops/operands.ts";
import { sum } from "../ops/reduction.ts";
import { where } from "../ops/select.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { type LossOptions, matched, type Reduction, reduced, targetOf } from "./reduction.ts";

export type { LossOptions, Reduction } from "./reduction.ts";

/** A loss that elements have one by one, and the op that reduces it on its way. */
interface ElementwiseLoss {
  readonly of: (x: Tensor, y: Tensor, bend?: number) => Tensor;
  readonly op: ElementLossOp;
}

/** The losses of elements, times `factor`, reduced: by one kernel if there is one, else loss by loss. */
function reducedLoss(
  { of, op }: ElementwiseLoss,
  x: Tensor,
  y: Tensor,
  reduction: Reduction = "mean",
  bend = 1,
  factor = 1,
): Tensor {
  const sole = elementLoss(op, x, y, reduction, bend, factor);
  if (sole !== null) return sole;
  const losses = of(x, y, bend);
  return reduced(factor === 1 ? losses : mul(losses, factor), reduction);
}

const squareLoss: ElementwiseLoss = {
  of: (x, y) => square(sub(x, y)),
  op: elementLossOp("mseLoss", "square", {
    byInput: (x, y) => mul(sub(x, y), 2),
    byTarget: (x, y) => mul(sub(y, x), 2),
  }),
};

const absoluteLoss: ElementwiseLoss = {
  of: (x, y) => abs(sub(x, y)),
  op: elementLossOp("l1Loss", "absolute", {
    byInput: (x, y) => sign(sub(x, y)),
    byTarget: (x, y) => sign(sub(y, x)),
  }),
};

/** The slope goes on straight from ±δ, where it is δ times the sign; what is no number stays so. */
const huberSlope = (d: Tensor, delta = 1): Tensor => where(ge(abs(d), delta), mul(sign(d), delta), d);

/** Huber's loss, as an op of that name. */
const bentLoss = (name: string): ElementwiseLoss => ({
  of: (x, y, delta = 1) => {
    const d = sub(x, y);
    const size = abs(d);
    return where(lt(size, delta), mul(square(d), 0.5), mul(sub(size, 0.5 * delta), delta));
  },
  op: elementLossOp(name, "huber", {
    byInput: (x, y, delta) => huberSlope(sub(x, y), delta),
    byTarget: (x, y, delta) => huberSlope(sub(y, x), delta),
  }),
});

const huber = bentLoss("huberLoss");
/** Huber's divided by β. */
const smoothL1 = bentLoss("smoothL1Loss");

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
  const x = asTensor(input);
  return reducedLoss(squareLoss, x, targetOf("mseLoss", x, target), options.reduction);
}

/**
 * Absolute error: `|x − y|`. Its best constant is the median of the targets.
 *
 * @throws {RangeError} If the shapes differ.
 * @see book §1.5.
 * @example l1Loss([1, 2], [1, 4]).item() // 1
 */
export function l1Loss(input: TensorLike, target: TensorLike, options: LossOptions = {}): Tensor {
  const x = asTensor(input);
  return reducedLoss(absoluteLoss, x, targetOf("l1Loss", x, target), options.reduction);
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
  const [x, y] = matched("smoothL1Loss", input, target);
  return reducedLoss(smoothL1, x, y, options.reduction, beta, 1 / beta);
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
  const [x, y] = matched("huberLoss", input, target);
  return reducedLoss(huber, x, y, options.reduction, delta);
}

const slopesOfProbabilities: Slopes = {
  // The constant is a float32 in PyTorch, whatever the type of the probabilities.
  byInput: (p, y) => div(sub(p, y), maximum(mul(sub(1, p), p), Math.fround(1e-12))),
  // By the target the logarithms are not cut off, in PyTorch either.
  byTarget: (p) => sub(log(sub(1, p)), log(p)),
};

/** −y ln p − (1 − y) ln(1 − p), with logarithms cut off at −100, as in PyTorch, so that a certain mistake costs much but not ∞. */
const probabilitiesOp: OpSpec = {
  name: "binaryCrossEntropy",
  forward: ([p, y]) => {
    const hit = maximum(log(p!), -100);
    const miss = maximum(log(sub(1, p!)), -100);
    return neg(add(mul(y!, hit), mul(sub(1, y!), miss)));
  },
  backward: (dy, saved) => throughLoss(dy, saved, slopesOfProbabilities),
};

const probabilitiesLoss: ElementwiseLoss = {
  of: (p, y) => apply(probabilitiesOp, [p, y]),
  op: elementLossOp("binaryCrossEntropy", "probabilities", slopesOfProbabilities),
};

const slopesOfLogits: Slopes = { byInput: (z, y) => sub(sigmoid(z), y), byTarget: (z) => neg(z) };

/** Binary cross-entropy of logits z against y: `max(z, 0) − z y + ln(1 + e^{−|z|})`. */
const logitsOp: OpSpec = arithmeticOp("logitsLoss", (dy, saved) => throughLoss(dy, saved, slopesOfLogits), {
  typeOf: quotientType,
  looksAt: "inputs",
});

const logitsLoss: ElementwiseLoss = {
  of: (z, y) => apply(logitsOp, [z, y]),
  op: elementLossOp("binaryCrossEntropyWithLogits", "logits", slopesOfLogits),
};

/** The gradients of a loss that each element has for itself. */
function throughLoss(dy: Tensor, { inputs }: Saved, { byInput, byTarget }: Slopes): readonly InputGrad[] {
  const [x, y] = inputs as [Tensor, Tensor];
  return [() => mul(dy, byInput(x, y)), () => mul(dy, byTarget(x, y))];
}

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
  const p = asTensor(input);
  const y = targetOf("binaryCrossEntropy", p, target);
  for (let i = 0, { data } = p; i < data.length; i++) {
    if (data[i]! < 0 || data[i]! > 1) {
      throw new RangeError(
        `Cannot compute binaryCrossEntropy of ${data[i]}: probabilities must be from 0 to 1; apply sigmoid first`,
      );
    }
  }
  if (options.weight === undefined) return reducedLoss(probabilitiesLoss, p, y, options.reduction);
  return reduced(mul(probabilitiesLoss.of(p, y), options.weight), options.reduction);
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
  const z = asTensor(input);
  const y = targetOf("binaryCrossEntropyWithLogits", z, target);
  const { weight, posWeight } = options;
  if (weight === undefined && posWeight === undefined) return reducedLoss(logitsLoss, z, y, options.reduction);
  const losses =
    posWeight === undefined
      ? logitsLoss.of(z, y)
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

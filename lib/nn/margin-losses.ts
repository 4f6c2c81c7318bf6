/** Losses that ask for a margin: of a score over others, of an order, of distances. */

import { cast } from "../autograd/primitives.ts";
import { asTensor } from "../creation.ts";
import { logSigmoid, softplus } from "../ops/activation.ts";
import { add, div, minimum, mul, neg, sub } from "../ops/arithmetic.ts";
import { eq, ge, logicalAnd, ne } from "../ops/comparison.ts";
import { oneHot } from "../ops/encode.ts";
import { gather, indexSelect } from "../ops/indexing.ts";
import { clamp } from "../ops/math.ts";
import { pow } from "../ops/power.ts";
import { mean, sum } from "../ops/reduction.ts";
import { cumSum } from "../ops/scan.ts";
import { where } from "../ops/select.ts";
import { reshape, unsqueeze } from "../ops/shape.ts";
import { sameShape, show } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { pairwiseDistance, smoothCosine } from "./functions/distance.ts";
import { type LossOptions, matched, reduced } from "./reduction.ts";

/** `max(0, x)` that passes the gradient at 0 itself, as PyTorch's margin losses do. */
const positive = (x: Tensor): Tensor => clamp(x, { min: 0 });

/** Options of losses with a margin. */
export interface MarginOptions extends LossOptions {
  /** How large the difference must be to cost nothing. */
  margin?: number;
}

/**
 * Margin of distances: `x` where the target is 1, `max(0, margin − x)` where it is −1.
 *
 * @param options `margin`, default 1.
 * @throws {RangeError} If the shapes differ.
 * @example hingeEmbeddingLoss([0.5, 0.25], [1, -1], { reduction: "none" }).toArray() // [0.5, 0.75]
 */
export function hingeEmbeddingLoss(input: TensorLike, target: TensorLike, options: MarginOptions = {}): Tensor {
  const [x, y] = matched("hingeEmbeddingLoss", input, target);
  const far = where(ne(y, 1), positive(sub(options.margin ?? 1, x)), 0);
  return reduced(add(far, where(ne(y, -1), x, 0)), options.reduction);
}

/**
 * Order of two scores: `max(0, −y (x₁ − x₂) + margin)`: with y = 1 the first should be the greater.
 *
 * @param options `margin`, default 0.
 * @throws {RangeError} If the shapes differ.
 * @example marginRankingLoss([1], [3], [1]).item() // 2
 */
export function marginRankingLoss(
  input1: TensorLike,
  input2: TensorLike,
  target: TensorLike,
  options: MarginOptions = {},
): Tensor {
  const [a, b] = matched("marginRankingLoss", input1, input2);
  const [difference, y] = matched("marginRankingLoss", sub(a, b), target);
  return reduced(positive(add(mul(neg(y), difference), options.margin ?? 0)), options.reduction);
}

/**
 * Angle of two vectors: `1 − cos` where y is 1, `max(0, cos − margin)` where it is −1.
 *
 * Shapes: `(batch, size)` or `(size)` twice, target `(batch)` or scalar.
 *
 * @param options `margin`, from −1 to 1; default 0.
 * @throws {RangeError} If the shapes do not fit.
 * @example cosineEmbeddingLoss([1, 0], [0, 1], 1) // 1
 */
export function cosineEmbeddingLoss(
  input1: TensorLike,
  input2: TensorLike,
  target: TensorLike,
  options: MarginOptions = {},
): Tensor {
  const [a, b] = matched("cosineEmbeddingLoss", input1, input2);
  const y = asTensor(target);
  if (!sameShape(y.shape, a.shape.slice(0, -1))) {
    throw new RangeError(
      `Cannot compute cosineEmbeddingLoss of ${show(a.shape)} against ${show(y.shape)}: expected ${show(a.shape.slice(0, -1))}`,
    );
  }
  const cos = smoothCosine(a, b);
  const apart = where(eq(y, -1), positive(sub(cos, options.margin ?? 0)), 0);
  return reduced(where(eq(y, 1), sub(1, cos), apart), options.reduction);
}

/** Options of the triplet loss. */
export interface TripletOptions extends MarginOptions {
  /** The exponent of the distance; default 2. */
  p?: number;
  /** Added to each difference of the distance; default 1e-6. */
  eps?: number;
  /** Whether the positive may stand in for the anchor, where it is nearer to the negative; default false. */
  swap?: boolean;
}

/**
 * Triplets: `max(0, d(a, p) − d(a, n) + margin)`: the anchor should be nearer to the positive than to the negative.
 *
 * Shapes: `(batch, size)` or `(size)` each.
 *
 * @param options `margin`, default 1; `p`, `eps`, `swap`.
 * @see Schroff, Kalenichenko and Philbin (2015).
 * @example tripletMarginLoss([0, 0], [3, 4], [0, 0]) // 5.999…
 */
export function tripletMarginLoss(
  anchor: TensorLike,
  positiveSample: TensorLike,
  negative: TensorLike,
  options: TripletOptions = {},
): Tensor {
  const { margin = 1, p = 2, eps = 1e-6, swap = false } = options;
  const near = pairwiseDistance(anchor, positiveSample, { p, eps });
  let far = pairwiseDistance(anchor, negative, { p, eps });
  if (swap) far = minimum(far, pairwiseDistance(positiveSample, negative, { p, eps }));
  return reduced(positive(add(sub(near, far), margin)), options.reduction);
}

/** Options of the triplet loss with a distance of one's own. */
export interface TripletDistanceOptions extends MarginOptions {
  /** The distance of two batches of vectors; default Euclidean. */
  distanceFunction?: (a: TensorLike, b: TensorLike) => Tensor;
  /** Whether the positive may stand in for the anchor, where it is nearer to the negative; default false. */
  swap?: boolean;
}

/**
 * Triplets with any distance: `max(0, d(a, p) − d(a, n) + margin)`.
 *
 * @param options `distanceFunction`; `margin`, default 1; `swap`.
 * @example tripletMarginWithDistanceLoss([0, 0], [3, 4], [0, 0], { distanceFunction: (a, b) => sub(a, b).abs().sum() }).item() // 8
 */
export function tripletMarginWithDistanceLoss(
  anchor: TensorLike,
  positiveSample: TensorLike,
  negative: TensorLike,
  options: TripletDistanceOptions = {},
): Tensor {
  const { margin = 1, swap = false, distanceFunction = (a, b) => pairwiseDistance(a, b) } = options;
  const near = distanceFunction(anchor, positiveSample);
  let far = distanceFunction(anchor, negative);
  if (swap) far = minimum(far, distanceFunction(positiveSample, negative));
  return reduced(positive(add(sub(near, far), margin)), options.reduction);
}

/** Options of `multiMarginLoss`. */
export interface MultiMarginOptions extends MarginOptions {
  /** The exponent, 1 (default) or 2. */
  p?: number;
  /** A factor for each class. */
  weight?: TensorLike;
}

/**
 * Margin of the right class over all others: `Σ max(0, margin − x[y] + x[j])ᵖ / classes` over j ≠ y.
 *
 * Shapes: input `(batch, classes)` or `(classes)`, target `(batch)` or scalar.
 *
 * @param options `p`, `margin`, default 1; `weight` a class.
 * @throws {RangeError} If the shapes do not fit, or a class does not exist.
 * @see Crammer and Singer (2001).
 * @example multiMarginLoss([0.5, 0, 1], 0).item() // 0.6666666865348816
 */
export function multiMarginLoss(input: TensorLike, target: TensorLike, options: MultiMarginOptions = {}): Tensor {
  const x = asTensor(input);
  const y = asTensor(target, target instanceof Tensor ? {} : { dtype: "int32" });
  const { p = 1, margin = 1, weight } = options;
  if (x.ndim < 1 || x.ndim > 2 || !sameShape(y.shape, x.shape.slice(0, -1))) {
    throw new RangeError(
      `Cannot compute multiMarginLoss of ${show(x.shape)} against ${show(y.shape)}: expected ${show(x.shape.slice(0, -1))}`,
    );
  }
  const classes = x.shape.at(-1)!;
  const own = gather(x, x.ndim - 1, unsqueeze(y, -1));
  const costs = pow(positive(add(sub(margin, own), x)), p);
  const others = where(oneHot(y, classes), 0, costs);
  const losses = div(sum(others, { dim: -1 }), classes);
  if (weight === undefined) return reduced(losses, options.reduction);
  const factors = reshape(indexSelect(asTensor(weight), 0, reshape(y, [-1])), y.shape);
  return reduced(mul(losses, factors), options.reduction);
}

/**
 * Margin of all right classes over all others: `Σ max(0, 1 − (x[i] − x[j])) / classes` over right i and wrong j.
 *
 * Shapes: input and target `(batch, classes)` or `(classes)`.
 *
 * @param target The right classes, ended by −1 where they are fewer than there are places.
 * @throws {RangeError} If the shapes differ.
 * @example multilabelMarginLoss([0.1, 0.2, 0.4, 0.8], [3, 0, -1, 1]) // 0.850…
 */
export function multilabelMarginLoss(input: TensorLike, target: TensorLike, options: LossOptions = {}): Tensor {
  const x = asTensor(input);
  const y = asTensor(target, target instanceof Tensor ? {} : { dtype: "int32" });
  if (x.ndim < 1 || x.ndim > 2 || !sameShape(x.shape, y.shape)) {
    throw new RangeError(
      `Cannot compute multilabelMarginLoss of ${show(x.shape)} against ${show(y.shape)}: the shapes must be equal`,
    );
  }
  const classes = x.shape.at(-1)!;
  // What stands after the first −1 does not count.
  const counts = eq(cumSum(cast(eq(y, -1), "int32"), -1), 0);
  const named = where(counts, y, 0);
  const right = ge(sum(mul(oneHot(named, classes), unsqueeze(cast(counts, "int32"), -1)), { dim: -2 }), 1);
  const own = gather(x, x.ndim - 1, named);
  const gaps = positive(sub(1, sub(unsqueeze(own, -1), unsqueeze(x, -2))));
  const valid = logicalAnd(unsqueeze(counts, -1), eq(unsqueeze(cast(right, "int32"), -2), 0));
  return reduced(div(sum(where(valid, gaps, 0), { dim: [-1, -2] }), classes), options.reduction);
}

/**
 * One binary cross-entropy a class, averaged: `−mean(y ln σ(x) + (1 − y) ln σ(−x))`.
 *
 * Shapes: input and target `(batch, classes)`.
 *
 * @param options `weight`, a factor for each class.
 * @throws {RangeError} If the shapes differ.
 * @example multilabelSoftMarginLoss([[0, 0]], [[1, 0]]) // 0.693…
 */
export function multilabelSoftMarginLoss(
  input: TensorLike,
  target: TensorLike,
  options: LossOptions & { weight?: TensorLike } = {},
): Tensor {
  const [x, y] = matched("multilabelSoftMarginLoss", input, target);
  const losses = neg(add(mul(y, logSigmoid(x)), mul(sub(1, y), logSigmoid(neg(x)))));
  const weighed = options.weight === undefined ? losses : mul(losses, options.weight);
  return reduced(mean(weighed, { dim: -1 }), options.reduction);
}

/**
 * Logistic loss of a score against ±1: `ln(1 + e^{−y x})`.
 *
 * @throws {RangeError} If the shapes differ.
 * @example softMarginLoss([0], [1]) // 0.693…
 */
export function softMarginLoss(input: TensorLike, target: TensorLike, options: LossOptions = {}): Tensor {
  const [x, y] = matched("softMarginLoss", input, target);
  return reduced(softplus(neg(mul(y, x))), options.reduction);
}

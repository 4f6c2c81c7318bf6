/** Attention: weighted means of values, the weights from how well queries and keys agree. */
import { cast } from "../../autograd/primitives.ts";
import { arange, asTensor } from "../../creation.ts";
import { isFloating } from "../../dtype.ts";
import { softmax } from "../../ops/activation.ts";
import { mul } from "../../ops/arithmetic.ts";
import { fusedAttention, type ScoreRule, scoresOf } from "../../ops/attention.ts";
import { stack } from "../../ops/join.ts";
import { cos, exp, sin } from "../../ops/math.ts";
import { matmul } from "../../ops/matmul.ts";
import { where } from "../../ops/select.ts";
import { reshape, unsqueeze } from "../../ops/shape.ts";
import type { RandomSource } from "../../random.ts";
import { show } from "../../shape.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import { dropout } from "./dropout.ts";

/** Options of attention. */
export interface AttentionOptions extends RandomSource {
  /** Which keys each query may see: bool, true where it may; or floating, added to the scores. `(…, queries, keys)`, broadcasts. */
  attnMask?: TensorLike;
  /** The probability of dropout of the weights; default 0. */
  dropoutP?: number;
  /** Whether each query sees only the keys up to its own position; default false. */
  isCausal?: boolean;
  /** What scores are multiplied by; default 1/√size. */
  scale?: number;
}

/** A mask as what is added to scores: −∞ where a bool mask is false. */
function additive(mask: Tensor, like: Tensor): Tensor {
  if (isFloating(mask.dtype)) return cast(mask, like.dtype);
  return where(mask, asTensor(0, { dtype: like.dtype }), -Infinity);
}

/** What attends to what, checked. */
function operands(query: TensorLike, key: TensorLike, value: TensorLike, options: AttentionOptions) {
  const [q, k, v] = [asTensor(query), asTensor(key), asTensor(value)];
  const { attnMask, isCausal = false } = options;
  if (
    q.ndim < 2 ||
    k.ndim < 2 ||
    v.ndim < 2 ||
    q.shape.at(-1) !== k.shape.at(-1) ||
    k.shape.at(-2) !== v.shape.at(-2)
  ) {
    throw new RangeError(
      `Cannot attend with queries ${show(q.shape)}, keys ${show(k.shape)} and values ${show(v.shape)}: queries and keys must have one size, keys and values one count`,
    );
  }
  if (isCausal && attnMask !== undefined) {
    throw new RangeError("Cannot attend with both attnMask and isCausal: give one of them");
  }
  const rule: ScoreRule = { scale: options.scale ?? 1 / Math.sqrt(q.shape.at(-1)!), isCausal };
  return { q, k, v, mask: attnMask === undefined ? null : additive(asTensor(attnMask), q), rule };
}

/** Attention with its weights: `output (…, queries, size)`, `weights (…, queries, keys)` as they were before dropout. */
export function attend(
  query: TensorLike,
  key: TensorLike,
  value: TensorLike,
  options: AttentionOptions = {},
): { output: Tensor; weights: Tensor } {
  const { q, k, v, mask, rule } = operands(query, key, value, options);
  const { dropoutP = 0, generator } = options;
  const weights = softmax(scoresOf(q, k, mask, rule), -1);
  const kept = dropoutP > 0 ? dropout(weights, { p: dropoutP, generator }) : weights;
  return { output: matmul(kept, v), weights };
}

/**
 * Scaled dot-product attention: `softmax(q kᵀ / √size + mask) v`: each query gets the mean of the values, weighted by how well their keys agree with
 * it. The scaling keeps the variance of the scores at 1. A query that may see no key gets NaN, as in PyTorch. Without dropout the weights of all queries
 * are never held at once: memory grows with the length, not with its square.
 *
 * Shapes: query `(…, queries, size)`, key `(…, keys, size)`, value `(…, keys, valueSize)` → `(…, queries, valueSize)`.
 *
 * @param options `attnMask`, `dropoutP`, `isCausal`, `scale`, `generator`.
 * @throws {RangeError} If shapes do not fit, or both `attnMask` and `isCausal` are given.
 * @see Vaswani et al. (2017); book §5.3.1.
 * @example scaledDotProductAttention([[0, 0]], [[1, 0], [0, 1]], [[2], [4]]).toArray() // [[3]]
 */
export function scaledDotProductAttention(
  query: TensorLike,
  key: TensorLike,
  value: TensorLike,
  options: AttentionOptions = {},
): Tensor {
  if ((options.dropoutP ?? 0) === 0) {
    const { q, k, v, mask, rule } = operands(query, key, value, options);
    const output = fusedAttention(q, k, v, mask, rule);
    if (output !== null) return output;
  }
  return attend(query, key, value, options).output;
}

/**
 * Sinusoidal positions: `sin(p / 10000^{2i/size})` at the even and `cos` of the same at the odd places of the vector of position p, so that nearness
 * of positions is nearness of vectors.
 *
 * Shapes: → `(positions, size)`.
 *
 * @param positions How many.
 * @param size The size of a vector.
 * @throws {RangeError} If the size is not even.
 * @see Vaswani et al. (2017); book §5.4.
 * @example sinusoidalPositions(2, 2) // [[0, 1], [0.841…, 0.540…]]
 */
export function sinusoidalPositions(positions: number, size: number): Tensor {
  if (size % 2 !== 0) throw new RangeError(`Cannot make positions of size ${size}: sines and cosines come in pairs`);
  const rates = exp(mul(arange(0, size, { step: 2, dtype: "float64" }), -Math.log(10_000) / size));
  const angles = mul(unsqueeze(arange(0, positions, { dtype: "float64" }), 1), rates); // (positions, size / 2)
  return cast(reshape(stack([sin(angles), cos(angles)], -1), [positions, size]), "float32");
}

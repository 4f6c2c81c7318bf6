/** Attention with one query and scores as the first translators had them: dot product, general and additive. */
import { asTensor } from "../../creation.ts";
import { softmax } from "../../ops/activation.ts";
import { add } from "../../ops/arithmetic.ts";
import { tanh } from "../../ops/math.ts";
import { matmul } from "../../ops/matmul.ts";
import { where } from "../../ops/select.ts";
import { squeeze, transpose, unsqueeze } from "../../ops/shape.ts";
import { show } from "../../shape.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import { Module } from "../module.ts";
import { Linear, type WeightOptions } from "./linear.ts";

/** How a call of attention goes. */
export interface AlignmentOptions {
  /** Values to average; default the keys. `(…, keys, size)`. */
  values?: TensorLike;
  /** Which keys count: bool, `(…, queries, keys)` or what broadcasts to it. */
  mask?: TensorLike;
}

/** Attention by scores; the subclasses say how they come about. */
abstract class Alignment extends Module {
  /** Scores `(…, queries, keys)` of queries `(…, queries, querySize)` and keys `(…, keys, keySize)`. */
  protected abstract score(query: Tensor, key: Tensor): Tensor;

  /** The mean of the values for each query, weighted by the softmax of its scores, and those weights, which are worth a look. */
  forward(query: TensorLike, key: TensorLike, options: AlignmentOptions = {}): [context: Tensor, weights: Tensor] {
    const [q, k] = [asTensor(query), asTensor(key)];
    if (q.ndim < 2 || k.ndim < 2) {
      throw new RangeError(
        `Cannot align queries ${show(q.shape)} with keys ${show(k.shape)}: both need a dimension to count them and one for their size`,
      );
    }
    const scores = this.score(q, k);
    const masked = options.mask === undefined ? scores : where(options.mask, scores, -Infinity);
    const weights = softmax(masked, -1); // (…, queries, keys)
    return [matmul(weights, options.values ?? k), weights];
  }
}

/**
 * Dot-product attention: the score of a query and a key is `q · k`.
 *
 * Shapes: queries `(…, queries, size)`, keys `(…, keys, size)` → context `(…, queries, size)`, weights `(…, queries, keys)`.
 *
 * @see Luong, Pham and Manning (2015); book §5.3.
 * @example new DotAttention()([[0, 0]], [[1, 0], [0, 1]])[1].toArray() // [[0.5, 0.5]]
 */
export class DotAttention extends Alignment {
  protected score(query: Tensor, key: Tensor): Tensor {
    return matmul(query, transpose(key, -1, -2));
  }
}

/**
 * General attention: the score of a query and a key is `qᵀ W k`, with learned W.
 *
 * Shapes: queries `(…, queries, querySize)`, keys `(…, keys, keySize)` → context `(…, queries, keySize)`, weights `(…, queries, keys)`.
 *
 * @param querySize The size of a query.
 * @param keySize The size of a key.
 * @param options `dtype`.
 * @see Luong, Pham and Manning (2015); book §5.3.
 * @example new GeneralAttention(3, 2)(rand([1, 3]), rand([4, 2]))[0].shape // [1, 2]
 */
export class GeneralAttention extends Alignment {
  readonly weight: Linear;

  constructor(querySize: number, keySize: number, options: Omit<WeightOptions, "bias"> = {}) {
    super();
    this.weight = new Linear(querySize, keySize, { ...options, bias: false });
  }

  protected score(query: Tensor, key: Tensor): Tensor {
    return matmul(this.weight(query), transpose(key, -1, -2));
  }
}

/**
 * Additive attention: the score of a query and a key is `v · tanh(W q + U k)`, with learned v, W and U.
 *
 * Shapes: queries `(…, queries, querySize)`, keys `(…, keys, keySize)` → context `(…, queries, keySize)`, weights `(…, queries, keys)`.
 *
 * @param querySize The size of a query.
 * @param keySize The size of a key.
 * @param hiddenSize Units in between.
 * @param options `dtype`.
 * @see Bahdanau, Cho and Bengio (2015); book §5.3.
 * @example new AdditiveAttention(3, 2, 8)(rand([1, 3]), rand([4, 2]))[0].shape // [1, 2]
 */
export class AdditiveAttention extends Alignment {
  readonly queryMap: Linear;
  readonly keyMap: Linear;
  readonly scoreMap: Linear;

  constructor(querySize: number, keySize: number, hiddenSize: number, options: Omit<WeightOptions, "bias"> = {}) {
    super();
    const plain = { ...options, bias: false };
    this.queryMap = new Linear(querySize, hiddenSize, plain);
    this.keyMap = new Linear(keySize, hiddenSize, plain);
    this.scoreMap = new Linear(hiddenSize, 1, plain);
  }

  protected score(query: Tensor, key: Tensor): Tensor {
    const hidden = tanh(add(unsqueeze(this.queryMap(query), -2), unsqueeze(this.keyMap(key), -3)));
    return squeeze(this.scoreMap(hidden), -1); // (…, queries, keys)
  }
}

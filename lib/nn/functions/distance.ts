/** How far apart or how alike vectors are. */
import { asTensor } from "../../creation.ts";
import { add, div, maximum, mul, sub } from "../../ops/arithmetic.ts";
import { sqrt, square } from "../../ops/math.ts";
import { norm, sum } from "../../ops/reduction.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";

/** Options of `cosineSimilarity`. */
export interface CosineOptions {
  /** The dimension of the vectors; default 1. */
  dim?: number;
  /** The least length of a vector, so that nothing is divided by 0; default 1e-8. */
  eps?: number;
}

/**
 * Cosine of the angle between vectors: `x₁ · x₂ / (max(‖x₁‖, ε) max(‖x₂‖, ε))`.
 *
 * Shapes: two that broadcast → the same without `dim`.
 *
 * @see book §5.2.
 * @example cosineSimilarity([1, 0], [3, 4], { dim: 0 }) // 0.600…
 */
export function cosineSimilarity(a: TensorLike, b: TensorLike, options: CosineOptions = {}): Tensor {
  const { dim = 1, eps = 1e-8 } = options;
  const [x, y] = [asTensor(a), asTensor(b)];
  const unit = (v: Tensor) => {
    const squares = sum(square(v), { dim, keepDim: true });
    // Held above ε², but with the gradient of the sum itself, as in PyTorch.
    const held = add(squares, sub(maximum(squares.detach(), eps * eps), squares.detach()));
    return div(v, sqrt(held));
  };
  return sum(mul(unit(x), unit(y)), { dim });
}

/** Options of `pairwiseDistance`. */
export interface DistanceOptions {
  /** The exponent of the norm; default 2. */
  p?: number;
  /** Added to each difference, so that the norm has a derivative at 0; default 1e-6. */
  eps?: number;
  /** Whether the dimension of the vectors stays, with size 1; default false. */
  keepDim?: boolean;
}

/**
 * Distance of vectors: `‖x₁ − x₂ + ε‖ₚ`, over the last dimension.
 *
 * Shapes: `(…, size)` twice → `(…)`.
 *
 * @example pairwiseDistance([3, 4], [0, 0]) // 5.000…
 */
export function pairwiseDistance(a: TensorLike, b: TensorLike, options: DistanceOptions = {}): Tensor {
  const { p = 2, eps = 1e-6, keepDim = false } = options;
  return norm(add(sub(a, b), eps), { p, dim: -1, keepDim });
}

/** `x₁ · x₂ / √((‖x₁‖² + ε) (‖x₂‖² + ε))` over the last dimension: the cosine as the loss of embeddings has it. */
export function smoothCosine(x: Tensor, y: Tensor): Tensor {
  const eps = 1e-12;
  const length = (v: Tensor) => add(sum(square(v), { dim: -1 }), eps);
  return div(sum(mul(x, y), { dim: -1 }), sqrt(mul(length(x), length(y))));
}

/** Distances and likeness of vectors as layers. */
import type { Tensor, TensorLike } from "../../tensor.ts";
import * as F from "../functional.ts";
import { Module } from "../module.ts";

/** Cosine of the angle between vectors. @param options `dim`, default 1; `eps`, default 1e-8. @see F.cosineSimilarity @example new CosineSimilarity({ dim: 0 })([1, 0], [3, 4]) // 0.600… */
export class CosineSimilarity extends Module {
  constructor(readonly options: Readonly<F.CosineOptions> = {}) {
    super();
  }

  forward(a: TensorLike, b: TensorLike): Tensor {
    return F.cosineSimilarity(a, b, this.options);
  }

  override extraRepr(): string {
    const { dim = 1, eps = 1e-8 } = this.options;
    return `dim=${dim}, eps=${eps}`;
  }
}

/** Distance of vectors. @param options `p`, default 2; `eps`, default 1e-6; `keepDim`. @see F.pairwiseDistance @example new PairwiseDistance({ p: 1 })([3, 4], [0, 0]) // 7.000… */
export class PairwiseDistance extends Module {
  constructor(readonly options: Readonly<F.DistanceOptions> = {}) {
    super();
  }

  forward(a: TensorLike, b: TensorLike): Tensor {
    return F.pairwiseDistance(a, b, this.options);
  }

  override extraRepr(): string {
    const { p = 2, eps = 1e-6 } = this.options;
    return `p=${p}, eps=${eps}`;
  }
}

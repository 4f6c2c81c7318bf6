/** Layers of units that are no weighted sum followed by a curve. */
import { asTensor, ones } from "../../creation.ts";
import { type DType, defaultDtype } from "../../dtype.ts";
import { div, neg, sub } from "../../ops/arithmetic.ts";
import { exp, square } from "../../ops/math.ts";
import { sum } from "../../ops/reduction.ts";
import { unsqueeze } from "../../ops/shape.ts";
import { show } from "../../shape.ts";
import { empty, type Tensor, type TensorLike } from "../../tensor.ts";
import * as F from "../functional.ts";
import { kaimingUniform_, normal_, uniform_ } from "../init.ts";
import { Module } from "../module.ts";
import { Parameter } from "../parameter.ts";
import type { WeightOptions } from "./linear.ts";

/**
 * Radial basis functions: `hᵢ = exp(−‖x − cᵢ‖² / σᵢ²)`: each unit answers to inputs near its center, and to nothing far away.
 *
 * Shapes: `(…, inFeatures)` → `(…, outFeatures)`. Centers start normal, widths at 1.
 *
 * @param inFeatures Numbers that come in.
 * @param outFeatures Units.
 * @see Broomhead and Lowe (1988); book §2.2.
 * @example new RBF(2, 3)([[0, 1]]).shape // [1, 3]
 */
export class RBF extends Module {
  /** (outFeatures, inFeatures) */
  readonly centers: Parameter;
  /** (outFeatures): σ */
  readonly widths: Parameter;

  constructor(
    readonly inFeatures: number,
    readonly outFeatures: number,
    options: { dtype?: DType } = {},
  ) {
    super();
    const { dtype = defaultDtype } = options;
    this.centers = new Parameter(empty([outFeatures, inFeatures], dtype));
    this.widths = new Parameter(ones([outFeatures], { dtype }));
    this.resetParameters();
  }

  /** Draws new centers. */
  resetParameters(): void {
    normal_(this.centers);
  }

  forward(x: TensorLike): Tensor {
    const t = asTensor(x);
    if (t.ndim === 0 || t.shape.at(-1) !== this.inFeatures) {
      throw new RangeError(
        `Cannot compare ${show(t.shape)} with centers: the last dimension must be ${this.inFeatures}`,
      );
    }
    const distance = sum(square(sub(unsqueeze(t, -2), this.centers)), { dim: -1 }); // (…, outFeatures)
    return exp(neg(div(distance, square(this.widths))));
  }

  override extraRepr(): string {
    return `inFeatures=${this.inFeatures}, outFeatures=${this.outFeatures}`;
  }
}

/**
 * Maxout: each unit gives the greatest of several weighted sums, and so learns its own activation, a convex one made of lines.
 *
 * Shapes: `(…, inFeatures)` → `(…, outFeatures)`.
 *
 * @param inFeatures Numbers that come in.
 * @param outFeatures Units.
 * @param options `pieces`, the sums of a unit, default 2; `bias`, default true; `dtype`.
 * @see F.maxout; Goodfellow et al. (2013); book §2.2.
 * @example new Maxout(2, 3, { pieces: 4 })([[0, 1]]).shape // [1, 3]
 */
export class Maxout extends Module {
  /** (outFeatures · pieces, inFeatures) */
  readonly weight: Parameter;
  /** (outFeatures · pieces) */
  readonly bias: Parameter | null;
  readonly pieces: number;

  constructor(
    readonly inFeatures: number,
    readonly outFeatures: number,
    options: WeightOptions & { pieces?: number } = {},
  ) {
    super();
    const { pieces = 2, bias = true, dtype = defaultDtype } = options;
    if (!Number.isInteger(pieces) || pieces < 1) {
      throw new RangeError(`Cannot make units of ${pieces} pieces: it must be a whole number ≥ 1`);
    }
    this.pieces = pieces;
    this.weight = new Parameter(empty([outFeatures * pieces, inFeatures], dtype));
    this.bias = bias ? new Parameter(empty([outFeatures * pieces], dtype)) : null;
    this.resetParameters();
  }

  /** Draws new weights and biases, as a linear layer does. */
  resetParameters(): void {
    kaimingUniform_(this.weight, { a: Math.sqrt(5) });
    const bound = this.inFeatures > 0 ? 1 / Math.sqrt(this.inFeatures) : 0;
    if (this.bias !== null) uniform_(this.bias, { a: -bound, b: bound });
  }

  forward(x: TensorLike): Tensor {
    return F.maxout(F.linear(x, this.weight, this.bias), this.pieces);
  }

  override extraRepr(): string {
    const { inFeatures, outFeatures, pieces, bias } = this;
    return `inFeatures=${inFeatures}, outFeatures=${outFeatures}, pieces=${pieces}, bias=${bias !== null}`;
  }
}

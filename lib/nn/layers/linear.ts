/** Layers whose outputs are linear in each input. */
import { asTensor } from "../../creation.ts";
import { type DType, defaultDtype } from "../../dtype.ts";
import { empty, type Tensor, type TensorLike } from "../../tensor.ts";
import { bilinear, linear } from "../functional.ts";
import { kaimingUniform_, uniform_ } from "../init.ts";
import { Module } from "../module.ts";
import { Parameter } from "../parameter.ts";

/** Options of layers with weights. */
export interface WeightOptions {
  /** Whether the layer has a bias; default true. */
  bias?: boolean;
  /** The type of its parameters; default float32. */
  dtype?: DType;
}

/**
 * Affine map `y = x Wᵀ + b`, a layer of `outFeatures` units that see all inputs. Weights and biases start uniform on ±1/√inFeatures.
 *
 * Shapes: `(…, inFeatures)` → `(…, outFeatures)`.
 *
 * @param inFeatures Numbers that come in.
 * @param outFeatures Units, numbers that go out.
 * @see book §1.4.
 * @example new Linear(2, 3)([[1, 2]]).shape // [1, 3]
 */
export class Linear extends Module {
  /** (outFeatures, inFeatures) */
  readonly weight: Parameter;
  /** (outFeatures) */
  readonly bias: Parameter | null;

  constructor(
    readonly inFeatures: number,
    readonly outFeatures: number,
    options: WeightOptions = {},
  ) {
    super();
    const { bias = true, dtype = defaultDtype } = options;
    this.weight = new Parameter(empty([outFeatures, inFeatures], dtype));
    this.bias = bias ? new Parameter(empty([outFeatures], dtype)) : null;
    this.resetParameters();
  }

  /** Draws new weights and biases. */
  resetParameters(): void {
    // PyTorch's way to say ±1/√inFeatures, to the last bit.
    kaimingUniform_(this.weight, { a: Math.sqrt(5) });
    const bound = this.inFeatures > 0 ? 1 / Math.sqrt(this.inFeatures) : 0;
    if (this.bias !== null) uniform_(this.bias, { a: -bound, b: bound });
  }

  forward(x: TensorLike): Tensor {
    return linear(x, this.weight, this.bias);
  }

  override extraRepr(): string {
    return `inFeatures=${this.inFeatures}, outFeatures=${this.outFeatures}, bias=${this.bias !== null}`;
  }
}

/**
 * Bilinear map of two inputs: `yₖ = x₁ᵀ Aₖ x₂ + bₖ`. Weights start uniform on ±1/√in1Features.
 *
 * Shapes: `(…, in1Features)` and `(…, in2Features)` → `(…, outFeatures)`.
 *
 * @param sizes `in1Features`, `in2Features`, `outFeatures`, one by one as in PyTorch.
 * @example new Bilinear(2, 3, 4)([1, 2], [1, 2, 3]).shape // [4]
 */
export class Bilinear extends Module {
  /** (outFeatures, in1Features, in2Features) */
  readonly weight: Parameter;
  /** (outFeatures) */
  readonly bias: Parameter | null;

  constructor(
    readonly in1Features: number,
    readonly in2Features: number,
    readonly outFeatures: number,
    options: WeightOptions = {},
  ) {
    super();
    const { bias = true, dtype = defaultDtype } = options;
    this.weight = new Parameter(empty([outFeatures, in1Features, in2Features], dtype));
    this.bias = bias ? new Parameter(empty([outFeatures], dtype)) : null;
    this.resetParameters();
  }

  /** Draws new weights and biases. */
  resetParameters(): void {
    const bound = 1 / Math.sqrt(this.in1Features);
    uniform_(this.weight, { a: -bound, b: bound });
    if (this.bias !== null) uniform_(this.bias, { a: -bound, b: bound });
  }

  forward(x1: TensorLike, x2: TensorLike): Tensor {
    return bilinear(x1, x2, this.weight, this.bias);
  }

  override extraRepr(): string {
    const { in1Features, in2Features, outFeatures, bias } = this;
    return `in1Features=${in1Features}, in2Features=${in2Features}, outFeatures=${outFeatures}, bias=${bias !== null}`;
  }
}

/** Passes its input on: a place to put something later. @example new Identity()([1, 2]).toArray() // [1, 2] */
export class Identity extends Module {
  forward(x: TensorLike): Tensor {
    return asTensor(x);
  }
}

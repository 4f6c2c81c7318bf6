/** The layers of a Transformer: of its encoder and of its decoder. */

import { asTensor } from "../../creation.ts";
import type { DType } from "../../dtype.ts";
import { gelu, relu } from "../../ops/activation.ts";
import { add } from "../../ops/arithmetic.ts";
import type { RandomGenerator } from "../../random.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import { Module } from "../module.ts";
import { type AttendOptions, MultiheadAttention } from "./attention.ts";
import { Dropout } from "./dropout.ts";
import { Linear } from "./linear.ts";
import { LayerNorm } from "./normalization.ts";

/** An activation by name, or any function of a tensor. */
export type ActivationOption = "relu" | "gelu" | ((x: Tensor) => Tensor);

/** Options of the layers of a Transformer. */
export interface TransformerLayerOptions {
  /** Units of the hidden layer; default 2048. */
  dimFeedforward?: number;
  /** The probability of dropout everywhere; default 0.1. */
  dropout?: number;
  /** The activation of the hidden layer; default relu. */
  activation?: ActivationOption;
  /** Added to the variance in layer normalization; default 1e-5. */
  layerNormEps?: number;
  /** Whether the batch comes before the positions; default false. */
  batchFirst?: boolean;
  /** Whether normalization comes before each part instead of after its sum; default false. */
  normFirst?: boolean;
  /** The type of the parameters; default float32. */
  dtype?: DType;
  /** Where the draws of dropout come from; the default generator if left out. */
  generator?: RandomGenerator;
}

function activationOf(option: ActivationOption): (x: Tensor) => Tensor {
  if (typeof option === "function") return option;
  if (option === "relu") return relu;
  if (option === "gelu") return (x) => gelu(x);
  throw new RangeError(`Cannot use activation ${String(option)}: it must be relu, gelu or a function`);
}

/** What the layers of encoder and decoder have in common: a part, dropout, the sum with its input, normalization. */
abstract class TransformerLayer extends Module {
  readonly normFirst: boolean;
  private readonly activation: (x: Tensor) => Tensor;
  declare readonly linear1: Linear;
  declare readonly linear2: Linear;
  declare readonly dropout: Dropout;

  constructor(
    readonly dModel: number,
    readonly nhead: number,
    protected readonly options: TransformerLayerOptions,
  ) {
    super();
    this.normFirst = options.normFirst ?? false;
    this.activation = activationOf(options.activation ?? "relu");
  }

  /** An attention of the layer's settings. */
  protected makeAttention(): MultiheadAttention {
    const { dropout = 0.1, batchFirst = false, dtype, generator } = this.options;
    return new MultiheadAttention(this.dModel, this.nhead, {
      dropout,
      batchFirst,
      ...(dtype ? { dtype } : {}),
      ...(generator ? { generator } : {}),
    });
  }

  /** A linear map of the layer's type. */
  protected makeLinear(inFeatures: number, outFeatures: number): Linear {
    const { dtype } = this.options;
    return new Linear(inFeatures, outFeatures, dtype ? { dtype } : {});
  }

  /** A normalization of the layer's settings. */
  protected makeNorm(): LayerNorm {
    const { layerNormEps = 1e-5, dtype } = this.options;
    return new LayerNorm(this.dModel, { eps: layerNormEps, ...(dtype ? { dtype } : {}) });
  }

  /** A dropout of the layer's settings. */
  protected makeDropout(): Dropout {
    const { dropout = 0.1, generator } = this.options;
    return new Dropout(dropout, generator ? { generator } : {});
  }

  /** `norm(x + part(x))`, or `x + part(norm(x))` if normalization comes first. */
  protected residual(x: Tensor, norm: LayerNorm, part: (x: Tensor) => Tensor): Tensor {
    return this.normFirst ? add(x, part(norm(x))) : norm(add(x, part(x)));
  }

  /** Attention of each position of x to all of the memory, under masks. */
  protected attention(attention: MultiheadAttention, x: Tensor, memory: Tensor, masks: AttendOptions): Tensor {
    return attention(x, memory, memory, { ...masks, needWeights: false })[0];
  }

  /** Two linear maps at each position, with the activation and dropout between them. */
  protected feedForward(x: Tensor): Tensor {
    return this.linear2(this.dropout(this.activation(this.linear1(x))));
  }

  /** A layer of the same settings with the same weights, in memory of its own. */
  copy(): this {
    const make = this.constructor as new (dModel: number, nhead: number, options: TransformerLayerOptions) => this;
    const made = new make(this.dModel, this.nhead, this.options);
    made.loadStateDict(this.stateDict());
    return made;
  }

  override extraRepr(): string {
    return this.normFirst ? "normFirst=true" : "";
  }
}

/** Masks of the encoder. */
export interface EncoderMasks {
  /** As `attnMask` of multi-head attention: which positions may not be seen from where. */
  mask?: TensorLike;
  /** As `keyPaddingMask` of multi-head attention: which positions are padding. */
  srcKeyPaddingMask?: TensorLike;
}

/** Leaves out what is undefined. */
function masks(attnMask: TensorLike | undefined, keyPaddingMask: TensorLike | undefined): AttendOptions {
  return {
    ...(attnMask === undefined ? {} : { attnMask }),
    ...(keyPaddingMask === undefined ? {} : { keyPaddingMask }),
  };
}

/**
 * A layer of a Transformer's encoder: attention of each position to all, then two linear maps at each position, both with a sum around them and
 * layer normalization.
 *
 * Shapes: `(positions, batch, dModel)`, or with the batch first if `batchFirst`, or without batch → the same.
 *
 * @param dModel The size of a position.
 * @param nhead Heads of the attention.
 * @param options `dimFeedforward`, `dropout`, `activation`, `layerNormEps`, `batchFirst`, `normFirst`, `dtype`.
 * @see Vaswani et al. (2017); book §5.4.
 * @example new TransformerEncoderLayer(4, 2, { dimFeedforward: 8 })(rand([5, 2, 4])).shape // [5, 2, 4]
 */
export class TransformerEncoderLayer extends TransformerLayer {
  readonly selfAttn: MultiheadAttention;
  override readonly linear1: Linear;
  override readonly dropout: Dropout;
  override readonly linear2: Linear;
  readonly norm1: LayerNorm;
  readonly norm2: LayerNorm;
  readonly dropout1: Dropout;
  readonly dropout2: Dropout;

  constructor(dModel: number, nhead: number, options: TransformerLayerOptions = {}) {
    super(dModel, nhead, options);
    const { dimFeedforward = 2048 } = options;
    this.selfAttn = this.makeAttention();
    this.linear1 = this.makeLinear(dModel, dimFeedforward);
    this.dropout = this.makeDropout();
    this.linear2 = this.makeLinear(dimFeedforward, dModel);
    this.norm1 = this.makeNorm();
    this.norm2 = this.makeNorm();
    this.dropout1 = this.makeDropout();
    this.dropout2 = this.makeDropout();
  }

  forward(src: TensorLike, options: EncoderMasks = {}): Tensor {
    const own = masks(options.mask, options.srcKeyPaddingMask);
    const seen = this.residual(asTensor(src), this.norm1, (x) =>
      this.dropout1(this.attention(this.selfAttn, x, x, own)),
    );
    return this.residual(seen, this.norm2, (x) => this.dropout2(this.feedForward(x)));
  }
}

/** Masks of the decoder. */
export interface DecoderMasks {
  /** Which target positions may not be seen from where: usually those that come later. */
  tgtMask?: TensorLike;
  /** Which positions of the memory may not be seen from where. */
  memoryMask?: TensorLike;
  /** Which target positions are padding. */
  tgtKeyPaddingMask?: TensorLike;
  /** Which positions of the memory are padding. */
  memoryKeyPaddingMask?: TensorLike;
}

/**
 * A layer of a Transformer's decoder: attention to the target so far, attention to the encoder's memory, then two linear maps at each position.
 *
 * Shapes: target `(positions, batch, dModel)`, memory `(keys, batch, dModel)`, or with the batch first, or without batch → as target.
 *
 * @param dModel The size of a position.
 * @param nhead Heads of the attention.
 * @param options `dimFeedforward`, `dropout`, `activation`, `layerNormEps`, `batchFirst`, `normFirst`, `dtype`.
 * @see Vaswani et al. (2017); book §5.4.
 * @example new TransformerDecoderLayer(4, 2, { dimFeedforward: 8 })(rand([3, 2, 4]), rand([5, 2, 4])).shape // [3, 2, 4]
 */
export class TransformerDecoderLayer extends TransformerLayer {
  readonly selfAttn: MultiheadAttention;
  readonly multiheadAttn: MultiheadAttention;
  override readonly linear1: Linear;
  override readonly dropout: Dropout;
  override readonly linear2: Linear;
  readonly norm1: LayerNorm;
  readonly norm2: LayerNorm;
  readonly norm3: LayerNorm;
  readonly dropout1: Dropout;
  readonly dropout2: Dropout;
  readonly dropout3: Dropout;

  constructor(dModel: number, nhead: number, options: TransformerLayerOptions = {}) {
    super(dModel, nhead, options);
    const { dimFeedforward = 2048 } = options;
    this.selfAttn = this.makeAttention();
    this.multiheadAttn = this.makeAttention();
    this.linear1 = this.makeLinear(dModel, dimFeedforward);
    this.dropout = this.makeDropout();
    this.linear2 = this.makeLinear(dimFeedforward, dModel);
    this.norm1 = this.makeNorm();
    this.norm2 = this.makeNorm();
    this.norm3 = this.makeNorm();
    this.dropout1 = this.makeDropout();
    this.dropout2 = this.makeDropout();
    this.dropout3 = this.makeDropout();
  }

  forward(tgt: TensorLike, memory: TensorLike, options: DecoderMasks = {}): Tensor {
    const source = asTensor(memory);
    const own = masks(options.tgtMask, options.tgtKeyPaddingMask);
    const other = masks(options.memoryMask, options.memoryKeyPaddingMask);
    const seen = this.residual(asTensor(tgt), this.norm1, (x) =>
      this.dropout1(this.attention(this.selfAttn, x, x, own)),
    );
    const informed = this.residual(seen, this.norm2, (x) =>
      this.dropout2(this.attention(this.multiheadAttn, x, source, other)),
    );
    return this.residual(informed, this.norm3, (x) => this.dropout3(this.feedForward(x)));
  }
}

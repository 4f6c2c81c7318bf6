/** The Transformer: stacks of its layers, and both together. */
import { withGrad } from "../../autograd/mode.ts";
import { asTensor, full, ones } from "../../creation.ts";
import { triu } from "../../ops/matrix.ts";
import { where } from "../../ops/select.ts";
import { show } from "../../shape.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import { xavierUniform_ } from "../init.ts";
import { Module } from "../module.ts";
import { ModuleList } from "./container.ts";
import { LayerNorm } from "./normalization.ts";
import {
  type DecoderMasks,
  type EncoderMasks,
  TransformerDecoderLayer,
  TransformerEncoderLayer,
  type TransformerLayerOptions,
} from "./transformer-layers.ts";

/** Copies of one layer, which start with the same weights, as in PyTorch. */
function copies<L extends { copy(): L }>(layer: L, count: number): L[] {
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(`Cannot stack ${count} layers: it must be a whole number ≥ 1`);
  }
  return Array.from({ length: count }, () => layer.copy());
}

/** Options of the stacks. */
export interface StackOptions {
  /** A normalization after the last layer; default none. */
  norm?: LayerNorm | null;
}

/**
 * A Transformer's encoder: copies of a layer one after the other.
 *
 * Shapes: as its layers.
 *
 * @param layer What to copy.
 * @param numLayers How many copies.
 * @param options `norm`.
 * @throws {RangeError} If there is no layer.
 * @see book §5.4.
 * @example new TransformerEncoder(new TransformerEncoderLayer(4, 2), 3).layers.length // 3
 */
export class TransformerEncoder extends Module {
  readonly layers: ModuleList<TransformerEncoderLayer>;
  readonly norm: LayerNorm | null;

  constructor(layer: TransformerEncoderLayer, numLayers: number, options: StackOptions = {}) {
    super();
    this.layers = new ModuleList(copies(layer, numLayers));
    this.norm = options.norm ?? null;
  }

  forward(src: TensorLike, options: EncoderMasks = {}): Tensor {
    let x = asTensor(src);
    for (const layer of this.layers) x = layer(x, options);
    return this.norm === null ? x : this.norm(x);
  }
}

/**
 * A Transformer's decoder: copies of a layer one after the other, each of which sees the encoder's memory.
 *
 * Shapes: as its layers.
 *
 * @param layer What to copy.
 * @param numLayers How many copies.
 * @param options `norm`.
 * @throws {RangeError} If there is no layer.
 * @see book §5.4.
 * @example new TransformerDecoder(new TransformerDecoderLayer(4, 2), 3).layers.length // 3
 */
export class TransformerDecoder extends Module {
  readonly layers: ModuleList<TransformerDecoderLayer>;
  readonly norm: LayerNorm | null;

  constructor(layer: TransformerDecoderLayer, numLayers: number, options: StackOptions = {}) {
    super();
    this.layers = new ModuleList(copies(layer, numLayers));
    this.norm = options.norm ?? null;
  }

  forward(tgt: TensorLike, memory: TensorLike, options: DecoderMasks = {}): Tensor {
    let x = asTensor(tgt);
    for (const layer of this.layers) x = layer(x, memory, options);
    return this.norm === null ? x : this.norm(x);
  }
}

/** Options of the Transformer. */
export interface TransformerOptions extends TransformerLayerOptions {
  /** The size of a position; default 512. */
  dModel?: number;
  /** Heads of each attention; default 8. */
  nhead?: number;
  /** Layers of the encoder; default 6. */
  numEncoderLayers?: number;
  /** Layers of the decoder; default 6. */
  numDecoderLayers?: number;
}

/** Masks of both halves. */
export interface TransformerMasks extends DecoderMasks {
  /** Which source positions may not be seen from where. */
  srcMask?: TensorLike;
  /** Which source positions are padding. */
  srcKeyPaddingMask?: TensorLike;
}

/**
 * Transformer: an encoder that looks at the whole source, and a decoder that looks at the target so far and at what the encoder made of the source.
 *
 * Shapes: source `(positions, batch, dModel)`, target `(positions′, batch, dModel)`, or with the batch first if `batchFirst`, or without batch → as target.
 *
 * @param options `dModel`, `nhead`, `numEncoderLayers`, `numDecoderLayers`, and those of its layers.
 * @see Vaswani et al. (2017); book §5.4.
 * @example
 * const net = new Transformer({ dModel: 4, nhead: 2, numEncoderLayers: 1, numDecoderLayers: 1, dimFeedforward: 8 });
 * net(rand([5, 2, 4]), rand([3, 2, 4])).shape // [3, 2, 4]
 */
export class Transformer extends Module {
  readonly encoder: TransformerEncoder;
  readonly decoder: TransformerDecoder;
  readonly dModel: number;
  readonly nhead: number;
  readonly batchFirst: boolean;

  constructor(options: TransformerOptions = {}) {
    super();
    const { dModel = 512, nhead = 8, numEncoderLayers = 6, numDecoderLayers = 6, ...rest } = options;
    const normOptions = { eps: rest.layerNormEps ?? 1e-5, ...(rest.dtype ? { dtype: rest.dtype } : {}) };
    const norm = () => ({ norm: new LayerNorm(dModel, normOptions) });
    this.encoder = new TransformerEncoder(new TransformerEncoderLayer(dModel, nhead, rest), numEncoderLayers, norm());
    this.decoder = new TransformerDecoder(new TransformerDecoderLayer(dModel, nhead, rest), numDecoderLayers, norm());
    this.dModel = dModel;
    this.nhead = nhead;
    this.batchFirst = rest.batchFirst ?? false;
    this.resetParameters();
  }

  /** Draws new weights for all matrices, by Xavier's rule. */
  resetParameters(): void {
    for (const p of this.parameters()) if (p.ndim > 1) xavierUniform_(p);
  }

  forward(src: TensorLike, tgt: TensorLike, options: TransformerMasks = {}): Tensor {
    const { srcMask, srcKeyPaddingMask, ...others } = options;
    const [source, target] = [asTensor(src), asTensor(tgt)];
    const at = this.batchFirst ? 0 : 1;
    if (source.ndim !== target.ndim || (source.ndim === 3 && source.shape[at] !== target.shape[at])) {
      throw new RangeError(
        `Cannot translate a source of ${show(source.shape)} to a target of ${show(target.shape)}: their batches must be equal`,
      );
    }
    const memory = this.encoder(source, {
      ...(srcMask === undefined ? {} : { mask: srcMask }),
      ...(srcKeyPaddingMask === undefined ? {} : { srcKeyPaddingMask }),
    });
    return this.decoder(target, memory, others);
  }

  /** The mask that hides what comes later: `(size, size)`, −∞ above the diagonal, else 0. */
  static generateSquareSubsequentMask(size: number): Tensor {
    return withGrad(false, () => where(triu(ones([size, size], { dtype: "bool" }), 1), -Infinity, full([], 0)));
  }
}

/** The Transformer as a translator, from tokens to tokens. */
import { noGrad } from "../autograd/mode.ts";
import { asTensor } from "../creation.ts";
import { xavierUniform_ } from "../nn/init.ts";
import { Embedding } from "../nn/layers/embedding.ts";
import { Linear } from "../nn/layers/linear.ts";
import { PositionalEncoding } from "../nn/layers/position.ts";
import { Transformer, type TransformerOptions } from "../nn/layers/transformer.ts";
import { Module } from "../nn/module.ts";
import { mul } from "../ops/arithmetic.ts";
import { argmax } from "../ops/extremes.ts";
import { select } from "../ops/indexing.ts";
import { cat } from "../ops/join.ts";
import { all, any } from "../ops/reduction.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { type GreedyOptions, writeGreedily } from "./greedy.ts";

/** Options of TransformerTranslator: the defaults are the paper's. */
export interface TranslatorOptions extends Omit<TransformerOptions, "batchFirst"> {
  /** The longest sequence; default 5000. */
  maxLen?: number;
  /** The token that pads: nobody looks at it. */
  paddingIdx?: number;
  /** Whether source, target and logits share one table of embeddings, as in the paper; default false. Their vocabularies must be one. */
  shareEmbeddings?: boolean;
}

/**
 * A Transformer from tokens to tokens: embeddings times √dModel plus positional encodings, encoder and decoder, and the logits of the next token.
 *
 * Shapes: source `(batch, time)`, target so far `(batch, time′)` → logits `(batch, time′, targetSize)`.
 *
 * @param sourceSize Tokens of the source.
 * @param targetSize Tokens of the target.
 * @param options `dModel`, `nhead`, `numEncoderLayers`, `numDecoderLayers`, `dimFeedforward`, `dropout`, `maxLen`, `paddingIdx`, `shareEmbeddings`.
 * @throws {RangeError} If embeddings are to be shared by vocabularies of different size, a source is all padding or a target starts with padding:
 *   then there is a place that may look nowhere.
 * @see Vaswani et al. (2017); book §5.4.
 * @example
 * const small = { dModel: 8, nhead: 2, numEncoderLayers: 1, numDecoderLayers: 1, dimFeedforward: 16 };
 * new TransformerTranslator(9, 11, small)(randint(9, [2, 5]), randint(11, [2, 4])).shape // [2, 4, 11]
 */
export class TransformerTranslator extends Module {
  readonly sourceEmbedding: Embedding;
  readonly targetEmbedding: Embedding;
  readonly position: PositionalEncoding;
  readonly transformer: Transformer;
  readonly generator: Linear;
  readonly paddingIdx: number | undefined;

  constructor(sourceSize: number, targetSize: number, options: TranslatorOptions = {}) {
    super();
    const { maxLen = 5000, paddingIdx, shareEmbeddings = false, ...rest } = options;
    const { dModel = 512, dropout = 0.1 } = rest;
    if (shareEmbeddings && sourceSize !== targetSize) {
      throw new RangeError(`Cannot share embeddings of ${sourceSize} and ${targetSize} tokens: there must be as many`);
    }
    this.paddingIdx = paddingIdx;
    this.transformer = new Transformer({ ...rest, batchFirst: true });
    this.sourceEmbedding = new Embedding(sourceSize, dModel);
    this.targetEmbedding = shareEmbeddings ? this.sourceEmbedding : new Embedding(targetSize, dModel);
    this.position = new PositionalEncoding(dModel, { maxLen, dropout, batchFirst: true });
    this.generator = new Linear(dModel, targetSize, { bias: !shareEmbeddings });
    if (shareEmbeddings) (this.generator as { weight: Linear["weight"] }).weight = this.sourceEmbedding.weight;
    for (const parameter of this.parameters()) if (parameter.ndim > 1) xavierUniform_(parameter);
  }

  forward(source: TensorLike, target: TensorLike): Tensor {
    return this.decode(target, this.encode(source), source);
  }

  /** What the encoder makes of the source: the memory, `(batch, time, dModel)`. */
  encode(source: TensorLike): Tensor {
    this.checkSource(source);
    return this.transformer.encoder(
      this.embed(this.sourceEmbedding, source),
      this.padding("srcKeyPaddingMask", source),
    );
  }

  /** The logits of the next tokens after a target so far; each place looks only back. */
  decode(target: TensorLike, memory: Tensor, source: TensorLike): Tensor {
    return this.generator(this.decoded(target, memory, source));
  }

  /** What the decoder makes of a target so far, `(batch, time′, dModel)`. */
  private decoded(target: TensorLike, memory: Tensor, source: TensorLike): Tensor {
    const tokens = asTensor(target);
    this.checkTarget(tokens);
    return this.transformer.decoder(this.embed(this.targetEmbedding, tokens), memory, {
      tgtMask: Transformer.generateSquareSubsequentMask(tokens.shape[1]!),
      ...this.padding("tgtKeyPaddingMask", tokens),
      ...this.padding("memoryKeyPaddingMask", source),
    });
  }

  /**
   * Translates a batch, always with the likeliest token.
   *
   * @param options `start`: the token that a target starts with; `end`: the one that ends it; `maxTokens`.
   * @returns For each source, the target without start and end.
   * @example
   * const small = { dModel: 8, nhead: 2, numEncoderLayers: 1, numDecoderLayers: 1, dimFeedforward: 16 };
   * new TransformerTranslator(9, 11, small).translate(randint(9, [2, 5]), { start: 0, end: 1, maxTokens: 4 }).length // 2
   */
  translate(source: TensorLike, options: GreedyOptions): number[][] {
    return noGrad(() => {
      const memory = this.encode(source);
      let written: Tensor | undefined;
      return writeGreedily(memory.shape[0]!, options, (last) => {
        written = written ? cat([written, last], { dim: 1 }) : last;
        // Logits of the last place only: a vocabulary is long.
        const place = select(this.decoded(written, memory, source), 1, -1);
        return argmax(this.generator(place), { dim: -1, keepDim: true });
      });
    });
  }

  private embed(table: Embedding, tokens: TensorLike): Tensor {
    return this.position(mul(table(tokens), Math.sqrt(this.transformer.dModel)));
  }

  private checkSource(source: TensorLike): void {
    if (this.paddingIdx === undefined) return;
    const isEmpty = any(all(asTensor(source).eq(this.paddingIdx), { dim: 1 }));
    if (isEmpty.item())
      throw new RangeError(
        `Cannot read a source that is all padding (token ${this.paddingIdx}): it needs another token`,
      );
  }

  private checkTarget(target: Tensor): void {
    if (this.paddingIdx === undefined) return;
    if (any(select(target, 1, 0).eq(this.paddingIdx)).item())
      throw new RangeError(
        `Cannot start a target with ${this.paddingIdx}, the token that pads: nobody may look at it, so the first place would see nothing`,
      );
  }

  private padding<Name extends string>(name: Name, tokens: TensorLike): { [key in Name]?: Tensor } {
    if (this.paddingIdx === undefined) return {};
    return { [name]: asTensor(tokens).eq(this.paddingIdx) } as { [key in Name]?: Tensor };
  }
}

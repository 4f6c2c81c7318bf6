/** From one sequence to another by two recurrent nets. */
import { noGrad } from "../autograd/mode.ts";
import { asTensor } from "../creation.ts";
import { AdditiveAttention, DotAttention, GeneralAttention } from "../nn/layers/alignment.ts";
import { Embedding } from "../nn/layers/embedding.ts";
import { Linear } from "../nn/layers/linear.ts";
import { GRU } from "../nn/layers/recurrent.ts";
import { Module } from "../nn/module.ts";
import { packPaddedSequence, padPackedSequence } from "../nn/packed-sequence.ts";
import { argmax } from "../ops/extremes.ts";
import { select } from "../ops/indexing.ts";
import { cat } from "../ops/join.ts";
import { tanh } from "../ops/math.ts";
import { unsqueeze } from "../ops/shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { type GreedyOptions, writeGreedily } from "./greedy.ts";

/** Options of Seq2Seq. */
export interface Seq2SeqOptions {
  /** The size of a token's vector; default 64. */
  embeddingDim?: number;
  /** Units of encoder and decoder; default 64. */
  hiddenSize?: number;
  /** How the decoder looks back at the encoder's states; default `"dot"`. With `"none"` all it knows is the encoder's last state. */
  attention?: "none" | "dot" | "general" | "additive";
  /** Whether the encoder reads the source in both directions, with half of the units each, so that each state knows what follows; default no. */
  bidirectional?: boolean;
  /** The source's token that pads, at its end: the encoder does not read it, and no attention falls on it. */
  paddingIdx?: number;
}

/** What the encoder hands over. */
export interface Encoded {
  /** The states at all places, `(batch, time, hidden)`. */
  readonly states: Tensor;
  /** The state that each source ends with, `(1, batch, hidden)`: of both directions, if there are two. */
  readonly last: Tensor;
  /** Where the source is no padding, `(batch, 1, time)`. */
  readonly mask?: Tensor;
}

/**
 * Encoder and decoder: a GRU reads the source, another one starts from where the first has ended and writes the target, and attention lets it look back
 * at every place of the source: `tanh(W [h; context])` gives the logits.
 *
 * Shapes: source `(batch, time)`, target so far `(batch, time′)` → logits of the next tokens `(batch, time′, targetSize)`.
 *
 * @param sourceSize Tokens of the source.
 * @param targetSize Tokens of the target.
 * @param options `embeddingDim`, `hiddenSize`, `attention`, `bidirectional`, `paddingIdx`.
 * @throws {RangeError} If the units of an encoder of two directions cannot be halved.
 * @see Sutskever, Vinyals and Le (2014); Bahdanau, Cho and Bengio (2015); Luong, Pham and Manning (2015); book §4.9, §5.3.
 * @example new Seq2Seq(9, 11)(randint(9, [2, 5]), randint(11, [2, 4])).shape // [2, 4, 11]
 */
export class Seq2Seq extends Module {
  readonly sourceEmbedding: Embedding;
  readonly targetEmbedding: Embedding;
  readonly encoder: GRU;
  readonly decoder: GRU;
  readonly attention: DotAttention | GeneralAttention | AdditiveAttention | null;
  readonly combine: Linear | null;
  readonly fc: Linear;
  readonly paddingIdx: number | undefined;

  constructor(sourceSize: number, targetSize: number, options: Seq2SeqOptions = {}) {
    super();
    const { embeddingDim = 64, hiddenSize = 64, attention = "dot", bidirectional = false, paddingIdx } = options;
    if (bidirectional && hiddenSize % 2 !== 0)
      throw new RangeError(`Cannot share ${hiddenSize} units between two directions: hiddenSize must be even`);
    const padding = paddingIdx === undefined ? {} : { paddingIdx };
    this.paddingIdx = paddingIdx;
    this.sourceEmbedding = new Embedding(sourceSize, embeddingDim, padding);
    this.targetEmbedding = new Embedding(targetSize, embeddingDim);
    const units = bidirectional ? hiddenSize / 2 : hiddenSize;
    this.encoder = new GRU(embeddingDim, units, { batchFirst: true, bidirectional });
    this.decoder = new GRU(embeddingDim, hiddenSize, { batchFirst: true });
    this.attention = {
      none: () => null,
      dot: () => new DotAttention(),
      general: () => new GeneralAttention(hiddenSize, hiddenSize),
      additive: () => new AdditiveAttention(hiddenSize, hiddenSize, hiddenSize),
    }[attention]();
    this.combine = this.attention && new Linear(2 * hiddenSize, hiddenSize);
    this.fc = new Linear(hiddenSize, targetSize);
  }

  forward(source: TensorLike, target: TensorLike): Tensor {
    return this.decode(target, this.encode(source)).logits;
  }

  /** Reads the source. */
  encode(source: TensorLike): Encoded {
    const tokens = asTensor(source);
    const embedded = this.sourceEmbedding(tokens);
    if (this.paddingIdx === undefined) {
      const [states, final] = this.encoder(embedded);
      return { states, last: joinDirections(final) };
    }
    const lengths = lengthsOf(tokens, this.paddingIdx);
    const [packed, final] = this.encoder(
      packPaddedSequence(embedded, lengths, { batchFirst: true, enforceSorted: false }),
    );
    const [states] = padPackedSequence(packed, { batchFirst: true, totalLength: tokens.shape[1]! });
    return { states, last: joinDirections(final), mask: unsqueeze(tokens.ne(this.paddingIdx), 1) };
  }

  /**
   * Writes on after a target so far.
   *
   * @param state The decoder's state before; by default the encoder's last.
   * @returns The logits, the attention `(batch, time′, time)` if there is any, and the state to go on with.
   */
  decode(
    target: TensorLike,
    encoded: Encoded,
    state: Tensor = encoded.last,
  ): { logits: Tensor; weights: Tensor | null; state: Tensor } {
    const [hidden, next] = this.decoder(this.targetEmbedding(target), state);
    if (this.attention === null) return { logits: this.fc(hidden), weights: null, state: next };
    const { states, mask } = encoded;
    const [context, weights] = this.attention(hidden, states, mask === undefined ? {} : { mask });
    return { logits: this.fc(tanh(this.combine!(cat([hidden, context], { dim: -1 })))), weights, state: next };
  }

  /**
   * Translates a batch, always with the likeliest token.
   *
   * @param options `start`: the token that a target starts with; `end`: the one that ends it; `maxTokens`.
   * @returns For each source, the target without start and end.
   * @example new Seq2Seq(9, 11).translate(randint(9, [2, 5]), { start: 0, end: 1, maxTokens: 4 }).length // 2
   */
  translate(source: TensorLike, options: GreedyOptions): number[][] {
    return noGrad(() => {
      const encoded = this.encode(source);
      let state = encoded.last;
      return writeGreedily(encoded.states.shape[0]!, options, (last) => {
        const decoded = this.decode(last, encoded, state);
        state = decoded.state;
        return argmax(decoded.logits, { dim: -1 });
      });
    });
  }
}

/** How long each row is without the padding at its end; a row of nothing else counts as one token. */
function lengthsOf(tokens: Tensor, paddingIdx: number): number[] {
  const [rows, time] = tokens.shape as [number, number];
  const isToken = Array.from(tokens.data, (token) => token !== paddingIdx);
  return Array.from({ length: rows }, (_, row) =>
    Math.max(1, isToken.slice(row * time, (row + 1) * time).lastIndexOf(true) + 1),
  );
}

/** Final states `(directions, batch, units)` side by side: `(1, batch, hidden)`. */
function joinDirections(final: Tensor): Tensor {
  const [directions] = final.shape as [number];
  if (directions === 1) return final;
  return unsqueeze(cat([select(final, 0, 0), select(final, 0, 1)], { dim: 1 }), 0);
}

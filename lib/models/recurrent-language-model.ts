/** A recurrent net that says what comes next. */
import { asTensor } from "../creation.ts";
import { Dropout } from "../nn/layers/dropout.ts";
import { Embedding } from "../nn/layers/embedding.ts";
import { Linear } from "../nn/layers/linear.ts";
import { GRU, LSTM, RNN } from "../nn/layers/recurrent.ts";
import { Module } from "../nn/module.ts";
import { select } from "../ops/indexing.ts";
import type { Tensor, TensorLike } from "../tensor.ts";

/** The state of a recurrent net between two pieces of a text: h, or h and c of an LSTM. */
export type RecurrentState = Tensor | readonly [h: Tensor, c: Tensor];

/** Options of RecurrentLanguageModel. */
export interface RecurrentLanguageModelOptions {
  /** The cell; default `"LSTM"`. */
  cell?: "RNN" | "GRU" | "LSTM";
  /** The size of a token's vector; default that of the hidden state. */
  embeddingDim?: number;
  /** Units of each layer; default 128. */
  hiddenSize?: number;
  /** Layers; default 1. */
  numLayers?: number;
  /** The probability of dropout of embeddings and outputs, and between layers; default 0. */
  dropout?: number;
}

/**
 * A recurrent language model: after each token, the logits of the next one.
 *
 * Shapes: token indices `(batch, time)` → logits `(batch, time, tokens)`.
 *
 * @param vocabularySize Tokens.
 * @param options `cell`, `embeddingDim`, `hiddenSize`, `numLayers`, `dropout`.
 * @see Mikolov et al. (2010); book §4.12.
 * @example new RecurrentLanguageModel(30, { hiddenSize: 8 })(randint(30, [2, 5])).shape // [2, 5, 30]
 */
export class RecurrentLanguageModel extends Module {
  readonly embedding: Embedding;
  readonly rnn: RNN | GRU | LSTM;
  readonly dropout: Dropout;
  readonly fc: Linear;

  constructor(vocabularySize: number, options: RecurrentLanguageModelOptions = {}) {
    super();
    const { cell = "LSTM", hiddenSize = 128, embeddingDim = hiddenSize, numLayers = 1, dropout = 0 } = options;
    this.embedding = new Embedding(vocabularySize, embeddingDim);
    const layers = { numLayers, batchFirst: true, dropout: numLayers > 1 ? dropout : 0 };
    this.rnn = new { RNN, GRU, LSTM }[cell](embeddingDim, hiddenSize, layers);
    this.dropout = new Dropout(dropout);
    this.fc = new Linear(hiddenSize, vocabularySize);
  }

  forward(tokens: TensorLike): Tensor {
    return this.run(tokens)[0];
  }

  /** The logits, and the state to go on with: pass it on with the next piece of the text, detached where gradients are to end (truncated BPTT). */
  run(tokens: TensorLike, state?: RecurrentState): [logits: Tensor, state: RecurrentState] {
    const x = this.dropout(this.embedding(tokens));
    // Each cell takes its own kind of state, which is the kind that it gave.
    const rnn = this.rnn as (x: Tensor, state?: RecurrentState) => [Tensor, RecurrentState];
    const [hidden, next] = rnn(x, state);
    return [this.fc(this.dropout(hidden)), next];
  }

  /**
   * What `text.generate` asks: the logits of the token after some tokens. It keeps the state, so that each token is read once.
   *
   * @example
   * const model = new RecurrentLanguageModel(10, { hiddenSize: 4 });
   * text.generate(model.reader(), [1, 2], { maxTokens: 3 }).length // 3
   */
  reader(): (tokens: readonly number[]) => Tensor {
    let seen: readonly number[] = [];
    let state: RecurrentState | undefined;
    return (tokens) => {
      // Another text than the one before, or a shorter one, is read from its start.
      if (seen.length >= tokens.length || seen.some((token, i) => token !== tokens[i])) [seen, state] = [[], undefined];
      const further = asTensor([tokens.slice(seen.length)], { dtype: "int32" });
      const [logits, next] = this.run(further, state);
      [seen, state] = [[...tokens], next];
      return select(select(logits, 0, 0), 0, -1);
    };
  }
}

/** The state without its past, for truncated backpropagation through time. @example detachState(zeros([1, 2])).requiresGrad // false */
export function detachState<S extends RecurrentState>(state: S): S {
  return (Array.isArray(state) ? state.map((part: Tensor) => part.detach()) : (state as Tensor).detach()) as S;
}

/** A convolutional net for texts. */

import { asTensor } from "../creation.ts";
import { ModuleList } from "../nn/layers/container.ts";
import { Conv1d } from "../nn/layers/convolution.ts";
import { Dropout } from "../nn/layers/dropout.ts";
import { Embedding } from "../nn/layers/embedding.ts";
import { Linear } from "../nn/layers/linear.ts";
import { Module } from "../nn/module.ts";
import { relu } from "../ops/activation.ts";
import { amax } from "../ops/extremes.ts";
import { cat } from "../ops/join.ts";
import { transpose } from "../ops/shape.ts";
import { show } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";

/** Options of TextCNN. */
export interface TextCNNOptions {
  /** The size of a token's vector; default 100. */
  embeddingDim?: number;
  /** How many tokens each kind of filter sees; default 3, 4 and 5. */
  kernelSizes?: readonly number[];
  /** Filters of each kind; default 100. */
  channels?: number;
  /** The probability of dropout before the last layer; default 0.5. */
  dropout?: number;
  /** The token that pads; its vector stays 0. */
  paddingIdx?: number;
}

/**
 * TextCNN: filters over runs of 3, 4 and 5 tokens, each of which gives the greatest of its answers over the text: whether there is such a phrase, wherever
 * it stands.
 *
 * Shapes: token indices `(batch, time)` → logits `(batch, classes)`. A text must be as long as the widest filter: `text.padTokens` sees to it.
 *
 * @param vocabularySize Tokens.
 * @param classes Classes.
 * @param options `embeddingDim`, `kernelSizes`, `channels`, `dropout`, `paddingIdx`.
 * @throws {RangeError} If a text is shorter than a filter.
 * @see Kim (2014); book §4.2.
 * @example new TextCNN(50, 2, { channels: 4 })(randint(50, [3, 9])).shape // [3, 2]
 */
export class TextCNN extends Module {
  readonly embedding: Embedding;
  readonly convs: ModuleList<Conv1d>;
  readonly dropout: Dropout;
  readonly fc: Linear;

  constructor(vocabularySize: number, classes: number, options: TextCNNOptions = {}) {
    super();
    const { embeddingDim = 100, kernelSizes = [3, 4, 5], channels = 100, dropout = 0.5, paddingIdx } = options;
    this.embedding = new Embedding(vocabularySize, embeddingDim, paddingIdx === undefined ? {} : { paddingIdx });
    this.convs = new ModuleList(kernelSizes.map((size) => new Conv1d(embeddingDim, channels, size)));
    this.dropout = new Dropout(dropout);
    this.fc = new Linear(channels * kernelSizes.length, classes);
  }

  forward(tokens: TensorLike): Tensor {
    return this.fc(
      this.dropout(
        cat(
          this.answers(tokens).map((answers) => amax(answers, { dim: -1 })),
          { dim: 1 },
        ),
      ),
    );
  }

  /** What each filter says of each run of tokens: for each kind `(batch, channels, time − size + 1)`. */
  answers(tokens: TensorLike): Tensor[] {
    const given = asTensor(tokens);
    const widest = Math.max(...[...this.convs].map((conv) => conv.kernelSize[0]!));
    if (given.ndim !== 2 || given.shape[1]! < widest) {
      throw new RangeError(`Cannot read texts of ${show(given.shape)}: expected (batch, time) with a time ≥ ${widest}`);
    }
    const x = transpose(this.embedding(given), 1, 2); // (batch, embeddingDim, time)
    return [...this.convs].map((conv) => relu(conv(x)));
  }
}

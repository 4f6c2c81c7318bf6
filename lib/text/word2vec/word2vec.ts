/** word2vec: vectors of words, learned by telling words from the words around them. */
import { withGrad } from "../../autograd/mode.ts";
import { fromData } from "../../creation.ts";
import { binaryCrossEntropyWithLogits, crossEntropy, embedding } from "../../nn/functional.ts";
import { Module } from "../../nn/module.ts";
import { Parameter } from "../../nn/parameter.ts";
import { mul } from "../../ops/arithmetic.ts";
import { linear } from "../../ops/linear.ts";
import { markChanged } from "../../ops/mutation.ts";
import { mean, sum } from "../../ops/reduction.ts";
import { defaultGenerator, type RandomGenerator } from "../../random.ts";
import type { Tensor } from "../../tensor.ts";
import type { Vocabulary } from "../vocabulary.ts";
import { WordVectors } from "../word-vectors.ts";
import { type Example, examplesOf, keepChances, surroundingsOf, thin } from "./examples.ts";
import {
  hierarchicalSoftmax,
  negativeSampling,
  type Objective,
  type ObjectiveName,
  type Questions,
  questionsOf,
} from "./objective.ts";
import { type Lessons, Stretch } from "./stretch.ts";

/** Options of Word2Vec. */
export interface Word2VecOptions {
  /** The length of a vector; default 100. */
  size?: number;
  /** Tells the words around from the one in the middle (`"skip-gram"`, the default), or the one in the middle from those around (`"cbow"`). */
  architecture?: "skip-gram" | "cbow";
  /** How the right word is told from the others; default `"negative-sampling"`. */
  objective?: ObjectiveName;
  /** Wrong words that are drawn for each right one by negative sampling; default 5. */
  negatives?: number;
  /** The most words to each side that count as around; default 5. */
  window?: number;
  /** The share of all tokens from which words are thinned; default 0.001, 0 keeps all. */
  subsample?: number;
  /** Where first values and draws come from; the default generator if left out. */
  generator?: RandomGenerator;
}

/** Options of Word2Vec.fit. */
export interface Word2VecFitOptions {
  /** Passes over the texts; default 5. */
  epochs?: number;
  /** The learning rate at the start, which falls to a ten-thousandth of it in a line; default 0.025. */
  lr?: number;
  /** Called after each epoch. */
  onEpoch?: (report: { epoch: number; loss: number }) => void;
  /** Called after each stretch of some thousand examples, with their mean loss and the share of all that has been seen by then, from 0 to 1. */
  onStretch?: (report: { share: number; loss: number }) => void;
}

/**
 * word2vec: two vectors for each word, one as input and one as output, such that `h · o` says how likely the output word stands near the input. The
 * inputs' vectors start uniform in ±½/size, the outputs' at 0.
 *
 * Shapes: `inputVectors` `(words, size)`, `outputVectors` `(words, size)`, or `(words − 1, size)` with hierarchical softmax: one a node of the tree.
 *
 * @param vocabulary The words, with their counts.
 * @param options `size`, `architecture`, `objective`, `negatives`, `window`, `subsample`, `generator`.
 * @throws {RangeError} If `size`, `window` or `negatives` is no whole number ≥ 1, or `subsample` is negative.
 * @see Mikolov et al. (2013a, 2013b); book §5.2.3.
 * @example
 * const sentence = ["cute", "grey", "cat"];
 * const vocabulary = new text.Vocabulary([sentence]);
 * const model = new Word2Vec(vocabulary, { size: 4 });
 * model.fit([vocabulary.encode(sentence)], { epochs: 1 }).wordVectors().vectors.shape // [3, 4]
 */
export class Word2Vec extends Module {
  readonly inputVectors: Parameter;
  readonly outputVectors: Parameter;
  readonly vocabulary: Vocabulary;
  private readonly settings: Required<Word2VecOptions>;
  /** None for the full softmax. */
  private readonly asks: Objective | null;
  /** The chance that a token of each index is kept. */
  private readonly keep: Float64Array;

  constructor(vocabulary: Vocabulary, options: Word2VecOptions = {}) {
    super();
    const settings = {
      size: 100,
      architecture: "skip-gram",
      objective: "negative-sampling",
      negatives: 5,
      window: 5,
      subsample: 0.001,
      generator: defaultGenerator,
      ...options,
    } as const;
    for (const name of ["size", "negatives", "window"] as const) {
      const value = settings[name];
      if (!(Number.isInteger(value) && value >= 1)) {
        throw new RangeError(`Cannot make word2vec with ${name} ${value}: it must be a whole number ≥ 1`);
      }
    }
    if (!(settings.subsample >= 0)) {
      throw new RangeError(`Cannot make word2vec with subsample ${settings.subsample}: it must be ≥ 0`);
    }
    this.vocabulary = vocabulary;
    this.settings = settings;
    this.asks = {
      softmax: () => null,
      "negative-sampling": () => negativeSampling(vocabulary, settings.negatives),
      "hierarchical-softmax": () => hierarchicalSoftmax(vocabulary),
    }[settings.objective]();
    this.keep = keepChances(vocabulary.counts, settings.subsample);
    const { size, generator } = settings;
    const first = Float32Array.from({ length: vocabulary.size * size }, () => (generator.uniform() - 0.5) / size);
    const outputs = this.asks?.outputs ?? vocabulary.size;
    this.inputVectors = new Parameter(fromData(first, [vocabulary.size, size]));
    this.outputVectors = new Parameter(fromData(new Float32Array(outputs * size), [outputs, size]));
  }

  /** The examples of a text of token indices, as `fit` sees them: with frequent words thinned and windows drawn. */
  examples(text: ArrayLike<number>): Iterable<Example> {
    const { architecture, window, generator } = this.settings;
    return examplesOf(text, { architecture, window, generator, keep: this.keep });
  }

  /** What the objective asks about a target: rows of `outputVectors`, and the right answers. Empty for the full softmax. */
  questions(target: number): Questions {
    return this.asks === null ? { rows: [], labels: [] } : questionsOf(this.asks, target, this.settings.generator);
  }

  /**
   * The loss of one example, recorded: `−ln p(target | inputs)`, or by the sum of `−ln` of the right answers' chances.
   *
   * @param questions What is asked; by default what `questions` draws.
   * @returns A scalar.
   */
  forward(example: Example, questions: Questions = this.questions(example.target)): Tensor {
    const hidden = mean(embedding(example.inputs, this.inputVectors), { dim: 0, keepDim: true }); // (1, size)
    if (this.asks === null) return crossEntropy(linear(hidden, this.outputVectors), [example.target]);
    const asked = embedding(questions.rows, this.outputVectors); // (questions, size)
    const scores = sum(mul(asked, hidden), { dim: 1 });
    return binaryCrossEntropyWithLogits(scores, questions.labels, { reduction: "sum" });
  }

  /**
   * Learns by stochastic gradient descent, an example at a time, as the program that came with the paper does: each step sees what the ones before it have
   * moved. Examples are drawn here and learned by the backend in stretches of some thousands, between which a notebook can be interrupted.
   *
   * @param texts Lists of token indices; windows do not reach over a text's end.
   * @param options `epochs`, `lr`, `onEpoch`, `onStretch`.
   * @throws {RangeError} If `epochs` is no whole number ≥ 1, or a token is none of the vocabulary.
   */
  fit(texts: readonly ArrayLike<number>[], options: Word2VecFitOptions = {}): this {
    const { epochs = 5, lr = 0.025, onEpoch, onStretch } = options;
    if (!(Number.isInteger(epochs) && epochs >= 1)) {
      throw new RangeError(`Cannot learn for ${epochs} epochs: it must be a whole number ≥ 1`);
    }
    for (const text of texts) this.checkTokens(text);
    withGrad(false, () => {
      for (const parameter of [this.inputVectors, this.outputVectors]) markChanged(parameter, "fit");
    });
    const total = epochs * texts.reduce((sum, text) => sum + text.length, 0);
    let [seen, share, loss, examples] = [0, 0, 0, 0];
    const stretch = this.stretch((learned) => {
      loss += learned.loss;
      examples += learned.count;
      onStretch?.({ share, loss: learned.loss / learned.count });
    });
    const end = (place: number) => {
      share = (seen + place) / total;
      stretch.end(lr * Math.max(1e-4, 1 - share));
    };
    for (let epoch = 1; epoch <= epochs; epoch++) {
      for (const text of texts) {
        this.show(text, stretch, end);
        seen += text.length;
      }
      stretch.learn();
      onEpoch?.({ epoch, loss: loss / Math.max(1, examples) });
      [loss, examples] = [0, 0];
    }
    return this;
  }

  /** Puts the examples of a text into a stretch, the same and in the same order as `examples`; `end` closes one, of the word at a place. */
  private show(text: ArrayLike<number>, stretch: Stretch, end: (place: number) => void): void {
    const { architecture, window, generator } = this.settings;
    const { tokens, places } = thin(text, this.keep, generator);
    const finish = (target: number, place: number) => {
      if (this.asks === null) stretch.question(target, 1);
      else this.asks.ask(target, generator, stretch);
      end(place);
    };
    for (const { at, from, to } of surroundingsOf(tokens.length, window, generator)) {
      const [word, place] = [tokens[at]!, places[at]!];
      for (let around = from; around < to; around++) {
        if (around === at) continue;
        stretch.input(architecture === "skip-gram" ? word : tokens[around]!);
        if (architecture === "skip-gram") finish(tokens[around]!, place);
      }
      if (architecture === "cbow" && to - from > 1) finish(word, place);
    }
  }

  private stretch(onLearned: Lessons["onLearned"]): Stretch {
    return new Stretch({
      input: this.inputVectors,
      output: this.outputVectors,
      asks: this.asks !== null,
      mostInputs: this.settings.architecture === "cbow" ? 2 * this.settings.window : 1,
      mostQuestions: this.asks?.most ?? 1,
      onLearned,
    });
  }

  private checkTokens(text: ArrayLike<number>): void {
    for (let place = 0; place < text.length; place++) {
      const token = text[place]!;
      if (!(Number.isInteger(token) && token >= 0 && token < this.vocabulary.size)) {
        throw new RangeError(`Cannot learn token ${token}: the vocabulary has 0 to ${this.vocabulary.size - 1}`);
      }
    }
  }

  /** The inputs' vectors, to be asked for neighbours and analogies. */
  wordVectors(): WordVectors {
    return new WordVectors(this.vocabulary, this.inputVectors);
  }
}

/** Recurrent layers: Elman's network, LSTM and GRU, of several layers and in both directions. */
import type { RecurrentKind } from "../../ops/recurrence.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import type { PackedSequence } from "../packed-sequence.ts";
import { Recurrent, type RecurrentOptions } from "./recurrent-base.ts";

/** Options of `RNN`. */
export interface RNNOptions extends RecurrentOptions {
  /** The activation: tanh (default) or relu. */
  nonlinearity?: "tanh" | "relu";
}

// What a call gives depends on what it takes: a tensor for a tensor, a packed sequence for one.
export interface RNN {
  (x: TensorLike, h0?: TensorLike): [output: Tensor, hn: Tensor];
  (x: PackedSequence, h0?: TensorLike): [output: PackedSequence, hn: Tensor];
}

/**
 * Recurrent network: `hₜ = tanh(Wᵢ xₜ + bᵢ + Wₕ hₜ₋₁ + bₕ)`, the same weights at every step.
 *
 * Shapes: x `(steps, batch, inputSize)`, or `(batch, steps, inputSize)` if `batchFirst`, or without batch, or packed; h0 `(layers · directions,
 * batch, hiddenSize)`, zeros if left out → the outputs of all steps `(steps, batch, directions · hiddenSize)` and the last state.
 *
 * @param inputSize Numbers that come in each step.
 * @param hiddenSize Units of the hidden state.
 * @param options `nonlinearity`, `numLayers`, `bias`, `batchFirst`, `dropout`, `bidirectional`, `dtype`.
 * @see Elman (1990); book §4.4.
 * @example new RNN(3, 4, { batchFirst: true })(rand([2, 5, 3]))[0].shape // [2, 5, 4]
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the interface adds the calls, which Module's constructor provides
export class RNN extends Recurrent {
  readonly nonlinearity: "tanh" | "relu";

  constructor(inputSize: number, hiddenSize: number, options: RNNOptions = {}) {
    super(inputSize, hiddenSize, 1, 0, options);
    const { nonlinearity = "tanh" } = options;
    if (nonlinearity !== "tanh" && nonlinearity !== "relu") {
      throw new RangeError(`Cannot make an RNN with ${String(nonlinearity)}: it must be tanh or relu`);
    }
    this.nonlinearity = nonlinearity;
  }

  protected get kind(): RecurrentKind {
    return this.nonlinearity;
  }

  protected get stateSizes(): readonly number[] {
    return [this.hiddenSize];
  }

  forward(x: TensorLike | PackedSequence, h0?: TensorLike): [output: Tensor | PackedSequence, hn: Tensor] {
    const { output, final } = this.run(x, h0 === undefined ? undefined : [h0]);
    return [output, final[0]!];
  }
}

// What a call gives depends on what it takes: a tensor for a tensor, a packed sequence for one.
export interface GRU {
  (x: TensorLike, h0?: TensorLike): [output: Tensor, hn: Tensor];
  (x: PackedSequence, h0?: TensorLike): [output: PackedSequence, hn: Tensor];
}

/**
 * Gated recurrent units: `hₜ = (1 − z) n + z hₜ₋₁` with the gate z, and `n = tanh(Wₙ xₜ + r (Uₙ hₜ₋₁))` with the gate r: units decide what to keep.
 *
 * Shapes: as `RNN`.
 *
 * @param inputSize Numbers that come in each step.
 * @param hiddenSize Units of the hidden state.
 * @param options `numLayers`, `bias`, `batchFirst`, `dropout`, `bidirectional`, `dtype`.
 * @see Cho et al. (2014); book §4.13.
 * @example new GRU(3, 4, { bidirectional: true })(rand([5, 2, 3]))[1].shape // [2, 2, 4]
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the interface adds the calls, which Module's constructor provides
export class GRU extends Recurrent {
  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions = {}) {
    super(inputSize, hiddenSize, 3, 0, options);
  }

  protected get kind(): RecurrentKind {
    return "gru";
  }

  protected get stateSizes(): readonly number[] {
    return [this.hiddenSize];
  }

  forward(x: TensorLike | PackedSequence, h0?: TensorLike): [output: Tensor | PackedSequence, hn: Tensor] {
    const { output, final } = this.run(x, h0 === undefined ? undefined : [h0]);
    return [output, final[0]!];
  }
}

/** The state of an LSTM: hidden state and cell. */
export type LSTMState = readonly [h: TensorLike, c: TensorLike];

// What a call gives depends on what it takes: a tensor for a tensor, a packed sequence for one.
export interface LSTM {
  (x: TensorLike, state?: LSTMState): [output: Tensor, state: [hn: Tensor, cn: Tensor]];
  (x: PackedSequence, state?: LSTMState): [output: PackedSequence, state: [hn: Tensor, cn: Tensor]];
}

/**
 * Long short-term memory: `cₜ = σ(f) cₜ₋₁ + σ(i) tanh(g)`, `hₜ = σ(o) tanh(cₜ)`: a cell that gates write, keep and read, through which gradients pass
 * undiminished.
 *
 * Shapes: as `RNN`; the state is a pair, `(layers · directions, batch, hiddenSize)` each, the first of `projSize` if projected.
 *
 * @param inputSize Numbers that come in each step.
 * @param hiddenSize Units of the cell.
 * @param options `numLayers`, `bias`, `batchFirst`, `dropout`, `bidirectional`, `projSize`, `dtype`.
 * @see Hochreiter and Schmidhuber (1997); book §4.12.
 * @example const [y, [h, c]] = new LSTM(3, 4)(rand([5, 2, 3])); c.shape // [1, 2, 4]
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the interface adds the calls, which Module's constructor provides
export class LSTM extends Recurrent {
  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions & { projSize?: number } = {}) {
    super(inputSize, hiddenSize, 4, options.projSize ?? 0, options);
  }

  protected get kind(): RecurrentKind {
    return "lstm";
  }

  protected get stateSizes(): readonly number[] {
    return [this.outputSize, this.hiddenSize];
  }

  forward(
    x: TensorLike | PackedSequence,
    state?: LSTMState,
  ): [output: Tensor | PackedSequence, state: [hn: Tensor, cn: Tensor]] {
    const { output, final } = this.run(x, state);
    return [output, final as [Tensor, Tensor]];
  }
}

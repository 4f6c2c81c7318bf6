/** Single steps of recurrent networks as layers. */
import { asTensor, zeros } from "../../creation.ts";
import { type DType, defaultDtype } from "../../dtype.ts";
import { relu } from "../../ops/activation.ts";
import { linear } from "../../ops/linear.ts";
import { tanh } from "../../ops/math.ts";
import { reshape } from "../../ops/shape.ts";
import { sameShape, show } from "../../shape.ts";
import { empty, type Tensor, type TensorLike } from "../../tensor.ts";
import { uniform_ } from "../init.ts";
import { Module } from "../module.ts";
import { Parameter } from "../parameter.ts";
import { elmanStep, gruStep, lstmStep, type Step } from "../recurrence.ts";
import type { WeightOptions } from "./linear.ts";
import type { LSTMState } from "./recurrent.ts";

/** What recurrent cells have in common; the subclasses say how a step goes. */
abstract class Cell extends Module {
  /** (gates · hiddenSize, inputSize) */
  readonly weightIh: Parameter;
  /** (gates · hiddenSize, hiddenSize) */
  readonly weightHh: Parameter;
  /** (gates · hiddenSize) */
  readonly biasIh: Parameter | null;
  /** (gates · hiddenSize) */
  readonly biasHh: Parameter | null;

  constructor(
    readonly inputSize: number,
    readonly hiddenSize: number,
    gates: number,
    { bias = true, dtype = defaultDtype }: WeightOptions,
  ) {
    super();
    const make = (...shape: number[]) => new Parameter(empty(shape, dtype as DType));
    const rows = gates * hiddenSize;
    this.weightIh = make(rows, inputSize);
    this.weightHh = make(rows, hiddenSize);
    this.biasIh = bias ? make(rows) : null;
    this.biasHh = bias ? make(rows) : null;
    this.resetParameters();
  }

  /** Draws new weights and biases, uniform on ±1/√hiddenSize. */
  resetParameters(): void {
    const bound = this.hiddenSize > 0 ? 1 / Math.sqrt(this.hiddenSize) : 0;
    for (const p of this.parameters()) uniform_(p, { a: -bound, b: bound });
  }

  /** Runs a step from as many tensors of state as `count`, zeros if left out. */
  protected advance(step: Step, x: TensorLike, state: readonly TensorLike[] | undefined, count: number): Tensor[] {
    const given = asTensor(x);
    if ((given.ndim !== 1 && given.ndim !== 2) || given.shape.at(-1) !== this.inputSize) {
      throw new RangeError(
        `Cannot run ${this.constructor.name} on ${show(given.shape)}: it must be (batch, ${this.inputSize}) or (${this.inputSize})`,
      );
    }
    const shape = [...given.shape.slice(0, -1), this.hiddenSize];
    const before = Array.from({ length: count }, (_, i) => {
      const s = state === undefined ? zeros(shape, { dtype: given.dtype }) : asTensor(state[i]!);
      if (!sameShape(s.shape, shape)) {
        throw new RangeError(
          `Cannot start ${this.constructor.name} from a state of ${show(s.shape)}: expected ${show(shape)}`,
        );
      }
      return reshape(s, [-1, this.hiddenSize]);
    });
    const { weightIh, weightHh, biasIh, biasHh } = this;
    const input = linear(reshape(given, [-1, this.inputSize]), weightIh, biasIh);
    const after = step(input, before, { weightIh, weightHh, biasIh, biasHh, weightHr: null });
    return after.map((s) => reshape(s, shape));
  }

  override extraRepr(): string {
    return `${this.inputSize}, ${this.hiddenSize}${this.biasIh === null ? ", bias=false" : ""}`;
  }
}

/**
 * One step of a recurrent network: `h′ = tanh(Wᵢ x + bᵢ + Wₕ h + bₕ)`.
 *
 * Shapes: x `(batch, inputSize)` or without batch, h `(batch, hiddenSize)`, zeros if left out → h′.
 *
 * @param inputSize Numbers that come in.
 * @param hiddenSize Units of the hidden state.
 * @param options `nonlinearity`: tanh (default) or relu; `bias`; `dtype`.
 * @see book §4.4.
 * @example new RNNCell(3, 4)(rand([2, 3])).shape // [2, 4]
 */
export class RNNCell extends Cell {
  readonly nonlinearity: "tanh" | "relu";

  constructor(inputSize: number, hiddenSize: number, options: WeightOptions & { nonlinearity?: "tanh" | "relu" } = {}) {
    super(inputSize, hiddenSize, 1, options);
    const { nonlinearity = "tanh" } = options;
    if (nonlinearity !== "tanh" && nonlinearity !== "relu") {
      throw new RangeError(`Cannot make an RNNCell with ${String(nonlinearity)}: it must be tanh or relu`);
    }
    this.nonlinearity = nonlinearity;
  }

  forward(x: TensorLike, h?: TensorLike): Tensor {
    const step = elmanStep(this.nonlinearity === "relu" ? relu : tanh);
    return this.advance(step, x, h === undefined ? undefined : [h], 1)[0]!;
  }
}

/**
 * One step of gated recurrent units.
 *
 * Shapes: as `RNNCell`.
 *
 * @param inputSize Numbers that come in.
 * @param hiddenSize Units of the hidden state.
 * @param options `bias`, `dtype`.
 * @see GRU; book §4.13.
 * @example new GRUCell(3, 4)(rand([2, 3])).shape // [2, 4]
 */
export class GRUCell extends Cell {
  constructor(inputSize: number, hiddenSize: number, options: WeightOptions = {}) {
    super(inputSize, hiddenSize, 3, options);
  }

  forward(x: TensorLike, h?: TensorLike): Tensor {
    return this.advance(gruStep, x, h === undefined ? undefined : [h], 1)[0]!;
  }
}

/**
 * One step of long short-term memory.
 *
 * Shapes: x `(batch, inputSize)` or without batch, state a pair of `(batch, hiddenSize)`, zeros if left out → the next pair.
 *
 * @param inputSize Numbers that come in.
 * @param hiddenSize Units of the cell.
 * @param options `bias`, `dtype`.
 * @see LSTM; book §4.12.
 * @example const [h, c] = new LSTMCell(3, 4)(rand([2, 3])); h.shape // [2, 4]
 */
export class LSTMCell extends Cell {
  constructor(inputSize: number, hiddenSize: number, options: WeightOptions = {}) {
    super(inputSize, hiddenSize, 4, options);
  }

  forward(x: TensorLike, state?: LSTMState): [h: Tensor, c: Tensor] {
    return this.advance(lstmStep, x, state, 2) as [Tensor, Tensor];
  }
}

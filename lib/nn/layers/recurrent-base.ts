/** What recurrent layers have in common: their parameters, several layers, both directions, batches and packed sequences. */
import { asTensor, zeros } from "../../creation.ts";
import { type DType, defaultDtype } from "../../dtype.ts";
import { select } from "../../ops/indexing.ts";
import { cat, stack } from "../../ops/join.ts";
import type { RecurrentKind } from "../../ops/recurrence.ts";
import { reshape, transpose } from "../../ops/shape.ts";
import type { RandomGenerator } from "../../random.ts";
import { sameShape, show } from "../../shape.ts";
import { empty, type Tensor, type TensorLike } from "../../tensor.ts";
import { dropout } from "../functional.ts";
import { uniform_ } from "../init.ts";
import { Module } from "../module.ts";
import { PackedSequence } from "../packed-sequence.ts";
import { Parameter } from "../parameter.ts";
import { type RecurrentWeights, reorder, runSteps, type State } from "../recurrence.ts";

/** Options of recurrent layers. */
export interface RecurrentOptions {
  /** How many layers, each on the outputs of the one before; default 1. */
  numLayers?: number;
  /** Whether there are biases; default true. */
  bias?: boolean;
  /** Whether the batch comes before the steps; default false. */
  batchFirst?: boolean;
  /** The probability of dropout between layers; default 0. */
  dropout?: number;
  /** Whether a second run goes from the end to the start; its outputs follow those of the first; default false. */
  bidirectional?: boolean;
  /** The type of the parameters; default float32. */
  dtype?: DType;
  /** Where the draws of dropout come from; the default generator if left out. */
  generator?: RandomGenerator;
}

/** What recurrent layers have in common; the subclasses say how one step goes. */
export abstract class Recurrent extends Module {
  /** (gates · hiddenSize, inputSize): of the first layer. The others are `weightIhL1`, `weightIhL0Reverse` and so on. */
  declare readonly weightIhL0: Parameter;
  /** (gates · hiddenSize, hiddenSize): likewise, of the state before. */
  declare readonly weightHhL0: Parameter;
  /** (gates · hiddenSize); not there without `bias`. */
  declare readonly biasIhL0?: Parameter;
  /** (gates · hiddenSize); not there without `bias`. */
  declare readonly biasHhL0?: Parameter;
  readonly numLayers: number;
  readonly bias: boolean;
  readonly batchFirst: boolean;
  readonly dropout: number;
  readonly bidirectional: boolean;
  private readonly generator: RandomGenerator | undefined;

  constructor(
    readonly inputSize: number,
    readonly hiddenSize: number,
    /** How many gates there are, each with weights of its own. */
    private readonly gates: number,
    /** The size of the projected output, 0 if it is not projected. */
    readonly projSize: number,
    options: RecurrentOptions,
  ) {
    super();
    const { numLayers = 1, bias = true, batchFirst = false, bidirectional = false, dtype = defaultDtype } = options;
    const { dropout: p = 0 } = options;
    if (!Number.isInteger(numLayers) || numLayers < 1) {
      throw new RangeError(`Cannot make ${numLayers} recurrent layers: it must be a whole number ≥ 1`);
    }
    if (!(p >= 0 && p <= 1)) throw new RangeError(`Cannot drop with probability ${p}: it must be from 0 to 1`);
    if (projSize < 0 || projSize >= hiddenSize) {
      throw new RangeError(`Cannot project ${hiddenSize} hidden units to ${projSize}: they must become fewer`);
    }
    this.numLayers = numLayers;
    this.bias = bias;
    this.batchFirst = batchFirst;
    this.dropout = p;
    this.bidirectional = bidirectional;
    this.generator = options.generator;
    this.create(dtype);
    this.resetParameters();
  }

  /** The size of the output of one direction. */
  protected get outputSize(): number {
    return this.projSize > 0 ? this.projSize : this.hiddenSize;
  }

  private get directions(): number {
    return this.bidirectional ? 2 : 1;
  }

  /** PyTorch's names, such as `weight_ih_l0_reverse`, as field names: `weightIhL0Reverse`. */
  private nameOf(kind: string, layer: number, direction: number): string {
    return `${kind}L${layer}${direction === 1 ? "Reverse" : ""}`;
  }

  private create(dtype: DType): void {
    const rows = this.gates * this.hiddenSize;
    const own = this as unknown as Record<string, Parameter>;
    for (let layer = 0; layer < this.numLayers; layer++) {
      const inputs = layer === 0 ? this.inputSize : this.outputSize * this.directions;
      for (let direction = 0; direction < this.directions; direction++) {
        const shapes: [kind: string, shape: number[]][] = [
          ["weightIh", [rows, inputs]],
          ["weightHh", [rows, this.outputSize]],
          ...(this.bias ? [["biasIh", [rows]] as [string, number[]], ["biasHh", [rows]] as [string, number[]]] : []),
          ...(this.projSize > 0 ? [["weightHr", [this.projSize, this.hiddenSize]] as [string, number[]]] : []),
        ];
        for (const [kind, shape] of shapes)
          own[this.nameOf(kind, layer, direction)] = new Parameter(empty(shape, dtype));
      }
    }
  }

  private weightsOf(layer: number, direction: number): RecurrentWeights {
    const own = this as unknown as Record<string, Parameter>;
    const of = (kind: string) => own[this.nameOf(kind, layer, direction)] ?? null;
    return {
      weightIh: of("weightIh")!,
      weightHh: of("weightHh")!,
      biasIh: of("biasIh"),
      biasHh: of("biasHh"),
      weightHr: of("weightHr"),
    };
  }

  /** Draws new weights and biases, uniform on ±1/√hiddenSize. */
  resetParameters(): void {
    const bound = this.hiddenSize > 0 ? 1 / Math.sqrt(this.hiddenSize) : 0;
    for (const p of this.parameters()) uniform_(p, { a: -bound, b: bound });
  }

  /** What network it is. */
  protected abstract get kind(): RecurrentKind;

  /** The sizes of the tensors that a state is made of. */
  protected abstract get stateSizes(): readonly number[];

  /** Runs all layers over sequences. `start` has a tensor `(layers · directions, batch, size)` for each of the state. */
  protected run(
    x: TensorLike | PackedSequence,
    start: readonly TensorLike[] | undefined,
  ): { output: Tensor | PackedSequence; final: Tensor[] } {
    if (x instanceof PackedSequence) {
      const { data, batchSizes, sortedIndices, unsortedIndices } = x;
      this.checkInput(data, 2);
      const first = this.firstState(data, batchSizes[0]!, start, true).map((s) => reorder(s, 1, sortedIndices));
      const { output, final } = this.runLayers(data, batchSizes, first);
      return {
        output: new PackedSequence(output, batchSizes, sortedIndices, unsortedIndices),
        final: final.map((s) => reorder(s, 1, unsortedIndices)),
      };
    }
    const given = asTensor(x);
    const batched = given.ndim === 3;
    this.checkInput(given, batched ? 3 : 2);
    const sequence = !batched
      ? reshape(given, [given.shape[0]!, 1, this.inputSize])
      : this.batchFirst
        ? transpose(given, 0, 1)
        : given; // (steps, batch, inputSize)
    const [steps, batch] = sequence.shape as [number, number, number];
    const first = this.firstState(given, batch, start, batched);
    const data = reshape(sequence, [steps * batch, this.inputSize]);
    const { output, final } = this.runLayers(data, new Array<number>(steps).fill(batch), first);
    const y = reshape(output, [steps, batch, -1]);
    if (!batched) {
      return { output: reshape(y, [steps, -1]), final: final.map((s) => reshape(s, [s.shape[0]!, -1])) };
    }
    return { output: this.batchFirst ? transpose(y, 0, 1) : y, final };
  }

  private checkInput(x: Tensor, rank: number): void {
    if (x.ndim === rank && x.shape.at(-1) === this.inputSize && x.shape[0]! > 0) return;
    const order = this.batchFirst ? "(batch, steps" : "(steps, batch";
    throw new RangeError(
      `Cannot run ${this.constructor.name} on ${show(x.shape)}: it must be ${order}, ${this.inputSize}), or (steps, ${this.inputSize}) without batch`,
    );
  }

  private firstState(x: Tensor, batch: number, start: readonly TensorLike[] | undefined, batched: boolean): Tensor[] {
    const count = this.numLayers * this.directions;
    return this.stateSizes.map((size, i) => {
      const shape = [count, batch, size];
      if (start === undefined) return zeros(shape, { dtype: x.dtype });
      const given = asTensor(start[i]!);
      const expected = batched ? shape : [count, size];
      if (!sameShape(given.shape, expected)) {
        throw new RangeError(
          `Cannot start ${this.constructor.name} from a state of ${show(given.shape)}: expected ${show(expected)}`,
        );
      }
      return reshape(given, shape);
    });
  }

  private runLayers(x: Tensor, sizes: readonly number[], start: State): { output: Tensor; final: Tensor[] } {
    const ends: State[] = [];
    let data = x;
    for (let layer = 0; layer < this.numLayers; layer++) {
      if (layer > 0 && this.dropout > 0) {
        data = dropout(data, { p: this.dropout, training: this.training, generator: this.generator });
      }
      const runs = Array.from({ length: this.directions }, (_, direction) => {
        const at = layer * this.directions + direction;
        const first = start.map((s) => select(s, 0, at));
        return runSteps(this.kind, data, sizes, first, this.weightsOf(layer, direction), direction === 1);
      });
      ends.push(...runs.map(({ final }) => final));
      const outputs = runs.map((run) => run.output); // (elements, outputSize) each
      data = outputs.length === 1 ? outputs[0]! : cat(outputs, 1);
    }
    return { output: data, final: start.map((_, i) => stack(ends.map((end) => end[i]!))) };
  }

  override extraRepr(): string {
    const { inputSize, hiddenSize, numLayers, bias, batchFirst, dropout: p, bidirectional, projSize } = this;
    return [
      `${inputSize}, ${hiddenSize}`,
      ...(projSize > 0 ? [`projSize=${projSize}`] : []),
      ...(numLayers > 1 ? [`numLayers=${numLayers}`] : []),
      ...(bias ? [] : ["bias=false"]),
      ...(batchFirst ? ["batchFirst=true"] : []),
      ...(p > 0 ? [`dropout=${p}`] : []),
      ...(bidirectional ? ["bidirectional=true"] : []),
    ].join(", ");
  }
}

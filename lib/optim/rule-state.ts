/** What an optimizer remembers of a parameter, and how its rule sees that. */
import type { Move } from "../backends/backend.ts";
import type { TypedArray } from "../dtype.ts";
import { empty, type Tensor } from "../tensor.ts";

/** A parameter's state as a rule sees it. */
export interface RuleState {
  /** The number of this step, from 1. */
  readonly step: number;
  /** Further numbers that stay from step to step. */
  readonly numbers: Record<string, number>;
  /** Numbers of the parameter's shape that stay from step to step, filled with `first` (default 0) when first asked for. */
  array(name: string, first?: number): TypedArray;
  /** The same as a tensor. */
  tensor(name: string, first?: number): Tensor;
}

/** What a kernel of the backend has to know of a rule, besides what all rules share. */
export interface KernelRule extends Pick<Move, "rule" | "numbers"> {
  /** The names of what it remembers, null for what it goes without: one list for all steps, so that what has these names need not be looked up again. */
  readonly states: readonly (string | null)[];
}

/** Up to this many elements it costs more to get memory than to have it. */
const few = 1024;

/** What an optimizer remembers of one parameter: the number of steps, and tensors of the parameter's shape and numbers by name. */
export class ParameterState implements RuleState {
  step = 0;
  private work: Float64Array | null = null;
  /** The latest names that were asked for together, and what has them. */
  private names: readonly (string | null)[] = [];
  private named: readonly (Tensor | null)[] = [];

  constructor(
    readonly parameter: Tensor,
    readonly tensors: Record<string, Tensor> = {},
    readonly numbers: Record<string, number> = {},
  ) {}

  tensor(name: string, first = 0): Tensor {
    let tensor = this.tensors[name];
    if (tensor === undefined) {
      tensor = empty(this.parameter.shape, this.parameter.dtype);
      if (first !== 0) tensor.data.fill(first);
      this.tensors[name] = tensor;
    }
    return tensor;
  }

  /** The tensors of several names; null has none. */
  tensorsOf(names: readonly (string | null)[]): readonly (Tensor | null)[] {
    if (names !== this.names) {
      this.named = names.map((name) => (name === null ? null : this.tensor(name)));
      this.names = names;
    }
    return this.named;
  }

  /** Where the gradient is made ready for the rule: kept from step to step, unless it is large. */
  get gradient(): Float64Array {
    const { size } = this.parameter;
    if (size > few) return new Float64Array(size);
    this.work ??= new Float64Array(size);
    return this.work;
  }

  array(name: string, first = 0): TypedArray {
    return this.tensor(name, first).data;
  }
}

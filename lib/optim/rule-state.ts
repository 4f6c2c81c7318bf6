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
export type KernelRule = Pick<Move, "rule" | "states" | "numbers">;

/** What an optimizer remembers of one parameter: the number of steps, and tensors of the parameter's shape and numbers by name. */
export class ParameterState implements RuleState {
  step = 0;

  constructor(
    private readonly parameter: Tensor,
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

  array(name: string, first = 0): TypedArray {
    return this.tensor(name, first).data;
  }
}

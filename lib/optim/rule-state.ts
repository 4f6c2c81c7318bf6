/** What an optimizer remembers of a parameter, and how its rule sees that. */
import type { Move } from "../backends/backend.ts";
import type { TypedArray } from "../dtype.ts";
import { empty, type Tensor } from "../tensor.ts";

/** What an optimizer remembers of one parameter: the number of steps, and tensors of the parameter's shape by name. */
export interface ParameterState {
  step: number;
  readonly tensors: Record<string, Tensor>;
  /** Further numbers by name. */
  readonly numbers: Record<string, number>;
}

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

/** The state of a parameter for its rule. */
export function ruleState(p: Tensor, state: ParameterState): RuleState {
  return {
    step: state.step,
    numbers: state.numbers,
    tensor: (name, first = 0) => tensorOf(p, state, name, first),
    array: (name, first = 0) => tensorOf(p, state, name, first).data,
  };
}

function tensorOf(p: Tensor, { tensors }: ParameterState, name: string, first: number): Tensor {
  let tensor = tensors[name];
  if (tensor === undefined) {
    tensor = empty(p.shape, p.dtype);
    if (first !== 0) tensor.data.fill(first);
    tensors[name] = tensor;
  }
  return tensor;
}

/** The recurrences behind the recurrent layers and cells: one step of each, and a run over many. */

import { isAnomalyEnabled } from "../autograd/anomaly.ts";
import { isObserved } from "../autograd/apply.ts";
import { fromData } from "../creation.ts";
import { isFloating } from "../dtype.ts";
import { relu, sigmoid } from "../ops/activation.ts";
import { add, mul, sub } from "../ops/arithmetic.ts";
import { indexSelect, narrow } from "../ops/indexing.ts";
import { cat } from "../ops/join.ts";
import { linear } from "../ops/linear.ts";
import { tanh } from "../ops/math.ts";
import { type RecurrentKind, recurrence } from "../ops/recurrence.ts";
import { partsOf, type SequenceRun } from "../ops/recurrence-slopes.ts";
import { chunk } from "../ops/split.ts";
import type { Tensor } from "../tensor.ts";

/** Weights of a recurrence: of the input, of the state before, and of the projection of the state, if there is one. */
export interface RecurrentWeights {
  readonly weightIh: Tensor;
  readonly weightHh: Tensor;
  readonly biasIh: Tensor | null;
  readonly biasHh: Tensor | null;
  readonly weightHr: Tensor | null;
}

/** What is handed on from step to step: the hidden state, and of an LSTM the cell too. */
export type State = readonly Tensor[];

/** One step: from the weighted input and the state before to the next state, whose first tensor is the output. */
export type Step = (input: Tensor, state: State, weights: RecurrentWeights) => State;

/** Elman's network: `h′ = g(Wᵢ x + bᵢ + Wₕ h + bₕ)`. */
export function elmanStep(activation: (x: Tensor) => Tensor): Step {
  return (input, [h], { weightHh, biasHh }) => [activation(add(input, linear(h!, weightHh, biasHh)))];
}

/** LSTM: `c′ = σ(f) c + σ(i) tanh(g)`, `h′ = σ(o) tanh(c′)`, the gates i, f, g, o one after another in the weights. */
export const lstmStep: Step = (input, [h, c], { weightHh, biasHh, weightHr }) => {
  const [i, f, g, o] = chunk(add(input, linear(h!, weightHh, biasHh)), 4, -1) as [Tensor, Tensor, Tensor, Tensor];
  const cell = add(mul(sigmoid(f), c!), mul(sigmoid(i), tanh(g)));
  const hidden = mul(sigmoid(o), tanh(cell));
  return [weightHr === null ? hidden : linear(hidden, weightHr), cell];
};

/** GRU: `h′ = n + z (h − n)` with `n = tanh(xₙ + r hₙ)`, the gates r, z, n one after another in the weights. */
export const gruStep: Step = (input, [h], { weightHh, biasHh }) => {
  const [xr, xz, xn] = chunk(input, 3, -1) as [Tensor, Tensor, Tensor];
  const [hr, hz, hn] = chunk(linear(h!, weightHh, biasHh), 3, -1) as [Tensor, Tensor, Tensor];
  const n = tanh(add(xn, mul(sigmoid(add(xr, hr)), hn)));
  return [add(n, mul(sigmoid(add(xz, hz)), sub(h!, n)))];
};

const rows = (x: Tensor, start: number, end: number): Tensor =>
  start === 0 && end === x.shape[0] ? x : narrow(x, 0, { start, length: end - start });

const steps: Readonly<Record<RecurrentKind, Step>> = {
  tanh: elmanStep(tanh),
  relu: elmanStep(relu),
  gru: gruStep,
  lstm: lstmStep,
};

/** The outputs of all steps, one after another, and the state that each sequence ends with. */
export interface Run {
  readonly output: Tensor;
  readonly final: State;
}

/**
 * Runs a recurrence over packed sequences.
 *
 * @param data All inputs, `(elements, features)`: the weighted inputs of all steps are one matrix product.
 * @param sizes How many sequences take part in each step; never rises.
 * @param start The first state of each sequence, `(sequences, …)`.
 * @param reverse Whether to go from the end of each sequence to its start.
 */
export function runSteps(
  kind: RecurrentKind,
  data: Tensor,
  sizes: readonly number[],
  start: State,
  weights: RecurrentWeights,
  reverse: boolean,
): Run {
  if (runsAtOnce(data, sizes, start, weights))
    return runAtOnce({ kind, reverse, batch: sizes[0]! }, data, start, weights);
  const inputs = partsOf(linear(data, weights.weightIh, weights.biasIh), sizes);
  return reverse ? runBackward(steps[kind], inputs, start, weights) : runForward(steps[kind], inputs, start, weights);
}

/** Whether one op does for all steps: if all sequences are as long, there is no projection, and nobody wants to see the ops of a step. */
function runsAtOnce(
  data: Tensor,
  sizes: readonly number[],
  start: State,
  { weightIh, weightHh, weightHr, biasIh, biasHh }: RecurrentWeights,
): boolean {
  if (weightHr !== null || (biasIh === null) !== (biasHh === null) || sizes[0] !== sizes.at(-1)) return false;
  const others = [weightIh, weightHh, biasIh, biasHh, ...start];
  const alike = isFloating(data.dtype) && others.every((x) => x === null || x.dtype === data.dtype);
  return alike && data.shape[0]! > 0 && !isObserved() && !isAnomalyEnabled();
}

function runAtOnce(how: SequenceRun, data: Tensor, [h, c]: State, weights: RecurrentWeights): Run {
  const { outputs, cell } = recurrence({ ...weights, x: data, start: h!, startCell: c ?? null }, how);
  const [count, { batch }] = [data.shape[0]!, how];
  const last = narrow(outputs, 0, { start: how.reverse ? 0 : count - batch, length: batch });
  return { output: outputs, final: cell === null ? [last] : [last, cell] };
}

function runForward(step: Step, inputs: readonly Tensor[], start: State, weights: RecurrentWeights): Run {
  const ended: State[] = [];
  let state = start;
  const outputs = inputs.map((input) => {
    const [active, before] = [input.shape[0]!, state[0]!.shape[0]!];
    if (active < before) {
      ended.unshift(state.map((s) => rows(s, active, before)));
      state = state.map((s) => rows(s, 0, active));
    }
    state = step(input, state, weights);
    return state[0]!;
  });
  const parts = [state, ...ended];
  return { output: joined(outputs), final: state.map((_, i) => joined(parts.map((part) => part[i]!))) };
}

function runBackward(step: Step, inputs: readonly Tensor[], start: State, weights: RecurrentWeights): Run {
  let state: State = [];
  const outputs = new Array<Tensor>(inputs.length);
  for (let t = inputs.length - 1; t >= 0; t--) {
    const active = inputs[t]!.shape[0]!;
    const before = state[0]?.shape[0] ?? 0;
    // Sequences that end at this step begin here.
    if (active > before) {
      const fresh = start.map((s) => rows(s, before, active));
      state = before === 0 ? fresh : state.map((s, i) => cat([s, fresh[i]!]));
    }
    state = step(inputs[t]!, state, weights);
    outputs[t] = state[0]!;
  }
  return { output: joined(outputs), final: state };
}

function joined(parts: readonly Tensor[]): Tensor {
  return parts.length === 1 ? parts[0]! : cat(parts);
}

/** A dimension of a tensor in another order. */
export function reorder(x: Tensor, dim: number, order: readonly number[] | null): Tensor {
  return order === null ? x : indexSelect(x, dim, fromData(Int32Array.from(order)));
}

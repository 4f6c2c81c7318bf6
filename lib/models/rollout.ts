/** A recurrent net step by step, fed with the truth, with its own answers, or with both in turn. */
import { asTensor } from "../creation.ts";
import { select } from "../ops/indexing.ts";
import { stack } from "../ops/join.ts";
import { where } from "../ops/select.ts";
import { defaultGenerator, type RandomGenerator, rand } from "../random.ts";
import type { Tensor, TensorLike } from "../tensor.ts";

/** Options of rollout. */
export interface RolloutOptions {
  /**
   * The chance that a step gets the true input rather than what the step before has answered: 1 is teacher forcing (default), 0 a free run, and in
   * between it is scheduled sampling. A function gives it for each step, counted from 0. The first step always gets the truth.
   */
  teacher?: number | ((step: number) => number);
  /** Makes the next input of an output, such as the likeliest token of logits; default the output itself. */
  feedback?: (output: Tensor) => Tensor;
  /** Where the coins come from, one for each row of each step; the default generator if left out. */
  generator?: RandomGenerator;
}

/**
 * Runs a step over time.
 *
 * Shapes: inputs `(time, batch, …)` → outputs `(time, batch, …)` and states, one a step.
 *
 * @param step From an input and a state to an output and the next state, as a cell with a layer behind it.
 * @param inputs The true inputs.
 * @param state The first state.
 * @param options `teacher`, `feedback`, `generator`.
 * @throws {RangeError} If a chance is not from 0 to 1.
 * @see Williams and Zipser (1989) for teacher forcing; Bengio et al. (2015) for scheduled sampling; book §4.5.
 * @example rollout((x, h: number) => [x.add(1), h], [[[0]], [[7]]], 0, { teacher: 0 }).outputs.flatten().toArray() // [1, 2]
 */
export function rollout<State>(
  step: (input: Tensor, state: State) => readonly [output: Tensor, state: State],
  inputs: TensorLike,
  state: State,
  options: RolloutOptions = {},
): { outputs: Tensor; states: State[] } {
  const { teacher = 1, feedback = (output: Tensor) => output, generator = defaultGenerator } = options;
  const truth = asTensor(inputs);
  const outputs: Tensor[] = [];
  const states: State[] = [];
  let current = state;
  for (let time = 0; time < truth.shape[0]!; time++) {
    const chance = typeof teacher === "number" ? teacher : teacher(time);
    if (!(chance >= 0 && chance <= 1))
      throw new RangeError(`Cannot give the truth with chance ${chance}: it must be from 0 to 1`);
    const own = outputs.at(-1);
    const input =
      own === undefined
        ? select(truth, 0, time)
        : mixed(select(truth, 0, time), () => feedback(own), chance, generator);
    const [output, next] = step(input, current);
    outputs.push(output);
    states.push(next);
    current = next;
  }
  return { outputs: stack(outputs), states };
}

/** Row by row the truth or the own answer. */
function mixed(truth: Tensor, own: () => Tensor, chance: number, generator: RandomGenerator): Tensor {
  if (chance === 1) return truth;
  if (chance === 0) return own();
  const coins = rand([truth.shape[0]!, ...truth.shape.slice(1).map(() => 1)], { generator }).lt(chance);
  return where(coins, truth, own());
}

/**
 * How the chance of the truth falls as training goes on, from a sure teacher to none.
 *
 * @see Bengio et al. (2015), whose three curves these are; book §4.5.
 * @example teacherDecay.linear({ slope: 0.1 })(3) // 0.7
 */
export const teacherDecay = {
  /** `max(least, start − slope · i)`; start 1 and least 0 by default. */
  linear:
    (options: { slope: number; start?: number; least?: number }) =>
    (iteration: number): number =>
      Math.max(options.least ?? 0, (options.start ?? 1) - options.slope * iteration),
  /** `base^i`, with a base < 1. */
  exponential:
    (options: { base: number }) =>
    (iteration: number): number =>
      options.base ** iteration,
  /** `k / (k + e^{i/k})`, with k ≥ 1: long a sure teacher, then falling quickly, then slowly. */
  inverseSigmoid:
    (options: { k: number }) =>
    (iteration: number): number =>
      options.k / (options.k + Math.exp(iteration / options.k)),
};

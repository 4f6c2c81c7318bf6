/** One step of gradient descent on one example, written out: a batch of one word has nothing to gain from tensors, and there are millions of them. */
import type { TypedArray } from "../../dtype.ts";
import type { Questions } from "./objective.ts";

/** The vectors that are learned, row by row. */
export interface Tables {
  readonly input: TypedArray;
  readonly output: TypedArray;
  readonly size: number;
}

/** Memory that steps share. */
export interface Scratch {
  readonly hidden: Float64Array;
  readonly gradient: Float64Array;
}

/** Memory for vectors of a size. */
export function scratch(size: number): Scratch {
  return { hidden: new Float64Array(size), gradient: new Float64Array(size) };
}

/** The mean of the inputs' vectors, in `hidden`. */
export function readHidden({ input, size }: Tables, inputs: readonly number[], hidden: Float64Array): void {
  hidden.fill(0);
  for (const row of inputs) for (let i = 0, at = row * size; i < size; i++, at++) hidden[i]! += input[at]!;
  if (inputs.length > 1) for (let i = 0; i < size; i++) hidden[i]! /= inputs.length;
}

/**
 * Answers the questions by `σ(h · o)`, and takes a step of `−ln` of the chance of the right answers.
 *
 * @returns That loss, before the step.
 */
export function logisticStep(
  tables: Tables,
  inputs: readonly number[],
  { rows, labels }: Questions,
  lr: number,
  { hidden, gradient }: Scratch,
): number {
  const { output, size } = tables;
  readHidden(tables, inputs, hidden);
  gradient.fill(0);
  let loss = 0;
  for (let k = 0; k < rows.length; k++) {
    const start = rows[k]! * size;
    let score = 0;
    for (let i = 0; i < size; i++) score += hidden[i]! * output[start + i]!;
    const signed = labels[k] === 1 ? score : -score;
    // −ln σ(s) = softplus(−s), without overflow on either side.
    loss += Math.max(0, -signed) + Math.log1p(Math.exp(-Math.abs(signed)));
    const slope = 1 / (1 + Math.exp(-score)) - labels[k]!;
    for (let i = 0, at = start; i < size; i++, at++) {
      gradient[i]! += slope * output[at]!;
      output[at]! -= lr * slope * hidden[i]!;
    }
  }
  writeInputs(tables, inputs, lr, gradient);
  return loss;
}

/** Tells the target from all words by the softmax of `h · o`, and takes a step. Returns `−ln p(target)` before it. */
export function softmaxStep(
  tables: Tables,
  inputs: readonly number[],
  target: number,
  lr: number,
  { hidden, gradient }: Scratch,
): number {
  const { output, size } = tables;
  const words = output.length / size;
  readHidden(tables, inputs, hidden);
  gradient.fill(0);
  const scores = new Float64Array(words);
  let greatest = Number.NEGATIVE_INFINITY;
  for (let word = 0, at = 0; word < words; word++) {
    let score = 0;
    for (let i = 0; i < size; i++, at++) score += hidden[i]! * output[at]!;
    scores[word] = score;
    if (score > greatest) greatest = score;
  }
  const targetScore = scores[target]!;
  let total = 0;
  for (let word = 0; word < words; word++) total += scores[word] = Math.exp(scores[word]! - greatest);
  for (let word = 0, at = 0; word < words; word++) {
    const slope = scores[word]! / total - (word === target ? 1 : 0);
    for (let i = 0; i < size; i++, at++) {
      gradient[i]! += slope * output[at]!;
      output[at]! -= lr * slope * hidden[i]!;
    }
  }
  writeInputs(tables, inputs, lr, gradient);
  return Math.log(total) + greatest - targetScore;
}

function writeInputs({ input, size }: Tables, inputs: readonly number[], lr: number, gradient: Float64Array): void {
  const step = lr / inputs.length;
  for (const row of inputs) for (let i = 0, at = row * size; i < size; i++, at++) input[at]! -= step * gradient[i]!;
}

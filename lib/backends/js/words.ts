/** word2vec, an example at a time. */
import type { TypedArray } from "../../dtype.ts";
import type { View } from "../../storage.ts";
import type { WordExamples } from "../backend.ts";

/** The outputs' vectors, the inputs' mean, and the loss's gradient by it. */
interface Work {
  readonly output: TypedArray;
  readonly offset: number;
  readonly size: number;
  readonly outputs: number;
  readonly hidden: Float64Array;
  readonly gradient: Float64Array;
}

const arrayOf = ({ storage, offset, size }: View): TypedArray => storage.own.subarray(offset, offset + size);

export function learnWords(examples: WordExamples, losses: View): void {
  const { count, labels } = examples;
  const [outputs, size] = examples.output.shape as [number, number];
  const [input, inputs, inputEnds, rows, rowEnds, rates] = [
    arrayOf(examples.input),
    arrayOf(examples.inputs),
    arrayOf(examples.inputEnds),
    arrayOf(examples.rows),
    arrayOf(examples.rowEnds),
    arrayOf(examples.rates),
  ];
  const answers = labels && arrayOf(labels);
  const { storage, offset } = examples.output;
  const [hidden, gradient] = [new Float64Array(size), new Float64Array(size)];
  const work: Work = { output: storage.own, offset, size, outputs, hidden, gradient };
  for (let e = 0, first = 0, row = 0; e < count; e++) {
    const [end, rate] = [inputEnds[e]!, rates[e]!];
    hidden.fill(0);
    gradient.fill(0);
    for (let k = first; k < end; k++) {
      for (let i = 0, at = inputs[k]! * size; i < size; i++, at++) hidden[i]! += input[at]! / (end - first);
    }
    let loss = 0;
    if (answers === null) loss = chooseTarget(work, rows[row]!, rate);
    else for (let k = row; k < rowEnds[e]!; k++) loss += answerQuestion(work, rows[k]!, answers[k] === 1, rate);
    losses.storage.own[losses.offset + e] = loss;
    const step = rate / (end - first);
    for (let k = first; k < end; k++) {
      for (let i = 0, at = inputs[k]! * size; i < size; i++, at++) input[at]! -= step * gradient[i]!;
    }
    first = end;
    row = rowEnds[e]!;
  }
}

/** Answers by σ of the score; the loss is −ln of the right answer's chance. */
function answerQuestion(work: Work, row: number, isRight: boolean, rate: number): number {
  const right = isRight ? scoreOf(work, row) : -scoreOf(work, row);
  const wrong = 1 / (1 + Math.exp(right));
  learnOutput(work, row, isRight ? -wrong : wrong, rate);
  // −ln σ(s) = softplus(−s), without overflow on either side.
  return Math.max(0, -right) + Math.log1p(Math.exp(-Math.abs(right)));
}

/** Tells the target from all outputs by softmax. */
function chooseTarget(work: Work, target: number, rate: number): number {
  const scores = Float64Array.from({ length: work.outputs }, (_, row) => scoreOf(work, row));
  const greatest = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const loss = greatest - scores[target]!;
  let total = 0;
  for (let row = 0; row < scores.length; row++) total += scores[row] = Math.exp(scores[row]! - greatest);
  for (let row = 0; row < scores.length; row++) {
    learnOutput(work, row, scores[row]! / total - (row === target ? 1 : 0), rate);
  }
  return loss + Math.log(total);
}

function scoreOf({ output, offset, size, hidden }: Work, row: number): number {
  let score = 0;
  for (let i = 0, at = offset + row * size; i < size; i++, at++) score += hidden[i]! * output[at]!;
  return score;
}

/** Puts the slope of a score into the gradient, and takes a step with the output's vector. */
function learnOutput({ output, offset, size, hidden, gradient }: Work, row: number, slope: number, rate: number): void {
  const step = rate * slope;
  for (let i = 0, at = offset + row * size; i < size; i++, at++) {
    gradient[i]! += slope * output[at]!;
    output[at]! -= step * hidden[i]!;
  }
}

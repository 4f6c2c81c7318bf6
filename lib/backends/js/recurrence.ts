/** Recurrent networks over whole sequences, and the way back, step by step. */
import type { View } from "../../storage.ts";
import type { Recurrence, RecurrenceGradients, RecurrentKind } from "../backend.ts";
import { product } from "./matmul.ts";

const gatesOf: Readonly<Record<RecurrentKind, number>> = { tanh: 1, relu: 1, gru: 3, lstm: 4 };

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** Where the rows of a step begin, and those of the step before. */
interface Step {
  readonly now: number;
  readonly before: { readonly state: View; readonly cell: View | null; readonly row: number };
}

/** The s-th step that runs. */
function stepOf(run: Recurrence, s: number): Step {
  const [steps, batch] = run.output.shape as [number, number, number];
  const row = (at: number) => (run.reverse ? steps - 1 - at : at) * batch;
  const before =
    s === 0
      ? { state: run.start, cell: run.startCell, row: 0 }
      : { state: run.output, cell: run.noted, row: row(s - 1) };
  return { now: row(s), before };
}

/** Some rows of a view as a matrix. */
const rows = ({ storage, offset }: View, first: number, width: number) => {
  return { array: storage.own, at: offset + first * width, row: width, column: 1 };
};

export function recur(run: Recurrence, inputBias: View | null, stateBias: View | null): void {
  const { kind, weight } = run;
  const [steps, batch, size] = run.output.shape as [number, number, number];
  const width = gatesOf[kind] * size;
  const gates = run.gates.storage.own;
  const noted = run.noted?.storage.own;
  const output = run.output.storage.own;
  const weighted = new Float64Array(batch * width);
  const biasOf = (bias: View | null, p: number) => (bias === null ? 0 : bias.storage.own[bias.offset + p]!);
  const inputBiases = Float64Array.from({ length: width }, (_, p) => biasOf(inputBias, p));
  const stateBiases = Float64Array.from({ length: width }, (_, p) => biasOf(stateBias, p));
  for (let s = 0; s < steps; s++) {
    const { now, before } = stepOf(run, s);
    const { state, cell } = before;
    product(batch, width, size, rows(state, before.row, size), rows(weight, 0, size), weighted, 0);
    for (let b = 0; b < batch; b++) {
      const from = run.gates.offset + (now + b) * width;
      const x = (p: number) => gates[from + p]! + inputBiases[p]!;
      const h = (p: number) => weighted[b * width + p]! + stateBiases[p]!;
      for (let j = 0; j < size; j++) {
        const out = run.output.offset + (now + b) * size + j;
        const note = (run.noted?.offset ?? 0) + (now + b) * size + j;
        const past = (before.row + b) * size + j;
        const [first, second, third, fourth] = [j, j + size, j + 2 * size, j + 3 * size] as const;
        if (kind === "lstm") {
          const i = sigmoid(x(first) + h(first));
          const f = sigmoid(x(second) + h(second));
          const g = Math.tanh(x(third) + h(third));
          const o = sigmoid(x(fourth) + h(fourth));
          const c = f * cell!.storage.own[cell!.offset + past]! + i * g;
          gates[from + first] = i;
          gates[from + second] = f;
          gates[from + third] = g;
          gates[from + fourth] = o;
          noted![note] = c;
          output[out] = o * Math.tanh(c);
        } else if (kind === "gru") {
          const r = sigmoid(x(first) + h(first));
          const z = sigmoid(x(second) + h(second));
          const n = Math.tanh(x(third) + r * h(third));
          gates[from + first] = r;
          gates[from + second] = z;
          gates[from + third] = n;
          noted![note] = h(third);
          output[out] = n + z * (state.storage.own[state.offset + past]! - n);
        } else {
          const a = x(j) + h(j);
          output[out] = kind === "tanh" ? Math.tanh(a) : Math.max(a, 0);
        }
      }
    }
  }
}

export function recurBackward(run: Recurrence, dOutput: View, dCell: View | null, to: RecurrenceGradients): void {
  const { kind, weight } = run;
  const [steps, batch, size] = run.output.shape as [number, number, number];
  const width = gatesOf[kind] * size;
  const [gates, output, dy] = [run.gates, run.output, dOutput].map(({ storage }) => storage.own);
  const noted = run.noted?.storage.own;
  const slopes = to.gates.storage.own;
  // The gradients of state and cell on their way from step to step, and what those of the gates add to the former.
  const down = new Float64Array(batch * size);
  const downCell = Float64Array.from(down, (_, i) => (dCell === null ? 0 : dCell.storage.own[dCell.offset + i]!));
  const added = new Float64Array(batch * size);
  const slopesOfState = new Float64Array(batch * width);
  for (let s = steps - 1; s >= 0; s--) {
    const { now, before } = stepOf(run, s);
    const { state, cell } = before;
    for (let b = 0; b < batch; b++) {
      const from = run.gates.offset + (now + b) * width;
      const into = to.gates.offset + (now + b) * width;
      for (let j = 0; j < size; j++) {
        const at = (now + b) * size + j;
        const note = (run.noted?.offset ?? 0) + at;
        const past = (before.row + b) * size + j;
        const place = b * size + j;
        const d = down[place]! + dy![dOutput.offset + at]!;
        const gate = (k: number) => gates![from + j + k * size]!;
        const give = (k: number, slope: number, ofState = slope) => {
          slopes[into + j + k * size] = slope;
          slopesOfState[b * width + j + k * size] = ofState;
        };
        down[place] = 0;
        if (kind === "lstm") {
          const [i, f, g, o] = [gate(0), gate(1), gate(2), gate(3)];
          const seen = Math.tanh(noted![note]!);
          const dc = downCell[place]! + d * o * (1 - seen * seen);
          give(0, dc * g * i * (1 - i));
          give(1, dc * cell!.storage.own[cell!.offset + past]! * f * (1 - f));
          give(2, dc * i * (1 - g * g));
          give(3, d * seen * o * (1 - o));
          downCell[place] = dc * f;
        } else if (kind === "gru") {
          const [r, z, n] = [gate(0), gate(1), gate(2)];
          const a = d * (1 - z) * (1 - n * n);
          give(0, a * noted![note]! * r * (1 - r));
          give(1, d * (state.storage.own[state.offset + past]! - n) * z * (1 - z));
          give(2, a, a * r);
          to.state!.storage.own[to.state!.offset + at] = a * r;
          down[place] = d * z;
        } else {
          const h = output![run.output.offset + at]!;
          give(0, kind === "tanh" ? d * (1 - h * h) : h > 0 ? d : 0);
        }
      }
    }
    const left = { array: slopesOfState, at: 0, row: width, column: 1 };
    const columns = { array: weight.storage.own, at: weight.offset, row: 1, column: size };
    product(batch, size, width, left, columns, added, 0);
    for (let i = 0; i < down.length; i++) down[i]! += added[i]!;
  }
  to.start.storage.own.set(down, to.start.offset);
  to.startCell?.storage.own.set(downCell, to.startCell.offset);
}

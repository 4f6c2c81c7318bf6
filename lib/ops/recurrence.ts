/** Recurrent networks over whole sequences of one length: one op, whose steps a backend runs in one call. */
import { apply, type OpSpec, type Saved } from "../autograd/apply.ts";
import { isGradEnabled } from "../autograd/mode.ts";
import { contiguous } from "../autograd/primitives.ts";
import type { Recurrence, RecurrentKind } from "../backends/backend.ts";
import { backend } from "../backends/index.ts";
import { type Shape, stridesOf } from "../shape.ts";
import { type Tensor, unfilled, view } from "../tensor.ts";
import { add } from "./arithmetic.ts";
import { narrow } from "./indexing.ts";
import { cat } from "./join.ts";
import { matmul } from "./matmul.ts";
import { type Operands, recordedSlopes, type SequenceRun, type Slopes } from "./recurrence-slopes.ts";
import { sum } from "./reduction.ts";
import { transpose } from "./shape.ts";

export type { RecurrentKind } from "../backends/backend.ts";

/** What a run leaves for the way back, as `Recurrence` has it. */
interface Kept {
  readonly gates: Tensor;
  readonly noted: Tensor | null;
}

const gatesOf: Readonly<Record<RecurrentKind, number>> = { tanh: 1, relu: 1, gru: 3, lstm: 4 };

/** The inputs of the op by name: the cell is there for an LSTM only, the biases come last. */
function operandsOf(inputs: readonly Tensor[], kind: RecurrentKind): Operands {
  const [x, weightIh, weightHh, start, ...rest] = inputs as [Tensor, Tensor, Tensor, Tensor, ...Tensor[]];
  const startCell = kind === "lstm" ? rest.shift()! : null;
  return { x, weightIh, weightHh, start, startCell, biasIh: rest[0] ?? null, biasHh: rest[1] ?? null };
}

const packed = (x: Tensor | null) => (x === null ? null : contiguous(x));

/** The run as a backend takes it; `made` begins with the outputs. */
function recurrenceOf(of: Operands, { kind, reverse, batch }: SequenceRun, { gates, noted }: Kept, made: Tensor) {
  const size = of.weightHh.shape[1]!;
  const shape = [of.x.shape[0]! / batch, batch, size];
  const run: Recurrence = {
    kind,
    reverse,
    weight: contiguous(of.weightHh),
    start: contiguous(of.start),
    startCell: packed(of.startCell),
    gates,
    noted,
    output: view(made, shape, stridesOf(shape), made.offset),
  };
  return run;
}

/** Some rows of a matrix, unrecorded. */
const rowsOf = (x: Tensor, first: number, count: number): Tensor =>
  view(x, [count, x.shape[1]!], x.strides, x.offset + first * x.strides[0]!);

/** The states of all steps, (steps · batch, size); behind them, of an LSTM, the last cell. */
const recurrenceOp: OpSpec<[how: SequenceRun, kept: Kept]> = {
  name: "recurrence",
  forward: (inputs, how, kept) => {
    const of = operandsOf(inputs, how.kind);
    const [size, count] = [of.weightHh.shape[1]!, of.x.shape[0]!];
    const { gates, noted } = kept;
    const made = unfilled([count + (of.startCell === null ? 0 : how.batch), size], of.x.dtype);
    backend.matmul(of.x, transpose(of.weightIh, 0, 1), gates);
    backend.recur(recurrenceOf(of, how, kept, made), packed(of.biasIh), packed(of.biasHh));
    if (of.startCell !== null) {
      const last = rowsOf(noted!, how.reverse ? 0 : count - how.batch, how.batch);
      backend.unary("copy", last, rowsOf(made, count, how.batch));
    }
    return made;
  },
  backward: (dy, saved, how, kept) => {
    const of = operandsOf(saved.inputs, how.kind);
    // What is itself recorded is made of ops that have derivatives.
    const slopes = isGradEnabled() ? recordedSlopes(dy, of, how) : fusedSlopes(dy, of, saved, how, kept);
    const { gates, ofState } = slopes;
    const outputs = narrow(saved.output, 0, { start: 0, length: of.x.shape[0]! });
    const inputBias = once(() => sum(gates, { dim: 0 }));
    return [
      () => matmul(gates, of.weightIh),
      () => matmul(transpose(gates, 0, 1), of.x),
      () => joined(ofState.map((slope) => byStates(slope, of.start, outputs, how))),
      slopes.start,
      ...(slopes.startCell === null ? [] : [slopes.startCell]),
      ...(of.biasIh === null ? [] : [inputBias]),
      ...(of.biasHh === null
        ? []
        : [() => (ofState[0] === gates ? inputBias() : joined(ofState.map((slope) => sum(slope, { dim: 0 }))))]),
    ];
  },
};

function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

const joined = (parts: readonly Tensor[]): Tensor => (parts.length === 1 ? parts[0]! : cat(parts));

function fusedSlopes(dy: Tensor, of: Operands, saved: Saved, how: SequenceRun, kept: Kept): Slopes {
  const { kind, batch } = how;
  const size = of.weightHh.shape[1]!;
  const count = of.x.shape[0]!;
  const [slope, dtype] = [contiguous(dy), dy.dtype];
  const make = (shape: Shape) => unfilled(shape, dtype);
  const to = {
    gates: make(kept.gates.shape),
    state: kind === "gru" ? make([count, size]) : null,
    start: make([batch, size]),
    startCell: kind === "lstm" ? make([batch, size]) : null,
  };
  const dCell = kind === "lstm" ? rowsOf(slope, count, batch) : null;
  backend.recurBackward(recurrenceOf(of, how, kept, saved.output), rowsOf(slope, 0, count), dCell, to);
  const { gates, state, start, startCell } = to;
  const ofState = state === null ? [gates] : [narrow(gates, 1, { start: 0, length: 2 * size }), state];
  return { gates, ofState, start, startCell };
}

/** The gradient of what the state before each step is multiplied by, from that of the products: one product over all steps but the first. */
function byStates(slope: Tensor, start: Tensor, outputs: Tensor, { reverse, batch }: SequenceRun): Tensor {
  const later = slope.shape[0]! - batch;
  const [first, others, before] = reverse ? [later, 0, batch] : [0, batch, 0];
  const part = (x: Tensor, from: number, length: number) => narrow(x, 0, { start: from, length });
  const byStart = matmul(transpose(part(slope, first, batch), 0, 1), start);
  if (later === 0) return byStart;
  return add(matmul(transpose(part(slope, others, later), 0, 1), part(outputs, before, later)), byStart);
}

/**
 * Runs a recurrence over sequences of one length.
 *
 * @param of The inputs of all steps `(steps · batch, inputs)`, weights `(gates · size, …)`, biases, both or none, and the state before the first step
 *   `(batch, size)`, of an LSTM the cell too; all of one floating type.
 * @returns The states of all steps `(steps · batch, size)` in the order of the inputs, and of an LSTM the cell after the last step.
 */
export function recurrence(of: Operands, how: SequenceRun): { outputs: Tensor; cell: Tensor | null } {
  const [size, count] = [of.weightHh.shape[1]!, of.x.shape[0]!];
  const kept: Kept = {
    gates: unfilled([count, gatesOf[how.kind] * size], of.x.dtype),
    noted: how.kind === "lstm" || how.kind === "gru" ? unfilled([count, size], of.x.dtype) : null,
  };
  const { x, weightIh, weightHh, start, startCell, biasIh, biasHh } = of;
  const inputs = [x, weightIh, weightHh, start, startCell, biasIh, biasHh].filter((input) => input !== null);
  const made = apply(recurrenceOp, inputs, [how, kept]);
  if (startCell === null) return { outputs: made, cell: null };
  return {
    outputs: narrow(made, 0, { start: 0, length: count }),
    cell: narrow(made, 0, { start: count, length: how.batch }),
  };
}

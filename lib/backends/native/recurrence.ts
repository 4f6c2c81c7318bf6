/** Recurrent networks over whole sequences. */
import { reserve } from "../../allocation.ts";
import { isFloating } from "../../dtype.ts";
import { packedView, type View } from "../../storage.ts";
import type { Backend, Recurrence, RecurrenceGradients } from "../backend.ts";
import type { Command } from "./command.ts";
import { kernel, numbersOf, recurrentKinds } from "./ops.ts";
import { PIECE, part } from "./pieces.ts";

const kindNumbers = numbersOf(recurrentKinds);

/**
 * @param loops The elementwise kernels, for sums of gradients from piece to piece.
 * @param most Multiplications of a piece.
 */
export function recurrences(
  command: Command,
  fallback: Backend,
  loops: Pick<Backend, "unary" | "binary">,
  most = PIECE,
): Pick<Backend, "recur" | "recurBackward"> {
  const fits = ({ output }: Recurrence) => output.size > 0 && isFloating(output.dtype);

  function begin(id: number, run: Recurrence): void {
    command.begin(id);
    command.type(run.output.dtype);
    command.number(kindNumbers.get(run.kind)!);
    command.number(run.reverse ? 1 : 0);
    command.numbers(run.output.shape);
    command.address(run.weight);
    command.address(run.start);
    command.address(run.startCell);
    command.address(run.gates);
    command.address(run.noted);
    command.address(run.output);
  }

  /** How many steps are a piece. */
  function stepsOfPiece({ gates, weight }: Recurrence): number {
    const [steps] = gates.shape as [number];
    return Math.max(1, Math.floor(most / Math.max(1, (gates.size / steps) * weight.shape[1]!)));
  }

  /** Some steps of a run, from the `first` that runs on: it starts with what the step before has left. */
  function stretch(run: Recurrence, first: number, count: number): { piece: Recurrence; cut: (view: View) => View } {
    const steps = run.output.shape[0]!;
    const at = run.reverse ? steps - first - count : first;
    const before = run.reverse ? steps - first : first - 1;
    const cut = (view: View) => part(view, 0, at, count);
    const left = (view: View) => part(view, 0, before, 1);
    const isStart = first === 0;
    return {
      piece: {
        ...run,
        start: isStart ? run.start : left(run.output),
        startCell: isStart || run.startCell === null ? run.startCell : left(run.noted!),
        gates: cut(run.gates),
        noted: run.noted && cut(run.noted),
        output: cut(run.output),
      },
      cut,
    };
  }

  function back(run: Recurrence, dOutput: View, dCell: View | null, to: RecurrenceGradients): void {
    begin(kernel.recurBackward, run);
    command.address(dOutput);
    command.address(dCell);
    command.address(to.gates);
    command.address(to.state);
    command.address(to.start);
    command.address(to.startCell);
    command.run();
  }

  return {
    recur(run, inputBias, stateBias) {
      if (!fits(run)) return fallback.recur(run, inputBias, stateBias);
      const steps = run.output.shape[0]!;
      const fitting = stepsOfPiece(run);
      for (let first = 0; first < steps; first += fitting) {
        begin(kernel.recur, fitting < steps ? stretch(run, first, Math.min(fitting, steps - first)).piece : run);
        command.address(inputBias);
        command.address(stateBias);
        command.run();
      }
    },
    recurBackward(run, dOutput, dCell, to) {
      if (!fits(run)) return fallback.recurBackward(run, dOutput, dCell, to);
      const steps = run.output.shape[0]!;
      const fitting = stepsOfPiece(run);
      if (fitting >= steps) return back(run, dOutput, dCell, to);
      // From the last piece to the first: what the state before a piece has as its gradient is added to that of the output that it is.
      let dState: View | null = null;
      let dLast = dCell;
      for (let first = Math.floor((steps - 1) / fitting) * fitting; first >= 0; first -= fitting) {
        const count = Math.min(fitting, steps - first);
        const { piece, cut } = stretch(run, first, count);
        let slopes = cut(dOutput);
        if (dState !== null) {
          const sum = room(slopes);
          loops.unary("copy", slopes, sum);
          const last = part(sum, 0, run.reverse ? 0 : count - 1, 1);
          loops.binary("add", last, dState, last);
          slopes = sum;
        }
        const isStart = first === 0;
        const start = isStart ? to.start : room(run.start);
        const startCell = isStart || run.startCell === null ? to.startCell : room(run.startCell);
        back(piece, slopes, dLast, { gates: cut(to.gates), state: to.state && cut(to.state), start, startCell });
        dState = start;
        dLast = startCell;
      }
    },
  };
}

function room({ shape, dtype, size }: View): View {
  return packedView(reserve(dtype, size), dtype, shape);
}

/** Recurrent networks over whole sequences. */
import { isFloating } from "../../dtype.ts";
import type { View } from "../../storage.ts";
import type { Backend, Recurrence } from "../backend.ts";
import { type Command, typeCode } from "./command.ts";
import { kernel, numbersOf, recurrentKinds } from "./ops.ts";

const kindNumbers = numbersOf(recurrentKinds);

export function recurrences(command: Command, fallback: Backend): Pick<Backend, "recur" | "recurBackward"> {
  const fits = ({ output }: Recurrence) => output.size > 0 && isFloating(output.dtype);

  function optional(view: View | null): void {
    if (view === null) command.number(0);
    else command.address(view);
  }

  function begin(id: number, run: Recurrence): void {
    command.begin(id);
    command.number(typeCode[run.output.dtype]);
    command.number(kindNumbers.get(run.kind)!);
    command.number(run.reverse ? 1 : 0);
    command.numbers(run.output.shape);
    command.address(run.weight);
    command.address(run.start);
    optional(run.startCell);
    command.address(run.gates);
    optional(run.noted);
    command.address(run.output);
  }

  return {
    recur(run, inputBias, stateBias) {
      if (!fits(run)) return fallback.recur(run, inputBias, stateBias);
      begin(kernel.recur, run);
      optional(inputBias);
      optional(stateBias);
      command.run();
    },
    recurBackward(run, dOutput, dCell, to) {
      if (!fits(run)) return fallback.recurBackward(run, dOutput, dCell, to);
      begin(kernel.recurBackward, run);
      command.address(dOutput);
      optional(dCell);
      command.address(to.gates);
      optional(to.state);
      command.address(to.start);
      optional(to.startCell);
      command.run();
    },
  };
}

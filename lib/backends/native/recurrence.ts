/** Recurrent networks over whole sequences. */
import { isFloating } from "../../dtype.ts";
import type { Backend, Recurrence } from "../backend.ts";
import { type Command, typeCode } from "./command.ts";
import { kernel, numbersOf, recurrentKinds } from "./ops.ts";

const kindNumbers = numbersOf(recurrentKinds);

export function recurrences(command: Command, fallback: Backend): Pick<Backend, "recur" | "recurBackward"> {
  const fits = ({ output }: Recurrence) => output.size > 0 && isFloating(output.dtype);

  function begin(id: number, run: Recurrence): void {
    command.begin(id);
    command.number(typeCode[run.output.dtype]);
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

  return {
    recur(run, inputBias, stateBias) {
      if (!fits(run)) return fallback.recur(run, inputBias, stateBias);
      begin(kernel.recur, run);
      command.address(inputBias);
      command.address(stateBias);
      command.run();
    },
    recurBackward(run, dOutput, dCell, to) {
      if (!fits(run)) return fallback.recurBackward(run, dOutput, dCell, to);
      begin(kernel.recurBackward, run);
      command.address(dOutput);
      command.address(dCell);
      command.address(to.gates);
      command.address(to.state);
      command.address(to.start);
      command.address(to.startCell);
      command.run();
    },
  };
}

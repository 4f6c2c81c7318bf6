/** Steps of optimizers. */
import { isFloating } from "../../dtype.ts";
import type { View } from "../../storage.ts";
import type { Backend } from "../backend.ts";
import type { Command } from "./command.ts";
import { kernel, moveRules, numbersOf } from "./ops.ts";

const ruleNumbers = numbersOf(moveRules);

/** Up to this many elements plain JavaScript is quicker than a call with so many arguments. */
const few = 48;

function fits(x: View | null | undefined, p: View): boolean {
  return !x || (x.isContiguous && x.dtype === p.dtype && x.size === p.size);
}

export function optimizerSteps(command: Command): Required<Pick<Backend, "move" | "fewToMove">> {
  return {
    fewToMove: few,
    move(p, g, { rule, states, numbers, sign, decay, keep }) {
      if (!isFloating(p.dtype) || !fits(p, p) || !fits(g, p)) return false;
      for (let i = 0; i < states.length; i++) if (!fits(states[i], p)) return false;
      command.begin(kernel.move);
      command.number(ruleNumbers.get(rule)!);
      command.type(p.dtype);
      command.number(p.size);
      command.owned(p.storage);
      command.address(p);
      command.address(g);
      for (let i = 0; i < 3; i++) {
        if (states[i]) command.owned(states[i]!.storage);
        command.address(states[i]);
      }
      command.number(sign);
      command.number(decay);
      command.number(keep);
      for (let i = 0; i < 5; i++) command.number(numbers[i] ?? 0);
      command.run();
      return true;
    },
  };
}

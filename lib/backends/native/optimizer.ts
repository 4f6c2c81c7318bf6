/** Steps of optimizers. */
import { isFloating } from "../../dtype.ts";
import type { View } from "../../storage.ts";
import type { Backend } from "../backend.ts";
import { type Command, typeCode } from "./command.ts";
import { kernel, moveRules, numbersOf } from "./ops.ts";

const ruleNumbers = numbersOf(moveRules);

/** Up to this many elements plain JavaScript is quicker than a call with so many arguments. */
const few = 48;

export function optimizerSteps(command: Command): Required<Pick<Backend, "move">> {
  return {
    move(p, g, { rule, states, numbers, sign, decay, keep }) {
      const fits = (x: View | null | undefined) => !x || (x.isContiguous && x.dtype === p.dtype && x.size === p.size);
      if (p.size <= few || !isFloating(p.dtype) || !fits(p) || !fits(g) || !states.every(fits)) return false;
      command.begin(kernel.move);
      command.number(ruleNumbers.get(rule)!);
      command.number(typeCode[p.dtype]);
      command.number(p.size);
      command.address(p);
      command.address(g);
      for (let i = 0; i < 3; i++) {
        const state = states[i];
        if (state) command.address(state);
        else command.number(0);
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

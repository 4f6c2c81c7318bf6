/** Steps of optimizers: many parameters by one command, since most of a net's are few numbers each. */
import type { Backend } from "../backend.ts";
import type { Command } from "./command.ts";
import { kernel, moveRules, numbersOf } from "./ops.ts";

const ruleNumbers = numbersOf(moveRules);

/** How many parameters one command takes, as in optimizer.cpp. */
const most = 32;

export function optimizerSteps(command: Command): Required<Pick<Backend, "move">> {
  return {
    move(moved, { rule, numbers, sign, decay, keep }) {
      for (let from = 0; from < moved.length; from += most) {
        const to = Math.min(from + most, moved.length);
        command.begin(kernel.move);
        command.number(ruleNumbers.get(rule)!);
        command.number(sign);
        command.number(decay);
        command.number(keep);
        for (let i = 0; i < 5; i++) command.number(numbers[i] ?? 0);
        command.number(to - from);
        for (let k = from; k < to; k++) {
          const { p, g, states } = moved[k]!;
          command.type(p.dtype);
          command.number(p.size);
          command.result(p);
          command.address(g);
          for (let i = 0; i < 3; i++) {
            const state = states[i];
            if (state) command.result(state);
            else command.number(0);
          }
        }
        command.run();
      }
    },
  };
}

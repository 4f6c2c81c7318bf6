/** Stretches of word2vec. */
import { isFloating } from "../../dtype.ts";
import type { Backend } from "../backend.ts";
import type { Command } from "./command.ts";
import { kernel } from "./ops.ts";

export function wordLearning(command: Command, fallback: Backend): Pick<Backend, "learnWords"> {
  return {
    learnWords(examples, losses) {
      const { count, input, output } = examples;
      if (count === 0) return;
      if (!isFloating(input.dtype)) return fallback.learnWords(examples, losses);
      command.begin(kernel.learnWords);
      command.type(input.dtype);
      command.number(count);
      command.number(input.shape[1]!);
      command.number(output.shape[0]!);
      const { inputs, inputEnds, rows, rowEnds, labels, rates } = examples;
      for (const { storage } of [input, output]) command.owned(storage);
      for (const view of [input, output, inputs, inputEnds, rows, rowEnds, labels, rates, losses])
        command.address(view);
      command.run();
    },
  };
}

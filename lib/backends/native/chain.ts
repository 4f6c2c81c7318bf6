/** Chains of elementwise ops in one call. */
import type { Backend, ChainStep } from "../backend.ts";
import type { Command } from "./command.ts";
import { binaryOps, kernel, numbersOf, unaryOps } from "./ops.ts";

const unaryNumbers = numbersOf(unaryOps);
const binaryNumbers = numbersOf(binaryOps);

export function chains(command: Command): Required<Pick<Backend, "chain" | "chains">> {
  return {
    chains: (op) => unaryNumbers.has(op as never) || binaryNumbers.has(op as never),
    chain(count, inputs, steps) {
      command.begin(kernel.chain);
      command.number(count);
      command.number(inputs.length);
      for (const input of inputs) {
        if (typeof input === "number") {
          command.number(0);
          command.number(input);
        } else {
          command.place(input.storage, input.offset, "float32");
          command.number(0);
        }
      }
      command.number(steps.length);
      const blocks = blocksOf(inputs.length, steps);
      steps.forEach(({ op, a, b, out }, i) => {
        const square = op === "pow" && inputs[b] === 2;
        const arity = b < 0 || square ? 1 : 2;
        command.number(arity);
        command.number(
          square
            ? unaryNumbers.get("square")!
            : arity === 1
              ? unaryNumbers.get(op as never)!
              : binaryNumbers.get(op as never)!,
        );
        command.number(a);
        command.number(arity === 1 ? a : b);
        if (out === null) command.number(0);
        else command.place(out, 0, "float32");
        command.number(blocks[i]!);
      });
      command.run();
    },
  };
}

/** The block of the cache that each step writes to: one that no later step reads any more. */
function blocksOf(inputs: number, steps: readonly ChainStep[]): number[] {
  const last = steps.map((_, i) =>
    Math.max(i, ...steps.map(({ a, b }, later) => (a - inputs === i || b - inputs === i ? later : 0))),
  );
  const until: number[] = [];
  return steps.map((_, i) => {
    const free = until.findIndex((end) => end <= i);
    const block = free < 0 ? until.length : free;
    until[block] = last[i]!;
    return block;
  });
}

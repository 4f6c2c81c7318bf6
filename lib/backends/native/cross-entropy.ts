/** Cross-entropy of rows of scores. */
import { isFloating } from "../../dtype.ts";
import type { View } from "../../storage.ts";
import type { Backend } from "../backend.ts";
import { type Command, tiny } from "./command.ts";
import { kernel } from "./ops.ts";

type Kernels = Pick<Backend, "crossEntropy" | "crossEntropyBackward">;

export function crossEntropies(command: Command, fallback: Backend): Kernels {
  const fits = (x: View) => x.size > tiny && isFloating(x.dtype);

  function begin(id: number, x: View, target: View, smoothing: number): void {
    command.begin(id);
    command.type(x.dtype);
    command.numbers(x.shape);
    command.number(smoothing);
    command.address(x);
    command.address(target);
  }

  return {
    crossEntropy(x, target, smoothing, losses, logSums) {
      if (!fits(x)) return fallback.crossEntropy(x, target, smoothing, losses, logSums);
      begin(kernel.crossEntropy, x, target, smoothing);
      command.address(losses);
      command.address(logSums);
      command.run();
    },
    crossEntropyBackward(dy, scale, x, target, smoothing, logSums, dx) {
      if (!fits(x)) return fallback.crossEntropyBackward(dy, scale, x, target, smoothing, logSums, dx);
      begin(kernel.crossEntropyBackward, x, target, smoothing);
      command.address(logSums);
      // A single slope goes by value.
      command.address(dy.size === 1 ? null : dy);
      if (dy.size === 1) command.element(dy, scale);
      else command.number(scale);
      command.address(dx);
      command.run();
    },
  };
}

/** Normalizations. */
import { isFloating } from "../../dtype.ts";
import type { View } from "../../storage.ts";
import type { Backend, Normalization } from "../backend.ts";
import { type Command, tiny } from "./command.ts";
import { kernel } from "./ops.ts";

export function normalizations(command: Command, fallback: Backend): Pick<Backend, "normalize" | "normalizeBackward"> {
  const fits = (x: View) => x.size > tiny && isFloating(x.dtype);

  function begin(id: number, x: View, weight: View | null, how: Normalization, statistics: View): void {
    command.begin(id);
    command.type(x.dtype);
    command.numbers(how.sizes);
    command.number(how.over === "channel" ? 1 : 0);
    command.number(how.centered ? 1 : 0);
    command.number(how.eps);
    command.address(x);
    command.address(weight);
    command.address(statistics);
  }

  return {
    normalize(x, affine, how, out, statistics) {
      if (!fits(x)) return fallback.normalize(x, affine, how, out, statistics);
      begin(kernel.normalize, x, affine.weight, how, statistics);
      command.address(affine.bias);
      command.address(out);
      command.run();
    },
    normalizeBackward(dy, x, weight, how, statistics, to) {
      if (!fits(x)) return fallback.normalizeBackward(dy, x, weight, how, statistics, to);
      begin(kernel.normalizeBackward, x, weight, how, statistics);
      command.address(dy);
      command.address(to.x);
      command.address(to.weight);
      command.address(to.bias);
      command.run();
    },
  };
}

/** What goes by an index: gather, scatter, and between which numbers an index is. */
import { isFloating, sizeOfElement } from "../../dtype.ts";
import type { View } from "../../storage.ts";
import type { Backend } from "../backend.ts";
import { type Command, maxRank, tiny } from "./command.ts";
import { kernel } from "./ops.ts";

export function picks(command: Command, fallback: Backend): Pick<Backend, "gather" | "scatterAdd" | "bounds"> {
  /** The three tensors that take part, and the dimension in which the index chooses. */
  function steps(x: View, dim: number, index: View, out: View): void {
    command.address(x);
    command.address(index);
    command.result(out);
    command.number(index.shape.length);
    command.number(dim);
    command.numbers(index.shape);
    command.numbers(x.strides);
    command.numbers(index.strides);
    command.numbers(out.strides);
  }

  return {
    gather(x, dim, index, out) {
      const rank = index.shape.length;
      if (out.size === 0 || rank === 0 || rank > maxRank || index.dtype !== "int32" || x.dtype !== out.dtype) {
        return fallback.gather(x, dim, index, out);
      }
      command.begin(kernel.gather);
      command.number(sizeOfElement[x.dtype]);
      steps(x, dim, index, out);
      command.run();
    },
    scatterAdd(x, dim, index, out) {
      const rank = index.shape.length;
      const isNumber = isFloating(out.dtype) || out.dtype === "int32";
      const fits = index.size > tiny && rank > 0 && rank <= maxRank && index.dtype === "int32";
      if (!fits || !isNumber || x.dtype !== out.dtype) return fallback.scatterAdd(x, dim, index, out);
      command.begin(kernel.scatterAdd);
      command.type(x.dtype);
      steps(x, dim, index, out);
      command.run();
    },
    bounds(x, out) {
      if (x.size <= tiny || !x.isContiguous) return fallback.bounds(x, out);
      command.begin(kernel.bounds);
      command.address(x);
      command.result(out);
      command.number(x.size);
      command.run();
    },
  };
}

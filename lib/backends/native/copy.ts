/** Copies between views of one type: what moves elements as they are, whatever they are. */
import { sizeOfElement } from "../../dtype.ts";
import type { View } from "../../storage.ts";
import type { Backend } from "../backend.ts";
import { catBy } from "../cat.ts";
import { type Command, maxRank, tiny } from "./command.ts";
import { kernel } from "./ops.ts";

/** As `mostParts` in copy.cpp. */
const mostParts = 96;

/** Copies x, repeated to the shape of `out`, which is of its type; false if it must go otherwise. */
export function copied(command: Command, x: View, out: View): boolean {
  const { shape } = out;
  if (shape.length > maxRank) return false;
  command.begin(kernel.copy);
  command.number(sizeOfElement[x.dtype]);
  if (x.isContiguous && out.isContiguous && x.size === out.size) {
    command.number(1);
    command.number(out.size);
    command.result(out);
    command.number(1);
    command.address(x);
    command.number(1);
  } else {
    command.number(shape.length);
    command.numbers(shape);
    command.result(out);
    command.numbers(out.strides);
    command.address(x);
    command.repeated(x, shape);
  }
  command.run();
  return true;
}

export function joins(command: Command, { unary }: Pick<Backend, "unary">): Pick<Backend, "cat"> {
  const oneByOne = catBy({ unary });
  return {
    cat(given, dim, out) {
      const parts = given.filter((part) => part.size > 0);
      const isPlain = parts.every((part) => part.isContiguous && part.dtype === out.dtype);
      if (!isPlain || parts.length > mostParts || out.size <= tiny) return oneByOne(parts, dim, out);
      let inner = sizeOfElement[out.dtype];
      for (let d = dim + 1; d < out.shape.length; d++) inner *= out.shape[d]!;
      const step = inner * out.shape[dim]!;
      command.begin(kernel.cat);
      command.result(out);
      command.number((out.size * sizeOfElement[out.dtype]) / step);
      command.number(step);
      command.number(parts.length);
      for (const part of parts) {
        command.address(part);
        command.number(inner * part.shape[dim]!);
      }
      command.run();
    },
  };
}

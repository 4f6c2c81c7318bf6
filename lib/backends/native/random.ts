/** Random numbers by the thousand. */
import { isFloating } from "../../dtype.ts";
import type { Backend } from "../backend.ts";
import type { Command } from "./command.ts";
import { drawKinds, kernel, numbersOf } from "./ops.ts";

const kindNumbers = numbersOf(drawKinds);

/** Fewer numbers than these are drawn sooner without a call. */
const few = 64;

export function draws(command: Command): Required<Pick<Backend, "draw">> {
  return {
    draw(kind, twister, out, scale, shift) {
      if (out.size < few || !isFloating(out.dtype) || !out.isContiguous) return false;
      command.begin(kernel.draw);
      command.number(kindNumbers.get(kind)!);
      command.type(out.dtype);
      command.address(twister);
      command.address(out);
      command.number(out.size);
      command.number(scale);
      command.number(shift);
      command.run();
      return true;
    },
  };
}

/** Losses of elements against targets, added up. */
import { isFloating } from "../../dtype.ts";
import type { View } from "../../storage.ts";
import type { Backend, ElementLoss } from "../backend.ts";
import { type Command, tiny } from "./command.ts";
import { elementLosses, kernel, numbersOf } from "./ops.ts";

const lossNumbers = numbersOf(elementLosses);

export function lossesOfElements(
  command: Command,
  fallback: Backend,
): Pick<Backend, "elementLoss" | "elementLossBackward"> {
  const fits = (x: View) => x.size > tiny && isFloating(x.dtype);

  function begin(id: number, loss: ElementLoss, x: View, y: View, bend: number): void {
    command.begin(id);
    command.type(x.dtype);
    command.number(lossNumbers.get(loss)!);
    command.number(x.size);
    command.address(x);
    command.address(y);
    command.number(bend);
  }

  return {
    elementLoss(loss, x, y, scale, out, bend = 1) {
      if (!fits(x)) return fallback.elementLoss(loss, x, y, scale, out, bend);
      begin(kernel.elementLoss, loss, x, y, bend);
      command.number(scale);
      command.result(out);
      command.run();
    },
    elementLossBackward(loss, dy, scale, x, y, dx, bend = 1) {
      if (!fits(x)) return fallback.elementLossBackward(loss, dy, scale, x, y, dx, bend);
      begin(kernel.elementLossBackward, loss, x, y, bend);
      command.element(dy, scale);
      command.result(dx);
      command.run();
    },
  };
}

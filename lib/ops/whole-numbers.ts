/** How bit by bit ops and divisors take their operands. */
import { asTensor } from "../creation.ts";
import { isFloating } from "../dtype.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { pair } from "./operands.ts";

/** Plain numbers without fractions as int32, where they would be floating elsewhere. */
function whole(x: TensorLike): TensorLike {
  if (typeof x !== "number" && !Array.isArray(x)) return x;
  const t = asTensor(x);
  return isFloating(t.dtype) && t.data.every(Number.isInteger) ? asTensor(x, { dtype: "int32" }) : x;
}

/** Two operands of types without fractions. @throws {TypeError} If one has fractions. */
export function wholeNumbers(a: TensorLike, b: TensorLike, verb: string): [Tensor, Tensor] {
  const operands = pair(whole(a), whole(b));
  const wrong = operands.find((x) => isFloating(x.dtype));
  if (wrong) throw new TypeError(`Cannot ${verb} ${wrong.dtype}: it must be int32, uint8 or bool`);
  return operands;
}

/** Elementwise kernels. */
import { type DType, isFloating } from "../../dtype.ts";
import type { View } from "../../storage.ts";
import type { Backend } from "../backend.ts";
import { type Command, maxRank, tiny } from "./command.ts";
import { copied } from "./copy.ts";
import { binaryOps, kernel, numbersOf, unaryOps } from "./ops.ts";

const unaryNumbers = numbersOf(unaryOps);
const binaryNumbers = numbersOf(binaryOps);

/** Which type to compute in; null if the engine cannot: whole numbers keep to the fallback, whose doubles hold them. */
function computeType(out: View, a: View, b: View | null, c: View | null): DType | null {
  if (out.dtype === "int32" || out.dtype === "uint8") return null;
  let type: DType | null = isFloating(out.dtype) ? out.dtype : null;
  for (let i = 0; i < 3; i++) {
    const x = i === 0 ? a : i === 1 ? b : c;
    if (x === null) continue;
    if (x.dtype === "int32" && x.size > 1) return null;
    // A single number is converted as it is; it does not widen the rest.
    if (x.dtype === "float64" && x.size > 1) type = "float64";
    else if (x.dtype === "float32" && type === null) type = "float32";
  }
  return type;
}

function isFlat(x: View, out: View): boolean {
  return x.size === 1 || (x.isContiguous && x.size === out.size);
}

export function elementwise(command: Command, fallback: Backend): Pick<Backend, "unary" | "binary" | "where"> {
  /** Runs an op of one to three inputs; false if the fallback must, which alone has the rarer functions. */
  function run(
    op: number | undefined,
    out: View,
    a: View,
    b: View | null,
    c: View | null,
    type: DType | null,
  ): boolean {
    if (op === undefined || type === null || out.shape.length > maxRank) return false;
    const arity = c !== null ? 3 : b !== null ? 2 : 1;
    command.begin(kernel.elementwise);
    command.number(op);
    command.number(arity);
    command.type(type);
    if (out.isContiguous && isFlat(a, out) && (b === null || isFlat(b, out)) && (c === null || isFlat(c, out))) {
      command.number(1);
      command.number(out.size);
      command.owned(out.storage);
      command.flat(out);
      command.flat(a);
      if (b !== null) command.flat(b);
      if (c !== null) command.flat(c);
    } else {
      command.number(out.shape.length);
      command.numbers(out.shape);
      command.output(out);
      command.input(a, out.shape);
      if (b !== null) command.input(b, out.shape);
      if (c !== null) command.input(c, out.shape);
    }
    command.run();
    return true;
  }

  return {
    unary(op, x, out) {
      if (out.size <= tiny) return fallback.unary(op, x, out);
      if (op === "copy" && x.dtype === out.dtype && copied(command, x, out)) return;
      // Copying converts every type into every floating one.
      const type = op === "copy" && isFloating(out.dtype) ? out.dtype : computeType(out, x, null, null);
      if (!run(unaryNumbers.get(op), out, x, null, null, type)) fallback.unary(op, x, out);
    },
    binary(op, a, b, out) {
      if (out.size <= tiny || !run(binaryNumbers.get(op), out, a, b, null, computeType(out, a, b, null))) {
        fallback.binary(op, a, b, out);
      }
    },
    where(condition, a, b, out) {
      if (out.size <= tiny || !run(0, out, condition, a, b, computeType(out, condition, a, b))) {
        fallback.where(condition, a, b, out);
      }
    },
  };
}

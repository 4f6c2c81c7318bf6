/** Products of matrices. */
import { isFloating } from "../../dtype.ts";
import type { View } from "../../storage.ts";
import type { Backend } from "../backend.ts";
import { type Command, maxRank } from "./command.ts";
import { kernel } from "./ops.ts";
import { inPieces } from "./pieces.ts";

/** Multiplications up to which plain JavaScript is quicker than a call. */
const fewProducts = 64;

export function matrixProduct(command: Command, fallback: Backend): Pick<Backend, "matmul"> {
  function operand(x: View, batch: readonly number[]): void {
    command.address(x);
    for (let d = 0; d < batch.length; d++) command.number(x.shape[d] === 1 && batch[d] !== 1 ? 0 : x.strides[d]!);
    command.number(x.strides[batch.length]!);
    command.number(x.strides[batch.length + 1]!);
  }

  function multiply(a: View, b: View, out: View, bias: View | null): void {
    const rank = out.shape.length;
    const batch = rank === 2 ? [] : out.shape.slice(0, -2);
    command.begin(kernel.matmul);
    command.type(out.dtype);
    command.number(batch.length);
    command.numbers(batch);
    command.number(out.shape[rank - 2]!);
    command.number(out.shape[rank - 1]!);
    command.number(a.shape[rank - 1]!);
    command.result(out);
    operand(a, batch);
    operand(b, batch);
    command.address(bias);
    command.run();
  }

  return {
    matmul(a, b, out, bias = null) {
      const rank = out.shape.length;
      const k = a.shape[rank - 1]!;
      const known = isFloating(out.dtype) && a.dtype === out.dtype && b.dtype === out.dtype && rank <= maxRank;
      if (!known || out.size * k <= fewProducts) return fallback.matmul(a, b, out, bias);
      inPieces(a, b, out, (left, right, result) => multiply(left, right, result, bias));
    },
  };
}

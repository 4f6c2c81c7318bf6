/** Attention without a place for all scores at once. */
import { isFloating } from "../../dtype.ts";
import { broadcastStrides, type Shape } from "../../shape.ts";
import type { View } from "../../storage.ts";
import type { Attention, Backend } from "../backend.ts";
import { type Command, maxRank, typeCode } from "./command.ts";
import { kernel } from "./ops.ts";

type Kernels = Pick<Backend, "attention" | "attentionBackward">;

export function attentions(command: Command, fallback: Backend): Kernels {
  const fits = ({ query, key, value }: Attention) =>
    isFloating(query.dtype) && query.shape.length <= maxRank && query.size > 0 && key.size > 0 && value.size > 0;

  /** The address of a view and its strides, as it is repeated to a shape. */
  function operand(view: View, shape: Shape = view.shape): void {
    command.address(view);
    command.numbers(broadcastStrides(view.shape, view.strides, shape));
  }

  function begin(id: number, { query, key, value, mask, isCausal, scale }: Attention, out: View, logSums: View): void {
    const rank = query.shape.length;
    command.begin(id);
    command.number(typeCode[query.dtype]);
    command.number(rank - 2);
    command.numbers(query.shape);
    command.numbers([key.shape[rank - 2]!, value.shape[rank - 1]!]);
    command.number(isCausal ? 1 : 0);
    command.number(scale);
    for (const view of [query, key, value]) operand(view);
    command.number(mask === null ? 0 : 1);
    if (mask !== null) operand(mask, [...query.shape.slice(0, -1), key.shape[rank - 2]!]);
    command.address(out);
    command.address(logSums);
  }

  return {
    attention(how, out, logSums) {
      if (!fits(how)) return fallback.attention(how, out, logSums);
      begin(kernel.attention, how, out, logSums);
      command.run();
    },
    attentionBackward(how, out, logSums, dOut, to) {
      if (!fits(how)) return fallback.attentionBackward(how, out, logSums, dOut, to);
      begin(kernel.attentionBackward, how, out, logSums);
      operand(dOut);
      for (const view of [to.query, to.key, to.value]) command.address(view);
      command.run();
    },
  };
}

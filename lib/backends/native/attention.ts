/** Attention without a place for all scores at once. */
import { isFloating } from "../../dtype.ts";
import { broadcastStrides, type Shape } from "../../shape.ts";
import type { View } from "../../storage.ts";
import type { Attention, Backend } from "../backend.ts";
import { type Command, maxRank } from "./command.ts";
import { kernel } from "./ops.ts";
import { leadingInPieces, part } from "./pieces.ts";

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
    command.type(query.dtype);
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

  /** Runs a kernel in pieces of samples and heads; `cut` takes a view's part that belongs to a piece. */
  function inPieces(how: Attention, run: (piece: Attention, cut: (view: View) => View) => void): void {
    const { query, key, value, mask } = how;
    const rank = query.shape.length;
    const [queries, size] = query.shape.slice(-2) as [number, number];
    const each = queries * key.shape[rank - 2]! * (size + value.shape[rank - 1]!);
    leadingInPieces(query.shape.slice(0, -2), each, (cuts) => {
      const cut = (view: View) => cuts.reduce((x, [dim, start, length]) => part(x, dim, start, length), view);
      // The mask may lack leading dimensions, as it is repeated along them.
      const missing = mask === null ? 0 : rank - mask.shape.length;
      const cutMask = cuts.reduce(
        (x, [dim, start, length]) => (x === null || dim < missing ? x : part(x, dim - missing, start, length)),
        mask,
      );
      run({ ...how, query: cut(query), key: cut(key), value: cut(value), mask: cutMask }, cut);
    });
  }

  return {
    attention(how, out, logSums) {
      if (!fits(how)) return fallback.attention(how, out, logSums);
      inPieces(how, (piece, cut) => {
        begin(kernel.attention, piece, cut(out), cut(logSums));
        command.run();
      });
    },
    attentionBackward(how, out, logSums, dOut, to) {
      if (!fits(how)) return fallback.attentionBackward(how, out, logSums, dOut, to);
      inPieces(how, (piece, cut) => {
        begin(kernel.attentionBackward, piece, cut(out), cut(logSums));
        operand(cut(dOut));
        for (const view of [to.query, to.key, to.value]) command.address(cut(view));
        command.run();
      });
    },
  };
}

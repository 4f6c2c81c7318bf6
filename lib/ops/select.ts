/** Choosing between tensors, element by element. */
import { apply, type OpSpec } from "../autograd/apply.ts";
import { backend } from "../backends/index.ts";
import { asTensor } from "../creation.ts";
import { broadcastShapes } from "../shape.ts";
import { type Tensor, type TensorLike, unfilled } from "../tensor.ts";
import { pair, resultType } from "./operands.ts";

const whereOp: OpSpec = {
  name: "where",
  forward: ([condition, a, b]) => {
    const shape = broadcastShapes(condition!.shape, broadcastShapes(a!.shape, b!.shape, "where"), "where");
    const out = unfilled(shape, resultType(a!, b!));
    backend.where(condition!, a!, b!, out);
    return out;
  },
  backward: (dy, saved) => [null, () => where(saved.input(0), dy, 0), () => where(saved.input(0), 0, dy)],
};

/**
 * `a` where the condition holds, else `b`, elementwise with broadcasting.
 *
 * @param condition bool; of numbers, all but 0 hold.
 * @example where([true, false], [1, 2], [3, 4]).toArray() // [1, 4]
 */
export function where(condition: TensorLike, a: TensorLike, b: TensorLike): Tensor {
  return apply(whereOp, [asTensor(condition), ...pair(a, b)]);
}

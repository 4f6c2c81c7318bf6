/** Ops that others write. */
import type { Tensor, TensorLike } from "../tensor.ts";
import { apply as applyOwn } from "./apply.ts";
import { markForeign } from "./holders.ts";
import type { OpSpec } from "./node.ts";

/**
 * Runs an op on its inputs and, if one of them requires a gradient, records it.
 *
 * @param op The op's constant.
 * @param inputs Tensors, or what `asTensor` takes.
 * @param args The op's further arguments.
 * @example
 * const cubeOp: OpSpec = {
 *   name: "cube",
 *   forward: ([x]) => x.pow(3),
 *   backward: (dy, saved) => [dy.mul(saved.input(0).square()).mul(3)],
 * };
 * grad((x) => apply(cubeOp, [x]))(2).item() // 12
 */
export function apply<A extends readonly unknown[]>(op: OpSpec<A>, inputs: readonly TensorLike[], ...args: A): Tensor {
  // Its backward may keep gradients, so that their memory cannot be used again at once.
  markForeign(op);
  return applyOwn(op, inputs, args);
}

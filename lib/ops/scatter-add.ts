/** Gathering and its reverse, of indices that are known to be right. */
import { apply, type OpSpec } from "../autograd/apply.ts";
import { backend } from "../backends/index.ts";
import { zeros } from "../creation.ts";
import type { Shape } from "../shape.ts";
import { type Tensor, unfilled } from "../tensor.ts";

/** The elements at the places that `index` names. */
export const gatherOp: OpSpec<[dim: number]> = {
  name: "gather",
  forward: ([x, index], dim) => {
    const out = unfilled(index!.shape, x!.dtype);
    backend.gather(x!, dim, index!, out);
    return out;
  },
  backward: (dy, saved, dim) => [
    () => apply(scatterAddOp, [zerosOf(dy, saved.shape(0)), dy, saved.input(1)], [dim]),
    null,
  ],
};

/** The base with `x` added at the places that `index` names. */
export const scatterAddOp: OpSpec<[dim: number]> = {
  name: "scatterAdd",
  forward: ([base, x, index], dim) => {
    const out = unfilled(base!.shape, base!.dtype);
    backend.unary("copy", base!, out);
    backend.scatterAdd(x!, dim, index!, out);
    return out;
  },
  backward: (dy, saved, dim) => [dy, () => apply(gatherOp, [dy, saved.input(2)], [dim]), null],
};

const zerosOf = (like: Tensor, shape: Shape): Tensor => zeros(shape, { dtype: like.dtype });

/** Zeros of a shape with `x` added at the places that `index` names, an int32 that is known to be right. */
export function scatterKnown(x: Tensor, dim: number, index: Tensor, shape: Shape): Tensor {
  return apply(scatterAddOp, [zerosOf(x, shape), x, index], [dim]);
}

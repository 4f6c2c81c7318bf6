/** Gathering and its reverse, of indices that are known to be right. */
import { apply, type OpSpec } from "../autograd/apply.ts";
import { backend } from "../backends/index.ts";
import type { Shape } from "../shape.ts";
import { empty, type Tensor, unfilled } from "../tensor.ts";

/** The elements at the places that `index` names. */
export const gatherOp: OpSpec<[dim: number]> = {
  name: "gather",
  forward: ([x, index], dim) => {
    const out = unfilled(index!.shape, x!.dtype);
    backend.gather(x!, dim, index!, out);
    return out;
  },
  backward: (dy, saved, dim) => [() => scatterKnown(dy, dim, saved.input(1), saved.shape(0)), null],
};

/** Zeros of a shape with `x` added at the places that `index` names. */
const scatterOp: OpSpec<[dim: number, shape: Shape]> = {
  name: "scatter",
  forward: ([x, index], dim, shape) => {
    const out = empty(shape, x!.dtype);
    backend.scatterAdd(x!, dim, index!, out);
    return out;
  },
  backward: (dy, saved, dim) => [() => apply(gatherOp, [dy, saved.input(1)], [dim]), null],
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

/** Zeros of a shape with `x` added at the places that `index` names, an int32 that is known to be right. */
export function scatterKnown(x: Tensor, dim: number, index: Tensor, shape: Shape): Tensor {
  return apply(scatterOp, [x, index], [dim, shape]);
}

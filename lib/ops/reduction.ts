/** Reductions: many numbers to one, over all dimensions or some. */
import { apply, type OpSpec } from "../autograd/apply.ts";
import { asTensor } from "../creation.ts";
import { isFloating } from "../dtype.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { div } from "./arithmetic.ts";
import { countOf, type Dims, parseDims, type Reduction, restoreDims, runReduce } from "./dims.ts";

const sumOp: OpSpec<Reduction> = {
  name: "sum",
  forward: ([x], ...args) => runReduce("sum", x!, args, isFloating(x!.dtype) ? x!.dtype : "int32"),
  backward: (dy, saved, dims) => [restoreDims(dy, saved.shape(0), dims)],
};

/**
 * Sum of the elements; of integers and bool it is an int32.
 *
 * @param options Dimensions to sum over, default all; `keepDim` keeps them with size 1.
 * @throws {RangeError} If there is no such dimension.
 * @example sum([[1, 2], [3, 4]], { dim: 0 }).toArray() // [4, 6]
 */
export function sum(x: TensorLike, options: Dims = {}): Tensor {
  const t = asTensor(x);
  const { dims, keepDim } = parseDims(options, t.ndim, "sum");
  return apply(sumOp, [t], dims, keepDim);
}

/**
 * Arithmetic mean. Of integers and bool it is a float32, so `pred.eq(y).mean()` is an accuracy.
 *
 * @example mean([[1, 2], [3, 4]], { dim: 1 }).toArray() // [1.5, 3.5]
 */
export function mean(x: TensorLike, options: Dims = {}): Tensor {
  const t = asTensor(x);
  const { dims, keepDim } = parseDims(options, t.ndim, "average");
  return div(apply(sumOp, [t], dims, keepDim), countOf(t.shape, dims));
}

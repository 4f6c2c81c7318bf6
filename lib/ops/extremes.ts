/** The greatest and the least: values, positions, order. */
import { apply, type OpSpec } from "../autograd/apply.ts";
import { cast } from "../autograd/primitives.ts";
import { backend } from "../backends/index.ts";
import { asTensor } from "../creation.ts";
import { reducedShape, type Shape, show, wrapDim } from "../shape.ts";
import { type Tensor, type TensorLike, unfilled } from "../tensor.ts";
import { div, mul } from "./arithmetic.ts";
import { eq } from "./comparison.ts";
import { type Dims, parseDims, type Reduction, restoreDims, runReduce } from "./dims.ts";
import { gatherOp } from "./scatter-add.ts";
import { reshape, squeeze } from "./shape.ts";

/** What reductions along one dimension give that say where they found it. */
export interface ValuesAndIndices {
  values: Tensor;
  /** int32 */
  indices: Tensor;
}

/** One dimension and whether it stays. */
export type OneDim = number | { dim: number; keepDim?: boolean };

const extremeOp = (name: "amax" | "amin", fold: "max" | "min"): OpSpec<Reduction> => ({
  name,
  forward: ([x], ...args) => {
    checkNotEmpty(x!.shape, args[0], name);
    return runReduce(fold, x!, args, x!.dtype);
  },
  backward: (dy, { inputs: [x], output }, dims) => {
    // Equal extremes share the gradient, as in PyTorch.
    const wins = cast(eq(x!, restoreDims(output, x!.shape, dims)), dy.dtype);
    const count = runReduce("sum", wins, [dims, true], dy.dtype);
    return [mul(restoreDims(dy, x!.shape, dims), div(wins, count))];
  },
});
const amaxOp = extremeOp("amax", "max");
const aminOp = extremeOp("amin", "min");

function checkNotEmpty(shape: Shape, dims: readonly number[], verb: string): void {
  if (dims.some((d) => shape[d] === 0))
    throw new RangeError(`Cannot take the ${verb} of ${show(shape)}: there are no elements`);
}

/** The greatest element over dimensions; equal ones share the gradient. @example amax([[1, 5], [7, 2]], { dim: 1 }).toArray() // [5, 7] */
export function amax(x: TensorLike, options?: Dims): Tensor {
  const t = asTensor(x);
  return apply(amaxOp, [t], parseDims(options, t.ndim, "take the maximum"));
}

/** The least element over dimensions; equal ones share the gradient. @example amin([[1, 5], [7, 2]], { dim: 1 }).toArray() // [1, 2] */
export function amin(x: TensorLike, options?: Dims): Tensor {
  const t = asTensor(x);
  return apply(aminOp, [t], parseDims(options, t.ndim, "take the minimum"));
}

function argExtreme(op: "max" | "min", x: Tensor, options: OneDim | { keepDim?: boolean }): Tensor {
  const { dim, keepDim = false } = typeof options === "number" ? { dim: options } : { dim: undefined, ...options };
  if (dim === undefined) {
    // Without a dimension: the position in the flattened tensor.
    const flat = argExtreme(op, reshape(x, [-1]), 0);
    return keepDim
      ? reshape(
          flat,
          x.shape.map(() => 1),
        )
      : flat;
  }
  const d = wrapDim(dim, x.ndim, `find the ${op}imum`);
  checkNotEmpty(x.shape, [d], `arg${op}`);
  const out = unfilled(reducedShape(x.shape, [d], keepDim), "int32");
  backend.argReduce(op, x, d, out);
  return out;
}

/**
 * Where the greatest element is along a dimension, the first one if tied; int32.
 *
 * @param options A dimension; without one the position in the flattened tensor.
 * @example argmax([[1, 5], [7, 2]], { dim: 1 }).toArray() // [1, 0]
 */
export function argmax(x: TensorLike, options: OneDim | { keepDim?: boolean } = {}): Tensor {
  return argExtreme("max", asTensor(x), options);
}

/** Where the least element is along a dimension, the first one if tied; int32. @example argmin([[1, 5], [7, 2]], { dim: 1 }).toArray() // [0, 1] */
export function argmin(x: TensorLike, options: OneDim | { keepDim?: boolean } = {}): Tensor {
  return argExtreme("min", asTensor(x), options);
}

function extremeAlong(op: "max" | "min", x: TensorLike, options: OneDim): ValuesAndIndices {
  const t = asTensor(x);
  const { dim, keepDim = false } = typeof options === "number" ? { dim: options } : options;
  const d = wrapDim(dim, t.ndim, `find the ${op}imum`);
  if (t.ndim === 0) return { values: t, indices: argExtreme(op, t, {}) };
  const indices = argExtreme(op, t, { dim: d, keepDim: true });
  const values = apply(gatherOp, [t, indices], [d]);
  return keepDim ? { values, indices } : { values: squeeze(values, d), indices: squeeze(indices, d) };
}

/**
 * The greatest element; along a dimension, the greatest elements and where they are.
 *
 * @example max([[1, 5], [7, 2]]).item() // 7
 * @example max([[1, 5], [7, 2]], { dim: 0 }).values.toArray() // [7, 5]
 */
export function max(x: TensorLike): Tensor;
export function max(x: TensorLike, options: OneDim): ValuesAndIndices;
export function max(x: TensorLike, options?: OneDim): Tensor | ValuesAndIndices {
  return options === undefined ? amax(x) : extremeAlong("max", x, options);
}

/**
 * The least element; along a dimension, the least elements and where they are.
 *
 * @example min([[1, 5], [7, 2]]).item() // 1
 * @example min([[1, 5], [7, 2]], { dim: 0 }).indices.toArray() // [0, 1]
 */
export function min(x: TensorLike): Tensor;
export function min(x: TensorLike, options: OneDim): ValuesAndIndices;
export function min(x: TensorLike, options?: OneDim): Tensor | ValuesAndIndices {
  return options === undefined ? amin(x) : extremeAlong("min", x, options);
}

/** Reductions: many numbers to one, over all dimensions or some. */
import { apply, type OpSpec } from "../autograd/apply.ts";
import { cast } from "../autograd/primitives.ts";
import { backend } from "../backends/index.ts";
import { asTensor, scalar, zeros } from "../creation.ts";
import { floatingDtype, isFloating } from "../dtype.ts";
import { reducedShape, sizeOf } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { add, div, mul, sub } from "./arithmetic.ts";
import { eq, isfinite, ne } from "./comparison.ts";
import { countOf, type Dims, parseDims, type ReduceOptions, type Reduction, restoreDims, runReduce } from "./dims.ts";
import { amax, amin } from "./extremes.ts";
import { flip } from "./indexing.ts";
import { abs, exp, log, sqrt, square } from "./math.ts";
import { pow } from "./power.ts";
import { where } from "./select.ts";
import { permute, reshape } from "./shape.ts";
import { pad } from "./split.ts";

const sumOp: OpSpec<Reduction> = {
  name: "sum",
  forward: (x, ...args) => runReduce("sum", x[0]!, args, isFloating(x[0]!.dtype) ? x[0]!.dtype : "int32"),
  backward: (dy, saved, dims) => [restoreDims(dy, saved.shape(0), dims)],
  isKernel: true,
};

/**
 * Sum of the elements; of integers and bool it is an int32.
 *
 * @param options Dimensions to sum over, default all; `keepDim` keeps them with size 1.
 * @throws {RangeError} If there is no such dimension.
 * @example sum([[1, 2], [3, 4]], { dim: 0 }).toArray() // [4, 6]
 */
export function sum(x: TensorLike, options?: Dims): Tensor {
  const t = asTensor(x);
  return apply(sumOp, [t], parseDims(options, t.ndim, "sum"));
}

const meanOp: OpSpec<Reduction> = {
  name: "mean",
  forward: ([x], ...args) => {
    const total = runReduce("sum", x!, args, floatingDtype(x!.dtype));
    backend.binary("div", total, scalar(countOf(x!.shape, args[0]), total.dtype), total);
    return total;
  },
  backward: (dy, saved, dims) => {
    const shape = saved.shape(0);
    return [restoreDims(div(dy, countOf(shape, dims)), shape, dims)];
  },
};

/**
 * Arithmetic mean. Of integers and bool it is a float32, so `pred.eq(y).mean()` is an accuracy.
 *
 * @example mean([[1, 2], [3, 4]], { dim: 1 }).toArray() // [1.5, 3.5]
 */
export function mean(x: TensorLike, options?: Dims): Tensor {
  const t = asTensor(x);
  return apply(meanOp, [t], parseDims(options, t.ndim, "average"));
}

const prodOp: OpSpec<Reduction> = {
  name: "prod",
  forward: ([x], ...args) => runReduce("prod", x!, args, isFloating(x!.dtype) ? x!.dtype : "int32"),
  backward: (dy, saved, dims) => {
    const { inputs } = saved;
    const x = inputs[0]!;
    const kept = x.shape.map((_, d) => d).filter((d) => !dims.includes(d));
    // The derivative by one factor is the product of the others; running products from both sides need no division by a factor that may be 0.
    const order = [...kept, ...dims];
    const rows = reshape(permute(x, order), [sizeOf(kept.map((d) => x.shape[d]!)), countOf(x.shape, dims)]);
    const others = mul(runningProduct(rows), flip(runningProduct(flip(rows, 1)), 1));
    const restored = permute(
      reshape(
        others,
        order.map((d) => x.shape[d]!),
      ),
      order.map((_, d) => order.indexOf(d)),
    );
    return [mul(restoreDims(dy, x.shape, dims), restored)];
  },
};

/** Along each row the product of the elements before, by products of ever longer stretches. */
function runningProduct(rows: Tensor): Tensor {
  const count = rows.shape[1]!;
  const shifted = (x: Tensor, by: number) => pad(x, [by, -by], { value: 1 });
  let result = count > 0 ? shifted(rows, 1) : rows;
  for (let by = 1; by < count; by *= 2) result = mul(result, shifted(result, by));
  return result;
}

const logSumExpOp: OpSpec<Reduction> = {
  name: "logSumExp",
  forward: ([x], dims, keepDim) => {
    const dtype = floatingDtype(x!.dtype);
    const top = runReduce("max", x!, [dims, true], dtype);
    // An infinite maximum must not be subtracted from itself.
    const shift = where(isfinite(top), top, 0);
    const total = add(log(runReduce("sum", exp(sub(x!, shift)), [dims, true], dtype)), shift);
    return keepDim ? total : reshape(total, reducedShape(x!.shape, dims, false));
  },
  backward: (dy, { inputs: [x], output }, dims) => [
    mul(restoreDims(dy, x!.shape, dims), exp(sub(x!, restoreDims(output, x!.shape, dims)))),
  ],
};

/** The square root for standard deviations and norms, whose slope at 0 counts as 0 rather than ∞. */
const rootOp: OpSpec = {
  name: "sqrt",
  forward: ([x]) => sqrt(x!),
  backward: (dy, { output }) => [where(eq(output, 0), 0, div(dy, mul(output, 2)))],
};

/** The number of elements other than 0, constant wherever it has a derivative. */
const countOp: OpSpec<Reduction> = {
  name: "norm",
  forward: ([x], ...args) => runReduce("sum", ne(x!, 0), args, floatingDtype(x!.dtype)),
  backward: (dy, saved) => [zeros(saved.shape(0), { dtype: dy.dtype })],
};

/** As in PyTorch, what is tested of bytes is told in bytes. */
const testOp = (name: "any" | "all"): OpSpec<Reduction> => ({
  name,
  forward: ([x], ...args) => cast(runReduce(name, x!, args, "bool"), x!.dtype === "uint8" ? "uint8" : "bool"),
});
const anyOp = testOp("any");
const allOp = testOp("all");

/** Product of the elements; of integers and bool it is an int32. @example prod([[1, 2], [3, 4]], { dim: 1 }).toArray() // [2, 12] */
export function prod(x: TensorLike, options?: Dims): Tensor {
  const t = asTensor(x);
  return apply(prodOp, [t], parseDims(options, t.ndim, "multiply"));
}

/** How a variance is taken. */
export interface VarOptions extends ReduceOptions {
  /** What is subtracted from the count: 1 (default) for the unbiased estimate, 0 for the mean squared deviation. */
  correction?: number;
}

/** Dimensions of a variance, alone or with further options. */
export type VarDims = number | readonly number[] | VarOptions;

/**
 * Variance: `Σ (x − mean)² / (n − correction)`. The method is also called `var`.
 *
 * @param options Dimensions; `correction`, default 1, as in PyTorch.
 * @example variance([1, 2, 3, 4]) // 1.666…
 */
export function variance(x: TensorLike, options: VarDims = {}): Tensor {
  const t = asTensor(x);
  const [dims, keepDim] = parseDims(options, t.ndim, "take the variance");
  const { correction = 1 } = typeof options === "object" && !Array.isArray(options) ? (options as VarOptions) : {};
  const deviation = sub(t, mean(t, { dim: dims, keepDim: true }));
  return div(sum(square(deviation), { dim: dims, keepDim }), Math.max(0, countOf(t.shape, dims) - correction));
}

/**
 * Standard deviation: the root of the variance.
 *
 * @param options Dimensions; `correction`, default 1, as in PyTorch.
 * @example std([1, 2, 3, 4]) // 1.290…
 */
export function std(x: TensorLike, options: VarDims = {}): Tensor {
  return apply(rootOp, [variance(x, options)]);
}

/**
 * Logarithm of the sum of exponentials: `ln Σ eˣ`, computed without overflow.
 *
 * @example logSumExp([1000, 1000]) // 1000.693…
 */
export function logSumExp(x: TensorLike, options?: Dims): Tensor {
  const t = asTensor(x);
  return apply(logSumExpOp, [t], parseDims(options, t.ndim, "sum exponentials"));
}

/** How a norm is taken. */
export interface NormOptions extends ReduceOptions {
  /** The exponent: 2 (default) Euclidean, 1 sum of magnitudes, Infinity the greatest, 0 the number of elements other than 0. */
  p?: number;
}

/**
 * Norm of vectors: `(Σ |x|ᵖ)^{1/p}`. Its derivative at the zero vector counts as 0.
 *
 * @param options Dimensions; `p`, default 2.
 * @example norm([3, 4]).item() // 5
 */
export function norm(x: TensorLike, options: NormOptions = {}): Tensor {
  const { p = 2, ...dims } = options;
  const t = asTensor(x);
  if (p === 2) return apply(rootOp, [sum(square(t), dims)]);
  if (p === 1) return sum(abs(t), dims);
  if (p === 0) {
    return apply(countOp, [t], parseDims(dims, t.ndim, "sum"));
  }
  if (p === Infinity) return amax(abs(t), dims);
  if (p === -Infinity) return amin(abs(t), dims);
  const total = sum(pow(abs(t), p), dims);
  // The detour over 1 keeps the infinite slope of the root at 0 out of the gradient.
  const isZero = eq(total, 0);
  return where(isZero, 0, pow(where(isZero, 1, total), 1 / p));
}

/** Whether an element is true, or not 0. @example any([[0, 1], [0, 0]], { dim: 1 }).toArray() // [true, false] */
export function any(x: TensorLike, options?: Dims): Tensor {
  const t = asTensor(x);
  return apply(anyOp, [t], parseDims(options, t.ndim, "test"));
}

/** Whether every element is true, or not 0. @example all([[0, 1], [1, 1]], { dim: 1 }).toArray() // [false, true] */
export function all(x: TensorLike, options?: Dims): Tensor {
  const t = asTensor(x);
  return apply(allOp, [t], parseDims(options, t.ndim, "test"));
}

// `var` is a word of the language: a method can have this name, a function in scope cannot.
export { variance as var };

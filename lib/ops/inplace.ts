/**
 * Changes in place. They raise the storage's version, so that backward refuses values that are gone, and are recorded where a gradient is wanted:
 * see autograd/inplace.ts.
 */
import { change, checkNoRepeats, isSameView } from "../autograd/inplace.ts";
import { clone } from "../autograd/primitives.ts";
import type { BinaryOp } from "../backends/backend.ts";
import { backend } from "../backends/index.ts";
import { asTensor } from "../creation.ts";
import { broadcastShapes, sameShape, show } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { relu, sigmoid } from "./activation.ts";
import { add, div, mul, neg, sub } from "./arithmetic.ts";
import { maskedFill, scatterAdd } from "./indexing.ts";
import { abs, ceil, clamp, exp, floor, log, reciprocal, round, sqrt, square, tanh, trunc } from "./math.ts";
import { pair } from "./operands.ts";
import { pow } from "./power.ts";
import { scatter } from "./scatter.ts";

/** The operand in memory of its own if it may overlap the target, which kernels do not allow, unless it is the very same view. */
function apart(operand: Tensor, target: Tensor): Tensor {
  return operand.storage !== target.storage || isSameView(operand, target) ? operand : clone(operand);
}

/** Throws unless the operand broadcasts to the shape of the target. */
function checkFits(verb: string, operand: Tensor, target: Tensor): void {
  if (sameShape(broadcastShapes(target.shape, operand.shape, verb), target.shape)) return;
  throw new RangeError(
    `Cannot ${verb} ${show(operand.shape)} to ${show(target.shape)} in place: the result would be larger`,
  );
}

/** Arithmetic that kernels do in place. */
function update(op: BinaryOp, x: Tensor, other: TensorLike, compute: (a: Tensor, b: Tensor) => Tensor): Tensor {
  const [, operand] = pair(x, other);
  checkNoRepeats(x, op);
  checkFits(op, operand, x);
  // Of its own memory the change would take the values away that backward needs.
  const y = operand.storage === x.storage && operand.requiresGrad ? clone(operand) : operand;
  return change(
    x,
    op,
    [y],
    () => backend.binary(op, x, apart(y, x), x),
    (before) => compute(before, y),
  );
}

/** Replaces the elements by a function of them. */
function replace(x: Tensor, verb: string, compute: (before: Tensor) => Tensor, others: readonly Tensor[] = []): Tensor {
  checkNoRepeats(x, verb);
  return change(x, verb, others, () => backend.unary("copy", apart(compute(x), x), x), compute);
}

/** Adds to `x` in place. @example add_(tensor([1, 2]), 1).toArray() // [2, 3] */
export function add_(x: Tensor, other: TensorLike): Tensor {
  return update("add", x, other, add);
}

/** Subtracts from `x` in place. @example sub_(tensor([1, 2]), 1).toArray() // [0, 1] */
export function sub_(x: Tensor, other: TensorLike): Tensor {
  return update("sub", x, other, sub);
}

/** Multiplies `x` in place. @example mul_(tensor([1, 2]), 3).toArray() // [3, 6] */
export function mul_(x: Tensor, other: TensorLike): Tensor {
  return update("mul", x, other, mul);
}

/** Divides `x` in place. @example div_(tensor([1, 2]), 2).toArray() // [0.5, 1] */
export function div_(x: Tensor, other: TensorLike): Tensor {
  return update("div", x, other, div);
}

/** Raises `x` to a power in place. @example pow_(tensor([1, 2, 3]), 2).toArray() // [1, 4, 9] */
export function pow_(x: Tensor, exponent: TensorLike): Tensor {
  return update("pow", x, exponent, pow);
}

/** Overwrites `x` with values that broadcast to its shape. @example copy_(zeros([2]), [1, 2]).toArray() // [1, 2] */
export function copy_(x: Tensor, source: TensorLike): Tensor {
  const [, values] = pair(x, source);
  checkNoRepeats(x, "copy");
  if (!sameShape(broadcastShapes(x.shape, values.shape, "copy"), x.shape)) {
    throw new RangeError(`Cannot copy ${show(values.shape)} into ${show(x.shape)}: it does not broadcast to it`);
  }
  const separate = values.storage === x.storage ? clone(values) : values;
  return change(
    x,
    "copy",
    [separate],
    () => backend.unary("copy", separate, x),
    () => separate,
  );
}

/** Fills `x` with one value. @example fill_(zeros([2]), 7).toArray() // [7, 7] */
export function fill_(x: Tensor, value: number | boolean): Tensor {
  const filler = asTensor(value, { dtype: x.dtype });
  return change(
    x,
    "fill",
    [],
    () => backend.unary("copy", filler, x),
    () => filler,
  );
}

/** Fills `x` with zeros. @example zero_(ones([2])).toArray() // [0, 0] */
export function zero_(x: Tensor): Tensor {
  return fill_(x, 0);
}

/** Holds `x` between two bounds in place. @param options `min`, default −∞; `max`, default +∞. @example clamp_(tensor([-2, 2]), { max: 1 }).toArray() // [-2, 1] */
export function clamp_(x: Tensor, options: { min?: number; max?: number }): Tensor {
  return replace(x, "clamp", (before) => clamp(before, options));
}

/** Puts a value where a mask is true, in place. @example maskedFill_(tensor([1, 2]), [true, false], 0).toArray() // [0, 2] */
export function maskedFill_(x: Tensor, mask: TensorLike, value: TensorLike): Tensor {
  const [, filler] = pair(x, value);
  checkFits("fill", asTensor(mask), x);
  return replace(x, "maskedFill", (before) => maskedFill(before, mask, filler), [filler]);
}

/** Writes elements at the places that an index names, in place. @see scatter @example scatter_(zeros([3]), 0, [2], [5]).toArray() // [0, 0, 5] */
export function scatter_(x: Tensor, dim: number, index: TensorLike, source: TensorLike): Tensor {
  const [, from] = pair(x, source);
  return replace(x, "scatter", (before) => scatter(before, dim, index, from), [from]);
}

/** Adds elements at the places that an index names, in place. @see scatterAdd @example scatterAdd_(ones([2]), 0, [1, 1], [2, 3]).toArray() // [1, 6] */
export function scatterAdd_(x: Tensor, dim: number, index: TensorLike, source: TensorLike): Tensor {
  const [, from] = pair(x, source);
  return replace(x, "scatterAdd", (before) => scatterAdd(before, dim, index, from), [from]);
}

/** Turns the sign in place. @example neg_(tensor([1, -2])).toArray() // [-1, 2] */
export function neg_(x: Tensor): Tensor {
  return replace(x, "neg", neg);
}

/** Absolute value in place. @example abs_(tensor([1, -2])).toArray() // [1, 2] */
export function abs_(x: Tensor): Tensor {
  return replace(x, "abs", abs);
}

/** eˣ in place. @example exp_(tensor([0])).toArray() // [1] */
export function exp_(x: Tensor): Tensor {
  return replace(x, "exp", exp);
}

/** Natural logarithm in place. @example log_(tensor([1])).toArray() // [0] */
export function log_(x: Tensor): Tensor {
  return replace(x, "log", log);
}

/** Square root in place. @example sqrt_(tensor([4])).toArray() // [2] */
export function sqrt_(x: Tensor): Tensor {
  return replace(x, "sqrt", sqrt);
}

/** Square in place. @example square_(tensor([3])).toArray() // [9] */
export function square_(x: Tensor): Tensor {
  return replace(x, "square", square);
}

/** Reciprocal in place. @example reciprocal_(tensor([4])).toArray() // [0.25] */
export function reciprocal_(x: Tensor): Tensor {
  return replace(x, "reciprocal", reciprocal);
}

/** Logistic sigmoid in place. @example sigmoid_(tensor([0])).toArray() // [0.5] */
export function sigmoid_(x: Tensor): Tensor {
  return replace(x, "sigmoid", sigmoid);
}

/** Hyperbolic tangent in place. @example tanh_(tensor([0])).toArray() // [0] */
export function tanh_(x: Tensor): Tensor {
  return replace(x, "tanh", tanh);
}

/** Rectified linear unit in place. @example relu_(tensor([-1, 2])).toArray() // [0, 2] */
export function relu_(x: Tensor): Tensor {
  return replace(x, "relu", relu);
}

/** The greatest whole number ≤ x, in place. @example floor_(tensor([1.5])).toArray() // [1] */
export function floor_(x: Tensor): Tensor {
  return replace(x, "floor", floor);
}

/** The least whole number ≥ x, in place. @example ceil_(tensor([1.5])).toArray() // [2] */
export function ceil_(x: Tensor): Tensor {
  return replace(x, "ceil", ceil);
}

/** The nearest whole number, halves to the even one, in place. @example round_(tensor([1.5])).toArray() // [2] */
export function round_(x: Tensor): Tensor {
  return replace(x, "round", round);
}

/** Without the fraction, in place. @example trunc_(tensor([-1.5])).toArray() // [-1] */
export function trunc_(x: Tensor): Tensor {
  return replace(x, "trunc", trunc);
}

/** Changes in place. They are not recorded; they raise the storage's version, so that backward refuses values that are gone. */
import type { BinaryOp } from "../backends/backend.ts";
import { backend } from "../backends/index.ts";
import { asTensor, tensor } from "../creation.ts";
import { broadcastShapes, sameShape, show } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { markChanged } from "./mutation.ts";
import { pair } from "./operands.ts";

/** The operand in memory of its own if it may overlap the target, which kernels do not allow, unless it is the very same view. */
function apart(operand: Tensor, target: Tensor): Tensor {
  if (operand.storage !== target.storage) return operand;
  const { shape, strides, offset } = target;
  const same = operand.offset === offset && sameShape(operand.shape, shape) && sameShape(operand.strides, strides);
  return same ? operand : tensor(operand);
}

function update(op: BinaryOp, x: Tensor, other: TensorLike): Tensor {
  const [, y] = pair(x, other);
  if (!sameShape(broadcastShapes(x.shape, y.shape, op), x.shape)) {
    throw new RangeError(`Cannot ${op} ${show(y.shape)} to ${show(x.shape)} in place: the result would be larger`);
  }
  markChanged(x, op);
  backend.binary(op, x, apart(y, x), x);
  return x;
}

/** Adds to `x` in place. @example add_(tensor([1, 2]), 1).toArray() // [2, 3] */
export function add_(x: Tensor, other: TensorLike): Tensor {
  return update("add", x, other);
}

/** Subtracts from `x` in place. @example sub_(tensor([1, 2]), 1).toArray() // [0, 1] */
export function sub_(x: Tensor, other: TensorLike): Tensor {
  return update("sub", x, other);
}

/** Multiplies `x` in place. @example mul_(tensor([1, 2]), 3).toArray() // [3, 6] */
export function mul_(x: Tensor, other: TensorLike): Tensor {
  return update("mul", x, other);
}

/** Divides `x` in place. @example div_(tensor([1, 2]), 2).toArray() // [0.5, 1] */
export function div_(x: Tensor, other: TensorLike): Tensor {
  return update("div", x, other);
}

/** Overwrites `x` with values that broadcast to its shape. @example copy_(zeros([2]), [1, 2]).toArray() // [1, 2] */
export function copy_(x: Tensor, source: TensorLike): Tensor {
  const values = asTensor(source);
  if (!sameShape(broadcastShapes(x.shape, values.shape, "copy"), x.shape)) {
    throw new RangeError(`Cannot copy ${show(values.shape)} into ${show(x.shape)}: it does not broadcast to it`);
  }
  markChanged(x, "copy into");
  backend.unary("copy", apart(values, x), x);
  return x;
}

/** Fills `x` with one value. @example fill_(zeros([2]), 7).toArray() // [7, 7] */
export function fill_(x: Tensor, value: number | boolean): Tensor {
  markChanged(x, "fill");
  backend.unary("copy", asTensor(value, { dtype: x.dtype }), x);
  return x;
}

/** Fills `x` with zeros. @example zero_(ones([2])).toArray() // [0, 0] */
export function zero_(x: Tensor): Tensor {
  return fill_(x, 0);
}

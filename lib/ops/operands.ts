/** How ops take their operands: what type two of them have together, and the specs that most elementwise ops share. */
import type { InputGrad, OpSpec, Saved } from "../autograd/apply.ts";
import { isGradEnabled } from "../autograd/mode.ts";
import { cast } from "../autograd/primitives.ts";
import type { BinaryOp, UnaryOp } from "../backends/backend.ts";
import { deferred, fewestToWait } from "../backends/deferred.ts";
import { backend } from "../backends/index.ts";
import { asTensor, scalar } from "../creation.ts";
import { type DType, defaultDtype, floatingDtype, isFloating, promote, promoteWeak } from "../dtype.ts";
import { broadcastShapes } from "../shape.ts";
import { over, Tensor, type TensorLike, unfilled, unfilledLike } from "../tensor.ts";

/**
 * Two operands as tensors. Numbers and nested arrays take the type of a tensor beside them, as far as it can hold them, so that `x.mul(0.1)`
 * of a float64 tensor keeps all digits.
 */
export function pair(a: TensorLike, b: TensorLike): [Tensor, Tensor] {
  if (a instanceof Tensor) return b instanceof Tensor ? [a, b] : [a, beside(b, a)];
  if (b instanceof Tensor) return [beside(a, b), b];
  return [asTensor(a), asTensor(b)];
}

/** A value to be put into a tensor, in its type; a plain number keeps all digits that the type holds. */
export function valueFor(x: Tensor, value: TensorLike): Tensor {
  return cast(pair(x, value)[1], x.dtype);
}

function beside(value: Exclude<TensorLike, Tensor>, other: Tensor): Tensor {
  if (typeof value === "number" && isFloating(other.dtype)) return scalar(value, other.dtype);
  if (typeof value === "boolean" || ArrayBuffer.isView(value)) return asTensor(value);
  if (isFloating(other.dtype)) return asTensor(value, { dtype: other.dtype });
  const made = asTensor(value);
  if (made.dtype === "bool" || !made.data.every(Number.isInteger)) return made;
  return asTensor(value, { dtype: other.dtype === "bool" ? "int32" : other.dtype });
}

/** The type of an arithmetic result. A zero-dim tensor gives way to one with dimensions, as a number does. */
export function resultType(a: Tensor, b: Tensor): DType {
  if (a.dtype === b.dtype) return a.dtype;
  if (a.ndim > 0 && b.ndim === 0) return promoteWeak(a.dtype, b.dtype);
  if (b.ndim > 0 && a.ndim === 0) return promoteWeak(b.dtype, a.dtype);
  return promote(a.dtype, b.dtype);
}

/** Runs a one-operand kernel into a new tensor. */
export function runUnary(op: UnaryOp, x: Tensor, dtype: DType = x.dtype): Tensor {
  if (x.size >= fewestToWait) {
    const waiting = deferred(op, x, null, x.shape, dtype);
    if (waiting !== null) return over(waiting, x.shape, dtype);
  }
  const out = unfilledLike(x, dtype);
  backend.unary(op, x, out);
  return out;
}

/** Runs a two-operand kernel into a new tensor of the broadcast shape. */
export function runBinary(op: BinaryOp, a: Tensor, b: Tensor, dtype: DType): Tensor {
  const shape = broadcastShapes(a.shape, b.shape, op);
  if (a.size >= fewestToWait || b.size >= fewestToWait) {
    const waiting = deferred(op, a, b, shape, dtype);
    if (waiting !== null) return over(waiting, shape, dtype);
  }
  const out =
    shape === a.shape ? unfilledLike(a, dtype) : shape === b.shape ? unfilledLike(b, dtype) : unfilled(shape, dtype);
  backend.binary(op, a, b, out);
  return out;
}

/** The derivative of a one-operand op: dx from dy. */
export interface Derivative {
  (dy: Tensor, saved: Saved): Tensor;
  readonly looksAt?: OpSpec["looksAt"];
}

/** An op with floating results, such as `exp`; integers are taken as float32. */
export function floatOp(name: UnaryOp, derivative: Derivative): OpSpec {
  return {
    name,
    forward: (x) => runUnary(name, x[0]!, floatingDtype(x[0]!.dtype)),
    backward: (dy, saved) => [derivative(dy, saved)],
    looksAt: derivative.looksAt,
    isKernel: true,
  };
}

/** A derivative at the result: by one kernel, and where it is itself recorded by ops. */
export function atResult(kernel: BinaryOp, recorded: (dy: Tensor, y: Tensor) => Tensor): Derivative {
  const derivative = (dy: Tensor, { output }: Saved) =>
    isGradEnabled() ? recorded(dy, output) : runBinary(kernel, output, dy, output.dtype);
  return Object.assign(derivative, { looksAt: "output" } as const);
}

/** An op whose results are of the operand's type, such as `abs`; bool counts as int32, unless it is kept. */
export function sameTypeOp(name: UnaryOp, derivative: Derivative | null, options: { keepBool?: boolean } = {}): OpSpec {
  return {
    name,
    forward: ([x]) => runUnary(name, x!, x!.dtype === "bool" && !options.keepBool ? "int32" : x!.dtype),
    backward: (dy, saved) => [derivative === null ? null : derivative(dy, saved)],
    looksAt: derivative === null ? "nothing" : derivative.looksAt,
  };
}

/** A two-operand op whose results are of the operands' common type, such as `add`. */
export function arithmeticOp(
  name: BinaryOp,
  backward: (dy: Tensor, saved: Saved) => readonly InputGrad[],
  { typeOf = resultType, looksAt }: { typeOf?: typeof resultType } & Pick<OpSpec, "looksAt"> = {},
): OpSpec {
  return {
    name,
    forward: (x) => runBinary(name, x[0]!, x[1]!, typeOf(x[0]!, x[1]!)),
    backward,
    looksAt,
    isKernel: true,
  };
}

/** A two-operand op with bool results, which has no derivative. */
export function comparisonOp(name: BinaryOp): OpSpec {
  return { name, forward: ([a, b]) => runBinary(name, a!, b!, "bool") };
}

/** The floating type of a quotient. */
export function quotientType(a: Tensor, b: Tensor): DType {
  const dtype = resultType(a, b);
  return isFloating(dtype) ? dtype : defaultDtype;
}

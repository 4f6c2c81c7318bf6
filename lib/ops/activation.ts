/** Activation functions: the nonlinearities between layers, elementwise, and softmax along a dimension. */
import { apply, isObserved, type OpSpec } from "../autograd/apply.ts";
import { isGradEnabled } from "../autograd/mode.ts";
import { backend } from "../backends/index.ts";
import { asTensor } from "../creation.ts";
import { floatingDtype } from "../dtype.ts";
import { wrapDim } from "../shape.ts";
import { type Tensor, type TensorLike, unfilled } from "../tensor.ts";
import { add, div, maximum, minimum, mul, neg, sub } from "./arithmetic.ts";
import { gt, logicalAnd, lt } from "./comparison.ts";
import { type DimOption, oneDim } from "./dims.ts";
import { abs, erf, exp, expm1, square, tanh } from "./math.ts";
import { atResult, floatOp, runBinary, runUnary, sameTypeOp } from "./operands.ts";
import { sum } from "./reduction.ts";
import { where } from "./select.ts";

const reluOp = sameTypeOp(
  "relu",
  atResult("reluGradient", (dy, y) => where(gt(y, 0), dy, 0)),
);

const sigmoidOp = floatOp(
  "sigmoid",
  atResult("sigmoidGradient", (dy, y) => mul(dy, mul(y, sub(1, y)))),
);

const geluOp: OpSpec = {
  name: "gelu",
  forward: ([x]) => runUnary("gelu", x!, floatingDtype(x!.dtype)),
  backward: (dy, saved) => {
    const x = saved.input(0);
    if (!isGradEnabled()) return [runBinary("geluGradient", x, dy, dy.dtype)];
    const density = mul(exp(mul(square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
    return [mul(dy, add(normalShare(x), mul(x, density)))];
  },
};

/** The approximation by the hyperbolic tangent, from ops. */
const approximateGelu = (x: Tensor): Tensor => {
  const inner = mul(add(x, mul(mul(x, square(x)), 0.044715)), Math.sqrt(2 / Math.PI));
  return mul(mul(x, 0.5), add(tanh(inner), 1));
};

const geluTanhOp: OpSpec = {
  name: "geluTanh",
  forward: ([x]) => runUnary("geluTanh", x!, floatingDtype(x!.dtype)),
  backward: (dy, saved) => {
    const x = saved.input(0);
    if (!isGradEnabled()) return [runBinary("geluTanhGradient", x, dy, dy.dtype)];
    const [slope, bend] = [Math.sqrt(8 / Math.PI), 0.044715 * Math.sqrt(8 / Math.PI)];
    const squares = square(x);
    const share = sigmoid(mul(x, add(mul(squares, bend), slope)));
    const change = mul(mul(share, sub(1, share)), add(mul(squares, 3 * bend), slope));
    return [mul(dy, add(share, mul(x, change)))];
  },
};

/** The share of a normal distribution that lies below x. */
const normalShare = (x: Tensor): Tensor => mul(add(erf(mul(x, Math.SQRT1_2)), 1), 0.5);

const softplusOp = floatOp("softplus", (dy, saved) => mul(dy, sigmoid(saved.input(0))));

const logSigmoidOp = floatOp("logSigmoid", (dy, saved) => mul(dy, sigmoid(neg(saved.input(0)))));

const hardtanhOp: OpSpec<[min: number, max: number]> = {
  name: "hardtanh",
  forward: ([x], min, max) => minimum(maximum(x!, min), max),
  // The derivative at the bounds themselves is 0, as in PyTorch.
  backward: (dy, { inputs: [x] }, min, max) => [where(logicalAnd(gt(x!, min), lt(x!, max)), dy, 0)],
};

const runSoftmax = (x: Tensor, dim: number, log: boolean): Tensor => {
  const out = unfilled(x.shape, floatingDtype(x.dtype));
  backend.softmax(x, dim, log, out);
  return out;
};

/** The gradient by one kernel, where it is not recorded. */
const backThroughSoftmax = (dy: Tensor, y: Tensor, dim: number, log: boolean): Tensor => {
  const dx = unfilled(y.shape, y.dtype);
  backend.softmaxBackward(dy, y, dim, log, dx);
  return dx;
};

const softmaxOp: OpSpec<[dim: number]> = {
  name: "softmax",
  forward: ([x], dim) => runSoftmax(x!, dim, false),
  backward: (dy, { output: p }, dim) => [
    isGradEnabled()
      ? // The mean is taken off before the product with p, so that no digits cancel after it.
        mul(p, sub(dy, sum(mul(dy, p), { dim, keepDim: true })))
      : backThroughSoftmax(dy, p, dim, false),
  ],
};

const logSoftmaxOp: OpSpec<[dim: number]> = {
  name: "logSoftmax",
  forward: ([x], dim) => runSoftmax(x!, dim, true),
  backward: (dy, { output: logP }, dim) => [
    isGradEnabled()
      ? sub(dy, mul(exp(logP), sum(dy, { dim, keepDim: true })))
      : backThroughSoftmax(dy, logP, dim, true),
  ],
};

/**
 * Rectified linear unit: `max(0, x)`. Its derivative at 0 counts as 0.
 *
 * @see Nair and Hinton (2010); book §1.2.
 * @example relu([-1, 0, 2]).toArray() // [0, 0, 2]
 */
export function relu(x: TensorLike): Tensor {
  return apply(reluOp, [x]);
}

/** ReLU that stops at 6: `min(max(0, x), 6)`. @example relu6([-1, 3, 8]).toArray() // [0, 3, 6] */
export function relu6(x: TensorLike): Tensor {
  return hardtanh(x, { min: 0, max: 6 });
}

/**
 * Leaky ReLU: `x` if positive, else `slope · x`, so that no unit dies.
 *
 * @param negativeSlope Slope for x < 0; default 0.01.
 * @see Maas, Hannun and Ng (2013).
 * @example leakyRelu([-100, 2]).toArray() // [-1, 2]
 */
export function leakyRelu(x: TensorLike, negativeSlope = 0.01): Tensor {
  const t = asTensor(x);
  return where(gt(t, 0), t, mul(t, negativeSlope));
}

/**
 * Exponential linear unit: `x` if positive, else `α (eˣ − 1)`.
 *
 * @param alpha Minus the limit for x → −∞; default 1.
 * @see Clevert, Unterthiner and Hochreiter (2016).
 * @example elu([-1, 2]) // [-0.632…, 2]
 */
export function elu(x: TensorLike, alpha = 1): Tensor {
  const t = asTensor(x);
  // The exponential sees no positive number, whose overflow would make 0 · ∞ of the gradient.
  return where(gt(t, 0), t, mul(expm1(where(gt(t, 0), 0, t)), alpha));
}

/**
 * Scaled ELU, whose outputs keep mean 0 and variance 1 from layer to layer.
 *
 * @see Klambauer et al. (2017).
 * @example selu([-1, 1]) // [-1.111…, 1.050…]
 */
export function selu(x: TensorLike): Tensor {
  return mul(elu(x, 1.6732632423543772), 1.0507009873554805);
}

/**
 * Gaussian error linear unit: `x Φ(x)`, where Φ is the normal distribution function.
 *
 * @param options `approximate`: `"none"` (default) or `"tanh"`, the faster form of GPT-2.
 * @see Hendrycks and Gimpel (2016).
 * @example gelu([-1, 1]) // [-0.158…, 0.841…]
 */
export function gelu(x: TensorLike, options: { approximate?: "none" | "tanh" } = {}): Tensor {
  const t = asTensor(x);
  if (options.approximate === "tanh") return isObserved() ? approximateGelu(t) : apply(geluTanhOp, [t]);
  return isObserved() ? mul(t, normalShare(t)) : apply(geluOp, [t]);
}

/**
 * Sigmoid linear unit, also called swish: `x σ(x)`.
 *
 * @see Elfwing, Uchibe and Doya (2018).
 * @example silu([0, 1]) // [0, 0.731…]
 */
export function silu(x: TensorLike): Tensor {
  const t = asTensor(x);
  return mul(t, sigmoid(t));
}

/** Mish: `x tanh(ln(1 + eˣ))`. @see Misra (2020). @example mish([0, 1]) // [0, 0.865…] */
export function mish(x: TensorLike): Tensor {
  const t = asTensor(x);
  return mul(t, tanh(softplus(t)));
}

/**
 * Softplus, a smooth ReLU: `ln(1 + e^{βx}) / β`, computed without overflow.
 *
 * @param beta Sharpness β > 0; as β → ∞ softplus → ReLU. Default 1.
 * @throws {RangeError} If `beta` is not positive.
 * @see Dugas et al. (2001); book §2.2.
 * @example softplus([0]) // [0.6931…], i.e. ln 2
 */
export function softplus(x: TensorLike, beta = 1): Tensor {
  if (!(beta > 0)) throw new RangeError(`Cannot compute softplus with beta ${beta}: beta must be > 0`);
  return beta === 1 ? apply(softplusOp, [x]) : div(apply(softplusOp, [mul(x, beta)]), beta);
}

/** Softsign: `x / (1 + |x|)`. @example softsign([-1, 3]).toArray() // [-0.5, 0.75] */
export function softsign(x: TensorLike): Tensor {
  const t = asTensor(x);
  return div(t, add(abs(t), 1));
}

/**
 * Hard tanh: `x` held between two bounds, a cheap stand-in for tanh.
 *
 * @param options `min`, default −1; `max`, default 1.
 * @throws {RangeError} If `min` is greater than `max`.
 * @example hardtanh([-2, 0.5, 2]).toArray() // [-1, 0.5, 1]
 */
export function hardtanh(x: TensorLike, options: { min?: number; max?: number } = {}): Tensor {
  const { min = -1, max = 1 } = options;
  if (min > max) throw new RangeError(`Cannot hold values between ${min} and ${max}: min must not exceed max`);
  return apply(hardtanhOp, [x], [min, max]);
}

/**
 * Logistic sigmoid: `σ(x) = 1 / (1 + e⁻ˣ)`, in (0, 1).
 *
 * @see book §1.2.
 * @example sigmoid([0, 1]) // [0.5, 0.731…]
 */
export function sigmoid(x: TensorLike): Tensor {
  return apply(sigmoidOp, [x]);
}

/** Logarithm of the sigmoid: `−ln(1 + e⁻ˣ)`, computed without overflow. @example logSigmoid([0]) // [-0.693…] */
export function logSigmoid(x: TensorLike): Tensor {
  return apply(logSigmoidOp, [x]);
}

/**
 * Softmax: `eˣⁱ / Σⱼ eˣʲ`: scores to probabilities that sum to 1 along a dimension.
 *
 * @param dim The dimension of the classes.
 * @see Bridle (1990); book §2.1.
 * @example softmax([1, 2, 3], { dim: 0 }) // [0.090…, 0.244…, 0.665…]
 */
export function softmax(x: TensorLike, dim: DimOption): Tensor {
  const t = asTensor(x);
  return apply(softmaxOp, [t], [wrapDim(oneDim(dim), t.ndim, "take the softmax")]);
}

/** Softmax of `−x`: the least score has the greatest share. @example softmin([0, 0], { dim: 0 }).toArray() // [0.5, 0.5] */
export function softmin(x: TensorLike, dim: DimOption): Tensor {
  return softmax(neg(x), dim);
}

/**
 * Logarithm of the softmax: `xᵢ − ln Σⱼ eˣʲ`, exact where the softmax itself would round to 0.
 *
 * @param dim The dimension of the classes.
 * @example logSoftmax([0, 0], { dim: 0 }) // [-0.693…, -0.693…]
 */
export function logSoftmax(x: TensorLike, dim: DimOption): Tensor {
  const t = asTensor(x);
  return apply(logSoftmaxOp, [t], [wrapDim(oneDim(dim), t.ndim, "take the softmax")]);
}

/** Sums, products and what else takes two numbers to one, elementwise with broadcasting. */
import { apply, isPlain } from "../autograd/apply.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { eq, gt, lt } from "./comparison.ts";
import { arithmeticOp, pair, quotientType, resultType, runBinary, sameTypeOp } from "./operands.ts";
import { where } from "./select.ts";

const negOp = sameTypeOp("neg", (dy) => neg(dy));

const addOp = arithmeticOp("add", (dy) => [dy, dy], { looksAt: "nothing" });

const subOp = arithmeticOp("sub", (dy, saved) => [dy, saved.wants(1) ? neg(dy) : null], { looksAt: "nothing" });

/** The product in a way back, by its kernel alone where that will do. */
const times = (dy: Tensor, x: Tensor): Tensor => (isPlain() ? runBinary("mul", dy, x, resultType(dy, x)) : mul(dy, x));

const mulOp = arithmeticOp(
  "mul",
  (dy, saved) => [saved.wants(0) ? times(dy, saved.input(1)) : null, saved.wants(1) ? times(dy, saved.input(0)) : null],
  { looksAt: "inputs" },
);

const divOp = arithmeticOp(
  "div",
  (dy, saved) => [
    saved.wants(0) ? div(dy, saved.input(1)) : null,
    () => neg(mul(dy, div(div(saved.input(0), saved.input(1)), saved.input(1)))),
  ],
  { typeOf: quotientType, looksAt: "inputs" },
);

/** Half of the gradient for each where the operands are equal, as PyTorch has it. */
const share = (dy: Tensor, wins: Tensor, ties: Tensor): Tensor => where(wins, dy, where(ties, div(dy, 2), 0));

const maximumOp = arithmeticOp("maximum", (dy, { inputs: [a, b] }) => [
  () => share(dy, gt(a!, b!), eq(a!, b!)),
  () => share(dy, lt(a!, b!), eq(a!, b!)),
]);

const minimumOp = arithmeticOp("minimum", (dy, { inputs: [a, b] }) => [
  () => share(dy, lt(a!, b!), eq(a!, b!)),
  () => share(dy, gt(a!, b!), eq(a!, b!)),
]);

/** Sum `a + b`. @example add([1, 2], 10).toArray() // [11, 12] */
export function add(a: TensorLike, b: TensorLike): Tensor {
  return apply(addOp, pair(a, b));
}

/** Difference `a − b`. @example sub([1, 2], 1).toArray() // [0, 1] */
export function sub(a: TensorLike, b: TensorLike): Tensor {
  return apply(subOp, pair(a, b));
}

/** Product `a · b`, elementwise. @see matmul @example mul([1, 2], [3, 4]).toArray() // [3, 8] */
export function mul(a: TensorLike, b: TensorLike): Tensor {
  return apply(mulOp, pair(a, b));
}

/** Quotient `a / b`; of integers too it has fractions. @example div([1, 2], 4).toArray() // [0.25, 0.5] */
export function div(a: TensorLike, b: TensorLike): Tensor {
  return apply(divOp, pair(a, b));
}

/** Opposite `−x`. @example neg([1, -2]).toArray() // [-1, 2] */
export function neg(x: TensorLike): Tensor {
  return apply(negOp, [x]);
}

/** The greater of `a` and `b`, elementwise; NaN if one is NaN. @example maximum([1, 5], [3, 2]).toArray() // [3, 5] */
export function maximum(a: TensorLike, b: TensorLike): Tensor {
  return apply(maximumOp, pair(a, b));
}

/** The lesser of `a` and `b`, elementwise; NaN if one is NaN. @example minimum([1, 5], [3, 2]).toArray() // [1, 2] */
export function minimum(a: TensorLike, b: TensorLike): Tensor {
  return apply(minimumOp, pair(a, b));
}

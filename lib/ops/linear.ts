/** The affine map of layers. */
import { apply, isObserved, type OpSpec } from "../autograd/apply.ts";
import { isGradEnabled } from "../autograd/mode.ts";
import { contiguous } from "../autograd/primitives.ts";
import { backend } from "../backends/index.ts";
import { asTensor } from "../creation.ts";
import { isFloating } from "../dtype.ts";
import { show } from "../shape.ts";
import { type Tensor, type TensorLike, unfilled } from "../tensor.ts";
import { add } from "./arithmetic.ts";
import { matmul } from "./matmul.ts";
import { turned } from "./matrix-product.ts";
import { sum } from "./reduction.ts";
import { reshape, t as transposed } from "./shape.ts";

/** Rows times a turned matrix, with a bias that is added while the sums are still in registers. */
const linearOp: OpSpec = {
  name: "linear",
  forward: (inputs) => {
    const x = inputs[0]!;
    const weight = inputs[1]!;
    const out = unfilled([x.shape[0]!, weight.shape[0]!], x.dtype);
    backend.matmul(x, turned(weight), out, contiguous(inputs[2]!));
    return out;
  },
  backward: (dy, saved) => {
    if (isGradEnabled()) {
      return [() => matmul(dy, saved.input(1)), () => matmul(transposed(dy), saved.input(0)), () => sum(dy, 0)];
    }
    const [x, weight] = [saved.input(0), saved.input(1)];
    const dx = saved.wants(0) ? unfilled(x.shape, dy.dtype) : null;
    const dw = saved.wants(1) ? unfilled(weight.shape, dy.dtype) : null;
    const db = saved.wants(2) ? unfilled(saved.shape(2), dy.dtype) : null;
    backend.linearBackward(dy, x, weight, { x: dx, weight: dw, bias: db });
    return [dx, dw, db];
  },
};

/** Whether the kernel can: all of one floating type, a number of the bias for each output, and nobody who wants to see the ops. */
function fitsKernel(x: Tensor, weight: Tensor, bias: Tensor): boolean {
  return (
    isFloating(x.dtype) &&
    weight.dtype === x.dtype &&
    bias.dtype === x.dtype &&
    bias.ndim === 1 &&
    bias.size === weight.shape[0] &&
    x.size > 0 &&
    !isObserved()
  );
}

/**
 * Affine map `y = x Wᵀ + b`.
 *
 * Shapes: `(…, inputs)`, weight `(outputs, inputs)`, bias `(outputs)` → `(…, outputs)`.
 *
 * @throws {RangeError} If the number of inputs differs.
 * @example linear([1, 2], [[3, 4], [5, 6]], [10, 20]).toArray() // [21, 37]
 */
export function linear(x: TensorLike, weight: TensorLike, bias: TensorLike | null = null): Tensor {
  const input = asTensor(x);
  const w = asTensor(weight);
  if (input.ndim === 0 || w.ndim !== 2 || input.shape[input.ndim - 1] !== w.shape[1]) {
    throw new RangeError(
      `Cannot map ${show(input.shape)} by a weight of ${show(w.shape)}: the last dimension must be ${w.shape[1]}`,
    );
  }
  const b = bias === null ? null : asTensor(bias);
  if (b !== null && fitsKernel(input, w, b)) {
    const rows = input.ndim === 2 ? input : reshape(input, [-1, w.shape[1]!]);
    const mapped = apply(linearOp, [rows, w, b]);
    return input.ndim === 2 ? mapped : reshape(mapped, [...input.shape.slice(0, -1), w.shape[0]!]);
  }
  const product = matmul(input, transposed(w));
  return b === null ? product : add(product, b);
}

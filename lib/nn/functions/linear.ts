/** Maps that are linear in each input. */
import { asTensor } from "../../creation.ts";
import { add, mul } from "../../ops/arithmetic.ts";
import { matmul } from "../../ops/matmul.ts";
import { sum } from "../../ops/reduction.ts";
import { permute, reshape } from "../../ops/shape.ts";
import { show } from "../../shape.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";

/**
 * Bilinear map of two inputs: `yₖ = x₁ᵀ Aₖ x₂ + bₖ`.
 *
 * Shapes: `(…, inputs1)` and `(…, inputs2)`, weight `(outputs, inputs1, inputs2)`, bias `(outputs)` → `(…, outputs)`.
 *
 * @example bilinear([2], [3], [[[5]]]).toArray() // [30]
 */
export function bilinear(x1: TensorLike, x2: TensorLike, weight: TensorLike, bias: TensorLike | null = null): Tensor {
  const [a, b, w] = [asTensor(x1), asTensor(x2), asTensor(weight)];
  const [outputs, inputs1, inputs2] = w.shape as [number, number, number];
  if (w.ndim !== 3 || a.shape.at(-1) !== inputs1 || b.shape.at(-1) !== inputs2) {
    throw new RangeError(`Cannot map ${show(a.shape)} and ${show(b.shape)} by a bilinear weight of ${show(w.shape)}`);
  }
  const lead = a.shape.slice(0, -1);
  const left = matmul(reshape(a, [-1, inputs1]), reshape(permute(w, [1, 0, 2]), [inputs1, -1]));
  const product = mul(reshape(left, [-1, outputs, inputs2]), reshape(b, [-1, 1, inputs2]));
  const result = reshape(sum(product, { dim: 2 }), [...lead, outputs]);
  return bias === null ? result : add(result, bias);
}

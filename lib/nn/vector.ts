/** All parameters as one vector, as optimization theory has them. */
import { withGrad } from "../autograd/mode.ts";
import { asTensor } from "../creation.ts";
import { narrow } from "../ops/indexing.ts";
import { copy_ } from "../ops/inplace.ts";
import { cat } from "../ops/join.ts";
import { reshape } from "../ops/shape.ts";
import { show } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";

/**
 * The elements of all tensors one after another, through which gradients flow.
 *
 * @example parametersToVector([[[1, 2]], [3]]).toArray() // [1, 2, 3]
 */
export function parametersToVector(parameters: Iterable<TensorLike>): Tensor {
  return cat([...parameters].map((p) => reshape(p, [-1])));
}

/**
 * Writes the elements of a vector into tensors, one after another: the reverse of `parametersToVector`.
 *
 * @throws {RangeError} If there are not as many elements.
 * @example const w = zeros([2]); vectorToParameters([5, 6], [w]); w.toArray() // [5, 6]
 */
export function vectorToParameters(vector: TensorLike, parameters: Iterable<Tensor>): void {
  const v = asTensor(vector);
  const list = [...parameters];
  const count = list.reduce((sum, p) => sum + p.size, 0);
  if (v.ndim !== 1 || v.size !== count) {
    throw new RangeError(`Cannot write ${show(v.shape)} into parameters of ${count} elements: expected [${count}]`);
  }
  let start = 0;
  withGrad(false, () => {
    for (const p of list) {
      copy_(p, reshape(narrow(v, 0, { start, length: p.size }), p.shape));
      start += p.size;
    }
  });
}

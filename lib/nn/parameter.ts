/** The tensors that a module owns: parameters, which training changes, and buffers, which it does not. */

import { contiguous } from "../autograd/primitives.ts";
import { asTensor } from "../creation.ts";
import type { DType } from "../dtype.ts";
import { zero_ } from "../ops/inplace.ts";
import { Tensor, type TensorLike } from "../tensor.ts";

/** A row-major tensor on the memory of `data`, if that is row-major, else on a copy. */
function rowMajor(data: TensorLike): Tensor {
  return contiguous(asTensor(data).detach());
}

/**
 * A tensor that a module learns: assigned to a field of a module it belongs to `module.parameters()`.
 *
 * @param data First values; their memory is used, not copied.
 * @param options `requiresGrad`: whether training changes it; default true.
 * @example new Parameter([1, 2]).requiresGrad // true
 */
export class Parameter extends Tensor {
  constructor(data: TensorLike, options: { requiresGrad?: boolean } = {}) {
    const { storage, shape, strides, offset, dtype, isContiguous } = rowMajor(data);
    super(storage, shape, strides, offset, dtype, isContiguous);
    this.requiresGrad_(options.requiresGrad ?? true);
  }
}

/**
 * A tensor that belongs to a module's state but is not learned, such as a running mean.
 *
 * @param data First values; their memory is used, not copied.
 * @param options `persistent`: whether it is part of the module's `stateDict()`; default true.
 * @example new Buffer([1, 2]).requiresGrad // false
 */
export class Buffer extends Tensor {
  readonly persistent: boolean;

  constructor(data: TensorLike, options: { persistent?: boolean } = {}) {
    const { storage, shape, strides, offset, dtype, isContiguous } = rowMajor(data);
    super(storage, shape, strides, offset, dtype, isContiguous);
    this.persistent = options.persistent ?? true;
  }
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Changes the element type of a tensor that a module owns, its gradient included. The object stays the same, because optimizers hold it; results
 * that were recorded before must not be gone backward through after.
 */
export function convert_(tensor: Parameter | Buffer, dtype: DType): void {
  if (tensor.dtype === dtype) return;
  const made = asTensor(tensor.detach(), { dtype });
  const { storage, strides, offset } = made;
  Object.assign(tensor as Writable<Tensor>, { storage, strides, offset, dtype });
  if (tensor.grad !== null) tensor.grad = asTensor(tensor.grad, { dtype });
}

/** Clears gradients: to null, or to zeros. */
export function clearGradients(parameters: Iterable<Tensor>, setToNone: boolean): void {
  for (const p of parameters) {
    if (setToNone) p.grad = null;
    else if (p.grad !== null) zero_((p.grad = p.grad.detach()));
  }
}

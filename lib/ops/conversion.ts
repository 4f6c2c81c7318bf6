/** Copies and other element types. */
import { cast, contiguous as contiguousOf, clone as copyOf } from "../autograd/primitives.ts";
import { asTensor } from "../creation.ts";
import { type DType, dtypes, isDType } from "../dtype.ts";
import type { Tensor, TensorLike } from "../tensor.ts";

/** The tensor in another element type; itself if it has it already. @example tensor([1.5, 2]).to("int32").toArray() // [1, 2] */
export function to(x: TensorLike, dtype: DType): Tensor {
  if (!isDType(dtype))
    throw new TypeError(`Cannot convert to ${String(dtype)}: it must be one of ${dtypes.join(", ")}`);
  return cast(asTensor(x), dtype);
}

/** In float32. @example tensor([true, false]).float().toArray() // [1, 0] */
export function float(x: TensorLike): Tensor {
  return cast(asTensor(x), "float32");
}

/** In float64. @example tensor([1]).double().dtype // "float64" */
export function double(x: TensorLike): Tensor {
  return cast(asTensor(x), "float64");
}

/** In int32, cut off toward 0. @example tensor([1.7, -1.7]).int().toArray() // [1, -1] */
export function int(x: TensorLike): Tensor {
  return cast(asTensor(x), "int32");
}

/** Where the element is not 0. @example tensor([2, 0]).bool().toArray() // [true, false] */
export function bool(x: TensorLike): Tensor {
  return to(x, "bool");
}

/** A copy with memory of its own, through which gradients flow. @example tensor([1, 2]).clone().toArray() // [1, 2] */
export function clone(x: TensorLike): Tensor {
  return copyOf(asTensor(x));
}

/** The tensor itself if its elements lie row-major without gaps, else a copy where they do. @example tensor([1]).contiguous().isContiguous // true */
export function contiguous(x: TensorLike): Tensor {
  return contiguousOf(asTensor(x));
}

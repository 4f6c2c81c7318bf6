/** Arrays of the elements of a type over memory that is there. */
import type { DType, TypedArray } from "../../dtype.ts";

export function arrayOver(dtype: DType, buffer: ArrayBuffer, at: number, size: number): TypedArray {
  switch (dtype) {
    case "float32":
      return new Float32Array(buffer, at, size);
    case "float64":
      return new Float64Array(buffer, at, size);
    case "int32":
      return new Int32Array(buffer, at, size);
    default:
      return new Uint8Array(buffer, at, size);
  }
}

/** Whether an array is such a one. */
export function isOfType(array: TypedArray, dtype: DType): boolean {
  switch (dtype) {
    case "float32":
      return array instanceof Float32Array;
    case "float64":
      return array instanceof Float64Array;
    case "int32":
      return array instanceof Int32Array;
    default:
      return array instanceof Uint8Array;
  }
}

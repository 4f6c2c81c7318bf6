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

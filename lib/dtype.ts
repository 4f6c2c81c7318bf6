/** Element types of tensors: names, the typed array behind each, and what two of them make together. */
import { claim } from "./memory.ts";

/** The element type of a tensor. */
export type DType = "float32" | "float64" | "int32" | "uint8" | "bool";

/** The arrays that hold tensor elements; `bool` is stored as 0 and 1 in a `Uint8Array`. */
export type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/** From the weakest to the strongest: of two types, the later one wins. */
export const dtypes: readonly DType[] = ["bool", "uint8", "int32", "float32", "float64"];

/** The type of elements made from plain numbers, as in PyTorch. */
export const defaultDtype: DType = "float32";

const rank: Readonly<Record<DType, number>> = { bool: 0, uint8: 1, int32: 2, float32: 3, float64: 4 };
const category: Readonly<Record<DType, number>> = { bool: 0, uint8: 1, int32: 1, float32: 2, float64: 2 };

/** Bytes of an element. */
export const sizeOfElement: Readonly<Record<DType, number>> = { float32: 4, float64: 8, int32: 4, uint8: 1, bool: 1 };

/** From this many bytes on memory is counted, and may be refused. */
const countedBytes = 4096;

/** Whether `value` names an element type. */
export function isDType(value: unknown): value is DType {
  return typeof value === "string" && Object.hasOwn(rank, value);
}

/** Whether elements of this type have fractions; only such tensors have gradients. */
export function isFloating(dtype: DType): boolean {
  return dtype === "float32" || dtype === "float64";
}

/** A zero-filled array for `size` elements of the type. @throws {RangeError} If there is not so much memory. */
export function allocate(dtype: DType, size: number): TypedArray {
  const bytes = size * sizeOfElement[dtype];
  return bytes > countedBytes ? claim(dtype, size, bytes, () => zerosOf(dtype, size)) : zerosOf(dtype, size);
}

function zerosOf(dtype: DType, size: number): TypedArray {
  switch (dtype) {
    case "float32":
      return new Float32Array(size);
    case "float64":
      return new Float64Array(size);
    case "int32":
      return new Int32Array(size);
    case "uint8":
    case "bool":
      return new Uint8Array(size);
    default:
      throw new TypeError(`Cannot use dtype ${String(dtype)}: it must be one of ${dtypes.join(", ")}`);
  }
}

/** The element type that a typed array holds; a `Uint8Array` counts as `uint8`. */
export function dtypeOf(array: TypedArray): DType {
  if (array instanceof Float32Array) return "float32";
  if (array instanceof Float64Array) return "float64";
  return array instanceof Int32Array ? "int32" : "uint8";
}

/** The type that holds values of both types: `promote("int32", "float32")` is `float32`. */
export function promote(a: DType, b: DType): DType {
  return rank[a] >= rank[b] ? a : b;
}

/** The floating type for results of `exp` and the like: the type itself if floating, else the default. */
export function floatingDtype(dtype: DType): DType {
  return isFloating(dtype) ? dtype : defaultDtype;
}

/**
 * The type of a result of two operands, where one may be weak, as PyTorch has it: a tensor with dimensions decides, and a zero-dim tensor or a
 * number changes the type only if it is of a higher kind (bool < integer < floating).
 */
export function promoteWeak(strong: DType, weak: DType): DType {
  return category[weak] > category[strong] ? weak : strong;
}

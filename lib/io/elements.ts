/** Elements as files hold them: types that tensors do not have become types that hold their values. */
import { allocate, type DType, type TypedArray } from "../dtype.ts";

/** An element type of a file, by kind and bits. */
export type FileType =
  | "f64"
  | "f32"
  | "f16"
  | "bf16"
  | "i64"
  | "i32"
  | "i16"
  | "i8"
  | "u64"
  | "u32"
  | "u16"
  | "u8"
  | "bool";

/** What a type of a file becomes. */
const becomes: Readonly<Record<FileType, DType>> = {
  f64: "float64",
  f32: "float32",
  f16: "float32",
  bf16: "float32",
  i64: "int32",
  i32: "int32",
  i16: "int32",
  i8: "int32",
  u64: "int32",
  u32: "int32",
  u16: "int32",
  u8: "uint8",
  bool: "bool",
};

/** The type that a tensor's elements are written as. */
export const fileTypes: Readonly<Record<DType, FileType>> = {
  float64: "f64",
  float32: "f32",
  int32: "i32",
  uint8: "u8",
  bool: "bool",
};

/** Bytes of an element. */
export function bytesOf(type: FileType): number {
  return type === "bool" ? 1 : Number(/\d+/.exec(type)![0]) / 8;
}

const readers: Readonly<Record<FileType, (view: DataView, at: number, little: boolean) => number>> = {
  f64: (view, at, little) => view.getFloat64(at, little),
  f32: (view, at, little) => view.getFloat32(at, little),
  f16: (view, at, little) => fromHalf(view.getUint16(at, little)),
  bf16: (view, at, little) => fromBrain(view.getUint16(at, little)),
  i64: (view, at, little) => Number(view.getBigInt64(at, little)),
  i32: (view, at, little) => view.getInt32(at, little),
  i16: (view, at, little) => view.getInt16(at, little),
  i8: (view, at) => view.getInt8(at),
  u64: (view, at, little) => Number(view.getBigUint64(at, little)),
  u32: (view, at, little) => view.getUint32(at, little),
  u16: (view, at, little) => view.getUint16(at, little),
  u8: (view, at) => view.getUint8(at),
  bool: (view, at) => Number(view.getUint8(at) !== 0),
};

/** Types whose numbers a tensor's int32 may not hold. */
const wide: readonly FileType[] = ["i64", "u64", "u32"];

/**
 * The elements of a stretch of bytes.
 *
 * @param littleEndian Whether the lowest byte comes first; default true.
 * @throws {RangeError} If a whole number does not fit an int32.
 */
export function decode(bytes: Uint8Array, type: FileType, littleEndian = true): { data: TypedArray; dtype: DType } {
  const dtype = becomes[type];
  const size = bytesOf(type);
  const data = allocate(dtype, bytes.length / size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = readers[type];
  const check = wide.includes(type);
  for (let i = 0; i < data.length; i++) {
    const value = read(view, i * size, littleEndian);
    if (check && (value > 2 ** 31 - 1 || value < -(2 ** 31))) {
      throw new RangeError(`Cannot read an element of type ${type}: ${value} does not fit an int32`);
    }
    data[i] = value;
  }
  return { data, dtype };
}

/** The bytes of a tensor's elements, lowest byte first. */
export function encode(data: TypedArray): Uint8Array {
  if (data instanceof Uint8Array) return data;
  const bytes = new Uint8Array(data.length * data.BYTES_PER_ELEMENT);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < data.length; i++) {
    if (data instanceof Float32Array) view.setFloat32(4 * i, data[i]!, true);
    else if (data instanceof Float64Array) view.setFloat64(8 * i, data[i]!, true);
    else view.setInt32(4 * i, data[i]!, true);
  }
  return bytes;
}

/** A half-precision number: 1 bit of sign, 5 of exponent, 10 of fraction. @see IEEE 754, binary16. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const word = new DataView(new ArrayBuffer(4));

/** A bfloat16 number: the upper half of a float32. */
export function fromBrain(bits: number): number {
  word.setUint32(0, bits * 0x10000);
  return word.getFloat32(0);
}

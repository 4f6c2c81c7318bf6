/** NumPy's files: npy holds one array, npz several, in a zip. */
import { readFileSync, writeFileSync } from "node:fs";
import { asTensor, fromData } from "../creation.ts";
import type { DType } from "../dtype.ts";
import { lazy } from "../lazy.ts";
import { permute } from "../ops/shape.ts";
import { show, sizeOf } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { bytesOf, decode, encode, type FileType } from "./elements.ts";

const fflate = lazy<typeof import("fflate")>("fflate");

const magic = [0x93, ...new TextEncoder().encode("NUMPY")];

/** Element types by NumPy's letters without the byte order. */
const types: Readonly<Record<string, FileType>> = {
  f8: "f64",
  f4: "f32",
  f2: "f16",
  i8: "i64",
  i4: "i32",
  i2: "i16",
  i1: "i8",
  u8: "u64",
  u4: "u32",
  u2: "u16",
  u1: "u8",
  b1: "bool",
};

const descriptions: Readonly<Record<DType, string>> = {
  float64: "<f8",
  float32: "<f4",
  int32: "<i4",
  uint8: "|u1",
  bool: "|b1",
};

/** What a header says: `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`. */
interface Header {
  readonly type: FileType;
  readonly littleEndian: boolean;
  /** Whether the first index changes fastest. */
  readonly fortran: boolean;
  readonly shape: readonly number[];
  /** Where the elements start. */
  readonly start: number;
}

function readHeader(bytes: Uint8Array): Header {
  const fail = (why: string) => new RangeError(`Cannot read npy: ${why}`);
  if (!magic.every((byte, i) => bytes[i] === byte))
    throw fail("it does not start with \\x93NUMPY, so this is a file of another format");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6]!;
  if (version < 1 || version > 3) throw fail(`version ${version} is not known`);
  const [length, at] = version === 1 ? [view.getUint16(8, true), 10] : [view.getUint32(8, true), 12];
  const text = new TextDecoder(version === 3 ? "utf-8" : "latin1").decode(bytes.subarray(at, at + length));
  const described = /'descr':\s*'([<>|=]?)(\w+)'/.exec(text);
  const order = /'fortran_order':\s*(True|False)/.exec(text);
  const sizes = /'shape':\s*\(([^)]*)\)/.exec(text);
  if (!described || !order || !sizes) throw fail(`its header is ${text.trim()}, and arrays of records are not read`);
  const type = types[described[2]!];
  if (type === undefined)
    throw fail(`its type ${described[1]}${described[2]} is none of ${Object.keys(types).join(", ")}`);
  const shape = sizes[1]!
    .split(",")
    .map((size) => size.trim())
    .filter((size) => size !== "")
    .map(Number);
  return { type, littleEndian: described[1] !== ">", fortran: order[1] === "True", shape, start: at + length };
}

/**
 * The array in the bytes of an npy file. float16 becomes float32, whole numbers but uint8 become int32.
 *
 * @throws {RangeError} If the bytes are no npy file, its elements are of a type that tensors have no place for, or are fewer than its shape says.
 * @see numpy.lib.format
 * @example fromNpy(toNpy([[1, 2], [3, 4]])).toArray() // [[1, 2], [3, 4]]
 */
export function fromNpy(bytes: Uint8Array): Tensor {
  const { type, littleEndian, fortran, shape, start } = readHeader(bytes);
  const size = sizeOf(shape) * bytesOf(type);
  if (bytes.length < start + size) {
    throw new RangeError(
      `Cannot read npy: ${show(shape)} takes ${size} bytes, and ${bytes.length - start} follow the header`,
    );
  }
  const { data, dtype } = decode(bytes.subarray(start, start + size), type, littleEndian);
  if (!fortran || shape.length < 2) return fromData(data, shape, dtype);
  const reversed = fromData(data, [...shape].reverse(), dtype);
  return permute(
    reversed,
    shape.map((_, d) => shape.length - 1 - d),
  ).contiguous();
}

/** A tensor as the bytes of an npy file. @example toNpy([1, 2]).length // 136 */
export function toNpy(x: TensorLike): Uint8Array {
  const t = asTensor(x);
  const shape = t.ndim === 1 ? `(${t.shape[0]},)` : `(${t.shape.join(", ")})`;
  const text = `{'descr': '${descriptions[t.dtype]}', 'fortran_order': False, 'shape': ${shape}, }`;
  // With its line end the header fills a multiple of 64 bytes, so that elements can be mapped into memory.
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
  const elements = encode(t.data);
  const bytes = new Uint8Array(10 + length + elements.length);
  bytes.set([...magic, 1, 0, length & 0xff, length >> 8]);
  bytes.set(new TextEncoder().encode(`${text.padEnd(length - 1)}\n`), 10);
  bytes.set(elements, 10 + length);
  return bytes;
}

/**
 * The arrays in the bytes of an npz file, by name.
 *
 * @throws {RangeError} As `fromNpy`.
 * @example fromNpz(toNpz({ a: [1, 2] })).a.toArray() // [1, 2]
 */
export function fromNpz(bytes: Uint8Array): Record<string, Tensor> {
  const files = Object.entries(fflate().unzipSync(bytes));
  return Object.fromEntries(files.map(([name, content]) => [name.replace(/\.npy$/, ""), fromNpy(content)]));
}

/**
 * Tensors as the bytes of an npz file.
 *
 * @param options `compressed`: whether they are packed, as by savez_compressed; default false.
 * @example Object.keys(fromNpz(toNpz({ a: [1], b: [2] }, { compressed: true }))) // ["a", "b"]
 */
export function toNpz(
  arrays: Readonly<Record<string, TensorLike>>,
  options: { compressed?: boolean } = {},
): Uint8Array {
  const files = Object.entries(arrays).map(([name, x]) => [`${name}.npy`, toNpy(x)] as const);
  // NumPy reads any date; a fixed one makes equal arrays equal files.
  return fflate().zipSync(Object.fromEntries(files), { level: options.compressed ? 6 : 0, mtime: "1980-01-02" });
}

/**
 * The array of an npy file.
 *
 * @throws {RangeError} As `fromNpy`; also if it is an npz file, which `loadz` reads.
 * @example
 * save(join(folder, "x.npy"), [1, 2]);
 * load(join(folder, "x.npy")).toArray() // [1, 2]
 */
export function load(path: string): Tensor {
  const bytes = readFileSync(path);
  if (bytes[0] === 0x50 && bytes[1] === 0x4b)
    throw new RangeError(`Cannot read ${path} as npy: it is an npz file, several arrays; use loadz`);
  return fromNpy(bytes);
}

/** The arrays of an npz file, by name. @example savez(join(folder, "z.npz"), { a: [1] }); loadz(join(folder, "z.npz")).a.toArray() // [1] */
export function loadz(path: string): Record<string, Tensor> {
  return fromNpz(readFileSync(path));
}

/** Writes a tensor to an npy file. @example save(join(folder, "y.npy"), [[1, 2]]) */
export function save(path: string, x: TensorLike): void {
  writeFileSync(path, toNpy(x));
}

/** Writes tensors to an npz file. @example savez(join(folder, "y.npz"), { a: [1], b: [2] }) */
export function savez(path: string, arrays: Readonly<Record<string, TensorLike>>): void {
  writeFileSync(path, toNpz(arrays));
}

/** Writes tensors to a packed npz file. @example savezCompressed(join(folder, "c.npz"), { a: [1] }) */
export function savezCompressed(path: string, arrays: Readonly<Record<string, TensorLike>>): void {
  writeFileSync(path, toNpz(arrays, { compressed: true }));
}

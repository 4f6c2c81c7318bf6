/**
 * The safetensors format, in which PyTorch models are shared: eight bytes say how long the header is, the header (JSON) says where each tensor
 * lies, and the rest is the tensors' elements. Reading runs no code, unlike PyTorch's own format.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { asTensor, fromData } from "../creation.ts";
import { dtypes } from "../dtype.ts";
import { show, sizeOf } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { bytesOf, decode, encode, type FileType, fileTypes } from "./elements.ts";

/** Types by the names that headers have for them. Those of 8-bit and complex numbers are not read. */
const names: Readonly<Record<string, FileType>> = {
  F64: "f64",
  F32: "f32",
  F16: "f16",
  BF16: "bf16",
  I64: "i64",
  I32: "i32",
  I16: "i16",
  I8: "i8",
  U64: "u64",
  U32: "u32",
  U16: "u16",
  U8: "u8",
  BOOL: "bool",
};

/** Longer headers are refused, as by the original. */
const maxHeader = 100_000_000;

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [start: number, end: number];
}

/** Text by name: what a file says about itself. */
export type Metadata = Readonly<Record<string, string>>;

function isEntry(value: unknown): value is Entry {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Partial<Entry>;
  const whole = (list: unknown): boolean => Array.isArray(list) && list.every((v) => Number.isInteger(v) && v >= 0);
  return typeof dtype === "string" && whole(shape) && whole(offsets) && offsets!.length === 2;
}

/** The header of a file and where the elements start. */
function readHeader(bytes: Uint8Array): { header: Record<string, unknown>; start: number } {
  const fail = (why: string) => new RangeError(`Cannot read safetensors: ${why}`);
  if (bytes.length < 8) throw fail(`${bytes.length} bytes are too few for a header`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > maxHeader || length > bytes.length - 8) {
    throw fail(`the header is said to be ${length} bytes long, and ${bytes.length - 8} follow`);
  }
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, 8 + length)));
  } catch {
    throw fail("the header is no JSON, so this is a file of another format");
  }
  if (typeof header !== "object" || header === null || Array.isArray(header)) throw fail("the header is no object");
  return { header: header as Record<string, unknown>, start: 8 + length };
}

/**
 * The tensors in the bytes of a file. F16 and BF16 become float32; whole numbers of other sizes become int32.
 *
 * @throws {RangeError} If the bytes are no safetensors, a tensor's place and shape do not agree, its type is not known, or a whole number does not
 * fit an int32.
 * @see https://github.com/huggingface/safetensors
 * @example load(save({ w: tensor([1, 2]) })).w.toArray() // [1, 2]
 */
export function load(bytes: Uint8Array): Record<string, Tensor> {
  const { header, start } = readHeader(bytes);
  const tensors: [string, Tensor][] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    const fail = (why: string) => new RangeError(`Cannot read the tensor ${name}: ${why}`);
    if (!isEntry(entry)) throw fail("its entry lacks dtype, shape or data_offsets");
    const { dtype, shape } = entry;
    const [from, to] = entry.data_offsets;
    const type = names[dtype];
    if (type === undefined) throw fail(`its type ${dtype} is none of ${Object.keys(names).join(", ")}`);
    const size = sizeOf(shape) * bytesOf(type);
    if (to - from !== size || start + to > bytes.length) {
      throw fail(
        `${show(shape)} of ${dtype} takes ${size} bytes, its place goes from ${from} to ${to} of ${bytes.length - start}`,
      );
    }
    const { data, dtype: own } = decode(bytes.subarray(start + from, start + to), type);
    tensors.push([name, fromData(data, shape, own)]);
  }
  return Object.fromEntries(tensors);
}

/** What the bytes of a file say about themselves. @example metadata(save({}, { format: "pt" })) // { format: "pt" } */
export function metadata(bytes: Uint8Array): Metadata {
  return (readHeader(bytes).header.__metadata__ ?? {}) as Metadata;
}

/**
 * Tensors as the bytes of a file.
 *
 * @param tensors By name, such as `model.stateDict()`.
 * @param about Text by name, for the file to say about itself; Hugging Face's programs want `{ format: "pt" }`.
 * @throws {TypeError} If a tensor is called `__metadata__`, which the format keeps for itself.
 * @example save({ w: tensor([1, 2]) }).length % 8 // 0
 */
export function save(tensors: Readonly<Record<string, TensorLike>>, about?: Metadata): Uint8Array {
  if (Object.hasOwn(tensors, "__metadata__"))
    throw new TypeError("Cannot save a tensor as __metadata__: name it otherwise");
  const parts = Object.entries(tensors).map(([name, value]) => {
    const t = asTensor(value);
    const type = fileTypes[t.dtype];
    return { name, shape: t.shape, dtype: t.dtype, type, bytes: encode(t.data) };
  });
  // The widest types first, so that each tensor lies where its type may lie in memory: the order of the original, byte by byte.
  parts.sort((a, b) => dtypes.indexOf(b.dtype) - dtypes.indexOf(a.dtype) || (a.name < b.name ? -1 : 1));
  const entries: [string, unknown][] = about === undefined ? [] : [["__metadata__", about]];
  let end = 0;
  for (const { name, shape, type, bytes } of parts) {
    entries.push([name, { dtype: type.toUpperCase(), shape, data_offsets: [end, (end += bytes.length)] }]);
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const length = Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(8 + length + end).fill(0x20, 8 + text.length, 8 + length);
  new DataView(file.buffer).setBigUint64(0, BigInt(length), true);
  file.set(text, 8);
  let at = 8 + length;
  for (const { bytes } of parts) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

/**
 * The tensors of a file, or of all files that an index (`model.safetensors.index.json`) names, as large models are kept.
 *
 * @param path The file, or the index beside its shards.
 * @throws {RangeError} As `load`; also if a shard lacks a tensor that the index says it has.
 * @see `module.loadStateDict`, which takes PyTorch's names.
 * @example
 * saveFile({ w: tensor([1, 2]) }, join(folder, "model.safetensors"));
 * loadFile(join(folder, "model.safetensors")).w.toArray() // [1, 2]
 */
export function loadFile(path: string): Record<string, Tensor> {
  const bytes = readFileSync(path);
  if (!path.endsWith(".json")) return load(bytes);
  const { weight_map: places } = JSON.parse(bytes.toString("utf8")) as { weight_map?: Record<string, string> };
  if (typeof places !== "object") throw new RangeError(`Cannot read ${path}: an index must have a weight_map`);
  const shards = new Map(
    [...new Set(Object.values(places))].map((file) => [file, loadFile(join(dirname(path), file))]),
  );
  const tensors = Object.entries(places).map(([name, file]) => {
    const found = shards.get(file)![name];
    if (found === undefined) throw new RangeError(`Cannot read ${path}: ${file} has no tensor ${name}`);
    return [name, found] as const;
  });
  return Object.fromEntries(tensors);
}

/** Writes tensors to a file, as `save`. @example saveFile({ w: [1, 2] }, join(folder, "w.safetensors")) */
export function saveFile(tensors: Readonly<Record<string, TensorLike>>, path: string, about?: Metadata): void {
  writeFileSync(path, save(tensors, about));
}

/** The format of MNIST and its kin: idx holds one array of numbers, highest byte first. */
import { fromData } from "../../creation.ts";
import { allocate, type DType } from "../../dtype.ts";
import { show, sizeOf } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import { readBytes } from "./files.ts";

/** Element types by their codes: bytes of an element, how to read one, and what it becomes. */
const types: Readonly<Record<number, [bytes: number, read: (view: DataView, at: number) => number, dtype: DType]>> = {
  8: [1, (view, at) => view.getUint8(at), "uint8"],
  9: [1, (view, at) => view.getInt8(at), "int32"],
  11: [2, (view, at) => view.getInt16(at), "int32"],
  12: [4, (view, at) => view.getInt32(at), "int32"],
  13: [4, (view, at) => view.getFloat32(at), "float32"],
  14: [8, (view, at) => view.getFloat64(at), "float64"],
};

/**
 * The array in the bytes of an idx file.
 *
 * @throws {RangeError} If the bytes are no idx file, or fewer than its shape says.
 * @example parseIdx(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 5, 6)).toArray() // [5, 6]
 */
export function parseIdx(bytes: Uint8Array): Tensor {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [type, rank] = [types[bytes[2]!], bytes[3] ?? 0];
  if (bytes[0] !== 0 || bytes[1] !== 0 || type === undefined || bytes.length < 4 + 4 * rank) {
    throw new RangeError("Cannot read idx: it does not start as such a file does, so this is another format");
  }
  const [size, read, dtype] = type;
  const shape = Array.from({ length: rank }, (_, d) => view.getUint32(4 + 4 * d));
  const start = 4 + 4 * rank;
  const count = sizeOf(shape);
  if (bytes.length < start + count * size) {
    throw new RangeError(
      `Cannot read idx: ${show(shape)} takes ${count * size} bytes, and ${bytes.length - start} follow the header`,
    );
  }
  if (dtype === "uint8") return fromData(bytes.slice(start, start + count), shape);
  const data = allocate(dtype, count);
  for (let i = 0; i < count; i++) data[i] = read(view, start + i * size);
  return fromData(data, shape);
}

/**
 * The array of an idx file, which may be packed (`.gz`).
 *
 * @throws {RangeError} As `parseIdx`.
 * @example
 * writeFileSync(join(folder, "x.idx"), Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 7));
 * readIdx(join(folder, "x.idx")).item() // 7
 */
export function readIdx(path: string): Tensor {
  return parseIdx(readBytes(path));
}

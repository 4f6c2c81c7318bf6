/** Texts in the form in which packages of R keep them. */
import { inflateSync } from "node:zlib";

/**
 * The texts of an R lazy-load file: each is its length in four bytes, then a zlib stream of a vector of strings in XDR.
 */
export function parseLazyLoad(bytes: Uint8Array): string[] {
  const texts: string[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 4 < bytes.length; ) {
    const { buffer, engine } = inflateSync(bytes.subarray(at + 4), { info: true }) as unknown as {
      buffer: Uint8Array;
      engine: { bytesWritten: number };
    };
    if (buffer.length !== view.getUint32(at)) throw new RangeError("Cannot read the R data: a length is wrong");
    texts.push(readStrings(buffer).join("\n"));
    at += 4 + engine.bytesWritten;
  }
  return texts;
}

/** The strings of a serialized R vector: after its header the mark of such a vector, its length, and each string with a mark and its length. */
function readStrings(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // X, line end, three versions; version 3 adds the name of the encoding.
  let at = 14;
  if (view.getInt32(2) === 3) at += 4 + view.getInt32(at);
  if (view.getInt32(at) !== 16) throw new RangeError("Cannot read the R data: it is no vector of strings");
  const count = view.getInt32(at + 4);
  at += 8;
  const decoder = new TextDecoder();
  return Array.from({ length: count }, () => {
    const length = Math.max(0, view.getInt32(at + 4));
    const text = decoder.decode(bytes.subarray(at + 8, at + 8 + length));
    at += 8 + length;
    return text;
  });
}

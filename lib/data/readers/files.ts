/** Files as bytes and as text. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** The bytes of a file, unpacked if it is packed by gzip. */
export function readBytes(path: string): Uint8Array {
  const bytes = readFileSync(path);
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}

/** The text of a file, unpacked if it is packed by gzip. */
export function readText(path: string): string {
  return new TextDecoder().decode(readBytes(path));
}

/** Where a picture, a sound or a film comes from: bytes, a file, or an address. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export type MediaSource = Uint8Array | string | URL;

/** The address, where the front end is to load it; null where we do. */
export function addressOf(source: MediaSource): string | null {
  const text = source instanceof URL ? source.href : source;
  return typeof text === "string" && /^(https?|data):/.test(text) ? text : null;
}

/**
 * @param kind What is expected, such as `picture`.
 * @throws {Error} If there is no such file.
 */
export function bytesOf(source: MediaSource, kind: string): Buffer {
  if (typeof source !== "string" && !(source instanceof URL)) return Buffer.from(source);
  const text = String(source);
  const path = text.startsWith("file:") ? fileURLToPath(text) : text;
  if (!existsSync(path)) throw new Error(`Cannot show the ${kind} "${path}": there is no such file`);
  return readFileSync(path);
}

/** What an error calls it. */
export function nameOf(source: MediaSource): string {
  return typeof source === "string" || source instanceof URL ? `"${source}"` : `${source.length} bytes`;
}

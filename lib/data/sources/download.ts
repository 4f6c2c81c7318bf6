/** Downloads with a checksum. */
import { createHash } from "node:crypto";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** A file on the net. */
export interface Remote {
  readonly url: string;
  /** The MD5 of its bytes, in hexadecimal. */
  readonly md5: string;
}

/** Sees how far a download is. `total` is 0 where the server does not say. */
export type Progress = (received: number, total: number) => void;

/**
 * Downloads a file. It appears at its place only when it is whole and its checksum is right.
 *
 * @param path Where to put it; folders are made.
 * @param options `progress`: sees how far it is; by default a bar is printed.
 * @throws {Error} If the server does not give it, or the checksum is another.
 */
export async function download(remote: Remote, path: string, options: { progress?: Progress } = {}): Promise<void> {
  const { url, md5 } = remote;
  const progress = options.progress ?? progressBar(url.slice(url.lastIndexOf("/") + 1));
  const fail = (why: string, cause?: unknown) => new Error(`Cannot download ${url}: ${why}`, { cause });
  const chunks: Uint8Array[] = [];
  try {
    const response = await fetch(url);
    if (!response.ok || response.body === null) throw fail(`the server answers ${response.status}`);
    const total = Number(response.headers.get("content-length") ?? 0);
    let received = 0;
    for await (const chunk of response.body) {
      chunks.push(chunk);
      received += chunk.length;
      progress(received, total);
    }
  } catch (error) {
    throw error instanceof Error && error.message.startsWith("Cannot download")
      ? error
      : fail("it is out of reach", error);
  }
  const hash = createHash("md5");
  for (const chunk of chunks) hash.update(chunk);
  const found = hash.digest("hex");
  if (found !== md5) throw fail(`its MD5 is ${found}, expected ${md5}`);
  mkdirSync(dirname(path), { recursive: true });
  const part = `${path}.${process.pid}.part`;
  try {
    writeFileSync(part, Buffer.concat(chunks));
    renameSync(part, path);
  } finally {
    rmSync(part, { force: true });
  }
}

/** Prints a bar that grows in its line, a twentieth at a time. */
export function progressBar(
  name: string,
  write: (text: string) => void = (text) => void process.stdout.write(text),
): Progress {
  let shown = -1;
  return (received, total) => {
    const part = total > 0 ? Math.min(20, Math.floor((20 * received) / total)) : 0;
    if (part === shown) return;
    shown = part;
    const size = `${(total / 1e6).toFixed(1)} MB`;
    write(`\r${name} ${"█".repeat(part)}${"░".repeat(20 - part)} ${5 * part} % of ${size}${part === 20 ? "\n" : ""}`);
  };
}

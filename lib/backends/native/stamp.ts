/**
 * What tells a compiled engine that belongs to this library from one that does not: the hash of the sources that it was made of. What the library
 * writes into the command buffer is made for those sources and no others.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Put in by the build, since a bundle may outlive the sources beside it: what it writes for the engine is as old as itself. */
declare const GRADBOOK_ENGINE_STAMP: string | undefined;

/** The sources of the engine, from the project's root. */
export const sourceFolder: string = join("lib", "backends", "native", "src");

/** The hash of all sources of the engine under a project's root; the build writes it into what it compiles and what it bundles. */
export function sourceStamp(root: string): string {
  const folder = join(root, sourceFolder);
  const hash = createHash("sha256");
  for (const file of readdirSync(folder).sort()) hash.update(`${file}\0`).update(readFileSync(join(folder, file)));
  return hash.digest("hex").slice(0, 32);
}

/** The stamp of the engine that this library was made with: a bundle knows it, the sources under `root` are hashed. */
export function libraryStamp(root: string): string {
  return typeof GRADBOOK_ENGINE_STAMP === "string" ? GRADBOOK_ENGINE_STAMP : sourceStamp(root);
}

/** What tells a compiled engine that belongs to this library from one that does not: the hash of the sources that it was made of. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The sources of the engine, from the project's root. */
export const sourceFolder: string = join("lib", "backends", "native", "src");

/** The hash of all sources of the engine under a project's root; the build writes it into what it compiles. */
export function sourceStamp(root: string): string {
  const folder = join(root, sourceFolder);
  const hash = createHash("sha256");
  for (const file of readdirSync(folder).sort()) hash.update(`${file}\0`).update(readFileSync(join(folder, file)));
  return hash.digest("hex").slice(0, 32);
}

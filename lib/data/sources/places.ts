/** Where data may lie: in an installed package, in a cache folder, beside the library. */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** All folders from one up to the root. */
function upwards(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...upwards(parent)];
}

/** The folder of an installed npm package, as seen from the working folder or from the library; null if it is not there. */
export function packageFolder(name: string): string | null {
  const candidates = [process.cwd(), import.meta.dirname]
    .flatMap(upwards)
    .map((folder) => join(folder, "node_modules", name));
  return candidates.find(existsSync) ?? null;
}

/** The first of some files that exists; null if none does. */
export function firstExisting(paths: readonly string[]): string | null {
  return paths.find(existsSync) ?? null;
}

/** Where downloads are kept: GRADBOOK_DATA, else `gradbook` in the user's cache folder. */
export function cacheFolder(): string {
  const { GRADBOOK_DATA, XDG_CACHE_HOME } = process.env;
  return GRADBOOK_DATA || join(XDG_CACHE_HOME || join(homedir(), ".cache"), "gradbook");
}

/** Whether nothing may be downloaded: GRADBOOK_OFFLINE is set, or tests run. */
export function isOffline(): boolean {
  return Boolean(process.env.GRADBOOK_OFFLINE) || process.env.NODE_ENV === "test";
}

/** A file of lib/data/samples, from the sources as from the built package. */
export function samplePath(name: string): string {
  const inside = join("lib", "data", "samples", name);
  const path = firstExisting(upwards(import.meta.dirname).map((folder) => join(folder, inside)));
  if (path === null) throw new Error(`Cannot find ${inside}: this installation of gradbook is not complete`);
  return path;
}

/** Tells the reader which data are used, where these are not all there are. */
export function say(text: string): void {
  console.info(text);
}

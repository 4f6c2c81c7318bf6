/** Packages that are loaded when they are first needed, so that starting the library stays quick. */
import { createRequire } from "node:module";

/** A function that gives a package, and loads it the first time. @example lazy<typeof import("node:path")>("node:path")().join("a", "b") // "a/b" */
export function lazy<T>(name: string): () => T {
  let loaded: T | undefined;
  return () => {
    loaded ??= createRequire(import.meta.url)(name) as T;
    return loaded;
  };
}

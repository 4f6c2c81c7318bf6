/** Finds and loads the compiled engine. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** What the compiled engine offers. */
export interface Addon {
  /** Where arguments of kernels go: the kernel's number, then what it reads. */
  readonly command: Float64Array;
  /** Runs the kernel that the command names. */
  run(): void;
  /** Where the elements of an array lie in memory. */
  addressOf(array: ArrayBufferView): number;
  setThreads(count: number): void;
  getThreads(): number;
  /** Chooses the instruction set by name, `auto` for the best; returns the one in use. */
  setInstructions(name: string): string;
}

/** Where the build puts the engine, from the project's root. */
export const addonPath: string = join("dist", "native", `engine-${process.platform}-${process.arch}.node`);

/** The engine, or why there is none. */
export function loadAddon(): Addon | { missing: string } {
  // This file is in lib/ in the sources, and part of a bundle in dist/ when built: the project's root is above both.
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const file = join(folder, addonPath);
    if (existsSync(file)) {
      try {
        return createRequire(import.meta.url)(file) as Addon;
      } catch (error) {
        return { missing: `${file} cannot be loaded: ${(error as Error).message.split("\n")[0]}` };
      }
    }
    if (folder === dirname(folder)) return { missing: `there is no ${addonPath}: "npm run build" makes it` };
  }
}

/** Finds and loads the compiled engine, if it is the one that this library was made for: another one would read arguments as it understands them. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { binaryOps, foldOps, kernel, unaryOps } from "./ops.ts";
import { libraryStamp } from "./stamp.ts";

/** What the compiled engine offers. */
export interface Addon {
  /** The hash of the sources that it was compiled from. */
  readonly stamp: string;
  /** How many kernels and ops it has; see `tables`. */
  readonly tables: string;
  /** Where arguments of kernels go: the kernel's number, then what it reads. */
  readonly command: Float64Array;
  /** Runs the kernel that the command names. */
  run(): void;
  /** Where the elements of an array lie in memory. */
  addressOf(array: ArrayBufferView): number;
  /** Says how many threads take part in kernels, for the whole process. */
  setThreads(count: number): void;
  /** How many take part; 0 as long as no environment has said so. */
  getThreads(): number;
  /** How many bytes kernels keep from call to call, to work in. */
  workspaceBytes(): number;
  /** Watches objects, with numbers of its own. */
  watcher(): Watcher;
  /** Chooses the instruction set by name, `auto` for the best; returns the one in use. */
  setInstructions(name: string): string;
  /**
   * Lets kernels touch the first so many bytes of a buffer and no others. Only an engine with AddressSanitizer has this, which ends the process where they
   * do.
   */
  expose?(buffer: ArrayBuffer, used: number): void;
  /** A fault to try that with: asks for a workspace of so many bytes, one that all threads see or the caller's own, and writes to the byte at a place. */
  trespass?(isShared: boolean, bytes: number, at: number): void;
}

/** Tells which objects the collector has taken. */
export interface Watcher {
  /** Lets a number stand for an object, which it does not keep from the collector. */
  watch(object: object, number: number): void;
  /** Ends that. */
  unwatch(number: number): void;
  /** Writes the numbers whose objects are gone, as many as fit, and returns how many; each is told once. */
  gone(numbers: Uint32Array): number;
}

/** Why there is no engine. */
export interface Missing {
  readonly missing: string;
  /** Whether there is a file that should be an engine, so that something is wrong; else it was never built. */
  readonly broken: boolean;
}

/** Where the build puts the engine for an architecture, from the project's root. */
export function addonPathOf(arch: string): string {
  return join("dist", "native", `engine-${process.platform}-${arch}.node`);
}

/** Where the engine for this machine is. */
export const addonPath: string = addonPathOf(process.arch);

/** What `tables` of an engine must say: how many kernels, unary ops, binary ops and folds go by number. */
const expectedTables = [Object.keys(kernel), unaryOps, binaryOps, foldOps].map((list) => list.length).join();

/** The engine, or why there is none. */
export function loadAddon(): Addon | Missing {
  // This file is in lib/ in the sources, and part of a bundle in dist/ when built: the project's root is above both.
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, addonPath))) return openAddon(join(folder, addonPath), libraryStamp(folder));
    if (folder === dirname(folder)) {
      return { missing: `there is no ${addonPath}: "npm run setup" makes it`, broken: false };
    }
  }
}

/** Loads the engine from a file, if it is of the sources that the stamp stands for. */
export function openAddon(file: string, stamp: string): Addon | Missing {
  const broken = (what: string): Missing => ({
    missing: `${file} ${what}; "npm run setup" makes it anew`,
    broken: true,
  });
  let addon: Partial<Addon>;
  try {
    addon = createRequire(import.meta.url)(file) as Partial<Addon>;
  } catch (error) {
    return broken(`cannot be loaded: ${(error as Error).message.split("\n")[0]}`);
  }
  const functions = [
    "run",
    "addressOf",
    "setThreads",
    "getThreads",
    "workspaceBytes",
    "setInstructions",
    "watcher",
  ] as const;
  const isEngine = ArrayBuffer.isView(addon.command) && functions.every((name) => typeof addon[name] === "function");
  if (!isEngine || addon.stamp === undefined) return broken("is no engine of this library, or an old one");
  if (addon.stamp !== stamp || addon.tables !== expectedTables) {
    return broken("was made of other sources");
  }
  return addon as Addon;
}

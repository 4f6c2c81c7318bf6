/**
 * Packages, looked for from the notebook's folder. Node remembers for ever that a package was not there, so it is asked only for what is: then one that was
 * missing can be installed and imported without a restart.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as tslab from "./tslab.ts";

/** The notebook's. */
export const folder = process.cwd();
export const notebook = pathToFileURL(join(folder, "notebook.mjs")).href;

/** @throws {Error} If there is no such package: which, and how to install it. */
export function resolvePackage(specifier: string): string {
  const parents =
    specifier.startsWith("#") || isThere(packageName(specifier)) ? [notebook, import.meta.url] : [import.meta.url];
  for (const parent of parents) {
    try {
      const url = import.meta.resolve(specifier, parent);
      if (url.startsWith("node:") || existsSync(fileURLToPath(url))) return url;
    } catch (error) {
      // A package that is there and refuses (no such export) says more than "not found" would.
      if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    }
  }
  throw missing(specifier);
}

/** `require` as a script in the notebook's folder would have it. */
export const requireFromNotebook: NodeJS.Require = createNotebookRequire();

function createNotebookRequire(): NodeJS.Require {
  const original = createRequire(join(folder, "notebook.cjs"));
  const require = (specifier: string): unknown => {
    if (specifier === "tslab") return tslab;
    const isPackage = !isBuiltin(specifier) && !/^(\.{0,2}\/|#)/.test(specifier);
    if (!isPackage || isThere(packageName(specifier))) return original(specifier);
    // What is not beside the notebook may be the kernel's.
    return original(fileURLToPath(resolvePackage(specifier)));
  };
  return Object.assign(require, original);
}

function missing(specifier: string): Error {
  const name = packageName(specifier);
  return new Error(`Cannot find the package "${name}" from ${folder}: install it with  %npm install ${name}`);
}

function packageName(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

/** Whether a package of the name is installed on the way up from the notebook, or is the project that the notebook is in. */
function isThere(name: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, "node_modules", name))) return true;
    const manifest = join(at, "package.json");
    if (existsSync(manifest) && nameIn(manifest) === name) return true;
    if (at === dirname(at)) return false;
  }
}

function nameIn(manifest: string): unknown {
  try {
    return (JSON.parse(readFileSync(manifest, "utf8")) as { name?: unknown }).name;
  } catch {
    // A manifest that cannot be read names nothing.
    return undefined;
  }
}

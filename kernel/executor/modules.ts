/**
 * Imports of a cell: resolved from the notebook's folder first, then from the kernel's package. Node's own loader does the loading, so ES modules,
 * CommonJS and built-in modules behave as anywhere; JSON needs no attribute, and local TypeScript is compiled when it is loaded (module-hooks.ts).
 */
import { readFileSync } from "node:fs";
import { isBuiltin, register } from "node:module";
import { extname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isVersioned, resolveLocal } from "./local-file.ts";
import { folder, notebook, requireFromNotebook, resolvePackage } from "./packages.ts";
import * as tslab from "./tslab.ts";

type Namespace = Record<string, unknown>;

let preloaded: { name: string; url: string; namespace: Namespace } | null = null;
let hooked = false;

/** Loads the library and makes it the one that `import … from NAME` gives, so that its classes are the same everywhere. */
export async function preload(name: string, url: string): Promise<Namespace> {
  const namespace = (await import(url)) as Namespace;
  preloaded = { name, url, namespace };
  return namespace;
}

/** What `import.meta` is in a module beside the notebook. */
export const meta = {
  url: notebook,
  filename: fileURLToPath(notebook),
  dirname: folder,
  resolve: (specifier: string): string =>
    /^(\.{0,2}\/|[a-z]+:)/.test(specifier) ? import.meta.resolve(specifier, notebook) : resolvePackage(specifier),
};

/**
 * @param required Names that the importing cell uses as values, so that their absence is an error now, not later.
 * @throws {SyntaxError} If the module does not export a required name.
 */
export async function importModule(
  specifier: string,
  _options?: unknown,
  required: readonly string[] = [],
): Promise<Namespace> {
  const namespace = await load(String(specifier));
  const missing = required.filter((name) => !(name in namespace));
  if (missing.length === 0) return namespace;
  // CommonJS exports that Node could not see from outside are on the default export.
  const fallback = namespace.default as Namespace | undefined;
  const found = (name: string) =>
    fallback !== null && (typeof fallback === "object" || typeof fallback === "function") && name in fallback;
  for (const name of missing) {
    if (!found(name))
      throw new SyntaxError(`The module "${specifier}" does not export "${name}": it exports ${exportList(namespace)}`);
  }
  return { ...namespace, ...Object.fromEntries(missing.map((name) => [name, fallback![name]])) };
}

async function load(specifier: string): Promise<Namespace> {
  if (preloaded && specifier === preloaded.name) return preloaded.namespace;
  // A notebook written for tslab is at home here; the package itself works in its own kernel only.
  if (specifier === "tslab") return tslab;
  if (isBuiltin(specifier) || /^(data|https?):/.test(specifier)) return import(specifier);
  if (/^(\.{0,2}\/|file:)/.test(specifier)) return loadFile(resolveFile(specifier));
  return import(resolvePackage(specifier));
}

async function loadFile(path: string): Promise<Namespace> {
  switch (extname(path)) {
    case ".json":
      return jsonModule(path);
    case ".wasm":
      return wasmModule(path);
    case ".node":
      return { default: requireFromNotebook(path) };
  }
  hookLoader();
  if (!isVersioned(path)) return import(pathToFileURL(path).href);
  const { versionedUrl } = await import("./module-version.ts");
  return import(versionedUrl(path));
}

/** As the WebAssembly proposal for ES modules has it: what the module imports is imported, what it exports is exported. */
async function wasmModule(path: string): Promise<Namespace> {
  const module = await WebAssembly.compile(readFileSync(path));
  const imports: Record<string, Namespace> = {};
  for (const { module: name } of WebAssembly.Module.imports(module)) imports[name] ??= await load(name);
  const instance = await WebAssembly.instantiate(module, imports as WebAssembly.Imports);
  return { ...instance.exports };
}

function jsonModule(path: string): Namespace {
  const value: unknown = JSON.parse(readFileSync(path, "utf8"));
  const named = value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Namespace) : {};
  return { ...named, default: value };
}

function resolveFile(specifier: string): string {
  const path = specifier.startsWith("file:")
    ? fileURLToPath(specifier)
    : join(specifier.startsWith("/") ? "" : folder, specifier);
  const found = resolveLocal(path);
  if (!found) throw new Error(`Cannot find the file "${specifier}" from ${folder}: there is no ${path}`);
  return found;
}

function exportList(namespace: Namespace): string {
  const names = Object.keys(namespace).filter((name) => name !== "default");
  if (names.length === 0) return "default" in namespace ? "only a default" : "nothing";
  return names.slice(0, 20).join(", ") + (names.length > 20 ? `, … (${names.length} names)` : "");
}

/** The hooks run in a thread of their own, which costs tens of milliseconds: only notebooks that import files of their own pay. */
function hookLoader(): void {
  if (hooked) return;
  hooked = true;
  process.setSourceMapsEnabled(true);
  const library = preloaded && { name: preloaded.name, url: preloaded.url };
  register(new URL("./module-hooks.js", import.meta.url), { data: { library } });
}

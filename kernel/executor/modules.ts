/**
 * Imports of a cell: resolved from the notebook's folder first, then from the kernel's package. Node's own loader does the loading, so ES modules,
 * CommonJS and built-in modules behave as anywhere; JSON needs no attribute, and local TypeScript is compiled when it is loaded (module-hooks.ts).
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire, isBuiltin, register } from "node:module";
import { extname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

type Namespace = Record<string, unknown>;

const folder = process.cwd();
const notebook = pathToFileURL(join(folder, "notebook.mjs")).href;
const TYPESCRIPT = new Set([".ts", ".mts", ".cts", ".tsx"]);
const GUESSED_ENDINGS = ["", ".ts", ".mts", ".js", ".mjs", ".cjs", ".json", "/index.ts", "/index.js"];

let preloaded: { name: string; url: string; namespace: Namespace } | null = null;
let hooked = false;
const versions = new Map<string, number>();

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
  resolve: (specifier: string): string => import.meta.resolve(specifier, notebook),
};

/** `require` as a script in the notebook's folder would have it. */
export const requireFromNotebook = createRequire(join(folder, "notebook.cjs"));

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
  if (isBuiltin(specifier) || /^(data|https?):/.test(specifier)) return import(specifier);
  if (/^(\.{0,2}\/|file:)/.test(specifier)) return loadFile(resolveFile(specifier));
  return import(resolvePackage(specifier));
}

async function loadFile(path: string): Promise<Namespace> {
  const extension = extname(path);
  if (extension === ".json") return jsonModule(path);
  if (TYPESCRIPT.has(extension)) hookTypeScript();
  const url = pathToFileURL(path);
  // A file that changed since it was first imported is another module: the cache of Node cannot be cleared.
  const changed = statSync(path).mtimeMs;
  const first = versions.get(path) ?? changed;
  versions.set(path, first);
  if (changed !== first) url.searchParams.set("version", String(changed));
  return import(url.href);
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
  for (const ending of GUESSED_ENDINGS) {
    const candidate = path + ending;
    if (existsSync(candidate) && statSync(candidate).isFile()) return candidate;
  }
  // TypeScript's own way to write the import of a file that it will compile.
  const source = path.replace(/\.(m|c)?js$/, ".$1ts");
  if (source !== path && existsSync(source)) return source;
  throw new Error(`Cannot find the file "${specifier}" from ${folder}: there is no ${path}`);
}

function resolvePackage(specifier: string): string {
  for (const parent of [notebook, import.meta.url]) {
    try {
      const url = import.meta.resolve(specifier, parent);
      if (url.startsWith("node:") || existsSync(fileURLToPath(url))) return url;
    } catch (error) {
      // A package that is there and refuses (no such export) says more than "not found" would.
      if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    }
  }
  const name = specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
  throw new Error(`Cannot find the package "${name}" from ${folder}: install it there with  npm install ${name}`);
}

function exportList(namespace: Namespace): string {
  const names = Object.keys(namespace).filter((name) => name !== "default");
  if (names.length === 0) return "default" in namespace ? "only a default" : "nothing";
  return names.slice(0, 20).join(", ") + (names.length > 20 ? `, … (${names.length} names)` : "");
}

/** The hooks run in a thread of their own, which costs tens of milliseconds: only notebooks that import TypeScript pay. */
function hookTypeScript(): void {
  if (hooked) return;
  hooked = true;
  process.setSourceMapsEnabled(true);
  const library = preloaded && { name: preloaded.name, url: preloaded.url };
  register(new URL("./module-hooks.js", import.meta.url), { data: { library } });
}

/** Node's module loader, taught to read TypeScript. Runs in the loader's thread. */
import { readFile } from "node:fs/promises";
import type { LoadHook, ResolveHook } from "node:module";
import { fileURLToPath } from "node:url";
import { isLocal, isVersioned, resolveLocal } from "./local-file.ts";
import { compileModule, isTypeScript } from "./module-compiler.ts";
import { versionedUrl } from "./module-version.ts";

let library: { name: string; url: string } | null = null;

export function initialize(data: { library: { name: string; url: string } | null }): void {
  library = data.library;
}

export const resolve: ResolveHook = async (specifier, context, next) => {
  if (library && specifier === library.name) return { url: library.url, shortCircuit: true };
  const { parentURL } = context;
  // What a package imports is the package's business.
  if (!parentURL || !isLocal(parentURL) || !/^\.{1,2}\//.test(specifier)) return next(specifier, context);
  const path = resolveLocal(fileURLToPath(new URL(specifier, parentURL)));
  if (!path || !isVersioned(path)) return next(specifier, context);
  return { url: versionedUrl(path), shortCircuit: true };
};

export const load: LoadHook = async (url, context, next) => {
  const path = url.startsWith("file:") ? fileURLToPath(url) : "";
  if (path.endsWith(".json")) {
    const text = await readFile(path, "utf8");
    return { format: "module", source: `export default ${text};`, shortCircuit: true };
  }
  if (!isTypeScript(path)) return next(url, context);
  const source = await readFile(path, "utf8");
  const { code, map } = await compileModule(path, source);
  return {
    format: path.endsWith(".cts") ? "commonjs" : "module",
    source: `${code}\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString("base64")}`,
    shortCircuit: true,
  };
};

/** Node's module loader, taught to read TypeScript. Runs in the loader's thread. */
import { readFile } from "node:fs/promises";
import type { LoadHook, ResolveHook } from "node:module";
import { fileURLToPath } from "node:url";
import { transformSync } from "oxc-transform";
import { isLocal, isVersioned, resolveLocal } from "./local-file.ts";
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
  if (!/\.(m|c)?tsx?$/.test(path)) return next(url, context);
  const source = await readFile(path, "utf8");
  const { code, map } = await compiled(path, source);
  return {
    format: path.endsWith(".cts") ? "commonjs" : "module",
    source: `${code}\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString("base64")}`,
    shortCircuit: true,
  };
};

/** Like a cell (compiler/lowering.ts): oxc first, esbuild for what it leaves alone. */
async function compiled(path: string, source: string): Promise<{ code: string; map: string }> {
  if (!NEEDS_ESBUILD.test(source)) {
    const { code, map, errors } = transformSync(path, source, {
      sourceType: "module",
      target: "es2022",
      sourcemap: true,
    });
    const [error] = errors;
    if (!error) return { code, map: JSON.stringify(map) };
    if (!/not supported by Oxc/.test(error.message)) {
      throw new SyntaxError(`${path}: ${error.message}\n${error.codeframe ?? ""}`);
    }
  }
  const { transform } = await import("esbuild");
  const tsconfigRaw = { compilerOptions: { useDefineForClassFields: true } };
  const loader = path.endsWith("x") ? "tsx" : "ts";
  return transform(source, { loader, target: "es2022", sourcemap: "external", sourcefile: path, tsconfigRaw });
}

const NEEDS_ESBUILD = /@[\w$([]|\baccessor\b|\busing\b/;

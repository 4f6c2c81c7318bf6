/** Node's module loader, taught to read TypeScript. Runs in the loader's thread. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { LoadHook, ResolveHook } from "node:module";
import { fileURLToPath } from "node:url";
import { transformSync } from "oxc-transform";

let library: { name: string; url: string } | null = null;

export function initialize(data: { library: { name: string; url: string } | null }): void {
  library = data.library;
}

export const resolve: ResolveHook = async (specifier, context, next) => {
  if (library && specifier === library.name) return { url: library.url, shortCircuit: true };
  try {
    return await next(specifier, context);
  } catch (error) {
    const url =
      context.parentURL && /^\.{1,2}\//.test(specifier) ? typescriptUrl(new URL(specifier, context.parentURL)) : null;
    if (url) return { url, shortCircuit: true };
    throw error;
  }
};

/** `./a.js` and `./a` of TypeScript's own conventions → the `.ts` file that is there. */
function typescriptUrl(url: URL): string | null {
  const path = fileURLToPath(url);
  const candidates = [path.replace(/\.(m|c)?js$/, ".$1ts"), `${path}.ts`, `${path}/index.ts`];
  const found = candidates.find((candidate) => candidate !== path && existsSync(candidate));
  return found ? new URL(`file://${encodeURI(found)}`).href : null;
}

export const load: LoadHook = async (url, context, next) => {
  const path = url.startsWith("file:") ? fileURLToPath(url) : "";
  if (path.endsWith(".json")) {
    const text = await readFile(path, "utf8");
    return { format: "module", source: `export default ${text};`, shortCircuit: true };
  }
  if (!/\.(m|c)?tsx?$/.test(path)) return next(url, context);
  const source = await readFile(path, "utf8");
  const result = transformSync(path, source, { sourceType: "module", target: "es2022", sourcemap: true });
  const error = result.errors[0];
  if (error) throw new SyntaxError(`${path}: ${error.message}\n${error.codeframe ?? ""}`);
  const map = Buffer.from(JSON.stringify(result.map)).toString("base64");
  return {
    format: path.endsWith(".cts") ? "commonjs" : "module",
    source: `${result.code}\n//# sourceMappingURL=data:application/json;base64,${map}`,
    shortCircuit: true,
  };
};

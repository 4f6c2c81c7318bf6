/** Files of the user's own, as modules: which file an import means, and by which URL it is loaded. */
import { existsSync, statSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";

const VERSION = "gradbook-version";
const VERSIONS = new RegExp(`\\?${VERSION}=[0-9a-f]+`, "g");

/** What is tried behind a path that names no file. */
const ENDINGS = ["", ".ts", ".mts", ".tsx", ".js", ".mjs", ".cjs", ".json", "/index.ts", "/index.js"];

/** The file that a path means, by the conventions of TypeScript: `./a`, `./a.js` for `a.ts`, a folder with an index. */
export function resolveLocal(path: string): string | null {
  for (const ending of ENDINGS) {
    if (isFile(path + ending)) return path + ending;
  }
  const source = path.replace(/\.([mc]?)jsx?$/, ".$1ts");
  return source !== path && isFile(source) ? source : null;
}

/** Whether a URL is of a file that may change under us: the user's own, not a package's. */
export function isLocal(url: string): boolean {
  return url.startsWith("file:") && !fileURLToPath(url).includes("/node_modules/");
}

/** Whether a new version of the file can be loaded beside the old one: not of CommonJS, which Node keeps by its path. */
export function isVersioned(path: string): boolean {
  return /\.(m?[jt]s|[jt]sx|json)$/.test(path);
}

export function urlOf(path: string, version: string): string {
  return `${pathToFileURL(path).href}?${VERSION}=${version}`;
}

/** In traces a file is called by its path. */
export function withoutVersion(text: string): string {
  return text.replace(VERSIONS, "");
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

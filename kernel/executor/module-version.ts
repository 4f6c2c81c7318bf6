/**
 * The version of a local module: it changes when the file changes, or any file of the user's that it imports. Node never forgets a module, so a file that
 * changed must be asked for by another URL; one that did not keeps its URL and with it its state.
 */
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseSync } from "oxc-parser";
import { resolveLocal, urlOf } from "./local-file.ts";

const SOURCE = /\.([mc]?[jt]s|[jt]sx)$/;

interface Read {
  modified: number;
  imports: string[];
}

const known = new Map<string, Read>();

/** The URL by which a file as it is now is asked for. */
export function versionedUrl(path: string): string {
  return urlOf(path, versionOf(path));
}

function versionOf(path: string): string {
  const files = new Map<string, number>();
  collect(path, files);
  const stamps = [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([file, modified]) => `${file}:${modified}`);
  return createHash("sha1").update(stamps.join("\n")).digest("hex").slice(0, 10);
}

function collect(path: string, files: Map<string, number>): void {
  if (files.has(path)) return;
  const modified = statSync(path).mtimeMs;
  files.set(path, modified);
  for (const request of importsOf(path, modified)) {
    const file = resolveLocal(join(dirname(path), request));
    if (file) collect(file, files);
  }
}

/** The relative imports of a module. */
function importsOf(path: string, modified: number): string[] {
  if (!SOURCE.test(path)) return [];
  const earlier = known.get(path);
  if (earlier?.modified === modified) return earlier.imports;
  const text = readFileSync(path, "utf8");
  const { module } = parseSync(path, text);
  const dynamic = module.dynamicImports.map(({ moduleRequest: { start, end } }) =>
    text.slice(start, end).replace(/^["'`]|["'`]$/g, ""),
  );
  const requests = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
    ),
    ...dynamic,
  ];
  const imports = [...new Set(requests)].filter((request) => /^\.{1,2}\//.test(request));
  known.set(path, { modified, imports });
  return imports;
}

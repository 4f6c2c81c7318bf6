/** Bundles of scripts and styles that stand in pages, with the notices of whose code they hold. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import { type BuildOptions, build } from "esbuild";
import { notices } from "./notices.ts";

/**
 * Bundles for the browsers in use, small, and writes the files.
 *
 * @param root The repository, to which the entry points are relative.
 * @param options Entry points and a folder or file to write; what else differs.
 */
export async function bundlePages(root: string, options: BuildOptions): Promise<void> {
  const { outputFiles, metafile } = await build({
    format: "iife",
    ...options,
    absWorkingDir: root,
    bundle: true,
    platform: "browser",
    target: "es2022",
    minify: true,
    // Packages are named in the notices, all in one form.
    legalComments: "none",
    metafile: true,
    write: false,
    logLevel: "warning",
  });
  for (const { path, text } of outputFiles) {
    const { inputs } = metafile.outputs[relative(root, path).replaceAll("\\", "/")]!;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, notices(root, inputs) + text);
  }
}

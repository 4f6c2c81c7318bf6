/** Who wrote the packages that a bundle holds, and under which licence: their authors ask to be named wherever their code goes. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Metafile } from "esbuild";

/**
 * A comment that names each package of a bundle with its version, its licence and its copyright.
 *
 * @param inputs The bundle's files as esbuild's metafile lists them, relative to `root`.
 */
export function notices(root: string, inputs: Metafile["outputs"][string]["inputs"]): string {
  const folders = new Set<string>();
  for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
    const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
    if (folder && bytesInOutput > 0) folders.add(folder);
  }
  const lines = [...folders].sort().map((folder) => notice(join(root, folder)));
  return lines.length === 0 ? "" : `/*! This holds code of\n${lines.map((line) => ` * ${line}\n`).join("")} */\n`;
}

function notice(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file && existsSync(join(folder, file)) ? readFileSync(join(folder, file), "utf8") : "";
  const copyright = /^\W*(copyright\b.*\d{4}.*)$/im.exec(text)?.[1]?.trim().replaceAll("*/", "");
  return [`${name} ${version}`, license, copyright].filter(Boolean).join(", ");
}

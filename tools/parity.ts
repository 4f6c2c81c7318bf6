/**
 * Writes the parity section of FEATURES.md: every public name of PyTorch's modules, and whether we have it, from the real exports. With --check it
 * changes nothing and fails if the section is not what it would write.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { compare, type Parity } from "./parity/compare.ts";

const [begin, end] = ["<!-- parity: written by tools/parity.ts -->", "<!-- /parity -->"];

const code = (name: string) => `\`${name}\``;
const list = (names: readonly string[]) => (names.length === 0 ? "none" : names.join(", "));

function details(title: string, names: readonly string[]): string {
  return `<details><summary>${title}</summary>\n\n${list(names)}\n\n</details>`;
}

function section(parities: readonly Parity[]): string {
  const rows = parities.map(({ module, same, renamed, missing }) => {
    const all = same.length + renamed.length + missing.length;
    return `| \`${module}\` | ${all} | ${same.length} | ${renamed.length} | ${missing.length} |`;
  });
  const lists = parities.map(({ module, same, renamed, missing }) =>
    [
      `### ${module}`,
      details(`have: ${same.length}`, same.map(code)),
      details(
        `under another name: ${renamed.length}`,
        renamed.map(([theirs, ours]) => `${code(theirs)} is ${code(ours)}`),
      ),
      details(`not yet: ${missing.length}`, missing.map(code)),
    ].join("\n\n"),
  );
  return [
    begin,
    "## PyTorch's names",
    "Left out are complex and sparse numbers (SparseAdam with them: gradients here are dense), quantization, compilation, devices, and switches of PyTorch's own engine. A name counts as had if ours is the\nsame in camelCase.",
    ["| module | names | have | under another name | not yet |", "|---|---|---|---|---|", ...rows].join("\n"),
    ...lists,
    end,
  ].join("\n\n");
}

const path = new URL("../FEATURES.md", import.meta.url);
const text = readFileSync(path, "utf8");
const made = section(compare());
const [from, to] = [text.indexOf(begin), text.indexOf(end)];
const next = from < 0 ? `${text.trimEnd()}\n\n${made}\n` : text.slice(0, from) + made + text.slice(to + end.length);
if (process.argv.includes("--check")) {
  if (next !== text) {
    console.error("The parity section of FEATURES.md is not up to date: run npx tsx tools/parity.ts");
    process.exitCode = 1;
  }
} else {
  writeFileSync(path, next);
  for (const { module, same, renamed, missing } of compare())
    console.log(`${module}: ${same.length} had, ${renamed.length} under another name, ${missing.length} not yet`);
}

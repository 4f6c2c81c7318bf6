/** The parity section of FEATURES.md claims nothing that is not there. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { aliases } from "../tools/parity/aliases.ts";
import { compare, leadsTo } from "../tools/parity/compare.ts";

const text = readFileSync(join(import.meta.dirname, "../FEATURES.md"), "utf8");
const section = text.slice(text.indexOf("<!-- parity"), text.indexOf("<!-- /parity"));

/** The names in the lists with this title, one list a module. */
function listed(title: string): string[] {
  const lists = [...section.matchAll(new RegExp(`<summary>${title}: \\d+</summary>\n\n(.*)\n`, "g"))];
  // One for each module in the table on top.
  expect(lists).toHaveLength(section.match(/^\| `torch[^|]*` \|/gm)!.length);
  expect(lists.length).toBeGreaterThanOrEqual(8);
  return lists.flatMap(([, names]) => [...names!.matchAll(/`([^`]+)`(?=,|$)/g)].map(([, name]) => name!));
}

test("every name that it says we have exists", () => {
  const names = listed("have");
  expect(names.length).toBeGreaterThan(300);
  expect(names.filter((name) => !leadsTo(name))).toEqual([]);
});

test("every other name that it gives exists", () => {
  const names = listed("under another name");
  expect(names.length).toBeGreaterThan(30);
  expect(names.filter((name) => !leadsTo(name))).toEqual([]);
});

test("every alias is of a name that PyTorch has, and is needed", () => {
  const renamed = new Map(compare().flatMap((parity) => parity.renamed));
  const missing = new Set(compare().flatMap((parity) => parity.missing));
  expect(Object.keys(aliases).filter((name) => !renamed.has(name) && !missing.has(name))).toEqual([]);
});

/** The docstrings of the library: everything public has one, and every example in them holds. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { describe, expect, jest, test } from "@jest/globals";
import * as library from "../../lib/index.ts";
import { readDocstrings } from "./docs/docstrings.ts";
import { runExample } from "./docs/examples.ts";

const folder = join(import.meta.dirname, "../../lib");
const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .sort()
  .map((name) => ({
    path: relative(folder, join(folder, name)).split(sep).join("/"),
    ...readDocstrings(name, readFileSync(join(folder, name), "utf8")),
  }));

/** The functions and classes that a user can reach, through namespaces too. */
function reachable(value: object, found = new Set<unknown>()): Set<unknown> {
  for (const item of Object.values(value)) {
    if (typeof item === "function") found.add(item);
    else if (typeof item === "object" && item !== null && Object.prototype.toString.call(item) === "[object Module]")
      reachable(item, found);
  }
  return found;
}

const parents = new Map(files.flatMap((file) => [...file.parents]));
const methods = new Set(
  files.flatMap(({ declared }) =>
    declared.filter((d) => d.documented && d.owner).map(({ owner, name }) => `${owner}.${name}`),
  ),
);

/** Whether a method has a docstring, or the one that it overrides or implements has. */
function isExplained(owner: string, name: string): boolean {
  return methods.has(`${owner}.${name}`) || (parents.get(owner) ?? []).some((parent) => isExplained(parent, name));
}

/** Kernels are explained once for all backends, in the interface. */
const isKernel = (path: string) => path.startsWith("backends/");

test("everything that is exported, and every method, has a docstring", () => {
  const bare = files.flatMap(({ path, declared }) => {
    if (isKernel(path)) return [];
    const named = new Set(declared.filter((d) => d.documented && !d.owner).map((d) => d.name));
    return declared
      .filter(({ owner, name }) => (owner ? !isExplained(owner, name) : !named.has(name)))
      .map(({ owner, name }) => `${path}: ${owner ? `${owner}.` : ""}${name}`);
  });
  expect(bare).toEqual([]);
  expect(methods.size).toBeGreaterThan(50);
});

test("every public function and class has an example", async () => {
  const known = reachable(library);
  const lacking: string[] = [];
  for (const { path, declared, examples } of files) {
    const exported = (await import(join(folder, path))) as Record<string, unknown>;
    for (const { name, owner } of declared) {
      if (owner || !known.has(exported[name]) || isKernel(path)) continue;
      if (!examples.some(({ code }) => new RegExp(`\\b${name}\\b`).test(code))) lacking.push(`${path}: ${name}`);
    }
  }
  expect(lacking).toEqual([]);
});

const rows = files.flatMap(({ path, examples }) =>
  examples.map(({ code, line }) => [`${path}:${line}`, path, code] as const),
);

describe("the example at", () => {
  test.each(rows)("%s holds", async (_, path, code) => {
    const exported = (await import(join(folder, path))) as object;
    // `check` prints; what it prints is not the point here.
    const quiet = jest.spyOn(console, "log").mockImplementation(() => {});
    try {
      library.manualSeed(0);
      await runExample(code, exported);
    } catch (error) {
      throw new Error(`${code}\n→ ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      quiet.mockRestore();
    }
  });
});

import { expect, test } from "@jest/globals";
import { cellModule, type Origin } from "../../../../kernel/compiler/cell-module.ts";
import { KeptModules } from "../../../../kernel/compiler/checker/kept-modules.ts";
import { ModulePlaces } from "../../../../kernel/compiler/checker/module-places.ts";

/** What the places' files say, and what cells know of each other. */
function notebook() {
  const files = new Map<string, string>();
  const kept = new KeptModules();
  kept.pin("library");
  const places = new ModulePlaces(kept, (file, text) => files.set(file, text));
  places.restart();
  const scope = new Map<string, Origin>();
  /** @returns The file that holds the cell. */
  const run = (source: string) => {
    const module = cellModule(source, scope);
    const specifier = places.fill(module);
    for (const name of module.declares) scope.set(name, { module: specifier, constant: false });
    return specifier.replace(/^\.\/(.*)\.js$/, "$1.ts");
  };
  return { files, kept, places, run };
}

const importedBy = (text: string): string[] => [...text.matchAll(/ from "([^"]*)"/g)].map((match) => match[1]!);

test("a cell that fills a place changes no import of any file, so that the program stays the same", () => {
  const { files, kept, run } = notebook();
  const before = kept.list();
  const imports = new Map([...files].map(([file, text]) => [file, importedBy(text)]));
  expect(before).toEqual(["library", ...[...files.keys()].map((file) => `./${file.replace(".ts", ".js")}`)]);
  const first = run("const a = 1;");
  const second = run("const b = a + 1;");
  expect(kept.list()).toEqual(before);
  for (const [file, text] of files) expect(importedBy(text)).toEqual(imports.get(file));
  expect(files.get(second)).toContain(`import { a } from "./${first.replace(".ts", ".js")}"`);
});

test("when all places are filled there are others, and what is filled imports no more than it uses", () => {
  const { files, kept, run } = notebook();
  const row = files.size;
  const filled = Array.from({ length: row }, (_, i) => run(i === 0 ? "const v0 = 1;" : `const v${i} = v${i - 1} + 1;`));
  expect(new Set(filled).size).toBe(row);
  expect(files.size).toBe(2 * row);
  expect(importedBy(files.get(filled[0]!)!)).toEqual([]);
  expect(importedBy(files.get(filled.at(-1)!)!)).toEqual([`./${filled.at(-2)!.replace(".ts", ".js")}`]);
  const other = run("const w = 1;");
  expect(filled).not.toContain(other);
  expect(kept.list()).toContain(`./${other.replace(".ts", ".js")}`);
});

test("what is imported in any case stays bounded, however many cells run", () => {
  const { files, kept, run } = notebook();
  for (let i = 0; i < 200; i++) run(`const v${i} = ${i};`);
  expect(kept.list().length).toBeLessThanOrEqual(40);
  for (const text of files.values()) expect(importedBy(text).length).toBeLessThanOrEqual(40);
});

test("a cell that changes the types of everything is imported for ever", () => {
  const { kept, run } = notebook();
  const file = run("declare global { interface Window { seen: boolean } }");
  for (let i = 0; i < 200; i++) run(`const v${i} = ${i};`);
  expect(kept.list()).toContain(`./${file.replace(".ts", ".js")}`);
});

test("begun anew, the places are others than before", () => {
  const { kept, places, run } = notebook();
  const before = run("const a = 1;");
  kept.clear();
  places.restart();
  const after = run("const a = 1;");
  expect(after).not.toBe(before);
  expect(kept.list()).not.toContain(`./${before.replace(".ts", ".js")}`);
});

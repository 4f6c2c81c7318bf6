/** The rules of ARCHITECTURE.md, held: who may import whom, no circles, no file that has outgrown its idea. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parseSync } from "oxc-parser";

const root = join(import.meta.dirname, "..");

/** A source file of the product and the files of ours that it imports. */
interface SourceFile {
  readonly path: string;
  readonly lines: number;
  /** What is needed at run time; imports of types are not. */
  readonly values: readonly string[];
  readonly types: readonly string[];
  readonly packages: readonly string[];
}

function filesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"));
}

function read(path: string): SourceFile {
  const text = readFileSync(join(root, path), "utf8");
  const { module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]!.message}`);
  const values: string[] = [];
  const types: string[] = [];
  const packages: string[] = [];
  const note = (request: string, type: boolean) => {
    if (!request.startsWith(".")) {
      // The kernel's types are gone when it is built; the library's are published, and need theirs.
      if (!type || !path.startsWith("kernel/")) packages.push(request);
    } else (type ? types : values).push(join(dirname(path), request).split(sep).join("/"));
  };
  for (const { moduleRequest, entries } of module.staticImports) {
    note(moduleRequest.value, entries.length > 0 && entries.every((entry) => entry.isType));
  }
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest, isType } of entries) if (moduleRequest) note(moduleRequest.value, isType);
  }
  for (const { moduleRequest } of module.dynamicImports) {
    const request = text.slice(moduleRequest.start, moduleRequest.end);
    // What is computed at run time cannot be followed.
    if (/^["'`][^$]*["'`]$/.test(request)) note(request.slice(1, -1), false);
  }
  return { path, lines: text.split("\n").length, values, types, packages };
}

const sources = ["kernel", "lib"].flatMap(filesUnder).concat("install.ts").map(read);
const byPath = new Map(sources.map((file) => [file.path, file]));
const imports = ({ values, types }: SourceFile) => [...values, ...types];

/** Every import from the files that `from` accepts to those that `to` accepts, as `a → b`. */
function found(from: RegExp, to: RegExp, of: (file: SourceFile) => readonly string[] = imports): string[] {
  return sources
    .filter((file) => from.test(file.path))
    .flatMap((file) =>
      of(file)
        .filter((other) => to.test(other))
        .map((other) => `${file.path} → ${other}`),
    );
}

describe("imports", () => {
  test("lead to files that exist", () => {
    const missing = sources.flatMap((file) =>
      imports(file).filter((path) => path.endsWith(".ts") && !byPath.has(path)),
    );
    expect(missing).toEqual([]);
    expect(sources.length).toBeGreaterThan(100);
  });

  test("never join kernel and lib: the link is a method of values", () => {
    expect(found(/^kernel\//, /^lib\//)).toEqual([]);
    expect(found(/^lib\//, /^kernel\//)).toEqual([]);
    expect(found(/^(kernel|lib)\//, /^(test|tools|install)/)).toEqual([]);
  });

  test("form no circles at run time", () => {
    const circles: string[] = [];
    const done = new Set<string>();
    const visit = (path: string, trail: readonly string[]) => {
      if (trail.includes(path)) {
        circles.push([...trail.slice(trail.indexOf(path)), path].join(" → "));
        return;
      }
      if (done.has(path)) return;
      for (const next of byPath.get(path)?.values ?? []) visit(next, [...trail, path]);
      done.add(path);
    };
    for (const { path } of sources) visit(path, []);
    expect(circles).toEqual([]);
  });

  const rules: [rule: string, from: RegExp, to: RegExp][] = [
    ["protocol imports nothing else of the kernel", /^kernel\/protocol\//, /^kernel\/(?!protocol\/)/],
    ["handlers see no sockets", /^kernel\/handlers\//, /^kernel\/channels\//],
    [
      "only main, kernel and dispatch import channels",
      /^kernel\/(?!channels\/|main\.ts|kernel\.ts|dispatch\.ts)/,
      /^kernel\/channels\//,
    ],
    [
      "the executor imports nothing that belongs to process A",
      /^kernel\/executor\//,
      /^kernel\/(channels|handlers|supervisor)\//,
    ],
    [
      "only the compiler's service speaks to the checker",
      /^kernel\/(?!compiler\/|kernel\.ts|handlers\/)/,
      /^kernel\/compiler\/service/,
    ],
    [
      "backends know memory, storages, shapes and types of elements, and nothing above",
      /^lib\/backends\//,
      /^lib\/(?!backends\/|lazy|memory|allocation|storage|shape|dtype)/,
    ],
    ["shape, dtype and memory stand at the bottom", /^lib\/(shape|dtype|memory)\.ts/, /^lib\/(?!shape|dtype|memory)/],
    [
      "ops know no layers, optimizers or data",
      /^lib\/(ops|autograd)\//,
      /^lib\/(nn|optim|data|plot|io|models|text|vision|ensemble)\//,
    ],
    [
      "optimizers know parameters, never a layer",
      /^lib\/optim\//,
      /^lib\/(nn\/layers|nn\/functional|data|plot|models)/,
    ],
    ["layers know no optimizers, data or plots", /^lib\/nn\//, /^lib\/(optim|data|plot|io|models|fit)/],
    ["data knows no layers, optimizers or plots", /^lib\/data\//, /^lib\/(nn|optim|plot|models|fit)/],
    ["nothing but the index and what is drawn imports plots", /^lib\/(?!plot\/|index\.ts)/, /^lib\/plot\//],
    ["nothing imports the index, the public surface", /./, /^lib\/index\.ts$/],
  ];
  test.each(rules)("%s", (_, from, to) => {
    expect(sources.some((file) => from.test(file.path))).toBe(true);
    expect(found(from, to)).toEqual([]);
  });

  test("of packages are all declared, and each dependency is used", () => {
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      dependencies: Record<string, string>;
    };
    const declared = Object.keys(manifest.dependencies);
    const nameOf = (request: string) => request.split("/", request.startsWith("@") ? 2 : 1).join("/");
    // What the pages of reports need is bundled with them.
    const installed = sources.filter((file) => !/^kernel\/(report\/page|labextension)\//.test(file.path));
    const used = new Set(installed.flatMap((file) => file.packages.map(nameOf)).filter((name) => !/^node:/.test(name)));
    expect([...used].filter((name) => !declared.includes(name))).toEqual([]);
  });
});

describe("files", () => {
  /** Past 300 lines, and why it is one idea all the same. */
  const long: Readonly<Record<string, string>> = {};

  test("past 300 lines have a reason, and none has 500", () => {
    const over = sources.filter((file) => file.lines > 300).map((file) => file.path);
    expect(over.filter((path) => !(path in long))).toEqual([]);
    expect(Object.keys(long).filter((path) => !over.includes(path))).toEqual([]);
    expect(sources.filter((file) => file.lines > 500).map((file) => file.path)).toEqual([]);
  });
});

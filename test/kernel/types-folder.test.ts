/** What lies beside the notebook: its tsconfig.json, its modules and packages, as the checker sees them. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type Kernel, startCheckedKernel } from "../support/client.ts";

let kernel: Kernel;
let folder: string;
let clock = Date.now() / 1000;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "gradbook-folder-"));
  kernel = await startCheckedKernel({ cwd: folder });
});

afterEach(async () => {
  await kernel.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Writes a file with a time of its own: two writes may fall into one tick of the file system's clock. */
function write(name: string, text: string): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  clock += 5;
  utimesSync(path, clock, clock);
}

const plain = (lines: string[] | undefined): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
  (lines ?? []).join("\n").replace(/\x1b\[[\d;]*m/g, "");

async function codes(cell: string): Promise<string[]> {
  const { error } = await kernel.execute(cell);
  return plain(error?.traceback).match(/TS\d+/g) ?? [];
}

describe("a tsconfig.json in the notebook's folder", () => {
  test("is honoured from the cell after it was written, and no more when it is gone", async () => {
    const cell = "const describe = (x) => x; switch (1 as number) { case 1: describe(1); case 2: describe(2) }";
    expect(await codes(cell)).toEqual([]);
    write(
      "tsconfig.json",
      '{ "compilerOptions": { "noImplicitAny": true, "noFallthroughCasesInSwitch": true, } // as tsc reads it\n }',
    );
    expect(await codes(cell)).toEqual(["TS7006", "TS7029"]);
    write("tsconfig.json", '{ "compilerOptions": { "noImplicitAny": true } }');
    expect(await codes(cell)).toEqual(["TS7006"]);
    rmSync(join(folder, "tsconfig.json"));
    expect(await codes(cell)).toEqual([]);
  });

  test("can loosen what is strict, and extend another", async () => {
    write("base.json", '{ "compilerOptions": { "strict": false } }');
    expect(await codes("const none: string = null as null")).toEqual(["TS2322"]);
    write("tsconfig.json", '{ "extends": "./base.json" }');
    expect(await codes("const none: string = null as null")).toEqual([]);
  });

  test("that asks for Node's own resolution, in a package of ES modules, leaves types flowing from cell to cell", async () => {
    write("package.json", '{ "type": "module" }');
    write("tsconfig.json", '{ "compilerOptions": { "module": "nodenext", "moduleResolution": "nodenext" } }');
    expect(await codes("class Point { x = 1 }; const twice = (x: number): number => 2 * x;")).toEqual([]);
    expect(await codes("twice('a')")).toEqual(["TS2345"]);
    expect(await codes("clearOutput(1)")).toEqual(["TS2345"]);
    const { error } = await kernel.execute("const text: string = new Point()");
    expect(error?.evalue).toBe("TS2322: Type 'Point' is not assignable to type 'string'.");
  });

  test("keeps its paths beside the library's", async () => {
    write("source/tools/add.ts", "export const add = (a: number, b: number) => a + b;");
    write("tsconfig.json", '{ "compilerOptions": { "paths": { "@tools/*": ["./source/tools/*"] } } }');
    expect(await codes('import type { add } from "@tools/add"; const f: typeof add = (a: string) => 1; f')).toEqual([
      "TS2322",
    ]);
    expect(await codes('import { tensor } from "gradbook"; tensor("x")')).toEqual(["TS2345"]);
  });

  test("that is wrong is reported with its own line, and cells run again when it is mended", async () => {
    write("tsconfig.json", '{\n  "compilerOptions": {\n    "strictt": true\n  }\n}');
    const { error } = await kernel.execute("1 + 1");
    expect(error?.evalue).toMatch(/^TS5023: Unknown compiler option 'strictt'/);
    expect(plain(error?.traceback)).toMatch(/tsconfig\.json:3:5\n\n.*\n.*\n> 3 \| {5}"strictt": true\n {4}\| {5}\^/);
    write("tsconfig.json", '{ "compilerOptions": { "strict": true } }');
    expect((await kernel.execute("1 + 1")).result?.["text/plain"]).toBe("2");
  });
});

describe("types flow from", () => {
  test("a local module, also after it changed", async () => {
    write("shapes.ts", "export interface Shape { area: number }\nexport const unit: Shape = { area: 1 };");
    expect(await codes('import { type Shape, unit } from "./shapes.ts"; const s: Shape = unit; unit.are')).toEqual([
      "TS2551",
    ]);
    write(
      "shapes.ts",
      "export interface Shape { area: number; name: string }\nexport const unit: Shape = { area: 1, name: 'u' };",
    );
    expect(await codes('import { unit } from "./shapes.ts"; const n: number = unit.name')).toEqual(["TS2322"]);
  });

  test("a module in a folder above and one without an ending", async () => {
    mkdirSync(join(folder, "inner"));
    write("above.ts", "export const above = 'a';");
    write("inner/beside.ts", "export const beside = 1;");
    const inner = await startCheckedKernel({ cwd: join(folder, "inner") });
    const { error } = await inner.execute(
      'import { above } from "../above"; import { beside } from "./beside";\nconst wrong: boolean = beside;\nabove.length',
    );
    await inner.stop();
    expect(plain(error?.traceback)).toMatch(/TS2322: Type 'number' is not assignable to type 'boolean'/);
  });

  test("JSON", async () => {
    write("data.json", '{ "rows": [1, 2] }');
    expect(await codes('import data from "./data.json"; data.rows.length + data.colums')).toEqual(["TS2339"]);
  });

  test("a package in node_modules that is installed while the kernel runs", async () => {
    expect((await kernel.execute('import { late } from "late-package"; late')).error?.evalue).toMatch(
      /Cannot find the package "late-package"/,
    );
    write(
      "node_modules/late-package/package.json",
      '{ "name": "late-package", "type": "module", "exports": { ".": { "types": "./index.d.ts", "default": "./index.js" } } }',
    );
    write("node_modules/late-package/index.js", "export const late = 1;");
    write("node_modules/late-package/index.d.ts", "export const late: number;");
    write("node_modules/.package-lock.json", "{}");
    expect(await codes('import { late } from "late-package"; late.toUpperCase()')).toEqual(["TS2339"]);
    expect((await kernel.execute("late + 1")).error?.evalue).toMatch(/late/);
    expect((await kernel.execute('import { late } from "late-package"; late + 1')).result?.["text/plain"]).toBe("2");
  });

  test("a package without types, as any", async () => {
    write("node_modules/plain/package.json", '{ "name": "plain", "main": "i.js" }');
    write("node_modules/plain/i.js", "exports.anything = () => 1;");
    expect((await kernel.execute('import plain from "plain"; plain.anything()')).result?.["text/plain"]).toBe("1");
  });
});

test("nothing is written into the notebook's folder", async () => {
  await kernel.execute("const a = 1");
  await kernel.execute("a.toFixed()");
  expect(readdirSync(folder)).toEqual([]);
});

test("the checker's own folder is gone when the kernel has ended", async () => {
  const other = await startCheckedKernel({ cwd: folder });
  const its = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`gradbook-types-${other.pid}-`));
  await other.execute("const a = 1");
  expect(its()).toHaveLength(1);
  await other.stop();
  expect(its()).toEqual([]);
});

test("a message about types of cells does not name the files that stand for them", async () => {
  await kernel.execute("namespace A { export class Point { x = 1; private hidden = 1 } }\nconst first = new A.Point()");
  await kernel.execute("namespace B { export class Point { x = 1; private hidden = 1 } }");
  const { error } = await kernel.execute("const point: B.Point = first");
  expect(error?.evalue).toMatch(/TS2322/);
  expect(plain(error?.traceback)).not.toMatch(/gradbook-cell/);
});

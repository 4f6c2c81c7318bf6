/** What a cell can import, from where, and what it is told if it cannot. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Kernel, startCheckedKernel } from "../support/client.ts";

let kernel: Kernel;
/** A project; the notebook lies in a folder of it. */
let project: string;
let folder: string;
let clock = Date.now() / 1000;

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), "gradbook-modules-"));
  folder = join(project, "notebooks");
  mkdirSync(folder);
  write(
    "package.json",
    JSON.stringify({
      name: "my-project",
      type: "module",
      exports: { "./tool": "./tool.js" },
      imports: { "#inner": "./inner.js" },
    }),
    project,
  );
  write("tool.js", "export const tool = 1;", project);
  write("inner.js", "export const inner = 2;", project);
  kernel = await startCheckedKernel({ cwd: folder });
});

afterAll(async () => {
  await kernel.stop();
  rmSync(project, { recursive: true, force: true });
});

/** Writes a file with a time of its own: two writes may fall into one tick of the file system's clock. */
function write(name: string, text: string | Uint8Array, base = folder): void {
  const path = join(base, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  clock += 5;
  utimesSync(path, clock, clock);
}

function pack(name: string, base: string, manifest: object, files: Record<string, string>): void {
  write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.0.0", ...manifest }), base);
  for (const [file, text] of Object.entries(files)) write(`node_modules/${name}/${file}`, text, base);
}

async function value(cell: string): Promise<unknown> {
  const { error, result } = await kernel.execute(cell);
  if (error) throw new Error(error.traceback.join("\n"));
  return result?.["text/plain"];
}

const failure = async (cell: string): Promise<string> => (await kernel.execute(cell)).error?.evalue ?? "no error";

describe("a package is found", () => {
  test("beside the notebook first, then in the project above", async () => {
    pack("both", folder, { main: "i.js" }, { "i.js": "exports.from = 'notebook';" });
    pack("both", project, { main: "i.js" }, { "i.js": "exports.from = 'project';" });
    pack("above", project, { main: "i.js" }, { "i.js": "exports.from = 'project';" });
    expect(await value('import { from } from "both"; from')).toBe("'notebook'");
    expect(await value('import { from } from "above"; from')).toBe("'project'");
  });

  test("and last in the kernel's own packages", async () => {
    expect(await value('import MagicString from "magic-string"; new MagicString("a").append("b").toString()')).toBe(
      "'ab'",
    );
  });

  test("where the notebook's own version is another than the kernel's, the notebook's", async () => {
    pack("magic-string", project, { type: "module", exports: "./i.js" }, { "i.js": "export default 'mine';" });
    expect(await value('import mine from "magic-string"; mine')).toBe("'mine'");
  });

  test("by the name and the imports of the project itself", async () => {
    expect(await value('import { tool } from "my-project/tool"; import { inner } from "#inner"; tool + inner')).toBe(
      "3",
    );
  });
});

describe("a module can be", () => {
  test("ESM only, with top-level await", async () => {
    pack(
      "esm-only",
      folder,
      { type: "module", exports: { import: "./i.js" } },
      { "i.js": "export const a = await Promise.resolve(1); export default class Main {}" },
    );
    expect(await value('import Main, { a } from "esm-only"; [a, typeof Main]')).toBe("[ 1, 'function' ]");
  });

  test("CommonJS, with names that Node cannot see from outside", async () => {
    pack("hidden-names", folder, { main: "i.js" }, { "i.js": "module.exports = Object.fromEntries([['secret', 5]]);" });
    expect(await value('import { secret } from "hidden-names"; import all from "hidden-names"; [secret, all]')).toBe(
      "[ 5, { secret: 5 } ]",
    );
    expect(await value('const { secret: again } = require("hidden-names"); again')).toBe("5");
  });

  test("JSON, read anew each time, with or without an attribute", async () => {
    write("data.json", '{ "rows": [1, 2], "title": "t" }');
    expect(await value('import data, { title } from "./data.json"; [data.rows, title]')).toBe("[ [ 1, 2 ], 't' ]");
    write("data.json", '{ "rows": [3] }');
    expect(await value('import data from "./data.json" with { type: "json" }; data.rows')).toBe("[ 3 ]");
  });

  test("WebAssembly, with imports of its own", async () => {
    write("host.js", "export const log = (x) => { globalThis.logged = x; };");
    // (module (import "./host.js" "log" (func (param i32))) (func (export "add") (param i32 i32) (result i32) …logs the sum and returns it))
    const bytes = [
      0, 97, 115, 109, 1, 0, 0, 0, 1, 11, 2, 96, 1, 127, 0, 96, 2, 127, 127, 1, 127, 2, 17, 1, 9, 46, 47, 104, 111, 115,
      116, 46, 106, 115, 3, 108, 111, 103, 0, 0, 3, 2, 1, 1, 7, 7, 1, 3, 97, 100, 100, 0, 1, 10, 16, 1, 14, 0, 32, 0,
      32, 1, 106, 16, 0, 32, 0, 32, 1, 106, 11,
    ];
    write("add.wasm", Uint8Array.from(bytes));
    expect(await value('import { add } from "./add.wasm"; [add(2, 3), (globalThis as any).logged]')).toBe("[ 5, 5 ]");
  });

  test("one of Node's own, with or without node:", async () => {
    expect(await value('import { join } from "path"; import { join as same } from "node:path"; join === same')).toBe(
      "true",
    );
  });

  test("the library, the very one that is in scope", async () => {
    expect(await value('import { Tensor as Imported } from "gradbook"; tensor([1]) instanceof Imported')).toBe("true");
    write(
      "uses-library.ts",
      'import { tensor, Tensor } from "gradbook"; export const made = tensor([1]); export const C = Tensor;',
    );
    expect(await value('import { made, C } from "./uses-library.ts"; made instanceof C && C === Imported')).toBe(
      "true",
    );
  });

  test("a data URL", async () => {
    expect(await value('(await import("data:text/javascript,export default 7")).default')).toBe("7");
  });
});

describe("a local TypeScript file", () => {
  test("is found with .ts, with .js, without an ending, and as a folder's index", async () => {
    write("lib/index.ts", "export const index: number = 1;");
    write("lib/tool.ts", "export enum Tool { Hammer = 7 }");
    expect(
      await value(
        'import { index } from "./lib"; import { Tool } from "./lib/tool"; import { Tool as B } from "./lib/tool.js"; import { Tool as C } from "./lib/tool.ts"; [index, Tool.Hammer, Tool === B && B === C]',
      ),
    ).toBe("[ 1, 7, true ]");
  });

  test("may use decorators, using and namespaces, and import files without endings", async () => {
    write("parts/base.ts", "export namespace N { export let count = 1 }");
    write(
      "parts/modern.ts",
      "import { N } from './base'; const tag = (f: Function, c: DecoratorContext) => { N.count++; };\n@tag export class A { accessor x = 1 }\n{ using a = { [Symbol.dispose]() { N.count += 10 } }; }\nexport { N };",
    );
    expect(await value('import { A, N } from "./parts/modern"; new A().x + N.count')).toBe("13");
  });

  test("is loaded anew when it changed, and keeps its state when it did not", async () => {
    write("counter.ts", "let n = 0; export const next = () => ++n;");
    expect(await value('import { next } from "./counter.ts"; next()')).toBe("1");
    expect(await value('import { next } from "./counter.ts"; next()')).toBe("2");
    write("counter.ts", "let n = 100; export const next = () => ++n;");
    expect(await value('import { next } from "./counter.ts"; next()')).toBe("101");
  });

  test("is loaded anew when a file that it imports changed, directly or not, and no other is", async () => {
    write("chain/c.ts", "export const c = 1;");
    write("chain/b.ts", "export { c } from './c.js';");
    write("chain/still.ts", "export const made = {};");
    write(
      "chain/a.ts",
      "import { c } from './b'; import { made } from './still'; export const a = c + 10; export { made };",
    );
    await kernel.execute('import { a, made } from "./chain/a"; const before = made; a');
    write("chain/c.ts", "export const c = 2;");
    expect(await value('import { a, made } from "./chain/a"; [a, made === before]')).toBe("[ 12, true ]");
  });

  test("that imports itself in a circle is no endless loop", async () => {
    write("round/x.ts", "import { y } from './y.ts'; export const x = () => y; ");
    write("round/y.ts", "import { x } from './x.ts'; export const y = 3; export const back = () => x();");
    expect(await value('import { back } from "./round/y.ts"; back()')).toBe("3");
  });

  test("is named in a trace by its own line", async () => {
    write(
      "throws.ts",
      "interface Long {\n  a: number;\n}\n\nexport function fail(x: Long): never {\n  throw new RangeError('from the file');\n}\n",
    );
    const { error } = await kernel.execute('import { fail } from "./throws.ts";\nfail({ a: 1 })');
    expect(error?.evalue).toBe("from the file");
    const trace = error!.traceback.join("\n");
    expect(trace).toMatch(/at fail \(.*throws\.ts:6:9\)/);
    expect(trace).toMatch(/Cell \[\d+\]:2:1/);
    expect(trace).toMatch(/throw new RangeError/);
    expect(trace).not.toMatch(/gradbook-version|node:internal|file:/);
  });

  test("that is no TypeScript is told with its place", async () => {
    write("broken.ts", "export const a = ;");
    expect(await failure('import { a } from "./broken.ts"; a')).toMatch(/broken\.ts/);
  });
});

test("a package that was missing can be imported once it is there, by import and by require", async () => {
  for (const load of ['(await import("turns-up")).default', 'require("turns-up")']) {
    rmSync(join(folder, "node_modules", "turns-up"), { recursive: true, force: true });
    expect(await failure(load)).toMatch(/Cannot find the package "turns-up".*%npm install turns-up/);
    pack("turns-up", folder, { main: "i.js" }, { "i.js": "module.exports = 'here';" });
    expect(await value(load)).toBe("'here'");
  }
});

describe("what cannot be imported is told", () => {
  test("a package that is missing: which, from where, and how to install it", async () => {
    expect(await failure('import x from "no-such-package"; x')).toBe(
      `Cannot find the package "no-such-package" from ${folder}: install it with  %npm install no-such-package`,
    );
    expect(await failure('import x from "@scope/none/deep/file.js"; x')).toMatch(
      /install it with {2}%npm install @scope\/none$/,
    );
    expect(await failure('require("no-such-package")')).toMatch(
      /^Cannot find the package "no-such-package" from .*: install it/,
    );
  });

  test("a file that is missing", async () => {
    expect(await failure('import { a } from "./nowhere.ts"; a')).toMatch(
      /^Cannot find the file "\.\/nowhere\.ts" from /,
    );
  });

  test("a name that the module does not export, with those that it does", async () => {
    write("exports-two.ts", "export const one = 1, two = 2;");
    expect(await failure('%typecheck off\nimport { three } from "./exports-two.ts"; three')).toBe(
      'The module "./exports-two.ts" does not export "three": it exports one, two',
    );
    await kernel.execute("%typecheck error");
  });

  test("a part of a package that its exports keep to themselves", async () => {
    pack(
      "closed",
      folder,
      { type: "module", exports: { ".": "./i.js" } },
      { "i.js": "export {}", "inside.js": "export const x = 1" },
    );
    expect(await failure('import { x } from "closed/inside.js"; x')).toMatch(/inside\.js.*(not defined|not exported)/);
  });

  test("a module that throws while it is loaded, with the error that it threw", async () => {
    write("explodes.ts", "throw new TypeError('while loading');");
    expect(await failure('import "./explodes.ts"')).toBe("while loading");
  });
});

describe("%npm", () => {
  test("install puts a package beside the notebook, prints what it does, and the next line can import it", async () => {
    write(
      "source-of-it/package.json",
      '{ "name": "home-made", "version": "1.2.3", "type": "module", "exports": { ".": { "types": "./i.d.ts", "default": "./i.js" } } }',
      project,
    );
    write("source-of-it/i.js", "export const made = 'here';", project);
    write("source-of-it/i.d.ts", "export const made: string;", project);
    const installed = await kernel.execute(
      '%npm install ../source-of-it\nimport { made } from "home-made"; made',
      {},
      { deadline: 60_000 },
    );
    expect(installed.error).toBeUndefined();
    expect(installed.stdout).toMatch(/^npm install \.\.\/source-of-it, in .*notebooks\n/);
    expect(installed.stdout).toMatch(/added 1 package/);
    expect(installed.result?.["text/plain"]).toBe("'here'");
    const checked = await kernel.execute('import { made } from "home-made"; made.toFixed()');
    expect(checked.error?.evalue).toMatch(/^TS2551/);
  });

  test("that fails is an error of the cell, whose code does not run", async () => {
    const { error, stdout } = await kernel.execute(
      "%npm no-such-command\nconsole.log('ran')",
      {},
      { deadline: 60_000 },
    );
    expect(error?.evalue).toBe("npm no-such-command failed (exit code 1)");
    expect(stdout).toMatch(/Unknown command/);
    expect(stdout).not.toContain("ran");
  });

  test("alone says what it wants", async () => {
    expect(await failure("%npm")).toMatch(/^%npm: expected a command of npm/);
  });
});

test("%help lists every magic with what it is for", async () => {
  const { stdout } = await kernel.execute("%help");
  for (const magic of [
    "%edit FILE[:LINE]",
    "%exit [keep]",
    "%help",
    "%load FILE",
    "%npm install NAME…",
    "%typecheck error|warn|off",
  ])
    expect(stdout).toContain(magic);
  expect(stdout.trim().split("\n")).toHaveLength(7);
});

test("import.meta and the names of CommonJS say where the notebook lies", async () => {
  expect(await value("import.meta.dirname === process.cwd() && __dirname === process.cwd()")).toBe("true");
  expect(await value("import.meta.url.startsWith('file://') && typeof import.meta.resolve('path')")).toBe("'string'");
});

/** What TypeScript and JavaScript have, in cells of the real kernel. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Kernel, startKernel } from "../../support/client.ts";

let kernel: Kernel;

beforeAll(async () => {
  kernel = await startKernel();
});

afterAll(async () => {
  await kernel.stop();
});

/** Runs cells one after the other; the text of the last one's result. */
async function last(...cells: string[]): Promise<unknown> {
  let text: unknown;
  for (const cell of cells) {
    const { error, result } = await kernel.execute(cell);
    if (error) throw new Error(`${cell}\n${error.traceback.join("\n")}`);
    text = result?.["text/plain"];
  }
  return text;
}

describe("a name can be declared again in a later cell", () => {
  const declarations: [kind: string, code: (name: string) => string, value: string][] = [
    ["const", (name) => `const ${name} = 1`, "number"],
    ["let", (name) => `let ${name} = 'a'`, "string"],
    ["var", (name) => `var ${name} = 1n`, "bigint"],
    ["function", (name) => `function ${name}() {}`, "function"],
    ["class", (name) => `class ${name} {}`, "function"],
    ["enum", (name) => `enum ${name} { A }`, "object"],
    ["namespace", (name) => `namespace ${name} { export const x = 1 }`, "object"],
    ["import", (name) => `import ${name} from "node:path"`, "object"],
    ["namespace import", (name) => `import * as ${name} from "node:os"`, "object"],
    ["import require", (name) => `import ${name} = require("node:os")`, "object"],
    ["destructuring", (name) => `const { ${name} } = { ${name}: true }`, "boolean"],
    ["using", (name) => `using ${name} = { [Symbol.dispose]() {} }`, "object"],
  ];

  test.each(declarations)("after %s, as anything else", async (kind, code) => {
    const name = `again_${kind.replaceAll(" ", "_")}`;
    for (const [, next, type] of declarations) {
      expect(await last(code(name), next(name), `typeof ${name}`)).toBe(`'${type}'`);
    }
  });

  test("and what closed over the earlier one keeps its value only if it captured it", async () => {
    expect(await last("let level = 1; const read = () => level", "level = 2", "read()")).toBe("2");
  });
});

test.each<[string, string[], string | undefined]>([
  ["an enum counts on, and maps back", ["enum Level { Low = 1, High } [Level.High, Level[2]]"], "[ 2, 'High' ]"],
  [
    "an enum that a cell declares anew replaces the old one",
    ["enum Once { A, B }", "enum Once { A }", "Object.keys(Once)"],
    "[ '0', 'A' ]",
  ],
  [
    "parts of an enum in one cell are one enum",
    ["enum Part { A }\nenum Part { B = 1 }\nPart"],
    "{ '0': 'A', '1': 'B', A: 0, B: 1 }",
  ],
  ["a const enum is there in later cells", ["const enum Fixed { A = 7 }", "Fixed.A"], "7"],
  ["namespaces nest", ["namespace Out { export namespace In { export const x = 1 } }", "Out.In.x"], "1"],
  [
    "a namespace can export a let",
    ["namespace Counter { export let n = 0; export const up = () => ++n }", "Counter.up(); Counter.n"],
    "1",
  ],
  [
    "a class, an interface and a namespace of one name merge",
    ["class Box { a = 1 }\ninterface Box { b?: 1 }\nnamespace Box { export const c = 3 }", "Box.c + new Box().a"],
    "4",
  ],
  [
    "a function and a namespace of one name merge",
    ["function tagged() { return 1 }\nnamespace tagged { export const tag = 2 }", "tagged() + tagged.tag"],
    "3",
  ],
  [
    "abstract classes and parameter properties",
    [
      "abstract class Shape { abstract area(): number }\nclass Square extends Shape { constructor(private readonly side: number) { super() } area() { return this.side ** 2 } }",
      "new Square(3).area()",
    ],
    "9",
  ],
  [
    "private names and static blocks",
    [
      "class Secret { static n = 0; static { this.n = 5 } #x = 1; get x() { return this.#x + Secret.n } }",
      "new Secret().x",
    ],
    "6",
  ],
  [
    "standard decorators with their context",
    [
      "function named<T extends new (...args: never[]) => object>(c: T, { kind, name }: ClassDecoratorContext) { return Object.assign(c, { about: kind + ' ' + name }) }\n@named class Decorated {}\n(Decorated as unknown as { about: string }).about",
    ],
    "'class Decorated'",
  ],
  [
    "a decorated class can be used in later cells",
    [
      "function twice(f: (x: number) => number, _: ClassMethodDecoratorContext) { return function (this: unknown, x: number) { return f.call(this, f.call(this, x)) } }\nclass Math2 { @twice add(x: number) { return x + 1 } }",
      "new Math2().add(1)",
    ],
    "3",
  ],
  ["accessor fields", ["class Access { accessor v = 1; static accessor w = 2 }", "new Access().v + Access.w"], "3"],
  [
    "generics with constraints and defaults",
    ["function first<T extends readonly unknown[] = []>(xs: T): T[0] { return xs[0] }", "first<number[]>([4])"],
    "4",
  ],
  [
    "satisfies, as const and the non-null assertion",
    ["const tuple = [1, 2] as const satisfies readonly number[]; tuple[1]!"],
    "2",
  ],
  [
    "overloads",
    [
      "function over(x: number): number; function over(x: string): string; function over(x: unknown) { return x }",
      "over('a')",
    ],
    "'a'",
  ],
  ["top-level await", ["const awaited = await Promise.resolve(5)", "awaited"], "5"],
  ["await in the middle of an expression", ["[await 1, await Promise.resolve(2)].map((x) => x * 2)"], "[ 2, 4 ]"],
  [
    "for await, with and without a block",
    [
      "async function* count() { yield 1; yield 2 }\nlet total = 0;\nfor await (const x of count()) total += x;\nfor await (const x of [Promise.resolve(3)]) { total += x }\ntotal",
    ],
    "6",
  ],
  [
    "labels, break and continue",
    ["let turns = 0;\nouter: for (const i of [1, 2]) { for (;;) { turns += i; continue outer } }\nturns"],
    "3",
  ],
  [
    "exported destructuring",
    ["export const { p, q: [r, ...rest], ...others } = { p: 1, q: [2, 3, 4], s: 5 }", "[p, r, rest, others]"],
    "[ 1, 2, [ 3, 4 ], { s: 5 } ]",
  ],
  [
    "exported functions and classes",
    ["export async function ef() { return 2 }\nexport class EC { x = 3 }", "(await ef()) + new EC().x"],
    "5",
  ],
  ["a default export of a class that has a name", ["export default class Named { x = 1 }", "new Named().x"], "1"],
  ["a default export of a value is the result", ["export default [1]"], "[ 1 ]"],
  ["type-only imports leave the result alone", ['import type { Stats } from "node:fs"; 41 + 1'], "42"],
  ["inline type imports", ['import { type Stats, existsSync } from "node:fs"; typeof existsSync'], "'function'"],
  [
    "types, interfaces and declarations of later cells",
    [
      "type Maybe<T> = T | null; interface HasX { x: number } declare const outside: HasX;",
      "const maybe: Maybe<HasX> = { x: 1 }; maybe",
    ],
    "{ x: 1 }",
  ],
  ["import require", ['import path = require("node:path"); path.basename("/a/b")'], "'b'"],
  ["dynamic import first in a cell", ['import("node:path") instanceof Promise'], "true"],
  ["dynamic import, awaited", ['(await import("node:path")).basename("/a/b")'], "'b'"],
  ["a hashbang", ["#!/usr/bin/env node\n1 + 1"], "2"],
  ["var at any depth", ["if (true) { for (var deep = 0; deep < 3; deep++); }", "deep"], "3"],
  ["an object literal", ["{ a: 1, b: { c: 2 } }"], "{ a: 1, b: { c: 2 } }"],
  ["an empty object", ["{}"], "{}"],
  ["a block", ["{ const inside = 1; inside }"], undefined],
  ["an expression with a semicolon", ["1; 2;"], "2"],
  ["a string that looks like a directive", ['"use strict"'], "'use strict'"],
  ["this, the global object", ["this === globalThis"], "true"],
  ["comments only", ["// nothing\n/* at all */"], undefined],
  ["nothing", [""], undefined],
  ["undefined shows nothing", ["undefined"], undefined],
  ["null shows", ["null"], "null"],
  [
    "regular expressions with the v flag, and numeric separators",
    [String.raw`/\p{L}+/v.exec("a1")![0] + 1_000`],
    "'a1000'",
  ],
  ["generators", ["function* twos() { yield* [2, 2] }", "[...twos()]"], "[ 2, 2 ]"],
  [
    "a tagged template with types",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the cell's
    ["const tag = (parts: TemplateStringsArray, ...values: number[]) => parts.raw.join('|') + values; tag`a${1}b`"],
    "'a|b1'",
  ],
])("%s", async (_, cells, expected) => {
  expect(await last(...cells)).toBe(expected);
});

describe("using", () => {
  test("disposes at the end of its block", async () => {
    const { stdout } = await kernel.execute(
      "{ using file = { [Symbol.dispose]() { console.log('closed') } }; console.log('open') }",
    );
    expect(stdout).toBe("open\nclosed\n");
  });

  test("at the top level disposes at the end of the cell, whose value is still the last expression", async () => {
    const { stdout, result } = await kernel.execute(
      "using file = { n: 3, [Symbol.dispose]() { console.log('closed') } };\nfile.n",
    );
    expect(stdout).toBe("closed\n");
    expect(result?.["text/plain"]).toBe("3");
  });

  test("with await does so too, after a throw as well", async () => {
    const open = "await using file = { n: 4, async [Symbol.asyncDispose]() { console.log('closed') } };\n";
    expect(await kernel.execute(`${open}file.n`)).toMatchObject({ stdout: "closed\n", result: { "text/plain": "4" } });
    const thrown = await kernel.execute(`${open}throw new RangeError("inside")`);
    expect(thrown).toMatchObject({ stdout: "closed\n", error: { ename: "RangeError", evalue: "inside" } });
  });
});

describe("variables survive", () => {
  test("a throw in the cell that declared them", async () => {
    await kernel.execute("const before = 1; let after = 2; throw new Error('half-way')");
    expect(await last("[before, after]")).toBe("[ 1, 2 ]");
  });

  test("and a declaration that never got its value is undefined, not an error for ever", async () => {
    await kernel.execute("const never: number = JSON.parse('{')");
    expect(await last("const never = 3; never")).toBe("3");
  });
});

test("a default export without a name is the result", async () => {
  expect(await last("export default function () { return 1 }")).toMatch(/^\[Function/);
  expect(await last("export default class {}")).toMatch(/^\[class/);
});

test("a syntax error runs nothing of the cell", async () => {
  const { stdout, error } = await kernel.execute("console.log('ran');\nconst x = ;");
  expect(stdout).toBe("");
  expect(error?.ename).toBe("SyntaxError");
  expect(error?.traceback.join("\n")).toMatch(/Cell \[\d+\]:2:11/);
});

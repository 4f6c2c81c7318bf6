/** Cells made into scripts, without a kernel around them. */
import { beforeEach, describe, expect, test } from "@jest/globals";
import { parseSync } from "oxc-parser";
import { CellCompiler, type CompiledCell } from "../../../kernel/compiler/cell.ts";
import { CellSyntaxError } from "../../../kernel/compiler/syntax-error.ts";
import { remember, sourcePlace } from "../../../kernel/executor/scripts.ts";

let compiler: CellCompiler;

beforeEach(() => {
  compiler = new CellCompiler();
});

const compile = (source: string) => compiler.compile(source, "Cell [1]");

/** The script without what stands around it in every cell. */
async function script(source: string): Promise<string> {
  const { code } = await compile(source);
  return code
    .replace(/^"use strict";/, "")
    .replace(/\n\/\/# sourceURL=.*$/, "")
    .trim();
}

/** Where in the cell the script's `marker` came from. */
function origin(cell: CompiledCell, marker: string): { line: number; column: number } {
  remember(cell);
  const at = cell.code.indexOf(marker);
  expect(at).toBeGreaterThanOrEqual(0);
  const before = cell.code.slice(0, at);
  const line = before.split("\n").length;
  const place = sourcePlace(cell.id, line, at - before.lastIndexOf("\n"));
  return { line: place!.line, column: place!.column };
}

async function failure(source: string): Promise<CellSyntaxError> {
  const error = await compile(source).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(CellSyntaxError);
  return error as CellSyntaxError;
}

describe("the script of a cell", () => {
  test.each([
    ["declares const as let", "const a = 1;", "let a = 1;"],
    ["keeps the last expression", "1 + 1", "__gradbook__.result = (1 + 1)"],
    ["leaves a comment behind an expression where it is", "f(x) // twice", "__gradbook__.result = (f(x)) // twice"],
    ["takes a<b>(c) for a call, not for comparisons", "a<b>(c)", "__gradbook__.result = (a(c));"],
    ["drops what only TypeScript has of a line", "(x as Y)!", "__gradbook__.result = (x);"],
    ["keeps no declaration as a result", "let a: number = 1;", "let a = 1;"],
    ["turns var into an assignment", "var a = 1;", "let a;void (a = 1);"],
    ["moves functions to the front", "f();\nfunction f() {}", "let f = function () {};\nf();"],
    ["takes an object literal for an object", "{ a: 1 }", "__gradbook__.result = (({ a: 1 }));"],
    ["stops at an await", "await p;", "__gradbook__.result = (__gradbook__.resume(__gradbook__.context(), await p));"],
    [
      "awaits a default import",
      'import a from "m"; a;',
      'let { "default": a } = await __gradbook__.import("m", undefined, ["default"]);\n__gradbook__.result = (a);',
    ],
    ["awaits a namespace import", 'import * as a from "m";', 'let a = await __gradbook__.import("m");'],
    ["awaits an import for its effects", 'import "m";', 'await __gradbook__.import("m");'],
    [
      "requires no name that may be a type",
      'import { A } from "m";',
      'let { "A": A } = await __gradbook__.import("m");',
    ],
    ["drops type-only imports", 'import type { A } from "m"; 1', "__gradbook__.result = (1);"],
    ["loads dynamic imports the same way", 'import("m")', '__gradbook__.result = (__gradbook__.import("m"))'],
    ["knows import.meta", "import.meta.url", "__gradbook__.result = (__gradbook__.meta.url)"],
    ["drops export in front of a declaration", "export const a = 1;", "let a = 1;"],
    ["drops lists of exports", "const a = 1; export { a as b };", "let a = 1;"],
    ["shows a default export", "export default 42;", "__gradbook__.result = (42);"],
    ["shows a default export without a name", "export default class {}", "__gradbook__.result = (class {})"],
    [
      "takes what only cells see from the runtime",
      "new Image(x)",
      "__gradbook__.result = (new __gradbook__.own.Image(x))",
    ],
    [
      "takes it from there in shorthands, and only where it is a variable",
      "f({ Image }, { Image: 1 }, a.Image);",
      "__gradbook__.result = (f({ Image: __gradbook__.own.Image }, { Image: 1 }, a.Image));",
    ],
    [
      "leaves it to a cell that has it otherwise",
      "xs.map((Image) => Image.x);",
      "__gradbook__.result = (xs.map((Image) => Image.x));",
    ],
    ["makes a comment of a hashbang", "#!/usr/bin/env node\n1", "///usr/bin/env node\n__gradbook__.result = (1);"],
  ])("%s", async (_, source, expected) => {
    const squeeze = (text: string) => text.replace(/\s+/g, " ").trim();
    expect(squeeze(await script(source))).toBe(squeeze(expected));
  });

  test("leads from a line of plain JavaScript back to the cell", async () => {
    expect(origin(await compile("one(); two()"), "two")).toEqual({ line: 1, column: 8 });
    expect(origin(await compile("one(two())"), "two")).toEqual({ line: 1, column: 5 });
    expect(origin(await compile("await one(two())"), "two")).toEqual({ line: 1, column: 11 });
  });

  test("is strict, as modules are", async () => {
    expect((await compile("1")).code).toMatch(/^"use strict";/);
  });

  test("declares a var in front only while no earlier cell has", async () => {
    const first = await compile("var a = 1");
    expect(first.code).toContain("let a;");
    compiler.ran(first);
    expect((await compile("var a = 2")).code).not.toContain("let a");
    compiler.forget();
    expect((await compile("var a = 3")).code).toContain("let a;");
  });

  test("lists what the cell declares, destructured, imported, hoisted and var", async () => {
    const { declares } = await compile(`
      import d, { e as f } from "m";
      import * as g from "n";
      const { a, b: [c, ...rest], ...others } = x;
      for (var i = 0; i < 1; i++) { var deep = 1; }
      function h() { var local = 1; }
      class K {}
      enum E { A }
      namespace N { export const inside = 1; }
    `);
    expect([...declares].sort()).toEqual(
      ["E", "K", "N", "a", "c", "d", "deep", "f", "g", "h", "i", "others", "rest"].sort(),
    );
  });

  test("has helpers of its own for decorators and using, so that cells do not share state", async () => {
    const first = await compile("using a = open(); a.read()");
    const second = await compile("using a = open(); a.read()");
    const helpers = (cell: CompiledCell) => cell.declares.filter((name) => name.startsWith("_"));
    expect(helpers(first).length).toBeGreaterThan(0);
    expect(helpers(second).filter((name) => helpers(first).includes(name))).toEqual([]);
  });

  test.each([
    "await using a = open(); a.read()",
    "@logged class A { @bound m() {} accessor v = 0; static accessor w = 1 }",
    "for await (const x of xs) console.log(await x)",
    "for await (using x of xs) { await x.read() }",
    "export default async function () { await p }",
    "export async function* f() { yield* await g() }",
    "var { a, b: [c] = [] } = await p, d; for (var k in o) {} for (var v of l) {}",
    "label: for (;;) { break label }",
    "enum A { X = 1, Y = X << 1 } enum A { Z = 4 }",
    "namespace N.M { export let x = 1 } namespace N { export type T = 1 }",
    "import fs = require('node:fs'); fs.readFileSync",
    "abstract class A<T> { constructor(protected readonly x: T, private y?: number) {} abstract m(): void }",
    "const f = async <T,>(x: T): Promise<T> => await x; await f<number>(1)",
  ])("is a script that V8 can parse: %s", async (source) => {
    const { code } = await compile(source);
    // A script may have awaits at its top level in REPL mode only, which is what an async function stands for here.
    expect(() => new Function(`return async function () { ${code}\n}`)).not.toThrow();
    expect(parseSync("cell.js", code, { lang: "js", sourceType: "module" }).errors).toEqual([]);
  });
});

describe("a place in the script leads back to the line and column of the cell", () => {
  test.each([
    ["plain code", "const a = 1;\n  MARK(a);", "MARK", 2, 3],
    ["after types", "const a: Array<number> = [1]; type T = { x: number };\nf<T>(a as never, MARK)", "MARK", 2, 18],
    ["after an import", 'import { a } from "m"; MARK(a)', "MARK", 1, 24],
    ["inside an await", "const a = 1;\nconst b = await MARK(a);", "MARK", 2, 17],
    [
      "in a function that was moved to the front",
      "let a = 1;\nfunction f(x: number): number {\n  return MARK(x);\n}",
      "MARK",
      3,
      10,
    ],
    ["after a var", "var a: number = 1, b = MARK;", "MARK", 1, 24],
    ["in a default export", "export default MARK()", "MARK", 1, 16],
    ["in an object literal", "{ a: 1,\n  b: MARK() }", "MARK", 2, 6],
    ["in an object literal's first line", "{ a: MARK() }", "MARK", 1, 6],
    ["in a class with a decorator", "@d class A {\n  m() {\n    MARK();\n  }\n}", "MARK", 3, 5],
    ["after a using", "using a = f();\nawait g();\nMARK(a);", "MARK", 3, 1],
    ["in an enum", "const one = 1;\nenum E {\n  A = MARK(),\n}", "MARK", 3, 7],
    ["after a hashbang", "#!/usr/bin/env node\nMARK()", "MARK", 2, 1],
    ["after characters outside the basic plane", "const 𝒳 = '😀'; MARK(𝒳)", "MARK", 1, 18],
    ["with tabs and carriage returns", "const a = 1;\r\n\tMARK(a)", "MARK", 2, 2],
  ])("%s", async (_, source, marker, line, column) => {
    expect(origin(await compile(source), marker)).toEqual({ line, column });
  });
});

describe("a cell that is not TypeScript", () => {
  test.each([
    ["const x = ;", "Unexpected `;`", 1, 11],
    ["const a = 1;\nfoo(1, 2", "Expected `)` but found the end of the cell", 2, 9],
    ["1 +", "Unexpected end of the cell", 1, 4],
    ["a b", /^Expected a semicolon/, 1, 2],
    ["return 3", /'return' statement can only be used within a function/, 1, 1],
    ["'abc", "Unterminated string", 1, 1],
    ["const 𝒳 = '😀'; const y = ;", "Unexpected `;`", 1, 28],
    ["@d class A {\n  m( {\n}", /^Expected/, 3, 2],
  ])("says what is wrong and where: %s", async (source, message, line, column) => {
    const error = await failure(source);
    expect(error.message).toMatch(message);
    expect({ line: error.line, column: error.column }).toEqual({ line, column });
  });

  test("shows the line with a caret under the column", async () => {
    const error = await failure("const a = 1;\nconst b = ;\nconst c = 3;");
    const { ename, evalue, traceback } = error.content();
    expect({ ename, evalue }).toEqual({ ename: "SyntaxError", evalue: "Unexpected `;`" });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
    expect(traceback.map((line) => line.replace(/\x1b\[[\d;]*m/g, ""))).toEqual([
      "SyntaxError: Unexpected `;`",
      "    at Cell [1]:2:11",
      "",
      "  1 | const a = 1;",
      "> 2 | const b = ;",
      "    |           ^",
      "  3 | const c = 3;",
    ]);
  });

  test.each(["const el = <div>hi</div>", "const el = <div class={x} />;", "f(<></>)"])(
    "but has JSX is told so: %s",
    async (source) => {
      const error = await failure(source);
      expect(error.message).toMatch(/^Cells are TypeScript without JSX/);
      expect(error.column).toBe(source.indexOf("<") + 1);
    },
  );

  test("takes a generic arrow function and a type assertion for no JSX", async () => {
    await compile("const id = <T>(x: T): T => x;");
    await compile("const n = <number>x;");
    expect((await failure("const n = <number>x +;")).message).toBe("Unexpected `;`");
  });
});

/** Notebooks written for tslab, run unchanged; and the same cells in the real tslab, whose answers ours are compared with. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Kernel, type Message, repository, startCheckedKernel, startKernel } from "../support/client.ts";

const program = join(repository, "node_modules", "tslab", "bin", "tslab");
const folder = mkdtempSync(join(tmpdir(), "gradbook-tslab-"));
let ours: Kernel;
let theirs: Kernel;

beforeAll(async () => {
  const esmOnly = join(folder, "node_modules", "esm-only");
  mkdirSync(esmOnly, { recursive: true });
  writeFileSync(
    join(esmOnly, "package.json"),
    '{ "name": "esm-only", "type": "module", "exports": { "import": "./i.js" } }',
  );
  writeFileSync(join(esmOnly, "i.js"), "export const only = 1;");
  ours = await startCheckedKernel({ cwd: folder });
  if (!existsSync(program)) throw new Error("tslab is not installed: npm ci brings it");
  theirs = await startTheirs();
}, 90_000);

afterAll(async () => {
  await ours?.stop();
  await theirs?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function startTheirs(): Promise<Kernel> {
  const argv = [process.execPath, program, "kernel", "--config-path", "{connection_file}"];
  return startKernel({ argv, cwd: folder, deadline: 60_000 });
}

/** What a reader sees of a cell. */
interface Seen {
  displays: { data: unknown; update: boolean }[];
  /** What it printed, and the text of its result: tslab prints a value, we return it. */
  text: string;
  result: Record<string, unknown> | undefined;
  error: string | undefined;
  failed: boolean;
}

function seen(messages: readonly Message[], reply: Message): Seen {
  const ofType = (type: RegExp) => messages.filter(({ header }) => type.test(header.msg_type));
  const printed = ofType(/^stream$/).map(({ content }) => content.text);
  const result = ofType(/^execute_result$/)[0]?.content.data;
  return {
    displays: ofType(/display_data$/).map(({ header, content }) => ({
      data: content.data,
      update: header.msg_type === "update_display_data",
    })),
    text: (printed.join("") + (result?.["text/plain"] ?? "")).trim(),
    result,
    error: ofType(/^error$/)[0]?.content.ename,
    failed: reply.content.status === "error",
  };
}

/** Runs cells one after the other. @returns What is seen of each. */
async function inOurs(cells: readonly string[]): Promise<Seen[]> {
  const all: Seen[] = [];
  for (const cell of cells) {
    const { iopub, reply } = await ours.execute(cell);
    all.push(seen(iopub, reply));
  }
  return all;
}

/** On a busy machine tslab may leave a cell without an answer for ever: then another one is asked. */
async function inTheirs(cells: readonly string[]): Promise<Seen[]> {
  for (let tries = 2; ; tries--) {
    try {
      const all: Seen[] = [];
      for (const cell of cells) all.push(await runTheirs(cell));
      return all;
    } catch (error) {
      if (tries === 0) throw error;
      await theirs.kill();
      theirs = await startTheirs();
    }
  }
}

/**
 * Runs cells in tslab and holds what it shows of them against `check`, up to three times: on a busy machine it loses
 * what a cell prints. What it does on purpose it does every time.
 */
async function checkTheirs(cells: readonly string[], check: (all: Seen[]) => void): Promise<void> {
  for (let tries = 2; ; tries--) {
    const all = await inTheirs(cells);
    try {
      return check(all);
    } catch (error) {
      if (tries === 0) throw error;
    }
  }
}

let turns = 0;

/** So long an answer of tslab's, and a word that it prints, may be on their way before they count as lost. */
const ANSWER_MS = 10_000;
const WORD_MS = 2000;

async function wordOfTheirs(word: string, after: number): Promise<Message> {
  for (let tries = 10; ; tries--) {
    // After an error tslab aborts the next cell, though it was sent later; and on a busy machine it loses what a cell prints.
    const { content } = await theirs.start(`console.log(${JSON.stringify(word)})`, {}, { deadline: ANSWER_MS }).reply;
    if (content.status === "abort") continue;
    const isWord = (message: Message) => message.content.text?.includes(word) === true;
    try {
      return await theirs.waitForIopub("stream", isWord, { after, deadline: WORD_MS });
    } catch (error) {
      if (tries === 0) throw error;
    }
  }
}

/** tslab's output may come long after the reply and under another cell: a word that a second cell prints tells that all of it is there. */
async function runTheirs(code: string): Promise<Seen> {
  const after = theirs.mark();
  const reply = await theirs.start(code, {}, { deadline: ANSWER_MS }).reply;
  const word = `that-was-${++turns}`;
  const end = await wordOfTheirs(word, after);
  const messages = theirs.messages.slice(after, end.order).filter(({ channel }) => channel === "iopub");
  const rest = { ...end, content: { ...end.content, text: end.content.text!.split(word)[0]! } };
  return seen([...messages, rest], reply);
}

describe("tslab's display API", () => {
  const cells: [string, string][] = [
    ["html", "tslab.display.html('<b>b</b>')"],
    ["javascript", "tslab.display.javascript('1')"],
    ["markdown", "tslab.display.markdown('# m')"],
    ["latex", "tslab.display.latex('$x$')"],
    ["svg", "tslab.display.svg('<svg/>')"],
    ["text", "tslab.display.text('t')"],
    ["png", "tslab.display.png(new Uint8Array([1, 2, 3]))"],
    ["jpeg", "tslab.display.jpeg(Buffer.from('jpeg'))"],
    ["gif", "tslab.display.gif(new Uint8Array([71, 73, 70]))"],
    ["pdf", "tslab.display.pdf(Buffer.from('%PDF'))"],
    ["raw text", "tslab.display.raw('text/x', 'raw')"],
    ["raw bytes", "tslab.display.raw('image/x', new Uint8Array([255, 0]))"],
    [
      "a display that overwrites itself",
      "const once = tslab.newDisplay(); once.html('1'); once.text('2'); once.html('3');",
    ],
    ["two displays", "const a = tslab.newDisplay(), b = tslab.newDisplay(); a.text('a'); b.text('b'); a.text('A');"],
  ];

  test.each(cells)("%s shows what tslab shows", async (_, cell) => {
    const code = `import * as tslab from "tslab";\n{ ${cell} }`;
    const mine = (await inOurs([code]))[0]!;
    expect(mine.error).toBeUndefined();
    await checkTheirs([code], (all) => expect(mine.displays).toEqual(all[0]!.displays));
    expect(mine.displays.length).toBeGreaterThan(0);
  });

  test("is there by a named import and by require, and has the versions", async () => {
    const code =
      'import { display, newDisplay, versions } from "tslab";\n{ display.text(Object.keys(versions).sort().join()) }';
    const mine = (await inOurs([code]))[0]!;
    await checkTheirs([code], (all) => expect(mine.displays).toEqual(all[0]!.displays));
    const required = "const required = require('tslab'); required.display.text('by require')";
    expect((await inOurs([required]))[0]!.displays).toEqual([{ data: { "text/plain": "by require" }, update: false }]);
  });

  test("is typed", async () => {
    const { error } = await ours.execute('import * as tslab from "tslab"; tslab.display.html(5)');
    expect(error?.evalue).toMatch(/^TS2345/);
  });
});

describe("the same cells mean the same in tslab", () => {
  test.each<[string, string[]]>([
    ["an expression", ["1 + 1"]],
    ["a string", ["console.log('text')"]],
    ["const, declared again", ["const again = 1", "const again = 2", "again"]],
    ["let to another type", ["let changing = 1", "let changing = 'x'; console.log(changing)"]],
    ["a function, declared again", ["function twice() { return 1 }", "function twice() { return 2 }", "twice()"]],
    ["a class, declared again", ["class Box { x = 1 }", "class Box { y = 2 }", "new Box().y"]],
    ["an enum", ["enum Color { Red, Green = 5 }", "Color.Green"]],
    ["an interface across cells", ["interface Point { x: number }", "const point: Point = { x: 3 }; point.x"]],
    ["a generic function", ["function first<T>(xs: T[]): T { return xs[0] }", "first([7, 8])"]],
    ["destructuring", ["const { p, q: [r, ...rest] } = { p: 1, q: [2, 3, 4] }", "[p, r, rest.length]"]],
    ["top-level await", ["const waited = await Promise.resolve(6)", "waited"]],
    ["a default import of Node's own", ['import * as path from "path"', "[path.basename('/a/b.txt')]"]],
    ["a named import", ['import { join } from "path"', "[join('a', 'b')]"]],
    ["require", ["const os = require('os')", "[typeof os.cpus]"]],
    ["a value that is undefined", ["undefined"]],
    ["a value that is null, in a list", ["[null]"]],
    ["an object", ["({ a: 1, b: [1, 2] })"]],
    ["a Map", ["new Map([['a', 1]]).size"]],
    ["console.log with a format", ["console.log('%d of %s', 3, 'x')"]],
    ["a variable of a cell that threw later", ["let kept = 1", "kept = 2; throw new Error('x')", "kept"]],
    ["a spread and optional chaining", ["const base = { a: { b: 4 } }; ({ ...base }).a?.b"]],
    ["template literals", ["`a\nb`.length"]],
    ["var, declared again", ["var again = 1", "var again = 'x'", "[again]"]],
    ["a counter over cells", ["let count = 1; count++", "count += 5", "count"]],
    [
      "a class that refers to itself",
      ["class Self { static n = 0; static inc() { return ++Self.n } }", "Self.inc(); Self.inc()", "Self.n"],
    ],
    [
      "an abstract class",
      [
        "abstract class Base { abstract f(): number; g() { return this.f() + 1 } }",
        "class Heir extends Base { f() { return 1 } }",
        "new Heir().g()",
      ],
    ],
    ["a const enum", ["const enum Level { High = 3 }", "Level.High"]],
    ["a type alias", ["type Pair = { a: number }", "const pair: Pair = { a: 1 }", "pair"]],
    [
      "overloads",
      [
        "function over(x: string): string; function over(x: number): number; function over(x: any) { return x }",
        "over(3)",
      ],
    ],
    ["the value of a statement", ["if (true) { 5 }"]],
    ["a swap", ["let left = 1, right = 2; [left, right] = [right, left]; [left, right]"]],
    ["a generator", ["function* gen() { yield 1; yield 2 }", "[...gen()]"]],
    ["an async function", ["async function later() { return 3 }", "await later()"]],
    ["a bigint", ["10n ** 20n"]],
    ["a decorator", ["@mark class Marked {} function mark(c: any) { c.x = 9 }", "(Marked as any).x"]],
    [
      "an interface that is declared again",
      ["interface Merge { a: number }", "interface Merge { b: number }", "const merged: Merge = { b: 1 }; merged"],
    ],
    ["what ts-ignore hides", ["// @ts-ignore\nlet hidden: number = [1]; hidden"]],
    ["a shadowed name", ["let shadow = 1; { let shadow = 2 } shadow"]],
    ["a closure and its variable in one cell", ["let used = 1; const read1 = () => used; used = 2; read1()"]],
    ["a variable that is copied before it is declared again", ["let dup = 1; let copy = dup", "let dup = 2", "copy"]],
    ["a type-only import", ["import type { Stats } from 'fs'", "let stats: Stats[] = []; stats"]],
    ["eval", ["eval('1 + 1')"]],
    ["a class as a value", ["class Shown {}; Shown"]],
    ["typed arrays and Maps", ["[new Uint8Array(3), new Map([[1, { a: 2 }]])]"]],
  ])("%s", async (_, cells) => {
    const mine = await inOurs(cells);
    await checkTheirs(cells, (original) => {
      expect(mine.map(({ failed }) => failed)).toEqual(original.map(({ failed }) => failed));
      expect(mine.at(-1)!.text).toBe(original.at(-1)!.text);
    });
  });

  test.each([
    ["a type error", "const wrong: number = 'text'"],
    ["an unknown name", "noSuchName + 1"],
    ["an unknown member", "({ a: 1 }).b"],
    ["a syntax error", "const = 1"],
    ["a throw", "throw new Error('thrown')"],
    ["a rejection that is awaited", "await Promise.reject(new Error('rejected'))"],
    ["a missing module", "import x from './no-such-file'; x"],
  ])("%s fails in both", async (_, cell) => {
    expect((await inOurs([cell]))[0]!.failed).toBe(true);
    await checkTheirs([cell], (all) => expect(all[0]!.failed).toBe(true));
  });
});

/** Where we differ from tslab on purpose: [what, cells, how it shows, ours, tslab's]. */
const differences: [string, string[], (seen: Seen) => unknown, unknown, unknown][] = [
  [
    "a value is a result of the cell, not printed text",
    ["1 + 1"],
    ({ result }) => result?.["text/plain"],
    "2",
    undefined,
  ],
  ["null is shown", ["null"], ({ text }) => text, "null", ""],
  ["a string keeps its quotes, as in a console", ["'a'"], ({ text }) => text, "'a'", "a"],
  [
    "an error is an error of the cell, not printed text",
    ["throw new Error('x')"],
    ({ error }) => error,
    "Error",
    undefined,
  ],
  [
    "a vega-lite spec is a chart",
    ["({ $schema: 'https://vega.github.io/schema/vega-lite/v5.json', mark: 'bar' })"],
    ({ result }) => Object.keys(result ?? {}),
    ["application/vnd.vegalite.v5+json", "image/png", "text/plain"],
    [],
  ],
  [
    "a closure sees what a later cell assigns",
    ["let level = 1; const read = () => level", "level = 2", "read()"],
    ({ text }) => text,
    "2",
    "1",
  ],
  [
    "for await may stand at the top level",
    ["async function* two() { yield 1; yield 2 }", "for await (const x of two()) console.log(x);"],
    ({ failed }) => failed,
    false,
    true,
  ],
  ["what is exported from a cell is declared", ["export const exported = 9"], ({ failed }) => failed, false, true],
  ["a default export is the result", ["export default 5"], ({ text }) => text, "5", ""],
  [
    "what is exported can be exported again",
    ["export function twofold() { return 2 }", "export function twofold() { return 4 }", "twofold()"],
    ({ text }) => text,
    "4",
    expect.stringMatching(/Cannot find name|Cannot redeclare/),
  ],
  [
    "a namespace is there for later cells",
    ["namespace Shapes { export const corners = 4 }", "Shapes.corners"],
    ({ failed }) => failed,
    false,
    true,
  ],
  [
    "code is strict, as in modules",
    ["const self = function (this: unknown) { return this === undefined }; self()"],
    ({ text }) => text,
    "true",
    "false",
  ],
  ["`__dirname` is the notebook's folder", ["__dirname === process.cwd()"], ({ failed }) => failed, false, true],
  [
    "an error that is a value shows no frames of the kernel",
    ["new Error('value')"],
    ({ text }) => /node:vm/.test(text),
    false,
    true,
  ],
  ["using is understood", ["using u = { v: 4, [Symbol.dispose]() {} }; u.v"], ({ failed }) => failed, false, true],
  [
    "a package that is an ES module only can be imported",
    ['import { only } from "esm-only"; only'],
    ({ failed }) => failed,
    false,
    true,
  ],
];

describe("where we differ on purpose", () => {
  test("is what KERNEL.md lists", () => {
    const text = readFileSync(join(repository, "KERNEL.md"), "utf8").split("They differ on purpose in this:")[1]!;
    const listed = [...text.matchAll(/^- ([\s\S]*?)[.;]$/gm)].map(([, item]) => item!.replace(/\s+/g, " "));
    expect(listed).toEqual(differences.map(([what]) => what));
  });

  test.each(differences)("%s", async (_, cells, of, mine, original) => {
    expect(of((await inOurs(cells)).at(-1)!)).toEqual(mine);
    await checkTheirs(cells, (all) => expect(of(all.at(-1)!)).toEqual(original));
  });
});

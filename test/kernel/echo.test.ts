/** A cell's result and errors as text, as a developer's console would show them. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Executed, type Kernel, startCheckedKernel } from "../support/client.ts";

let kernel: Kernel;

beforeAll(async () => {
  kernel = await startCheckedKernel();
  await kernel.execute("%typecheck off");
});

afterAll(async () => {
  await kernel.stop();
});

const plain = ({ error }: Executed): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
  (error?.traceback.join("\n") ?? "no error").replace(/\x1b\[[\d;]*m/g, "").replace(/Cell \[\d+\]/g, "Cell");

describe("the result of a cell shows", () => {
  test.each([
    ["depth, as far as one reads", "({ a: { b: { c: { d: { e: { f: 1 } } } } } })", /d: \{ e: \[Object\] \}/],
    ["cycles", "const cyc = { name: 'c' }; cyc.self = cyc; cyc", "<ref *1> { name: 'c', self: [Circular *1] }"],
    ["class names", "class Point { x = 1; #hidden = 2 }\n[new Point(), Point]", "[ Point { x: 1 }, [class Point] ]"],
    [
      "getters by their name only",
      "({ get g() { throw new Error('ran') }, set s(v) {} })",
      "{ g: [Getter], s: [Setter] }",
    ],
    ["an object without a prototype", "Object.create(null)", "[Object: null prototype] {}"],
    [
      "holes, negative zero, bigints and symbols",
      "[1, , -0, 10n, Symbol('s')]",
      "[ 1, <1 empty item>, -0, 10n, Symbol(s) ]",
    ],
    ["dates and regular expressions", "[new Date(0), /x/g]", "[ 1970-01-01T00:00:00.000Z, /x/g ]"],
    [
      "functions with their kind",
      "[() => 1, async function f() {}, function* g() {}]",
      "[ [Function (anonymous)], [AsyncFunction: f], [GeneratorFunction: g] ]",
    ],
    ["a promise that is still open", "new Promise(() => {})", "Promise { <pending> }"],
    [
      "an error as a value, with its own place",
      "new RangeError('as a value')",
      /^RangeError: as a value\n {4}at Cell \[\d+\]:1:1$/,
    ],
    ["text in quotes, its newlines escaped", "'a\\nb'", "'a\\nb'"],
  ])("%s", async (_, cell, expected) => {
    const { result } = await kernel.execute(cell);
    if (typeof expected === "string") expect(result?.["text/plain"]).toBe(expected);
    else expect(result?.["text/plain"]).toMatch(expected);
  });

  test("long lists, typed arrays and strings cut, with how much is left out", async () => {
    const list = (await kernel.execute("new Array(1e6).fill(7)")).result?.["text/plain"] as string;
    expect(list).toMatch(/\.\.\. 999900 more items\n\]$/);
    expect(list.length).toBeLessThan(1000);
    expect((await kernel.execute("new Float32Array(5000)")).result?.["text/plain"]).toMatch(
      /^Float32Array\(5000\) \[[\s\S]*\.\.\. 4900 more items\n\]$/,
    );
    expect((await kernel.execute("'x'.repeat(1e6)")).result?.["text/plain"]).toMatch(/\.\.\. 990000 more characters$/);
    const sparse = (await kernel.execute("const sparse = []; sparse[1e9] = 1; sparse")).result?.["text/plain"];
    expect(sparse).toBe("[ <1000000000 empty items>, 1 ]");
  });

  test("an object nested twenty thousand deep", async () => {
    const cell = "const deep = {}; let at = deep; for (let i = 0; i < 20000; i++) at = at.n = {}; deep";
    expect((await kernel.execute(cell)).result?.["text/plain"]).toMatch(/n: \[Object\]/);
  });
});

describe("a hostile value is shown as text, with a note where its own display failed", () => {
  const trap = "const no = () => { throw new Error('trap') };\n";
  test.each([
    [
      "a proxy, none of whose traps run",
      `${trap}new Proxy({ a: 1 }, { get: no, has: no, ownKeys: no, getPrototypeOf: no, getOwnPropertyDescriptor: no })`,
      "{ a: 1 }",
      "",
    ],
    ["an heir of a proxy", `${trap}Object.create(new Proxy({}, { get: no, has: no, getPrototypeOf: no }))`, /./, ""],
    [
      "a display that throws",
      "({ a: 1, [Symbol.for('Jupyter.display')]() { throw new Error('broken display') } })",
      /a: 1/,
      /own display failed.*Error: broken display/,
    ],
    [
      "a display that rejects",
      "({ async [Symbol.for('Jupyter.display')]() { throw 'text' } })",
      /Jupyter\.display/,
      /own display failed.*: text/,
    ],
    [
      "a display that is a getter",
      "({ get [Symbol.for('Jupyter.display')]() { throw new Error('ran') } })",
      "{ [Symbol(Jupyter.display)]: [Getter] }",
      "",
    ],
    [
      "a display that returns no bundle",
      "({ [Symbol.for('Jupyter.display')]: () => 5 })",
      /Function/,
      /returned 5: expected an object of MIME types/,
    ],
    [
      "a bundle with a cycle",
      "({ [Symbol.for('Jupyter.display')]() { const a = {}; a.a = a; return { 'text/html': a } } })",
      /Function/,
      /own display failed.*circular/,
    ],
    [
      "a bundle whose toJSON throws",
      "({ [Symbol.for('Jupyter.display')]: () => ({ 'text/html': { toJSON() { throw new Error('no json') } } }) })",
      /Function/,
      /no json/,
    ],
    [
      "a bundle with a bigint",
      "({ [Symbol.for('Jupyter.display')]: () => ({ 'text/html': 1n }) })",
      /Function/,
      /own display failed.*BigInt/,
    ],
    [
      "an error that cannot be described",
      "({ [Symbol.for('Jupyter.display')]() { throw { toString() { throw 1 } } } })",
      /Function/,
      /cannot be described/,
    ],
    [
      "an inspection that throws",
      "({ a: 1, [Symbol.for('nodejs.util.inspect.custom')]() { throw new Error('broken inspect') } })",
      /a: 1.*its inspection failed: Error: broken inspect/,
      "",
    ],
    [
      "a name of a kind that throws",
      "({ a: 1, get [Symbol.toStringTag]() { throw new Error('broken tag') } })",
      /a: 1.*its inspection failed: Error: broken tag/,
      "",
    ],
    [
      "a toJSON that throws",
      "({ toJSON() { throw new Error('unused') }, a: 1 })",
      "{ toJSON: [Function: toJSON], a: 1 }",
      "",
    ],
    [
      "a vega spec with a cycle",
      "const spec = { $schema: 'https://vega.github.io/schema/vega-lite/v5.json' }; spec.data = spec; spec",
      /Circular/,
      /own display failed/,
    ],
    ["a toSpec that throws", "({ toSpec() { throw new Error('no spec') } })", /toSpec/, /no spec/],
  ])("%s", async (_, cell, expected, note) => {
    const executed = await kernel.execute(cell);
    expect(executed.error).toBeUndefined();
    const text = String(executed.result?.["text/plain"]).replaceAll("\n", " ");
    if (typeof expected === "string") expect(text).toBe(expected);
    else expect(text).toMatch(expected);
    if (note === "") expect(executed.stderr).toBe("");
    else expect(executed.stderr.replaceAll("\n", " ")).toMatch(note);
  });
});

// The shape of nodejs-polars 0.18, which is 80 MB of machine code: a proxy that gives columns as properties, before an object with the methods.
const POLARS = `
  class JsDataFrame {}
  const frame = { _df: new JsDataFrame(), get columns() { return ["a", "b"] }, get height() { return 2 }, row: (i) => [i, "b" + i] };
  const no = (target, name) => { throw new Error("no column " + String(name)) };
  new Proxy(frame, { get: no, has: no, ownKeys: no })`;

test("a data frame that is a proxy, as nodejs-polars has them, is a table", async () => {
  const { result, stderr } = await kernel.execute(POLARS);
  expect(String(result?.["text/html"]).match(/(?<=<t[hd] [^>]*>)[^<]*/g)).toEqual(["a", "b", "0", "b0", "1", "b1"]);
  expect(result?.["text/plain"]).toBe("a  b\n0  b0\n1  b1");
  expect(stderr).toBe("");
});

test("no trap runs of a proxy of a proxy, and a revoked one is told as such", async () => {
  const { result, stdout } = await kernel.execute(`
    const tell = new Proxy({}, { get: (_, name) => () => console.log(String(name)) });
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    display(new Proxy(new Proxy([{ a: 1 }], tell), tell));
    revoked.proxy`);
  expect(stdout).toBe("");
  expect(result).toEqual({ "text/plain": "<Revoked Proxy>" });
});

describe("an error shows", () => {
  test("the failing line, and the frames of the user only", async () => {
    const shown = plain(
      await kernel.execute("function inner() {\n  throw new TypeError('deep');\n}\n[1].map(() => inner())"),
    );
    expect(shown).toBe(
      [
        "TypeError: deep",
        "    at inner (Cell:2:9)",
        "    at Cell:4:15",
        "    at Cell:4:5",
        "",
        "  1 | function inner() {",
        "> 2 |   throw new TypeError('deep');",
        "    |         ^",
        "  3 | }",
        "  4 | [1].map(() => inner())",
      ].join("\n"),
    );
  });

  test("what caused it, and what caused that", async () => {
    const shown = plain(
      await kernel.execute("throw new Error('outer', { cause: new TypeError('inner', { cause: 'text' }) })"),
    );
    expect(shown).toMatch(/^Error: outer\n[\s\S]*\n {2}caused by TypeError: inner\n[\s\S]*\n {4}caused by 'text'$/);
  });

  test("each of several", async () => {
    const shown = plain(
      await kernel.execute("await Promise.any([Promise.reject(new Error('one')), Promise.reject('two')])"),
    );
    expect(shown).toMatch(
      /^AggregateError: All promises were rejected\n[\s\S]*\n {2}errors\[0\] Error: one\n[\s\S]*\n {2}errors\[1\] 'two'$/,
    );
  });

  test.each([
    ["that is its own cause", "const e = new Error('self'); e.cause = e; throw e", /^Error: self\n/],
    [
      "whose message throws",
      "const e = new Error(); Object.defineProperty(e, 'message', { get() { throw 1 } }); throw e",
      /^Error\n/,
    ],
    ["of a class of one's own", "class Mine extends Error { name = 'Mine' }\nthrow new Mine('m')", /^Mine: m\n/],
    ["that is text", "throw 'text'", /^Uncaught 'text'\n {4}at Cell:1:1/],
    ["that is an object", "throw { code: 3 }", /^Uncaught \{ code: 3 \}/],
    ["that is undefined", "throw undefined", /^Uncaught undefined/],
    ["that is a proxy", "throw new Proxy({}, { get() { throw 1 } })", /^Uncaught \{\}/],
    ["of a stack that ran over", "(function rec() { rec() })()", /^RangeError: Maximum call stack size exceeded\n/],
    ["of JSON", "JSON.parse('{bad')", /^SyntaxError: .*JSON.*\n {4}at Cell:1:6/],
    ["of a name that is not there", "document.title", /^ReferenceError: document is not defined\n {4}at Cell:1:1/],
  ])("%s", async (_, cell, expected) => {
    expect(plain(await kernel.execute(cell))).toMatch(expected);
  });

  test("that arises in a later turn, under the cell that it came from", async () => {
    const { id } = await kernel.start("setTimeout(() => { throw new Error('late') }, 1); 0").done;
    const message = await kernel.waitForIopub(
      "stream",
      ({ content }) => content.name === "stderr" && /late/.test(content.text ?? ""),
    );
    expect(message.parent.msg_id).toBe(id);
    expect(message.content.text).toMatch(/throw new Error\('late'\)/);
  });
});

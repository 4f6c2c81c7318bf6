/** execute_request in the real kernel: what comes back, in which order, and what is counted. */
import { describe, expect, test } from "@jest/globals";
import type { Exchange, Message } from "../support/client.ts";
import { kernel, useKernel } from "../support/file-kernel.ts";

useKernel();

const plain = (data: Record<string, unknown> | undefined) => data?.["text/plain"];
/** Types of an exchange's iopub messages, a status by its state. */
const kinds = ({ iopub }: Exchange) =>
  iopub.map(({ header, content }) => (header.msg_type === "status" ? content.execution_state : header.msg_type));

describe("a result", () => {
  test("is the value of the last expression", async () => {
    const { result, reply } = await kernel.execute("const six = 6;\nsix * 7");
    expect(plain(result)).toBe("42");
    expect(reply.content).toMatchObject({ status: "ok", payload: [], user_expressions: {} });
  });

  test.each(["", "const quiet = 1", "undefined", "void 0", "if (true) {}", "// a comment", "function quietly() {}"])(
    "is not there after %j",
    async (code) => {
      const exchange = await kernel.execute(code);
      expect(exchange.reply.content.status).toBe("ok");
      expect(kinds(exchange)).toEqual(["busy", "execute_input", "idle"]);
    },
  );

  test.each([
    ["null", "null"],
    ["'text'", "'text'"],
    ["-0", "-0"],
    ["10n", "10n"],
    ["Symbol('s')", "Symbol(s)"],
    ["[1, [2, { a: 3 }]]", "[ 1, [ 2, { a: 3 } ] ]"],
    ["({ get a() { throw new Error('getters are not run') } })", "{ a: [Getter] }"],
    ["new Map([[1, new Set(['x'])]])", "Map(1) { 1 => Set(1) { 'x' } }"],
    ["class Point { constructor(readonly x = 1) {} }\nnew Point()", "Point { x: 1 }"],
    ["const loop: any = {}; loop.self = loop; loop", "<ref *1> { self: [Circular *1] }"],
    ["Promise.resolve(5)", "Promise { 5 }"],
  ])("of %s is shown as a developer's console would", async (code, shown) => {
    expect(plain((await kernel.execute(code)).result)).toBe(shown);
  });

  test("whose own inspection or display throws is still shown, and the kernel lives", async () => {
    const { result, stderr } = await kernel.execute(`
      ({ [Symbol.for("Jupyter.display")]() { throw new RangeError("no picture today") }, a: 1 })`);
    expect(plain(result)).toMatch(/a: 1/);
    expect(stderr).toMatch(/own display failed.*RangeError: no picture today/);
    const proxy = await kernel.execute("new Proxy({}, { ownKeys() { throw new Error('no keys') } })");
    expect(proxy.reply.content.status).toBe("ok");
  });
});

describe("name?", () => {
  test("shows in the pager what is known of the name", async () => {
    const exchange = await kernel.execute("matmul?");
    expect(exchange.reply.content).toMatchObject({
      status: "ok",
      payload: [
        { source: "page", start: 0, data: { "text/plain": expect.stringMatching(/^function matmul.*TensorLike/) } },
      ],
    });
    expect(kinds(exchange)).toEqual(["busy", "execute_input", "idle"]);
  });

  test("of a name that is nowhere is an error", async () => {
    const { error } = await kernel.execute("nowhereAtAll?");
    expect(error?.evalue).toBe("Nothing is known of nowhereAtAll: no name in scope is called so");
  });
});

test("%load asks the front end to put a file's text in place of the cell", async () => {
  const { reply } = await kernel.execute("%load kernel.json");
  expect(reply.content).toMatchObject({
    status: "ok",
    payload: [{ source: "set_next_input", replace: true, text: expect.stringContaining('"shell_port"') }],
  });
});

describe("counts", () => {
  const countOf = async (code: string, content: object = {}) =>
    (await kernel.execute(code, content)).reply.content.execution_count!;

  test("go up by one with every stored cell, failing ones too, and the input says the same number", async () => {
    const first = await countOf("1");
    expect(await countOf("throw 1")).toBe(first + 1);
    expect(await countOf("const = 1")).toBe(first + 2);
    const { iopub, reply } = await kernel.execute("'numbered'");
    for (const type of ["execute_input", "execute_result"]) {
      const message = iopub.find(({ header }) => header.msg_type === type) as Message;
      expect(message.content.execution_count).toBe(first + 3);
    }
    expect(reply.content.execution_count).toBe(first + 3);
  });

  test("stay where they are without store_history, and the cell is not in the history", async () => {
    const before = await countOf("1");
    expect(await countOf("'unstored'", { store_history: false })).toBe(before);
    const { reply } = await kernel.request("history_request", {
      hist_access_type: "tail",
      n: 1,
      output: false,
      raw: true,
    });
    expect(reply.content.history).toEqual([[expect.any(Number), before, "1"]]);
  });
});

test("a silent cell runs, is not counted, and publishes nothing but its status", async () => {
  const before = (await kernel.execute("let silent = 0")).reply.content.execution_count;
  const exchange = await kernel.execute("console.log('unseen'); display('unseen'); silent = 7; silent", {
    silent: true,
  });
  expect(kinds(exchange)).toEqual(["busy", "idle"]);
  expect(exchange.reply.content).toMatchObject({ status: "ok", execution_count: before });
  expect(plain((await kernel.execute("silent")).result)).toBe("7");
  const failed = await kernel.execute("throw new Error('unseen')", { silent: true });
  expect(kinds(failed)).toEqual(["busy", "idle"]);
  expect(failed.reply.content).toMatchObject({ status: "error", evalue: "unseen" });
});

test("user expressions are evaluated after the cell, each for itself", async () => {
  const { reply } = await kernel.execute("let base = 20", {
    user_expressions: { sum: "base + 1", wrong: "noSuchThing", broken: "1 +" },
  });
  expect(reply.content.user_expressions).toMatchObject({
    sum: { status: "ok", data: { "text/plain": "21" }, metadata: {} },
    wrong: { status: "error", ename: "ReferenceError" },
    broken: { status: "error", ename: "SyntaxError" },
  });
});

describe("stop_on_error", () => {
  const three = (content: object) => [
    kernel.start("await null; throw new Error('stop here')", content),
    kernel.start("'second'"),
    kernel.start("'third'"),
  ];

  test("aborts the cells that were waiting, each with busy, reply and idle", async () => {
    const exchanges = await Promise.all(three({ stop_on_error: true }).map(({ done }) => done));
    expect(exchanges.map(({ reply }) => reply.content.status)).toEqual(["error", "aborted", "aborted"]);
    for (const exchange of exchanges.slice(1)) expect(kinds(exchange)).toEqual(["busy", "idle"]);
    expect((await kernel.execute("'after'")).reply.content.status).toBe("ok");
  });

  test("does not count for a silent cell, which a front end runs for itself", async () => {
    const exchanges = await Promise.all(three({ silent: true }).map(({ done }) => done));
    expect(exchanges.map(({ reply }) => reply.content.status)).toEqual(["error", "ok", "ok"]);
  });

  test("switched off lets them run", async () => {
    const exchanges = await Promise.all(three({ stop_on_error: false }).map(({ done }) => done));
    expect(exchanges.map(({ reply }) => reply.content.status)).toEqual(["error", "ok", "ok"]);
  });
});

/** execute_request in the real kernel: what comes back, in which order, and what is counted. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Exchange, type Kernel, type Message, startKernel } from "../support/client.ts";

let kernel: Kernel;

beforeAll(async () => {
  kernel = await startKernel();
});

afterAll(async () => {
  await kernel.stop();
  // Every message of this file was well formed and signed.
  expect(kernel.invalid).toEqual([]);
  expect(kernel.output).toEqual({ stdout: "", stderr: "" });
});

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
const withoutColours = (lines: string[] | undefined) => (lines ?? []).join("\n").replaceAll(/\x1b\[[0-9;]*m/g, "");
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

describe("order", () => {
  test("is busy, input, outputs as they came, idle; and the reply is there", async () => {
    const exchange = await kernel.execute(`
      console.log("one");
      display("two");
      console.error("three");
      console.log("four");
      "five"`);
    expect(kinds(exchange)).toEqual([
      "busy",
      "execute_input",
      "stream",
      "display_data",
      "stream",
      "stream",
      "execute_result",
      "idle",
    ]);
    expect(exchange.iopub.every(({ parent }) => parent.msg_id === exchange.id)).toBe(true);
  });

  test("holds for every request: nothing between two requests' messages, nothing after idle", async () => {
    const after = kernel.mark();
    const cells = Array.from({ length: 20 }, (_, i) =>
      kernel.start(`console.log(${i});\nawait null;\nprocess.stderr.write("e${i}\\n");\n${i}`),
    );
    await Promise.all(cells.map(({ done }) => done));
    const iopub = kernel.messages.slice(after).filter(({ channel }) => channel === "iopub");
    // The messages of each request stand together.
    const owners = iopub.map(({ parent }) => parent.msg_id);
    expect(owners.filter((owner, i) => owner !== owners[i - 1])).toEqual(cells.map(({ id }) => id));
    for (const { id } of cells) {
      const mine = iopub.filter(({ parent }) => parent.msg_id === id);
      expect([mine[0]!.content.execution_state, mine.at(-1)!.content.execution_state]).toEqual(["busy", "idle"]);
      expect(mine).toHaveLength(6);
    }
  });

  test("comes to its end also where the cell closes stdout and stderr", async () => {
    const closing = await startKernel();
    await closing.execute("import { closeSync } from 'node:fs'; closeSync(1); closeSync(2); console.log('closed')");
    expect(await closing.execute("console.log('still here'); 1")).toMatchObject({
      stdout: "still here\n",
      result: { "text/plain": "1" },
    });
    await closing.stop();
  });

  test("holds for output of native code and of child processes", async () => {
    const { stdout, stderr, iopub } = await kernel.execute(`
      import { execSync } from "node:child_process";
      import { writeSync } from "node:fs";
      writeSync(1, "native\\n");
      execSync("echo child; echo complaint >&2", { stdio: "inherit" });`);
    expect(stdout).toBe("native\nchild\n");
    expect(stderr).toBe("complaint\n");
    expect(iopub.at(-1)!.content.execution_state).toBe("idle");
  });
});

describe("streams", () => {
  test("keep a flood whole and in order, in few messages, all before idle", async () => {
    const { stdout, iopub } = await kernel.execute("for (let i = 0; i < 10_000; i++) console.log(i)");
    expect(stdout).toBe(Array.from({ length: 10_000 }, (_, i) => `${i}\n`).join(""));
    expect(iopub.at(-1)!.content.execution_state).toBe("idle");
    expect(iopub.length).toBeLessThan(25);
  });

  test("take text with any character, in pieces as they were written", async () => {
    const { stdout } = await kernel.execute(
      `process.stdout.write("é😀\\0\\u2028"); process.stdout.write(Buffer.from("ζ")); process.stdout.write("|")`,
    );
    expect(stdout).toBe("é😀\0\u2028ζ|");
  });

  test("bring what a cell prints while it runs at once, not when it ends", async () => {
    const cell = kernel.start(`console.log("early"); await new Promise((go) => (globalThis as any).go = go)`);
    await kernel.waitForIopub(
      "stream",
      ({ parent, content }) => parent.msg_id === cell.id && /early/.test(content.text!),
    );
    await kernel.request("interrupt_request", {}, { channel: "control" });
    expect((await cell.done).reply.content.ename).toBe("Interrupted");
  });

  test("bring what a timer prints later under the cell that started it, also while another runs", async () => {
    const first = await kernel.execute(`
      let announce = () => {};
      setTimeout(function tick() { if (announce === never) return setTimeout(tick, 1); console.log("late"); announce(); }, 1);
      const never = announce;`);
    const second = kernel.start("await new Promise<void>((done) => (announce = done)); console.log('own')");
    const late = await kernel.waitForIopub("stream", ({ content }) => /late/.test(content.text ?? ""));
    expect(late.parent.msg_id).toBe(first.id);
    const { messages } = await second.done;
    expect(messages.filter(({ header }) => header.msg_type === "stream").map(({ content }) => content.text)).toEqual([
      "own\n",
    ]);
  });
});

describe("an error", () => {
  test("points at the cell's own line and column, with the line shown", async () => {
    const { error, reply, iopub } = await kernel.execute(
      "const limit = 3;\n\n  throw new RangeError('over ' + limit);",
    );
    expect(error).toMatchObject({ ename: "RangeError", evalue: "over 3" });
    const text = withoutColours(error?.traceback);
    expect(text).toMatch(/^RangeError: over 3\n {4}at Cell \[\d+\]:3:9\n/);
    expect(text).toMatch(/> 3 \| {3}throw new RangeError/);
    expect(
      text
        .split("\n")
        .find((line) => line.includes("^"))!
        .indexOf("^") -
        "  3 | ".length -
        1,
    ).toBeGreaterThan(0);
    expect(reply.content).toMatchObject({ status: "error", ename: "RangeError", evalue: "over 3" });
    expect(reply.content.traceback).toEqual(error?.traceback);
    expect(iopub.filter(({ header }) => header.msg_type === "error")).toHaveLength(1);
  });

  test("names the functions on the way, in their own cells, and no frame of the kernel's", async () => {
    const { reply: defined } = await kernel.execute(
      "function fails(x: number): never {\n  throw new TypeError(String(x));\n}",
    );
    const { error, reply } = await kernel.execute("\n[1].map((x) => fails(x))");
    const [there, here] = [defined, reply].map(({ content }) => content.execution_count);
    const text = withoutColours(error?.traceback);
    expect(text).toContain(`at fails (Cell [${there}]:2:9)`);
    expect(text).toContain(`Cell [${here}]:2:16`);
    expect(text).not.toMatch(/node:|executor|gradbook-cell|dist\//);
  });

  test.each([
    ["after an await", "await null;\nthrow new Error('late')", /Cell \[\d+\]:2:7/],
    [
      "in a decorated class",
      "const d = (v: any, c: any) => v;\n@d\nclass A {\n  m() { throw new Error('here') }\n}\nnew A().m()",
      /A\.m \(Cell \[\d+\]:4:15\)/,
    ],
    ["thrown by JSON.parse", "\n JSON.parse('{')", /Cell \[\d+\]:2:7/],
    ["in a local of a missing property", "const o: any = {};\no.a.b", /Cell \[\d+\]:2:5/],
  ])("%s has its place", async (_name, code, place) => {
    expect(withoutColours((await kernel.execute(code)).error?.traceback)).toMatch(place);
  });

  test.each([
    ["throw 5", "5"],
    ["throw 'text'", "'text'"],
    ["throw null", "null"],
    ["throw undefined", "undefined"],
    ["throw { code: 1 }", "{ code: 1 }"],
    ["throw Object.create(null)", "[Object: null prototype] {}"],
  ])("may be anything: %s", async (code, shown) => {
    const { error } = await kernel.execute(code);
    expect(error).toMatchObject({ ename: "Uncaught", evalue: shown });
    expect(withoutColours(error?.traceback)).toMatch(/Cell \[\d+\]:1:1/);
  });

  test("that the library throws points at the line that called it, whatever lies between", async () => {
    const { error, reply } = await kernel.execute(
      "const call = () => tensor([1, 2]).matmul(tensor([1, 2, 3]));\ncall()",
    );
    const count = reply.content.execution_count;
    expect(withoutColours(error?.traceback).split("\n").slice(1, 4)).toEqual([
      `    at call (Cell [${count}]:1:35)`,
      `    at Cell [${count}]:2:1`,
      "",
    ]);
    expect(withoutColours(error?.traceback)).not.toContain("dist/lib");
  });

  test("shows recursion once, and where it began", async () => {
    const { error } = await kernel.execute(
      "function down(n: number): number {\n  if (n === 0) throw new Error('deep');\n  return down(n - 1);\n}\ndown(30)",
    );
    const frames = withoutColours(error?.traceback).split("\n").slice(1, 5);
    expect(frames.map((line) => line.replace(/Cell \[\d+\]/, "Cell"))).toEqual([
      "    at down (Cell:2:22)",
      "    at down (Cell:3:10)",
      "    … 29 more times the same",
      "    at Cell:5:1",
    ]);
  });

  test("that console.trace() prints says what was given to it, and where", async () => {
    const { stderr } = await kernel.execute("function here() {\n  console.trace('step %d', 2);\n}\nhere()");
    expect(stderr).toMatch(/^Trace: step 2\n {4}at here \(Cell \[\d+\]:2:11\)\n/);
  });

  test("shows its causes and its parts", async () => {
    const { error } = await kernel.execute(`
      throw new AggregateError([new Error("first part"), 2], "several", { cause: new TypeError("the root") })`);
    const text = withoutColours(error?.traceback);
    expect(text).toContain("caused by TypeError: the root");
    expect(text).toContain("errors[0] Error: first part");
    expect(text).toContain("errors[1] 2");
  });

  test("leaves the variables as they were", async () => {
    await kernel.execute("let kept = [1, 2]; kept.push(3); throw new Error('after')");
    expect(plain((await kernel.execute("kept")).result)).toBe("[ 1, 2, 3 ]");
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

  test("switched off lets them run", async () => {
    const exchanges = await Promise.all(three({ stop_on_error: false }).map(({ done }) => done));
    expect(exchanges.map(({ reply }) => reply.content.status)).toEqual(["error", "ok", "ok"]);
  });
});

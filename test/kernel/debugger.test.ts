/** The debugger, as a front end drives it, on the real kernel: breakpoints, stacks, steps and exceptions. */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type Kernel, startCheckedKernel } from "../support/client.ts";
import { DebugClient } from "../support/debug-client.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "gradbook-debugged-")));
let kernel: Kernel;
let debug: DebugClient;

beforeAll(async () => {
  kernel = await startCheckedKernel({ cwd: folder });
  debug = new DebugClient(kernel);
});
beforeEach(() => debug.attach());
afterEach(() => debug.do("disconnect"));
afterAll(async () => {
  await kernel.stop();
  rmSync(folder, { recursive: true, force: true });
  expect(kernel.output).toEqual({ stdout: "", stderr: "" });
});

const cell = `function double(n: number): number {
  const twice = n * 2;
  return twice;
}
let total: number = 0;
for (let i = 1; i <= 2; i++) {
  total += double(i);
}
total;`;

/** Lines of a stack without the numbers of cells, which depend on the tests before. */
const lines = (stack: string[]) => stack.map((frame) => frame.replace(/Cell \[\d+\]/, "Cell"));

test("kernel_info says that there is a debugger", () => {
  expect(kernel.info.content.supported_features).toContain("debugger");
  expect(kernel.info.content.debugger).toBe(true);
});

describe("a breakpoint", () => {
  test("stops a cell, which goes on in steps and then to its end", async () => {
    expect(await debug.setBreakpoints(cell, [{ line: 2 }])).toEqual([2]);
    const { cell: running, reason, stack, frameId } = await debug.run(cell);
    expect(reason).toBe("breakpoint");
    expect(lines(stack)).toEqual(["double (Cell:2)", "Cell:7"]);
    expect(await debug.variables(frameId)).toMatchObject({ Locals: ["n = 1", "twice = undefined"] });
    const step = await debug.stopAfter(() => debug.do("next"));
    expect({ ...step, stack: lines(step.stack) }).toMatchObject({
      reason: "step",
      stack: ["double (Cell:3)", "Cell:7"],
    });
    const again = await debug.stopAfter(() => debug.do("continue"));
    expect(lines(again.stack)).toEqual(["double (Cell:2)", "Cell:7"]);
    await debug.do("continue");
    const { reply, iopub } = await running.done;
    expect(reply.content.status).toBe("ok");
    expect(iopub.find(({ header }) => header.msg_type === "execute_result")?.content.data).toEqual({
      "text/plain": "6",
    });
  });

  test("names the cell by the file that dumpCell and debugInfo name, and gives its text", async () => {
    const { sourcePath } = (await debug.do("dumpCell", { code: cell })) as { sourcePath: string };
    const info = (await debug.do("debugInfo")) as Record<string, string>;
    expect(sourcePath.startsWith(info.tmpFilePrefix!)).toBe(true);
    expect(sourcePath.endsWith(info.tmpFileSuffix!)).toBe(true);
    await debug.setBreakpoints(cell, [{ line: 5 }]);
    const { cell: running } = await debug.run(cell);
    const [frame] = await debug.frames();
    expect(frame!.source!.path).toBe(sourcePath);
    expect(await debug.do("source", { source: frame!.source })).toMatchObject({ content: cell });
    expect(await debug.do("debugInfo")).toMatchObject({
      isStarted: true,
      stoppedThreads: [1],
      breakpoints: [{ source: sourcePath, breakpoints: [{ line: 5 }] }],
    });
    await debug.do("continue");
    await running.done;
  });

  test("on a line without a statement moves to the next one, and stands nowhere below the last", async () => {
    const code = "// nothing\n\nconst here = 1;\n";
    expect(await debug.setBreakpoints(code, [{ line: 1 }, { line: 4 }])).toEqual([3, null]);
  });

  test("with a condition stops only where it is true", async () => {
    const code = "let seen = 0;\nfor (let i = 0; i < 5; i++) {\n  seen = i;\n}";
    const breakpoint = { line: 3, condition: "(i as number) === 3" };
    await debug.setBreakpoints(code, [breakpoint]);
    expect(await debug.do("debugInfo")).toMatchObject({ breakpoints: [{ breakpoints: [breakpoint] }] });
    const { cell: running, frameId } = await debug.run(code);
    expect(await debug.variables(frameId)).toMatchObject({ Locals: ["i = 3"] });
    await debug.do("continue");
    expect((await running.done).reply.content.status).toBe("ok");
  });

  test("with a hit condition stops at the hits that it names, of those where its condition is true", async () => {
    const code = "let hits = 0;\nfor (let i = 0; i < 9; i++) {\n  hits += i;\n}";
    await debug.setBreakpoints(code, [{ line: 3, condition: "i % 2 === 0", hitCondition: "% 2" }]);
    const { cell: running, frameId } = await debug.run(code);
    expect(await debug.variables(frameId)).toMatchObject({ Locals: ["i = 2"] });
    const { frameId: second } = await debug.stopAfter(() => debug.do("continue"));
    expect(await debug.variables(second)).toMatchObject({ Locals: ["i = 6"] });
    await debug.do("continue");
    expect((await running.done).reply.content.status).toBe("ok");
  });

  test("that logs prints under the cell and does not stop", async () => {
    const code = "for (let i = 0; i < 2; i++) {\n  Math.abs(i);\n}";
    await debug.setBreakpoints(code, [{ line: 2, logMessage: "i is {i}" }]);
    expect((await kernel.execute(code)).stdout).toBe("i is 0\ni is 1\n");
  });

  test("in a function of an earlier cell stops when another cell calls it", async () => {
    const first = "function area(side: number) {\n  return side * side;\n}";
    await kernel.execute(first);
    await debug.setBreakpoints(first, [{ line: 2 }]);
    const { cell: running, stack } = await debug.run("// calls\narea(3);");
    expect(lines(stack)).toEqual(["area (Cell:2)", "Cell:2"]);
    await debug.do("continue");
    expect((await running.done).reply.content.status).toBe("ok");
  });

  test("holds for a cell that is run again, until it is taken away", async () => {
    const code = "let again = 1;\nagain += 1;";
    await debug.setBreakpoints(code, [{ line: 2 }]);
    for (let run = 0; run < 2; run++) {
      const { cell: running } = await debug.run(code);
      await debug.do("continue");
      await running.done;
    }
    await debug.setBreakpoints(code, []);
    expect((await kernel.execute(code)).reply.content.status).toBe("ok");
  });

  test("in an async function stops after an await", async () => {
    const code = `async function load(n: number): Promise<number> {
  await new Promise((next) => setTimeout(next, 1));
  const loaded = n + 1;
  return loaded;
}
await load(1);`;
    await debug.setBreakpoints(code, [{ line: 3 }]);
    const { cell: running, stack, frameId } = await debug.run(code);
    // Below a label stands who waits for it.
    expect(lines(stack)).toEqual(["load (Cell:3)", "await", "Cell:6"]);
    expect(await debug.variables(frameId)).toMatchObject({ Locals: ["n = 1", "loaded = undefined"] });
    const step = await debug.stopAfter(() => debug.do("next"));
    expect(lines(step.stack).slice(0, 1)).toEqual(["load (Cell:4)"]);
    await debug.do("continue");
    expect((await running.done).reply.content.status).toBe("ok");
  });

  test("in a file stops in the very run that loads it, and in a changed version of it", async () => {
    const path = join(folder, "shapes.ts");
    const text =
      "interface Side { x: number }\nexport const loads: number = 1;\nexport function area({ x }: Side): number {\n  return x * x;\n}\n";
    writeFileSync(path, text);
    const lineSet = await debug.do("setBreakpoints", { source: { path }, breakpoints: [{ line: 2 }, { line: 4 }] });
    expect(lineSet).toMatchObject({
      breakpoints: [
        { verified: true, line: 2 },
        { verified: true, line: 4 },
      ],
    });
    const code = 'import { area } from "./shapes.ts";\narea({ x: 3 });';
    const { cell: running, stack } = await debug.run(code);
    expect(stack[0]).toBe("shapes.ts:2");
    const call = await debug.stopAfter(() => debug.do("continue"));
    expect(call.stack[0]).toBe("area (shapes.ts:4)");
    expect((await debug.frames())[0]!.source).toEqual({ name: "shapes.ts", path });
    await debug.do("continue");
    expect((await running.done).reply.content.status).toBe("ok");
    expect(await debug.do("modules")).toMatchObject({ modules: [{ name: "shapes.ts", path }] });

    writeFileSync(path, `// moved\n${text}`);
    await debug.do("setBreakpoints", { source: { path }, breakpoints: [{ line: 5 }] });
    const changed = await debug.run(code);
    expect(changed.stack[0]).toBe("area (shapes.ts:5)");
    await debug.do("continue");
    expect((await changed.cell.done).reply.content.status).toBe("ok");
  });
});

describe("steps", () => {
  test("go into a function and out of it, and end with the cell", async () => {
    await debug.setBreakpoints(cell, [{ line: 7 }]);
    const { cell: running } = await debug.run(cell);
    const inside = await debug.stopAfter(() => debug.do("stepIn"));
    expect(lines(inside.stack)).toEqual(["double (Cell:2)", "Cell:7"]);
    const outside = await debug.stopAfter(() => debug.do("stepOut"));
    expect(lines(outside.stack)).toEqual([expect.stringMatching(/^Cell:[67]$/)]);
    await debug.setBreakpoints(cell, []);
    await debug.setBreakpoints(cell, [{ line: 9 }]);
    await debug.stopAfter(() => debug.do("continue"));
    await debug.do("next");
    expect((await running.done).reply.content.status).toBe("ok");
    expect((await kernel.execute("1 + 1")).reply.content.status).toBe("ok");
  });

  test("go over an await, at the top level and in a function", async () => {
    const code = `const first = await Promise.resolve(1);
const second = await (async () => {
  const inner = await new Promise<number>((next) => setTimeout(next, 1, first));
  return inner + 1;
})();
second;`;
    await debug.setBreakpoints(code, [{ line: 1 }, { line: 3 }]);
    const { cell: running } = await debug.run(code);
    const over = await debug.stopAfter(() => debug.do("next"));
    expect(lines(over.stack)).toEqual(["Cell:2"]);
    await debug.stopAfter(() => debug.do("continue"));
    const inside = await debug.stopAfter(() => debug.do("next"));
    expect(lines(inside.stack).slice(0, 1)).toEqual(["Cell:4"]);
    await debug.do("continue");
    expect((await running.done).reply.content.status).toBe("ok");
  });

  test.each(["matmul([[1]], [[2]])", 'pathOf("a", "b")', "String(1)", "new URL('http://a.b/c')"])(
    "do not go into the library, or Node's own code: %s",
    async (call) => {
      await kernel.execute('import { join as pathOf } from "node:path";');
      const code = `const product = ${call};\nconst text = String(product);\ntext;`;
      await debug.setBreakpoints(code, [{ line: 1 }]);
      const { cell: running } = await debug.run(code);
      const step = await debug.stopAfter(() => debug.do("stepIn"));
      expect(lines(step.stack)).toEqual(["Cell:2"]);
      await debug.do("continue");
      await running.done;
    },
  );

  test("into what is not the user's stop each time that a loop comes round", async () => {
    const code = "let round = 0;\nwhile (round < 3) {\n  round += Math.max(1, 0);\n}";
    await debug.setBreakpoints(code, [{ line: 3, hitCondition: "1" }]);
    const { cell: running } = await debug.run(code);
    const stops: string[] = [];
    for (let i = 0; i < 4; i++) stops.push(...lines((await debug.stopAfter(() => debug.do("stepIn"))).stack));
    expect(stops).toEqual(["Cell:2", "Cell:3", "Cell:2", "Cell:3"]);
    await debug.do("continue");
    await running.done;
  });
});

test("`debugger;` stops where it stands", async () => {
  const { cell: running, reason, stack } = await debug.run("let before = 1;\ndebugger;\nbefore;");
  expect(reason).toBe("breakpoint");
  expect(lines(stack)).toEqual(["Cell:2"]);
  await debug.do("continue");
  expect((await running.done).reply.content.status).toBe("ok");
});

test("pause stops a loop that no breakpoint is in", async () => {
  const running = kernel.start('console.log("here");\nvar turning = true;\nwhile (turning) {\n  Math.random();\n}');
  await kernel.waitForIopub("stream", ({ parent }) => parent.msg_id === running.id);
  const { reason, stack, frameId } = await debug.stopAfter(() => debug.do("pause", { threadId: 1 }));
  expect(reason).toBe("pause");
  expect(lines(stack)[0]).toMatch(/^Cell:[34]$/);
  await debug.do("evaluate", { expression: "turning = false", frameId, context: "repl" });
  await debug.do("continue");
  expect((await running.done).reply.content.status).toBe("ok");
});

describe("exceptions", () => {
  const thrown = `function fail(): never {
  throw new RangeError("too far");
}
try {
  fail();
} catch {}
fail();`;

  test("that are caught do not stop, those that are not do", async () => {
    await debug.do("setExceptionBreakpoints", { filters: ["uncaught"] });
    const { cell: running, reason, stack } = await debug.run(thrown);
    expect(reason).toBe("exception");
    expect(lines(stack)).toEqual(["fail (Cell:2)", "Cell:7"]);
    expect(await debug.do("exceptionInfo", { threadId: 1 })).toMatchObject({
      exceptionId: "RangeError",
      description: expect.stringContaining("too far"),
      breakMode: "unhandled",
    });
    await debug.do("continue");
    expect((await running.done).reply.content).toMatchObject({ status: "error", ename: "RangeError" });
  });

  test("that are caught stop where all that are raised do", async () => {
    await debug.do("setExceptionBreakpoints", { filters: ["raised"] });
    const { cell: running, stack } = await debug.run(thrown);
    expect(lines(stack)).toEqual(["fail (Cell:2)", "Cell:5"]);
    await debug.do("setExceptionBreakpoints", { filters: [] });
    await debug.do("continue");
    expect((await running.done).reply.content.status).toBe("error");
  });

  test("after an await stop, too", async () => {
    await debug.do("setExceptionBreakpoints", { filters: ["uncaught"] });
    const { cell: running, stack } = await debug.run("await null;\nthrow new Error('late');");
    expect(lines(stack)).toEqual(["Cell:2"]);
    await debug.do("continue");
    expect((await running.done).reply.content.ename).toBe("Error");
  });
});

describe("a request that makes no sense", () => {
  test.each([
    ["fly", {}, /does not know the request "fly"/],
    ["continue", {}, /is not stopped/],
    ["dumpCell", {}, /code is undefined: expected a string/],
    ["scopes", { frameId: 1 }, /is not stopped/],
    ["source", { source: { path: "/nowhere.ts" } }, /nowhere/],
  ])("%s is refused in words", async (command, given, message) => {
    const answer = await debug.ask(command, given);
    expect(answer).toMatchObject({
      type: "response",
      command,
      success: false,
      message: expect.stringMatching(message),
    });
  });
});

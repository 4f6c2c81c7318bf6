/** Breakpoints in code that is not what runs: below magics, lowered, run late, or declared again. On the real kernel. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { type Kernel, startCheckedKernel } from "../support/client.ts";
import { DebugClient } from "../support/debug-client.ts";

let kernel: Kernel;
let debug: DebugClient;

beforeAll(async () => {
  kernel = await startCheckedKernel();
  debug = new DebugClient(kernel);
});
beforeEach(() => debug.attach());
afterEach(() => debug.do("disconnect"));
afterAll(async () => {
  await kernel.stop();
  expect(kernel.output).toEqual({ stdout: "", stderr: "" });
});

const lines = (stack: string[]) => stack.map((frame) => frame.replace(/Cell \[\d+\]/, "Cell"));

/** Stops at a line of a cell, looks at the innermost frame, and lets the cell go on to its end. */
async function stopAt(code: string, line: number): Promise<{ stack: string[]; locals: string[] | undefined }> {
  expect(await debug.setBreakpoints(code, [{ line }])).toEqual([line]);
  const { cell, reason, stack, frameId } = await debug.run(code);
  expect(reason).toBe("breakpoint");
  const { Locals } = await debug.variables(frameId);
  await debug.do("continue");
  expect((await cell.done).reply.content.status).toBe("ok");
  return { stack: lines(stack), locals: Locals };
}

describe("a breakpoint is on its line", () => {
  test("below magics", async () => {
    const code = "%typecheck off\n\n%typecheck error\nconst half = (n: number) => {\n  return n / 2;\n};\nhalf(4);";
    expect(await stopAt(code, 5)).toEqual({ stack: ["half (Cell:5)", "Cell:7"], locals: ["n = 4"] });
  });

  test("in a class with decorators, and beside them", async () => {
    const code = `function logged(method: Function, context: ClassMethodDecoratorContext) {
  return function (this: unknown, ...given: unknown[]) {
    return method.apply(this, given);
  };
}
class Counter {
  @logged
  count(by: number): number {
    const next = by + 1;
    return next;
  }
}
new Counter().count(2);`;
    const { stack, locals } = await stopAt(code, 10);
    expect(stack).toEqual([
      expect.stringMatching(/count \(Cell:10\)$/),
      expect.stringMatching(/Cell:3\)?$/),
      "Cell:13",
    ]);
    expect(locals).toEqual(expect.arrayContaining(["by = 2", "next = 3"]));
  });

  test("in a block whose resources are disposed of", async () => {
    const code = `const closed: string[] = [];
function open(name: string) {
  return { name, [Symbol.dispose]() {
    closed.push(name);
  } };
}
{
  using file = open("a");
  closed.push(file.name + "!");
}
closed.join();`;
    expect((await stopAt(code, 9)).stack).toEqual(["Cell:9"]);
    expect((await stopAt(code, 4)).stack[0]).toMatch(/\(Cell:4\)$/);
  });

  test("behind enums, in namespaces, and behind types of many lines", async () => {
    const code = `enum Colour {
  Red,
  Green = 5,
}
interface Sides {
  a: number;
}
namespace Areas {
  export function square(sides: Sides): number {
    const area = sides.a ** 2;
    return area;
  }
}
Areas.square({ a: Colour.Green });`;
    const { stack, locals } = await stopAt(code, 11);
    expect(stack).toEqual(["square (Cell:11)", "Cell:14"]);
    expect(locals).toEqual(expect.arrayContaining([expect.stringMatching(/^sides = .*a: 5/), "area = 25"]));
  });
});

describe("when its cell has ended", () => {
  test.each([
    ["a timer", "setTimeout(() => {\n  const late = 1;\n}, 1);"],
    ["a promise's callback", "void new Promise((next) => setTimeout(next, 1)).then(() => {\n  const late = 1;\n});"],
  ])("%s stops at the cell's breakpoint, and is let go", async (_, code) => {
    expect(await debug.setBreakpoints(code, [{ line: 2 }])).toEqual([2]);
    const { cell, stack } = await debug.run(code);
    expect((await cell.done).reply.content.status).toBe("ok");
    expect(lines(stack)).toEqual(["Cell:2"]);
    await debug.do("continue");
    expect((await kernel.execute("'after'")).result).toEqual({ "text/plain": "'after'" });
  });
});

test("a function that is declared again is another: each cell's breakpoints are its own", async () => {
  const [first, second] = ["first", "second"].map(
    (name) => `function declared() {\n  return "${name}";\n}\ndeclared();`,
  );
  await debug.setBreakpoints(first!, [{ line: 2 }]);
  const { cell, stack } = await debug.run(first!);
  await debug.do("continue");
  await cell.done;
  expect(lines(stack)).toEqual(["declared (Cell:2)", "Cell:4"]);
  const exchange = await kernel.execute(second!);
  expect(exchange.result).toEqual({ "text/plain": "'second'" });
  expect((await stopAt(second!, 2)).stack).toEqual(["declared (Cell:2)", "Cell:4"]);
});

test("the functions that await the stopped one stand below a label, and have no variables to show", async () => {
  const code = `async function inner(n: number) {
  await new Promise((next) => setTimeout(next, 1));
  return n + 1;
}
async function outer() {
  const [all] = await Promise.all([inner(1)]);
  return all;
}
await outer();`;
  await debug.setBreakpoints(code, [{ line: 3 }]);
  const { cell, stack } = await debug.run(code);
  expect(lines(stack)).toEqual(["inner (Cell:3)", "await", "outer (Cell:6)", "Cell:9"]);
  const frames = await debug.frames();
  expect(frames[1]).toMatchObject({ name: "await", presentationHint: "label" });
  expect(frames[2]!.source!.path).toBe(frames[0]!.source!.path);
  expect(await debug.do("scopes", { frameId: frames[2]!.id })).toEqual({ scopes: [] });
  const computed = await debug.ask("evaluate", { expression: "1", frameId: frames[2]!.id, context: "repl" });
  expect(computed).toMatchObject({ success: false });
  expect((await debug.frames()).map(({ id }) => id)).toEqual(frames.map(({ id }) => id));
  await debug.do("continue");
  expect((await cell.done).reply.content.status).toBe("ok");
});

describe("a debug console", () => {
  const evaluate = (expression: string, context: string) =>
    debug.ask<DebugProtocol.EvaluateResponse>("evaluate", { expression, context });

  test("awaits, declares nothing that it is not told to, and reaches what cells have declared", async () => {
    await kernel.execute("const base = 40; let reads = 0; const lazy = { get costly() { reads++; return 1; } };");
    expect((await evaluate("await Promise.resolve(base + 2)", "repl")).body).toMatchObject({ result: "42" });
    expect((await evaluate("const added: number = base * 2; added", "repl")).success).toBe(true);
    expect((await evaluate("added", "repl")).body).toMatchObject({ result: "80" });
  });

  test("runs no getter for a hover or a watch, and says so", async () => {
    for (const context of ["hover", "watch"]) {
      const answer = await evaluate("lazy.costly", context);
      expect(answer).toMatchObject({ success: false, message: expect.stringMatching(/side.effect/i) });
    }
    expect((await kernel.execute("reads")).result).toEqual({ "text/plain": "0" });
    expect((await evaluate("lazy.costly", "repl")).body).toMatchObject({ result: "1" });
  });
});

test("modules lists files that were loaded, not cells, and source gives a cell's text", async () => {
  const { sourcePath } = (await debug.do("dumpCell", { code: "const dumped = 1;" })) as { sourcePath: string };
  expect(await debug.do("source", { source: { path: sourcePath } })).toMatchObject({ content: "const dumped = 1;" });
  expect(await debug.do("modules")).toEqual({ modules: [], totalModules: 0 });
  expect(await debug.ask("source", { source: { path: "/nowhere/at.all" } })).toMatchObject({ success: false });
});

/** Types across cells: the checker of process C, through the real kernel. */
import { describe, expect, test } from "@jest/globals";
import { kernel, useKernel } from "../support/file-kernel.ts";

useKernel();

const codes = (traceback: string[] | undefined) => (traceback ?? []).join("\n").match(/TS\d+/g) ?? [];

describe("a type error", () => {
  test("blocks the cell before any of it runs, and points at the line and column", async () => {
    const ran = await kernel.execute("console.log('ran');\nconst wrong: number = 'text';");
    expect(ran.stdout).toBe("");
    expect(ran.error?.ename).toBe("TypeScriptError");
    expect(ran.error?.evalue).toMatch(/^TS2322: Type 'string' is not assignable to type 'number'/);
    expect(ran.error?.traceback.join("\n")).toMatch(/Cell \[\d+\]:2:7/);
  });

  test("is found by what an earlier cell declared, through const, function, class, interface, enum and import", async () => {
    await kernel.execute(`
      interface Point { x: number }
      enum Color { Red, Green }
      class Shape { constructor(readonly at: Point) {} }
      function shift<T extends Point>(point: T): T { return { ...point, x: point.x + 1 } }
      const origin = { x: 0, label: "o" };
      import path from "node:path";
    `);
    const right = await kernel.execute("shift(new Shape(shift(origin)).at).x + Color.Green + path.sep.length");
    expect(right.result?.["text/plain"]).toBe("4");
    for (const [cell, code] of [
      ["shift(origin).lable", "TS2551"],
      ["new Shape({ y: 1 })", "TS2353"],
      ["Color.Blue", "TS2339"],
      ["path.join(1)", "TS2345"],
      ["const p: Point = { x: '1' }", "TS2322"],
    ]) {
      const { error } = await kernel.execute(cell!);
      expect(codes(error?.traceback)).toContain(code);
    }
  });

  test("in a cell that did not run brings nothing into scope", async () => {
    await kernel.execute("const neverMade: number = 'text'");
    const { error } = await kernel.execute("neverMade");
    expect(codes(error?.traceback)).toEqual(["TS2304"]);
  });

  test("of the library's types is found too", async () => {
    const { error } = await kernel.execute("tensor([1, 2]).matmul([[1], [2]]).noSuchMethod()");
    expect(codes(error?.traceback)).toEqual(["TS2339"]);
  });

  test("names the library's types as the user writes them, without the file that they are in", async () => {
    const { error } = await kernel.execute("tensor([1]) + tensor([2])");
    expect(error?.evalue).toBe("TS2365: Operator '+' cannot be applied to types 'Tensor' and 'Tensor'.");
  });
});

test("a name declared again takes its new type", async () => {
  await kernel.execute("const again = 1");
  await kernel.execute("const again = 'text'");
  const { result } = await kernel.execute("again.toUpperCase()");
  expect(result?.["text/plain"]).toBe("'TEXT'");
});

test("a constant of an earlier cell cannot be assigned to, a variable can", async () => {
  await kernel.execute("const fixed = 1; let free = 1");
  expect(codes((await kernel.execute("fixed = 2")).error?.traceback)).toEqual(["TS2588"]);
  expect((await kernel.execute("free = 2; free")).result?.["text/plain"]).toBe("2");
});

test("a name that only the running program knows is no type error", async () => {
  await kernel.execute("(globalThis as any).conjured = 7");
  expect((await kernel.execute("conjured + 1")).result?.["text/plain"]).toBe("8");
});

test("a missing package is reported with how to install it", async () => {
  const { error } = await kernel.execute('import x from "no-such-package-here"; x');
  expect(error?.evalue).toMatch(
    /Cannot find the package "no-such-package-here" from .*%npm install no-such-package-here/,
  );
});

test("columns count UTF-16 units, as V8 and tsc do, after characters outside the basic plane", async () => {
  const { error } = await kernel.execute('const 𝒳 = "😀"; const n: number = 𝒳;');
  expect(error?.traceback.join("\n")).toMatch(/Cell \[\d+\]:1:24\b/);
});

test("%typecheck warn runs the cell after a warning, off does not look, and error is the default again", async () => {
  const warned = await kernel.execute("%typecheck warn\nlet loose: number = 'text'; loose");
  expect(warned.stderr).toMatch(/TS2322/);
  expect(warned.result?.["text/plain"]).toBe("'text'");
  const off = await kernel.execute("%typecheck off\nlet looser: number = 'text'; looser");
  expect(off.stderr).toBe("");
  expect(off.result?.["text/plain"]).toBe("'text'");
  const back = await kernel.execute("%typecheck error\nlet strict: number = 'text';");
  expect(codes(back.error?.traceback)).toEqual(["TS2322"]);
  const unknown = await kernel.execute("%typechek off");
  expect(unknown.error?.evalue).toMatch(
    /no magic %typechek: this kernel knows %edit, %exit, %help, %load, %npm, %typecheck/,
  );
});

test("what cells declare while nobody looks keeps its type for the cells that are looked at", async () => {
  await kernel.execute("%typecheck off\nconst unseen = { depth: 1 }; interface Unseen { x: number }");
  const { error } = await kernel.execute("%typecheck error\nconst u: Unseen = { x: 'a' }; unseen.dept");
  expect(codes(error?.traceback)).toEqual(["TS2322", "TS2551"]);
});

test("a name close to another is no type error either, if the running program knows it", async () => {
  await kernel.execute("(globalThis as any).consol = 7");
  expect((await kernel.execute("consol + 1")).result?.["text/plain"]).toBe("8");
});

test("what a cell adds to global types holds for all later cells, also where it declares nothing of its own", async () => {
  await kernel.execute(
    "declare global { interface Array<T> { second(): T } }\nArray.prototype.second = function () { return this[1] };",
  );
  expect((await kernel.execute("[1, 2].second()")).result?.["text/plain"]).toBe("2");
  expect(codes((await kernel.execute("[1, 2].third()")).error?.traceback)).toEqual(["TS2339"]);
  expect((await kernel.execute("typeof global.process")).result?.["text/plain"]).toBe("'object'");
});

describe("while a cell runs", () => {
  test("members, hovers and names are answered from types", async () => {
    await kernel.execute("const busy = { alpha: 1, beta: 'b' }; 0");
    const running = kernel.start("while (true) {}");
    await kernel.waitFor(
      (message) => message.header.msg_type === "execute_input" && message.parent.msg_id === running.id,
    );
    const completed = await kernel.request("complete_request", { code: "busy.", cursor_pos: 5 });
    expect(completed.reply.content).toMatchObject({ matches: ["alpha", "beta"], cursor_start: 5, cursor_end: 5 });
    const inspected = await kernel.request("inspect_request", { code: "busy.beta", cursor_pos: 7, detail_level: 0 });
    expect(inspected.reply.content).toMatchObject({ found: true, data: { "text/plain": "beta: string" } });
    const named = await kernel.request("complete_request", { code: "bus", cursor_pos: 3 });
    expect(named.reply.content).toMatchObject({ matches: ["busy"] });
    await kernel.request("interrupt_request", {}, { channel: "control" });
    expect((await running.done).reply.content).toMatchObject({ status: "error", ename: "Interrupted" });
  });
});

test("a checker that died is replaced, and knows the cells that ran before", async () => {
  await kernel.execute("const lasting = { left: 1 }");
  const checker = kernel.children().find(({ command }) => /tsc|tsgo/.test(command));
  process.kill(checker!.pid, "SIGKILL");
  expect(codes((await kernel.execute("lasting.right")).error?.traceback)).toEqual(["TS2339"]);
  expect(kernel.children().some(({ pid }) => pid === checker!.pid)).toBe(false);
});

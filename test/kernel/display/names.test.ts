/** The names of displays in cells of the real kernel: there without an import, typed, and free to be taken. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { exportedNames } from "../../../kernel/compiler/cell-module.ts";
import { scopeDeclarations } from "../../../kernel/compiler/checker/scope.ts";
import { type Executed, type Kernel, startKernel } from "../../support/client.ts";

let kernel: Kernel;

/** Whether a name stands for more than a type. */
const isValue = (name: string): boolean => !new RegExp(`interface ${name}\\b`).test(scopeDeclarations);

beforeAll(async () => {
  kernel = await startKernel();
});

afterAll(async () => {
  await kernel.stop();
});

/** Everything that the cell showed, displays and their updates in order. */
function displays({ iopub }: Executed): { type: string; id: unknown; data: Record<string, string> }[] {
  return iopub
    .filter(({ header }) => /display_data$/.test(header.msg_type))
    .map(({ header, content }) => ({
      type: header.msg_type,
      id: content.transient?.display_id,
      data: content.data as Record<string, string>,
    }));
}

test("every value that has a type in scope is there, and every one that is there has a type", async () => {
  const typed = exportedNames(scopeDeclarations).filter(isValue);
  const { result } = await kernel.execute(
    `[${typed.map((name) => `typeof ${name}`).join(", ")}].every((type) => type !== "undefined")`,
  );
  expect(result?.["text/plain"]).toBe("true");
  const { items } = {
    items: (await kernel.request("complete_request", { code: "", cursor_pos: 0 })).reply.content.matches!,
  };
  expect(items).toEqual(expect.arrayContaining(typed));
  for (const name of [
    "display",
    "clearOutput",
    "input",
    "password",
    "comms",
    "HTML",
    "Markdown",
    "Latex",
    "SVG",
    "Json",
    "Image",
    "Audio",
    "Video",
    "Code",
    "FileLink",
    "html",
    "md",
    "tex",
  ]) {
    expect(typed).toContain(name);
  }
});

test.each(exportedNames(scopeDeclarations).filter(isValue))("a cell can declare %s for itself", async (name) => {
  const other = await kernel.execute(`{ const ${name} = 1; ${name}.toFixed() }`);
  expect(other.error).toBeUndefined();
  const shadowed = await kernel.execute(`const own = (() => { let ${name}: number = 5; return ${name} })(); own`);
  expect(shadowed.result?.["text/plain"]).toBe("5");
});

test("a name that a cell declared means that from then on, types included", async () => {
  const fresh = await startKernel();
  await fresh.execute("const html = 1; class Image { pixels = 3 }");
  expect((await fresh.execute("html.toFixed(1) + new Image().pixels")).result?.["text/plain"]).toBe("'1.03'");
  await fresh.stop();
});

describe("Image", () => {
  test("is in scope in cells only: libraries take a global Image for a browser's", async () => {
    const cell = "const seen = typeof (globalThis as any).Image; [seen, typeof Image, { Image }.Image === Image]";
    expect((await kernel.execute(cell)).result?.["text/plain"]).toBe("[ 'undefined', 'function', true ]");
  });

  test("is what a library has put there, if one has", async () => {
    const fresh = await startKernel();
    await fresh.execute("(globalThis as any).Image = class { pixels = 3 };");
    expect((await fresh.execute("(new Image(0 as never) as any).pixels")).result?.["text/plain"]).toBe("3");
    await fresh.stop();
  });

  test("leaves a chart's picture to be drawn, which waited for ever", async () => {
    const cell = "plot.heatmap([[1, 2], [3, 4]])";
    expect(Object.keys((await kernel.execute(cell)).result ?? {})).toContain("image/png");
  });
});

test("the templates and classes are the result of a cell, and wrong arguments are type errors", async () => {
  const bold = await kernel.execute("html`<b>$" + "{'<i>'}</b>`");
  expect(bold.result).toEqual({ "text/html": "<b>&lt;i&gt;</b>", "text/plain": "<b>&lt;i&gt;</b>" });
  expect((await kernel.execute("tex`x^2`")).result?.["text/latex"]).toBe("$\\displaystyle x^2$");
  expect((await kernel.execute("[{ a: 1 }]")).result?.["text/html"]).toContain("<table");
  expect((await kernel.execute("new Image(5)")).error?.evalue).toMatch(/^TS2345/);
  expect((await kernel.execute("const wrong: Markdown = html``")).error?.evalue).toMatch(/^TS2322|^TS2741/);
});

describe("progress()", () => {
  test("gives the items, and one display that ends full, with the count", async () => {
    const executed = await kernel.execute(
      "let sum = 0;\nfor (const x of progress([1, 2, 3], { title: 'add <b>' })) sum += x;\nsum",
    );
    expect(executed.result?.["text/plain"]).toBe("6");
    const shown = displays(executed);
    expect(shown.map(({ type }) => type)).toEqual(["display_data", "update_display_data"]);
    expect(new Set(shown.map(({ id }) => id)).size).toBe(1);
    expect(shown[0]!.data["text/plain"]).toBe(`add <b> ${"─".repeat(24)} 0/3`);
    expect(shown[1]!.data["text/plain"]).toMatch(new RegExp(`^add <b> ${"━".repeat(24)} 3/3 · [\\d.e+]+/s · 0\\.0 s$`));
    expect(shown[1]!.data["text/html"]).toMatch(/add &lt;b&gt; <progress value="1\.0000"/);
  });

  test("counts a number, a Map, a generator whose length it is told, and async items", async () => {
    const cell = `
      const seen: unknown[] = [];
      for (const i of progress(2)) seen.push(i);
      for (const [k] of progress(new Map([["k", 1]]))) seen.push(k);
      function* letters() { yield "a"; yield "b" }
      for (const x of progress(letters(), { total: 2 })) seen.push(x);
      async function* later() { yield true }
      for await (const x of progress(later())) seen.push(x);
      seen`;
    const executed = await kernel.execute(cell);
    expect(executed.result?.["text/plain"]).toBe("[ 0, 1, 'k', 'a', 'b', true ]");
    const last = displays(executed).filter(({ type }) => type === "update_display_data");
    expect(last.map(({ data }) => /\d+(\/\d+)?(?= ·)/.exec(data["text/plain"]!)?.[0])).toEqual([
      "2/2",
      "1/1",
      "2/2",
      "1",
    ]);
  });

  test("nests: the runs of an inner loop share one bar under the outer one's, and there is no flood", async () => {
    const executed = await kernel.execute(
      "let n = 0; for (const a of progress(3)) for (const b of progress(50_000)) n++; n",
    );
    expect(executed.result?.["text/plain"]).toBe("150000");
    const shown = displays(executed);
    expect(new Set(shown.map(({ id }) => id)).size).toBe(2);
    expect(shown.filter(({ type }) => type === "display_data")).toHaveLength(2);
    expect(shown.length).toBeLessThan(60);
  });

  test("of loops that run at the same time has a bar for each", async () => {
    const executed = await kernel.execute(`
      const loop = async (title: string) => {
        for (const i of progress(3, { title })) await new Promise((next) => setImmediate(next));
      };
      await Promise.all([loop("a"), loop("b")]);`);
    const last = new Map(displays(executed).map(({ id, data }) => [id, data["text/plain"]!.slice(0, 1)]));
    expect([...last.values()].sort()).toEqual(["a", "b"]);
  });

  test("is drawn while a loop without an await goes on", async () => {
    const running = kernel.start(
      "for (const i of progress(1e9)) { const until = performance.now() + 20; while (performance.now() < until); }",
    );
    const update = await kernel.waitForIopub("update_display_data", ({ parent }) => parent.msg_id === running.id);
    expect((update.content.data as Record<string, string>)["text/plain"]).toMatch(/\d+\/1000000000 · .*\/s · .* left$/);
    await kernel.request("interrupt_request", {}, { channel: "control" });
    expect((await running.done).reply.content.status).toBe("error");
  });

  test("that is left early keeps the bar where it was", async () => {
    const executed = await kernel.execute("for (const i of progress(10)) if (i === 4) break;");
    expect(displays(executed).at(-1)!.data["text/plain"]).toMatch(/ 4\/10 · /);
  });

  test.each([
    ["progress(-1)", /RangeError.*-1: expected a number of turns/],
    ["progress(null as never)", /TypeError.*null: expected a number or something to iterate over/],
    ["progress({} as never)", /TypeError.*\[object Object\]: expected/],
    ["progress(Number.NaN)", /RangeError.*NaN: expected a number of turns/],
  ])("says what it wants: %s", async (cell, message) => {
    const { error } = await kernel.execute(cell);
    expect(`${error?.ename}: ${error?.evalue}`).toMatch(message);
  });
});

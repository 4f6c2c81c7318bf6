/** Hovers: what a name is, from its type or from its value. */
import { describe, expect, test } from "@jest/globals";
import { kernel, useKernel } from "../support/file-kernel.ts";

useKernel();

/** Asks at the `|` of the code; null if nothing was found. */
async function hover(marked: string, detail_level = 0): Promise<{ plain: string; markdown: string } | null> {
  const before = marked.slice(0, marked.indexOf("|"));
  const code = before + marked.slice(before.length + 1);
  const { reply } = await kernel.request("inspect_request", { code, cursor_pos: [...before].length, detail_level });
  expect(reply.content.status).toBe("ok");
  if (!reply.content.found) return null;
  const { "text/plain": plain, "text/markdown": markdown } = reply.content.data as Record<string, string>;
  return { plain: plain!, markdown: markdown! };
}

describe("a hover on", () => {
  test("a function shows its signature, its documentation and its tags, as plain text and as Markdown", async () => {
    await kernel.execute(`
      /**
       * Scales a point.
       *
       * @param factor By how much.
       * @returns The product.
       * @example scale(2)
       */
      function scale(factor: number, by?: string): number { return factor }`);
    expect(await hover("sca|le(1)")).toEqual({
      plain:
        "function scale(factor: number, by?: string): number\n\nScales a point.\n\n@param factor By how much.\n@returns The product.\n@example scale(2)",
      markdown:
        "```typescript\nfunction scale(factor: number, by?: string): number\n```\n\nScales a point.\n\n*@param* `factor` By how much.\n\n*@returns* The product.\n\n*@example*\n\n```typescript\nscale(2)\n```",
    });
  });

  test("overloads shows each", async () => {
    await kernel.execute(
      "function parse(x: number): number; function parse(x: string, radix?: number): string; function parse(x: unknown) { return x as never }",
    );
    expect((await hover("pars|e"))?.plain).toBe(
      "function parse(x: number): number\nfunction parse(x: string, radix?: number): string",
    );
  });

  test("a class shows how it is made", async () => {
    await kernel.execute("/** A row. */ class Row<T> { constructor(readonly items: T[], name = 'r') {} }");
    expect((await hover("new Ro|w([1])"))?.plain).toBe(
      "class Row\nnew Row<T>(items: T[], name?: string): Row<T>\n\nA row.",
    );
  });

  test.each([
    ["a variable", "const total = { sum: 1, of: 'x' };", "tot|al", "total: { sum: number; of: string; }"],
    ["a member", "const total = { sum: 1, of: 'x' };", "total.su|m", "sum: number"],
    ["a type alias", "type Reduction = 'mean' | 'sum'", "let x: Reduct|ion", 'type Reduction = "mean" | "sum"'],
    ["an interface", "interface Pair<T> { a: T }", "let x: Pai|r<1>", "interface Pair<T>"],
    ["an enum", "enum Side { Left }", "Sid|e", "enum Side"],
    ["an enum's member", "enum Side { Left }", "Side.Le|ft", "Left: Side.Left"],
    ["a namespace", "namespace Tools { export const x = 1 }", "Tool|s", "namespace Tools"],
    ["an import", 'import { sep } from "node:path"', "se|p", /^sep: "/],
    ["a parameter in the cell itself", "", "const f = (width: number) => wid|th", "width: number"],
    ["what is called, from inside the brackets", "", "Math.max(1, |", /^max\(\.\.\.values: number\[\]\): number/],
  ])("%s shows its type", async (_, cell, marked, expected) => {
    if (cell) await kernel.execute(cell);
    const shown = await hover(marked);
    if (typeof expected === "string") expect(shown?.plain).toBe(expected);
    else expect(shown?.plain).toMatch(expected);
  });

  test("something of the library shows its documentation, with nothing said of files", async () => {
    const shown = await hover("matm|ul");
    expect(shown?.plain).toMatch(/^function matmul\(a: TensorLike, b: TensorLike\): Tensor\n\nMatrix product/);
    expect(shown?.markdown).toMatch(/^```typescript\n/);
    expect((await hover("nn|"))?.plain).not.toMatch(/import\("\//);
  });

  test("a value typed any shows the value", async () => {
    await kernel.execute("const vague: any = new Map([['a', { deep: [1, 2] }]])");
    const shown = await hover("vagu|e", 1);
    expect(shown?.plain).toBe('vague: Map\n\nMap(1) { "a" => { deep: [1, 2] } }');
    expect(shown?.markdown).toContain("```typescript");
  });

  test("a function typed any shows its head, and its source where more is asked", async () => {
    await kernel.execute("const vagueFunction: any = (a: number, b = 2) => {\n  return a + b;\n}");
    expect((await hover("vagueFunctio|n"))?.plain).toBe("vagueFunction: function\n\n(a, b = 2)");
    expect((await hover("vagueFunctio|n", 1))?.plain).toContain("return a + b;");
  });

  test("where more is asked, a function shows its source beside its signature, and a value what it holds", async () => {
    await kernel.execute(
      "function twice(x: number): number {\n  return 2 * x;\n}\nconst pair: [number, number] = [3, 4];",
    );
    const shown = await hover("twic|e", 1);
    expect(shown?.plain).toMatch(/^function twice\(x: number\): number\n\nfunction/);
    expect(shown?.plain).toContain("return 2 * x;");
    expect(shown?.markdown).toMatch(/```typescript\n[^`]*return 2 \* x;\n\}\n```$/);
    expect((await hover("pai|r", 1))?.plain).toBe("pair: [number, number]\n\n[3, 4]");
    expect((await hover("twic|e"))?.plain).toBe("function twice(x: number): number");
  });

  test("nothing, a keyword or an unknown name finds nothing", async () => {
    expect(await hover("|")).toBeNull();
    expect(await hover("1 + |")).toBeNull();
    expect(await hover("noSuchNameHere|")).toBeNull();
    expect(await hover("whi|le (true) {}")).toBeNull();
  });
});

test("a hover runs no getter, no proxy and no toString", async () => {
  await kernel.execute(`
    let touched: string[] = [];
    const wary: any = { get [Symbol.toStringTag]() { touched.push("tag"); return "x" }, get field() { touched.push("field"); return 1 },
      toString() { touched.push("toString"); return "" }, toJSON() { touched.push("toJSON") } };
    const veiled: any = new Proxy(wary, { get() { touched.push("trap"); return 1 } });
    const heir: any = Object.create(veiled);`);
  expect((await hover("war|y", 1))?.plain).toMatch(/field: \[Getter\]/);
  expect((await hover("veile|d", 1))?.plain).toMatch(/Proxy/);
  expect(await hover("wary.fiel|d", 1)).toBeNull();
  expect(await hover("hei|r", 1)).not.toBeNull();
  expect((await kernel.execute("touched.join()")).result?.["text/plain"]).toBe("''");
});

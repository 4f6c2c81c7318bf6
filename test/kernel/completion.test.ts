/** Completion through the real kernel. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Kernel, startCheckedKernel } from "../support/client.ts";

let kernel: Kernel;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gradbook-completion-"));
  mkdirSync(join(folder, "parts"));
  writeFileSync(join(folder, "parts", "deep.ts"), "export const deep = 1;");
  writeFileSync(
    join(folder, "helper.ts"),
    "/** Doubles a number. */\nexport function double(x: number): number { return 2 * x; }",
  );
  writeFileSync(join(folder, "data.json"), "{}");
  writeFileSync(join(folder, "notes.txt"), "");
  mkdirSync(join(folder, "node_modules", "zebra-package"), { recursive: true });
  writeFileSync(
    join(folder, "node_modules", "zebra-package", "package.json"),
    '{"name":"zebra-package","main":"index.js"}',
  );
  writeFileSync(join(folder, "node_modules", "zebra-package", "index.js"), "exports.stripes = 3;");
  kernel = await startCheckedKernel({ cwd: folder });
});

afterAll(async () => {
  await kernel.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Item {
  text: string;
  type: string;
  start: number;
  end: number;
  signature?: string;
  documentation?: string;
}

/** Asks at the `|` of the code. */
async function complete(marked: string): Promise<{ matches: string[]; items: Item[]; start: number; end: number }> {
  const before = marked.slice(0, marked.indexOf("|"));
  const code = before + marked.slice(before.length + 1);
  const { reply } = await kernel.request("complete_request", { code, cursor_pos: [...before].length });
  const { matches, metadata, cursor_start: start, cursor_end: end } = reply.content;
  const items = (metadata as unknown as { _jupyter_types_experimental: Item[] })._jupyter_types_experimental;
  expect(items.map(({ text }) => text)).toEqual(matches);
  return { matches: matches!, items, start: start!, end: end! };
}

describe("members", () => {
  test("come from types, with kinds, signatures and documentation, before the cell ever ran", async () => {
    const { items } = await complete(`
      class Robot {
        /** How it is called. */
        readonly label = "r";
        /** Walks so many steps. */
        walk(steps: number, fast?: boolean): Robot { return this }
        private secret = 1;
        static parts = 2;
      }
      new Robot().walk(1).|`);
    expect(items).toMatchObject([
      { text: "label", type: "property", signature: '"r"', documentation: "How it is called." },
      {
        text: "walk",
        type: "method",
        signature: "walk(steps: number, fast?: boolean): Robot",
        documentation: "Walks so many steps.",
      },
    ]);
  });

  test("of values of earlier cells replace just what was typed of them", async () => {
    await kernel.execute("const shape = { width: 1, height: 2, weight: 3 }");
    expect(await complete("1 + shape.we|; 2")).toMatchObject({ matches: ["weight"], start: 10, end: 12 });
    expect((await complete("shape?.h|")).matches).toEqual(["height"]);
  });

  test("of the library's tensors and namespaces are there", async () => {
    const { items } = await complete("tensor([1]).matm|");
    expect(items).toMatchObject([{ text: "matmul", type: "method" }]);
    expect(items[0]!.documentation).toBeTruthy();
    expect((await complete("new nn.Linea|")).items).toMatchObject([
      { text: "Linear", type: "class", signature: expect.stringMatching(/^new Linear\(inFeatures: number/) },
    ]);
  });

  test("of a value typed any come from the value itself, inherited ones too", async () => {
    await kernel.execute(
      "class Base { inherited() {} }\nconst loose: any = Object.assign(new Base(), { own: 1, nested: { deep: true } })",
    );
    const { items } = await complete("loose.|");
    expect(items.map(({ text, type }) => [text, type])).toEqual(
      expect.arrayContaining([
        ["own", "property"],
        ["inherited", "function"],
      ]),
    );
    expect((await complete("loose.nested.|")).matches).toContain("deep");
  });

  test("are found without running getters, proxies or functions of the user's", async () => {
    await kernel.execute(`
      let ran: string[] = [];
      const trap: any = { get danger() { ran.push("getter"); return { x: 1 } }, call() { ran.push("call"); return this } };
      const proxy: any = new Proxy({ a: 1 }, {
        get() { ran.push("get"); return 1 }, ownKeys() { ran.push("ownKeys"); return [] },
        getPrototypeOf() { ran.push("getPrototypeOf"); return null }, getOwnPropertyDescriptor() { ran.push("descriptor"); return undefined },
      });
      const child: any = Object.create(proxy);
    `);
    expect((await complete("trap.|")).matches).toContain("danger");
    expect((await complete("trap.danger.|")).matches).toEqual([]);
    expect((await complete("trap.call().|")).matches).toEqual([]);
    expect((await complete("proxy.|")).matches).toEqual([]);
    expect((await complete("child.|")).matches).toEqual([]);
    await kernel.request("inspect_request", { code: "proxy.a", cursor_pos: 6, detail_level: 1 });
    await kernel.request("inspect_request", { code: "trap.danger", cursor_pos: 8, detail_level: 1 });
    expect((await kernel.execute("ran.join()")).result?.["text/plain"]).toBe("''");
  });

  test("do not follow a spread, a number or a comment", async () => {
    await kernel.execute("const spreadable = [1]");
    expect((await complete("[...spreada|]")).matches).toEqual(["spreadable"]);
    expect((await complete("1.|")).matches).not.toContain("spreadable");
  });
});

describe("names", () => {
  test("are those of the cell itself, by scope", async () => {
    const { items } = await complete(
      "function outer(parameter: number) { const parallel = 'x'; return para| }\nconst parasol = 1;",
    );
    expect(items).toMatchObject([
      { text: "parallel", type: "instance", signature: '"x"' },
      { text: "parameter", type: "instance", signature: "number" },
      { text: "parasol", type: "instance", signature: "1" },
    ]);
    const outside = await complete("function outer(parameter: number) { const parallel = 'x'; }\npara|");
    expect(outside.matches).toEqual([]);
  });

  test("are those of earlier cells, values and types", async () => {
    await kernel.execute(
      "/** What a thing is. */\ninterface Quarkness { good: boolean }\nenum QuarkKind { One }\nfunction quarkify(x: number) { return x / 4 }",
    );
    const { items } = await complete("quark|");
    expect(items).toMatchObject([{ text: "quarkify", type: "function", signature: "quarkify(x: number): number" }]);
    expect((await complete("Quark|")).items).toMatchObject([
      { text: "QuarkKind", type: "enum" },
      { text: "Quarkness", type: "interface", documentation: "What a thing is." },
    ]);
  });

  test("are the library's, the platform's, what code put on the global object, and keywords", async () => {
    await kernel.execute("(globalThis as any).planted = 1");
    expect((await complete("plant|")).matches).toEqual(["planted"]);
    expect((await complete("softm|")).items).toMatchObject([
      { text: "softmax", type: "function", documentation: expect.stringContaining("oftmax") },
      { text: "softmin" },
    ]);
    expect((await complete("structuredCl|")).items).toMatchObject([{ text: "structuredClone", type: "function" }]);
    expect((await complete("satisf|")).items).toMatchObject([{ text: "satisfies", type: "keyword" }]);
    const everything = (await complete("|")).matches;
    expect(everything).toEqual(expect.arrayContaining(["planted", "softmax", "console", "const"]));
    expect(everything.filter((name) => name.includes("__gradbook__"))).toEqual([]);
  });

  test("are counted in code points", async () => {
    await kernel.execute("const 𝒳axis = 1");
    expect(await complete("'😀'; 𝒳a|")).toMatchObject({ matches: ["𝒳axis"], start: 5, end: 7 });
  });
});

describe("strings", () => {
  test("say what a union allows", async () => {
    await kernel.execute("function reduce(options: { how: 'mean' | 'median' | 'sum' }) {}");
    expect((await complete('reduce({ how: "me|" })')).matches).toEqual(["mean", "median"]);
  });

  test("offer no names where any text may stand", async () => {
    expect((await complete('console.log("con|")')).matches).toEqual([]);
    expect((await complete("`${cons|")).matches).toContain("console");
  });

  test("of an import name files and folders beside the notebook, and go on below them", async () => {
    expect((await complete('import { double } from "./|')).items).toMatchObject([
      { text: "data.json", type: "file" },
      { text: "helper.ts", type: "file" },
      { text: "parts/", type: "folder" },
    ]);
    expect(await complete("const m = await import('./parts/de|')")).toMatchObject({
      matches: ["deep.ts"],
      start: 32,
      end: 34,
    });
    expect((await complete('import x from "./nowhere/|')).matches).toEqual([]);
  });

  test("of an import name packages that are installed, and Node's own modules", async () => {
    expect((await complete('import { stripes } from "zebra|"')).matches).toEqual(["zebra-package"]);
    expect((await complete('import fs from "node:fs|"')).matches).toEqual(["node:fs", "node:fs/promises"]);
    expect((await complete('const z = require("zeb|')).matches).toEqual(["zebra-package"]);
    expect((await complete('import { tensor } from "gradb|"')).matches).toEqual(["gradbook"]);
  });

  test("of an import's braces are what the module exports", async () => {
    expect((await complete('import { dou| } from "./helper.ts"')).items).toMatchObject([
      { text: "double", type: "function", documentation: "Doubles a number." },
    ]);
  });
});

test("magics are completed at the top of a cell, and nowhere else", async () => {
  expect((await complete("%typ|")).matches).toEqual(["%typecheck"]);
  expect((await complete("%typecheck off\n%|")).matches).toContain("%typecheck");
  expect((await complete("const a = 1\n%typ|")).matches).not.toContain("%typecheck");
  await kernel.execute("const underMagic = { field: 1 }");
  expect((await complete("%typecheck off\nunderMagic.|")).matches).toEqual(["field"]);
});

test("all of it is answered while a cell runs", async () => {
  await kernel.execute("const zmodel = { layers: [1, 2], name: 'mlp' }");
  await complete("zmod|");
  const running = kernel.start("for (;;) {}");
  await kernel.waitFor(({ header, parent }) => header.msg_type === "execute_input" && parent.msg_id === running.id);
  expect((await complete("zmodel.|")).matches).toEqual(["layers", "name"]);
  expect((await complete("zmode|")).items).toMatchObject([
    { text: "zmodel", signature: expect.stringContaining("layers") },
  ]);
  expect((await complete("structuredCl|")).matches).toEqual(["structuredClone"]);
  await kernel.request("interrupt_request", {}, { channel: "control" });
  expect((await running.done).reply.content).toMatchObject({ ename: "Interrupted" });
});

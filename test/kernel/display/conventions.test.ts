/** Values of other libraries and of the language, as bundles. */
import { describe, expect, test } from "@jest/globals";
import { JSDOM } from "jsdom";
import { bundleOf } from "../../../kernel/display/bundle.ts";

/** The bundle's data; a note on a failed display fails the test. */
async function shown(value: unknown): Promise<Record<string, unknown>> {
  const { data } = await bundleOf(value, (problem) => {
    throw new Error(problem);
  });
  return data;
}

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

describe("a chart", () => {
  test("as a vega or vega-lite spec is shown in its version", async () => {
    const lite = { $schema: "https://vega.github.io/schema/vega-lite/v5.json", mark: "bar" };
    expect(await shown(lite)).toMatchObject({ "application/vnd.vegalite.v5+json": lite });
    const vega = { $schema: "https://vega.github.io/schema/vega/v5.json" };
    expect(await shown(vega)).toMatchObject({ "application/vnd.vega.v5+json": vega });
  });

  test("with a toSpec() is shown by what that gives, also where it is a promise or names no schema", async () => {
    class Chart {
      toSpec() {
        return { mark: "point", data: { values: [] } };
      }
    }
    expect(await shown(new Chart())).toMatchObject({ "application/vnd.vegalite.v5+json": { mark: "point" } });
    const later = { toSpec: async () => ({ $schema: "https://vega.github.io/schema/vega-lite/v6.json", mark: "bar" }) };
    expect(await shown(later)).toMatchObject({ "application/vnd.vegalite.v6+json": { mark: "bar" } });
  });

  test("as a plotly figure offers no upload to its maker's cloud", async () => {
    const figure = { data: [{ type: "scatter", y: [1, 2] }], layout: { title: "t" } };
    expect(await shown(figure)).toMatchObject({
      "application/vnd.plotly.v1+json": { ...figure, config: { showSendToCloud: false } },
    });
    expect(await shown({ ...figure, config: { displaylogo: false } })).toMatchObject({
      "application/vnd.plotly.v1+json": { config: { showSendToCloud: false, displaylogo: false } },
    });
  });

  test.each([
    ["data that is no list of traces", { data: 1, layout: {} }],
    ["no layout", { data: [{}] }],
    ["fields of its own", { data: [{}], layout: {}, mine: 1 }],
  ])("is no plotly figure with %s", async (_, value) => {
    expect(Object.keys(await shown(value))).toEqual(["text/plain"]);
  });
});

describe("an element", () => {
  test("of a document, as Observable Plot and D3 make it, is shown as HTML", async () => {
    const { document } = new JSDOM("").window;
    const figure = document.createElement("figure");
    figure.innerHTML = "<svg width='1'></svg>";
    expect((await shown(figure))["text/html"]).toBe('<figure><svg width="1"></svg></figure>');
  });

  test("that only has the field is shown too, and one that computes it for itself is not asked", async () => {
    expect((await shown({ outerHTML: "<i>i</i>" }))["text/html"]).toBe("<i>i</i>");
    const trap = Object.defineProperty({}, "outerHTML", {
      get() {
        throw new Error("ran");
      },
    });
    expect(Object.keys(await shown(trap))).toEqual(["text/plain"]);
  });
});

describe("a picture", () => {
  test.each([
    ["PNG", PNG, "image/png"],
    ["JPEG", Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0]), "image/jpeg"],
    ["GIF", Buffer.from("GIF89a…"), "image/gif"],
    ["WebP", Buffer.from("RIFF\0\0\0\0WEBPVP8 "), "image/webp"],
  ])("of %s bytes is shown as one", async (_, bytes, type) => {
    for (const value of [bytes, new Uint8Array(bytes), new Uint8Array(bytes).buffer]) {
      expect(await shown(value)).toEqual({
        [type]: bytes.toString("base64"),
        "text/plain": `${type}, ${bytes.length} bytes`,
      });
    }
  });

  test("on a canvas is drawn, whatever way its library names the format", async () => {
    const ofNodeCanvas = {
      getContext() {},
      toBuffer: (type: string) => (type === "image/png" ? PNG : Buffer.alloc(0)),
    };
    const ofSkia = {
      getContext() {},
      toBuffer: async (format: string) => (format === "png" ? PNG : Promise.reject(new Error("unknown format"))),
    };
    for (const canvas of [ofNodeCanvas, ofSkia]) {
      expect((await shown(canvas))["image/png"]).toBe(PNG.toString("base64"));
    }
  });

  test("of other bytes is none", async () => {
    expect(Object.keys(await shown(new Uint8Array([1, 2, 3])))).toEqual(["text/plain"]);
  });
});

describe("a table", () => {
  const rows = (html: unknown) => String(html).match(/<tr>/g)!.length - 1;

  test("is made of a list of objects, for notebooks, papers and consoles", async () => {
    const data = await shown([
      { name: "a", n: 1 },
      { name: "b", n: 2, extra: true },
    ]);
    expect(Object.keys(data).sort()).toEqual(["text/html", "text/latex", "text/plain"]);
    expect(String(data["text/html"]).replace(/ style="[^"]*"/g, "")).toBe(
      "<div><table><thead><tr><th>name</th><th>n</th><th>extra</th></tr></thead><tbody><tr><td>a</td><td>1</td><td></td></tr><tr><td>b</td><td>2</td><td>true</td></tr></tbody></table></div>",
    );
    expect(data["text/latex"]).toBe(
      "\\begin{tabular}{lll}\n\\hline\nname & n & extra \\\\\n\\hline\na & 1 &  \\\\\nb & 2 & true \\\\\n\\hline\n\\end{tabular}",
    );
  });

  test("puts numbers to the right, and other columns to the left", async () => {
    const html = String((await shown([{ n: 1, s: "x" }]))["text/html"]);
    expect(html.match(/text-align:\w+/g)).toEqual(
      ["right", "left", "right", "left"].map((side) => `text-align:${side}`),
    );
  });

  test("escapes what it is given, in HTML and in LaTeX", async () => {
    const data = await shown([{ "<b>": "<script>alert('x')</script>", tex: "50% of $x_1 & \\y^2 ~ {z} #" }]);
    expect(data["text/html"]).not.toMatch(/<script|<b>/);
    expect(data["text/html"]).toContain("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;");
    expect(data["text/latex"]).toContain(
      "50\\% of \\$x\\_1 \\& \\textbackslash{}y\\textasciicircum{}2 \\textasciitilde{} \\{z\\} \\#",
    );
  });

  test("of a million rows or a hundred columns is cut, and says so", async () => {
    const million = new Array(1e6).fill({ a: 1 });
    const long = await shown(million);
    expect(rows(long["text/html"])).toBe(30);
    expect(long["text/html"]).toContain("30 of 1,000,000 rows");
    expect(long["text/latex"]).toContain("30 of 1,000,000 rows");
    const wide = await shown([Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`c${i}`, i]))]);
    expect(String(wide["text/html"]).match(/<th /g)).toHaveLength(20);
    expect(wide["text/html"]).toContain("20 of 100 columns");
    expect(String((await shown([{ s: "x".repeat(1e6) }]))["text/html"]).length).toBeLessThan(2000);
  });

  test("runs no getter of a row, and shows values inside cells in a line", async () => {
    const row = {
      get danger(): never {
        throw new Error("ran");
      },
      list: [1, [2]],
      nothing: null,
      date: new Date(0),
    };
    const html = String((await shown([row]))["text/html"]).replace(/ style="[^"]*"/g, "");
    expect(html).toContain("<td>[Getter]</td><td>[1, [2]]</td><td></td><td>1970-01-01T00:00:00.000Z</td>");
  });

  test.each([
    ["numbers", [1, 2]],
    ["nothing", []],
    ["instances of a class", [new Date(0)]],
    ["mixed things", [{ a: 1 }, 2]],
    ["objects without fields", [{}]],
    ["lists", [[1], [2]]],
  ])("is not made of a list of %s", async (_, value) => {
    expect(Object.keys(await shown(value))).toEqual(["text/plain"]);
  });

  test("is made of a Map and of a Set", async () => {
    const map = await shown(
      new Map<unknown, unknown>([
        ["a", 1],
        [{ k: 1 }, "<i>"],
      ]),
    );
    expect(String(map["text/html"]).replace(/ style="[^"]*"/g, "")).toContain(
      "<tr><th>key</th><th>value</th></tr></thead><tbody><tr><td>a</td><td>1</td></tr><tr><td>{ k: 1 }</td><td>&lt;i&gt;</td></tr>",
    );
    expect(map["text/plain"]).toMatch(/^Map\(2\)/);
    expect(rows((await shown(new Set([1, 2, 3])))["text/html"])).toBe(3);
    expect(Object.keys(await shown(new Map()))).toEqual(["text/plain"]);
  });

  test("is made of a data frame, as Arquero and Danfo have them", async () => {
    class ColumnTable {
      columnNames = () => ["x", "y"];
      numRows = () => 2;
      get = (name: string, row: number) => `${name}${row}`;
    }
    class DataFrame {
      $columns = ["p", "q"];
      $data = [
        [1, 2],
        [3, 4],
      ];
      head() {}
    }
    const cells = async (value: object) => String((await shown(value))["text/html"]).match(/(?<=<t[hd] [^>]*>)[^<]*/g);
    expect(await cells(new ColumnTable())).toEqual(["x", "y", "x0", "y0", "x1", "y1"]);
    expect(await cells(new DataFrame())).toEqual(["p", "q", "1", "2", "3", "4"]);
  });
});

/** Values of other libraries and of the language, as bundles. */
import { describe, expect, test } from "@jest/globals";
import * as Plot from "@observablehq/plot";
import * as aq from "arquero";
import { decode } from "fast-png";
import { JSDOM } from "jsdom";
import { bundleOf } from "../../../kernel/display/bundle.ts";
import { tensor } from "../../../lib/index.ts";

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
  const schemas = "https://vega.github.io/schema";
  const bars = {
    mark: "bar",
    data: {
      values: [
        { a: "x", b: 2 },
        { a: "y", b: 1 },
      ],
    },
    encoding: { x: { field: "b", type: "quantitative", axis: null }, y: { field: "a", axis: null } },
    width: 200,
    padding: 0,
    config: { view: { stroke: null } },
  };
  const square = {
    type: "rect",
    encode: { enter: { width: { value: 40 }, height: { value: 40 }, fill: { value: "red" } } },
  };

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
    ["a vega-lite spec", 200, { $schema: `${schemas}/vega-lite/v5.json`, ...bars }],
    ["a vega-lite spec of another version", 200, { $schema: `${schemas}/vega-lite/v6.json`, ...bars }],
    ["what toSpec() gives", 200, { toSpec: () => bars }],
    ["a vega spec", 90, { $schema: `${schemas}/vega/v5.json`, width: 80, height: 60, padding: 5, marks: [square] }],
    ["a plotly figure", 320, { data: [{ type: "bar", y: [1, 3, 2] }], layout: { width: 320, height: 200 } }],
    [
      "a plotly figure in space",
      320,
      {
        data: [
          {
            type: "surface",
            z: [
              [1, 2],
              [3, 4],
            ],
          },
        ],
        layout: { width: 320, height: 200 },
      },
    ],
  ])("as %s has a picture %d pixels wide beside it", async (_, width, chart) => {
    const { data, metadata } = await bundleOf(chart, (problem) => {
      throw new Error(problem);
    });
    expect(metadata).toMatchObject({ "image/png": { width } });
    const png = Buffer.from(String(data["image/png"]), "base64");
    // Twice as many pixels as on the page.
    expect(png.readUInt32BE(16)).toBe(2 * width);
    expect(new Set(decode(png).data).size).toBeGreaterThan(1);
  });

  test.each([
    [
      "data that are elsewhere",
      { $schema: `${schemas}/vega-lite/v5.json`, mark: "bar", data: { url: "https://example.org/a.csv" } },
    ],
    ["a mistake", { $schema: `${schemas}/vega-lite/v5.json`, ...bars, mark: "banana" }],
    ["traces of WebGL", { data: [{ type: "scattergl", y: [1, 2] }], layout: {} }],
  ])("with %s is shown without a picture", async (_, chart) => {
    const types = Object.keys(await shown(chart));
    expect(types).toEqual([expect.stringMatching(/vega|plotly/), "text/plain"]);
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
  test("of a document is shown as HTML, its drawings as pictures and the largest as a PNG for papers", async () => {
    const { document } = new JSDOM("").window;
    const figure = document.createElement("figure");
    figure.innerHTML = `<h2>t</h2><svg width="1" height="1"></svg><svg width="30" height="20" aria-label="a > b"><svg></svg></svg>`;
    const { "text/html": html, "image/png": png } = await shown(figure);
    const parts = /^<figure><h2>t<\/h2><img [^>]*base64,([^"]*)"><img [^>]*base64,([^"]*)"><\/figure>$/.exec(
      String(html),
    )!;
    const sources = parts.slice(1).map((part) => Buffer.from(part, "base64").toString());
    expect(sources[0]).toMatch(/^<svg xmlns="[^"]*" xmlns:xlink="[^"]*" width="1" height="1"><\/svg>$/);
    expect(sources[1]).toMatch(/aria-label="a &gt; b"|aria-label="a > b"/);
    const size = Buffer.from(String(png), "base64");
    expect([size.readUInt32BE(16), size.readUInt32BE(20)]).toEqual([60, 40]);
  });

  test("is what Observable Plot makes: a figure with its title and legend, and a plot without", async () => {
    const { document } = new JSDOM("").window;
    const marks = [Plot.dot([{ x: 1, y: 2, c: "kind" }], { x: "x", y: "y", fill: "c" })];
    const figure = await shown(Plot.plot({ document, title: "Title", color: { legend: true }, marks }));
    expect(figure["text/html"]).toMatch(/^<figure[\s\S]*<h2>Title<\/h2>[\s\S]*kind[\s\S]*<img /);
    expect(figure["text/html"]).not.toContain("<svg");
    const plot = await shown(Plot.plot({ document, marks, width: 300, height: 100 }));
    expect(plot["text/html"]).toMatch(/^<img [^>]*>$/);
    const png = Buffer.from(String(plot["image/png"]), "base64");
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([600, 200]);
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

  test("has what values say of themselves in a line, and what they look like where that throws", async () => {
    const own = (say: () => string) => ({ v: 1, [Symbol.for("nodejs.util.inspect.custom")]: say });
    const rows = [
      { x: own(() => "two\n  lines") },
      {
        x: own(() => {
          throw new Error("ran");
        }),
      },
      { x: tensor([1, 2]) },
    ];
    const html = String((await shown(rows))["text/html"]).replace(/ style="[^"]*"/g, "");
    expect(html).toContain("<td>two lines</td>");
    expect(html).toContain("<td>{ v: 1, Symbol(nodejs.util.inspect.custom)");
    expect(html).toContain("<td>tensor([1., 2.])</td>");
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

  const cells = async (value: object) => String((await shown(value))["text/html"]).match(/(?<=<t[hd] [^>]*>)[^<]*/g);

  test("is made of Arquero's tables, filtered and ordered ones too", async () => {
    const frame = aq.table({ x: [1, 2, 3], y: ["a", "b", null] });
    expect(await cells(frame)).toEqual(["x", "y", "1", "a", "2", "b", "3", ""]);
    expect(await cells(frame.filter("d => d.x > 1").orderby(aq.desc("x")))).toEqual(["x", "y", "3", "", "2", "b"]);
    expect((await shown(frame))["text/plain"]).toBe("x  y\n1  a\n2  b\n3");
  });

  test("is made of Danfo's frames and series, with their index", async () => {
    // The fields of danfojs, which needs TensorFlow to be installed; test/kernel/peers.test.ts has the real one where it is.
    class DataFrame {
      $isSeries = false;
      $columns = ["p", "q"];
      $index = ["one", "two"];
      $data = [
        [1, 2],
        [3, 4],
      ];
    }
    class Series {
      $isSeries = true;
      $columns = ["s"];
      $index = [0, 1];
      $data = [5, 6];
    }
    expect(await cells(new DataFrame())).toEqual(["", "p", "q", "one", "1", "2", "two", "3", "4"]);
    expect(await cells(new Series())).toEqual(["", "s", "0", "5", "1", "6"]);
  });
});

/** What every chart does: a spec that vega-lite compiles and draws, a bundle that every front end can show, numbers that are right. */
import { describe, expect, test } from "@jest/globals";
import { compile, type TopLevelSpec } from "vega-lite";
import { plot, rand, randn, stack, type Tensor, tensor } from "../../../lib/index.ts";
import { pixelsOf } from "../../../lib/plot/render/png.ts";
import { charts } from "./samples.ts";

const display = Symbol.for("Jupyter.display");
const metadata = Symbol.for("Jupyter.metadata");
const signature = [137, 80, 78, 71, 13, 10, 26, 10];

/** What makes tables and figures, which have tests of their own. */
const others = ["table", "runs", "surface", "lossSurface", "runOptimizers", "live"];

test("every function that makes charts has a row here", () => {
  const made = Object.keys(charts).map((name) => name.split(" ")[0]);
  const functions = Object.entries(plot).filter(([name, value]) => typeof value === "function" && /^[a-z]/.test(name));
  expect(functions.map(([name]) => name).filter((name) => !others.includes(name) && !made.includes(name))).toEqual([]);
});

describe.each(Object.entries(charts))("%s", (_, make) => {
  test("compiles in vega-lite without a warning", () => {
    const warnings: unknown[] = [];
    const note = (...args: unknown[]) => {
      warnings.push(args);
      return logger;
    };
    const logger = { warn: note, error: note, info: () => logger, debug: () => logger, level: () => logger };
    compile(make().spec as unknown as TopLevelSpec, { logger: logger as never });
    expect(warnings).toEqual([]);
  });

  test("shows itself as vega-lite 5, as a picture of twice the pixels, and in words", async () => {
    const chart = make();
    const bundle = (await (chart as unknown as Record<symbol, () => Promise<Record<string | symbol, unknown>>>)[
      display
    ]!()) as {
      [key: string | symbol]: unknown;
    };
    expect(Object.keys(bundle).sort()).toEqual(["application/vnd.vegalite.v5+json", "image/png", "text/plain"]);
    const png = Buffer.from(bundle["image/png"] as string, "base64");
    expect([...png.subarray(0, 8)]).toEqual(signature);
    const { width, height } = (bundle[metadata] as { "image/png": { width: number; height: number } })["image/png"];
    expect(Math.abs(png.readUInt32BE(16) - 2 * width)).toBeLessThanOrEqual(2);
    expect(Math.abs(png.readUInt32BE(20) - 2 * height)).toBeLessThanOrEqual(2);
    expect(String(bundle["text/plain"])).toMatch(/\d|⊃/);
    // What front ends get is plain JSON, all of it: NaN and functions would be lost on the way.
    expect(JSON.parse(JSON.stringify(chart.spec))).toEqual(chart.spec);
  });
});

describe("a chart", () => {
  test("laid over others has the axis titles that one of them gives, and the domain of the first with one", async () => {
    const svg = await charts["overlay of different parts of an axis"]!().svg();
    expect(svg).toMatch(/>t<\/text>[\s\S]*>v<\/text>/);
    expect(svg).not.toContain(">5.0</text>");
  });

  test("of lines ends where the part of the axes does that is shown, and only then", async () => {
    const values = [0, 100, 0];
    expect(plot.line(values).spec.mark).not.toHaveProperty("clip");
    expect(plot.line(values, { yDomain: [0, 100] }).spec.mark).not.toHaveProperty("clip");
    expect(plot.line(values, { xDomain: [0, 1] }).spec.mark).toMatchObject({ clip: true });
    expect(await plot.line(values, { yDomain: [0, 10] }).svg()).toContain("clip-path");
  });

  test("can be changed before it is shown, by its spec or as a copy", async () => {
    const chart = plot.line([1, 2], { title: "Before" });
    chart.spec.title = "After & <before>";
    expect(await chart.svg()).toContain("After &amp; &lt;before&gt;");
    const wide = chart.with({ width: 600, encoding: { y: { title: "loss" } } });
    expect(wide.spec).toMatchObject({ width: 600, encoding: { y: { title: "loss", field: "y" } } });
    expect(chart.spec.width).toBe(400);
  });

  test("has its size on paper too: its picture says how many pixels are an inch", async () => {
    const inches = async (scale: number) => {
      const png = Buffer.from(await plot.line([1, 2]).png({ scale }));
      const at = png.indexOf("pHYs") + 4;
      return [png.readUInt32BE(16), png.readUInt32BE(at), png[at + 8]!];
    };
    for (const scale of [1, 2]) {
      const [pixels, perMetre, unit] = await inches(scale);
      expect(unit).toBe(1);
      // A whole number of pixels a metre is a tenth of a thousandth off.
      expect((pixels! / (perMetre! * 0.0254)) * 96 * scale).toBeCloseTo(pixels!, 0);
    }
  });

  test("of 10,000 points takes at most 400 kB with its picture", async () => {
    const chart = plot.scatter(randn([10_000, 2]));
    const size = JSON.stringify(chart.spec).length + (await chart.png()).length * (4 / 3);
    expect(size).toBeLessThan(400_000);
  });

  test("thirty of two curves of 100 points take at most 1.5 MB of a notebook as it is on file", async () => {
    const curves = { train: randn([100]).cumSum({ dim: 0 }), validation: randn([100]).cumSum({ dim: 0 }) };
    const chart = plot.line(curves, { title: "Losses", xLabel: "epoch", yLabel: "loss" });
    const show = (chart as unknown as Record<symbol, () => Promise<object>>)[Symbol.for("Jupyter.display")]!;
    const output = { output_type: "execute_result", execution_count: 1, metadata: {}, data: await show.call(chart) };
    const cell = { cell_type: "code", id: "a", metadata: {}, source: [], execution_count: 1, outputs: [output] };
    // On file each item of a list stands on a line of its own, far to the right.
    const file = JSON.stringify(
      { cells: new Array(30).fill(cell), metadata: {}, nbformat: 4, nbformat_minor: 5 },
      null,
      1,
    );
    expect(file.length).toBeLessThan(1_500_000);
  });

  test("escapes what users write in it", async () => {
    expect(plot.table([{ name: "<script>alert(1)</script>", n: 1 }]).html()).not.toContain("<script>");
    expect(await plot.bar({ "<b>": 1 }).svg()).not.toContain("<b>");
  });

  test("a bar's label stands beyond its end, and there are none where they would overlap", async () => {
    const places = async (values: Record<string, number>) =>
      [
        ...(await plot.bar(values).svg()).matchAll(
          /<text aria-label[^>]*translate\([\d.]+,(-?[\d.]+)\)[^>]*>([−\d.]+)<\/text>/g,
        ),
      ].map(([, y, label]) => [label, Number(y)] as const);
    const labels = new Map(await places({ up: 2, down: -1.5 }));
    expect(labels.get("−1.5")! - labels.get("2")!).toBeGreaterThan(200);
    const tiny = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`bar ${i}`, -0.000111 * (i + 1)]));
    expect((await places(tiny)).filter(([label]) => label.startsWith("−0.000111"))).toEqual([]);
  });
});

describe("a tensor's image()", () => {
  test("is a picture, or a grid of them if there is a batch", () => {
    const pictures = (x: Tensor) => /\d+ pictures?/.exec(x.image().description)?.[0];
    expect(pictures(rand([4, 5]))).toBe("1 picture");
    expect(pictures(rand([3, 4, 5]))).toBe("1 picture");
    expect(pictures(rand([6, 1, 4, 5]))).toBe("6 pictures");
    expect(() => rand([4]).image()).toThrow("expected");
  });
});

describe("a table", () => {
  test("is HTML without scripts, LaTeX, and text", () => {
    const table = plot.table({ SGD: { steps: 120, loss: 0.123456 }, "Adam_&": { steps: 80, loss: 0.01 } });
    expect(table.toString()).toBe("        steps  loss\nSGD     120    0.1235\nAdam_&  80     0.01");
    expect(table.latex()).toContain("Adam\\_\\& & 80 & 0.01 \\\\");
    expect(table.html()).toMatch(/<td[^>]*>0.1235<\/td>/);
  });

  test("of very many rows is cut, and says so", () => {
    const table = plot.table(Array.from({ length: 100_000 }, (_, i) => ({ i })));
    expect(table.html().length).toBeLessThan(20_000);
    expect(table.html()).toContain("… and 99,950 more rows");
  });
});

describe("what charts compute", () => {
  test("a ROC curve: its area is the share of pairs in order, ties counting half", () => {
    const areaOf = (scores: number[], classes: number[]) =>
      Number(/AUC ([\d.]+)/.exec(plot.roc(scores, classes).description)?.[1]);
    expect(areaOf([0.9, 0.8, 0.3, 0.1], [1, 0, 1, 0])).toBe(0.75);
    expect(areaOf([1, 1, 1, 1], [1, 0, 1, 0])).toBe(0.5);
    expect(areaOf([4, 3, 2, 1], [0, 0, 1, 1])).toBe(0);
  });

  test("a box: quartiles between numbers, whiskers to the last number within 1.5 boxes", () => {
    const { data } = plot.box({ a: [1, 2, 3, 4, 100] }).spec as { data: { values: object[] } };
    expect(data.values).toEqual([{ name: "a", low: 1, q1: 2, median: 3, q3: 4, high: 4 }]);
  });

  test("a decision surface: colours by class, and red where the model gives no number", () => {
    const cornersOf = (model: (x: Tensor) => Tensor) => {
      const samples = {
        x: [
          [0, 0],
          [1, 1],
        ],
        y: [0, 1],
      };
      const { layer } = plot.decisionSurface(model, samples, { resolution: 2 }).spec as {
        layer: { data: { values: { url: string }[] } }[];
      };
      const { pixels } = pixelsOf(layer[0]!.data.values[0]!.url)!;
      return [0, 3, 6, 9].map((at) => [...pixels.subarray(at, at + 3)]);
    };
    const red = [0xd6, 0x27, 0x28];
    // From the top left to the bottom right.
    const left = (x: Tensor) => x.select(1, 0).lt(0.5).float();
    const oneOutput = cornersOf((x) => left(x).div(left(x)));
    expect(oneOutput.map((color) => color.join() === red.join())).toEqual([false, true, false, true]);
    const logits = cornersOf((x) => stack([left(x), left(x).neg(), left(x).div(left(x))], { dim: 1 }));
    expect(logits.map((color) => color.join() === red.join())).toEqual([false, true, false, true]);
  });

  test("a map: a name stands left of its point where right of it is another, and nowhere where both are taken", async () => {
    const points = [
      [0, 0],
      [0.01, 0],
      [0.02, 0],
      [10, 10],
      [5, 2],
    ];
    const svg = await plot.embedding(points, { names: ["sister", "brother", "cousin", "far", "away"] }).svg();
    const anchorOf = (name: string) => new RegExp(`<text[^>]*text-anchor="(\\w+)"[^>]*>${name}<`).exec(svg)?.[1];
    expect(["sister", "brother", "cousin", "far", "away"].map(anchorOf)).toEqual([
      "start",
      "end",
      undefined,
      "start",
      "start",
    ]);
  });

  test("a graph: each node's value and the gradient that backward finds", async () => {
    const w = tensor(2, { requiresGrad: true });
    const y = w.mul(w).mul(3);
    const svg = await plot.graph(y, { names: { w } }).svg();
    y.backward();
    expect(w.grad?.item()).toBe(12);
    for (const text of ["w", "2", "∇ 12", "mul", "∇ 3", "∇ 1"]) expect(svg).toContain(`>${text}</text>`);
  });
});

/** What every chart does: a spec that vega-lite compiles and draws, a bundle that every front end can show, a picture with its text in place. */
import { describe, expect, test } from "@jest/globals";
import { compile, type TopLevelSpec } from "vega-lite";
import { nn, plot, rand, randn, type Tensor, tensor } from "../../../lib/index.ts";
import { blobs, charts } from "./samples.ts";

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

  test("a graph: each node's value and the gradient that backward finds", async () => {
    const w = tensor(2, { requiresGrad: true });
    const y = w.mul(w).mul(3);
    const svg = await plot.graph(y, { names: { w } }).svg();
    y.backward();
    expect(w.grad?.item()).toBe(12);
    for (const text of ["w", "2", "∇ 12", "mul", "∇ 3", "∇ 1"]) expect(svg).toContain(`>${text}</text>`);
  });
});

describe("a slider", () => {
  const frames = [1, 2, 3].map((power) =>
    plot.line(
      [1, 2, 3].map((x) => x ** power),
      { title: `x to the ${power}` },
    ),
  );
  const slider = plot.slider(frames, { name: "power", labels: [1, 2, 3], start: 0 });

  test("has the rows of all frames and shows those of one", async () => {
    expect((slider.spec.data as { values: object[] }).values.length).toBe(9);
    const points = async (chart: plot.Chart) =>
      /<path aria-label[^>]*d="(M[^"]*L[^"]*)"/.exec(await chart.svg())?.[1]?.split("L").length;
    expect(await points(slider)).toBe(3);
  });

  test("needs nothing but vega-lite: a parameter bound to an input", () => {
    expect(slider.spec.params).toEqual([
      { name: "slider_power", value: 1, bind: { input: "range", min: 1, max: 3, step: 1, name: "power " } },
    ]);
    const menu = plot.slider(frames, { name: "which one?", labels: ["a", "b", "c"] });
    expect(menu.spec.params).toMatchObject([{ value: 2, bind: { input: "select", labels: ["a", "b", "c"] } }]);
  });

  test("keeps its axes still, and its title in step", async () => {
    expect(slider.spec.encoding).toMatchObject({ y: { scale: { domain: [1, 27] } } });
    expect(await slider.svg()).toContain("x to the 1");
    const last = slider.with({ params: [{ ...(slider.spec.params as object[])[0], value: 3 }] });
    expect(await last.svg()).toContain("x to the 3");
  });

  test("over contours with a path draws the part of the path that the frame has, named or not", async () => {
    // Steps enough for rows as CSV, where a text without letters would be missing.
    const path = Array.from({ length: 30 }, (_, i) => [1 - i / 40, 1 - i / 40]);
    const drawn = async (paths: number[][] | Record<string, number[][]>, color: string) => {
      const frames = [10, 20, 30].map((steps) =>
        plot.contour((x, y) => x * x + y * y, {
          paths: Array.isArray(paths)
            ? paths.slice(0, steps)
            : Object.fromEntries(Object.entries(paths).map(([name, all]) => [name, all.slice(0, steps)])),
        }),
      );
      const svg = await plot.slider(frames).svg();
      const line = new RegExp(`<path [^>]*d="(M[^"]*)" stroke="${color}" stroke-width="2"`).exec(svg)?.[1];
      return line?.split("L").length;
    };
    expect(await drawn(path, "#D55E00")).toBe(30);
    expect(await drawn({ SGD: path }, "#D55E00")).toBe(30);
  });

  test("leaves data that all frames share as they are", () => {
    const decisions = [0, 1].map((b) => plot.boundaries(blobs, [{ weight: [1, 1], bias: b }]));
    const { layer } = plot.slider(decisions).spec as { layer: { transform?: object[] }[] };
    expect(layer.map(({ transform }) => transform?.length ?? 0)).toEqual([1, 0]);
  });
});

describe("several sliders", () => {
  const chart = plot.sliders(
    { shape: ["line", "parabola"], shift: [0, 0.1, 0.2, 0.3] },
    ({ shape, shift }) =>
      plot.line(
        [0, 1, 2].map((x) => (shape === "line" ? x : x * x) + shift),
        { title: `${shape} + ${shift}` },
      ),
    { start: { shift: 0.2 } },
  );

  test("have an input each, and start where they are told to", () => {
    expect(chart.spec.params).toMatchObject([
      { name: "slider_shape", value: 0, bind: { input: "select", labels: ["line", "parabola"] } },
      { name: "slider_shift", value: 0.2, bind: { input: "range", min: 0, max: 0.3, step: 0.1 } },
      { name: "slider_all" },
    ]);
  });

  test.each([
    ["line", 0],
    ["line", 0.3],
    ["parabola", 0],
    ["parabola", 0.1],
    ["parabola", 0.3],
  ])("show the frame of %s and %d, with its title", async (shape, shift) => {
    const [menu, range, all] = chart.spec.params as object[];
    const value = shape === "line" ? 0 : 1;
    // An input's 0.3 need not be the sum of three steps to the last bit.
    const near = shift + 1e-12;
    const svg = await chart.with({ params: [{ ...menu, value }, { ...range, value: near }, all] }).svg();
    expect(svg).toContain(`${shape} + ${shift}`);
    expect(/<path aria-label[^>]*d="(M[^"]*L[^"]*)"/.exec(svg)?.[1]?.split("L").length).toBe(3);
  });
});

describe("a text coloured by tokens", () => {
  const places = (tokens: string[], width: number) => {
    const values = tokens.map(() => 1);
    const { data } = plot.tokens(tokens, values, { width }).spec as { data: { values: Record<string, number>[] } };
    return data.values;
  };

  test("is wrapped between words, never within one that fits into a line", () => {
    const letters = [..."one two three four"];
    const lines = places(letters, 80).map(({ line }) => line);
    const words = (line: number) => letters.filter((_, i) => lines[i] === line).join("");
    expect([0, 1].map(words)).toEqual(["one two ", "three four"]);
  });

  test("cuts a word that no line could hold", () => {
    const rows = places([..."incomprehensibilities"], 60);
    expect(Math.max(...rows.map(({ right }) => right!))).toBeLessThanOrEqual(60);
    expect(rows.at(-1)!.line).toBeGreaterThan(0);
  });

  test("begins a line after a line's end", () => {
    expect(places(["a\n", "b ", " c"], 200).map(({ line }) => line)).toEqual([0, 1, 1]);
  });

  test("sets words apart, and parts of words side by side", () => {
    const gap = (tokens: string[]) => places(tokens, 400)[1]!.left! - places(tokens, 400)[0]!.right!;
    expect(gap(["she", "told"])).toBeGreaterThan(0);
    expect(gap(["she", " told"])).toBe(0);
  });

  test("leaves a token without a number uncoloured, but there", async () => {
    const svg = await plot.tokens(["she", "told", "him"], [1, Number.NaN, 0]).svg();
    expect(svg).toContain(">told<");
    expect(/<g class="mark-rect[^>]*>(.*?)<\/g>/s.exec(svg)?.[1]?.match(/<path/g)?.length).toBe(2);
  });

  test("has a scale of colours below it, or none where it is not wanted", async () => {
    const scale = async (legend: boolean) =>
      (await plot.tokens(["she", "told"], [0, 1], { zLabel: "nats", legend }).svg()).includes(">nats<");
    expect(await scale(true)).toBe(true);
    expect(await scale(false)).toBe(false);
  });
});

describe("a recurrence", () => {
  const words = async (chart: plot.Chart) =>
    [...(await chart.svg()).matchAll(/<text[^>]*>([^<]+)<\/text>/g)].map(([, word]) => word!);

  test("has a circuit and as many unfolded steps as asked for, each with its own input, output, loss and target", async () => {
    const drawn = await words(plot.recurrence("hidden", { steps: 4 }));
    for (const name of ["x", "h", "o", "L", "y"]) {
      expect(drawn.filter((word) => word[0] === name).sort()).toEqual([
        name,
        ...["₁", "₂", "₃", "₄"].map((n) => name + n),
      ]);
    }
    // Weights are shared: U and V once a step and once in the circuit, W between steps and in the circuit.
    expect(["U", "V", "W"].map((weight) => drawn.filter((word) => word === weight).length)).toEqual([5, 5, 4]);
  });

  test("with one output has it after the last step", async () => {
    const drawn = await words(plot.recurrence("last", { steps: 3 }));
    expect(drawn.filter((word) => /^[oLy]/.test(word)).sort()).toEqual(["L₃", "o₃", "y₃"]);
    expect(drawn.filter((word) => /^[xh]/.test(word)).length).toBe(6);
  });
});

describe("bad input", () => {
  test.each<[string, () => unknown, string]>([
    ["two lengths", () => plot.line([1, 2, 3], { x: [1, 2] }), "their lengths 2 and 3 differ"],
    ["points of three coordinates", () => plot.scatter(rand([4, 3])), "expected points, shape [count,2]"],
    ["a band of no series", () => plot.line({ a: [1, 2] }, { bands: { b: [1, 1] } }), "the series are a"],
    ["a log bar of 0", () => plot.bar([0, 1], { yScale: "log" }), "values must be > 0"],
    ["a size of 0", () => plot.line([1], { width: 0 }), "width 0"],
    ["no chart to join", () => plot.hconcat(), "give at least one"],
    ["one set", () => plot.venn(["all"]), "there must be 2 to 6"],
    ["three weights in the plane", () => plot.boundaries(blobs, [{ weight: [1, 2, 3], bias: 0 }]), "there must be two"],
    ["a picture of four channels", () => plot.image(rand([4, 2, 2])), "expected [height,width]"],
    ["labels that are too few", () => plot.imageGrid(rand([3, 2, 2]), { labels: [1] }), "there must be one each"],
    ["a class of half", () => plot.confusionMatrix([0.5], [1]), "classes are whole numbers"],
    ["a function that sums", () => plot.functionAndDerivative((z: Tensor) => z.sum()), "it must be elementwise"],
    ["a box of NaN", () => plot.box({ a: [Number.NaN] }), "no finite numbers"],
    ["a curve of one class", () => plot.roc([0.1, 0.2], [1, 1]), "2 positives and 0 negatives"],
    ["areas laid oddly", () => plot.area([1], { stack: "heap" as "stack" }), "stack, none, share"],
    ["no facets", () => plot.facet({}), "give at least one"],
    ["a network of one layer", () => plot.neuralNet([3]), "two or more"],
    ["weights of another shape", () => plot.neuralNet([2, 1], { weights: [[[1, 2, 3]]] }), "shape [1,3]"],
    ["a model without an input", () => plot.architecture(new nn.Conv2d(1, 1, 1)), "give an input"],
    ["tokens without losses", () => plot.tokens(["a", "b"], [1]), "their lengths 2 and 1 differ"],
    ["a text of nothing", () => plot.tokens([], []), "at least one"],
    ["no steps", () => plot.unrolled(0), "from 1 to 12"],
    ["a step alone", () => plot.recurrence("hidden", { steps: 1 }), "from 2 to 8"],
    ["no such recurrence", () => plot.recurrence("cell" as "last"), "there are hidden, output, last"],
    ["a graph of nothing recorded", () => plot.graph(tensor(1)), "was not recorded"],
    ["filters of two dimensions", () => plot.filters(rand([4, 4])), "expected [filters,channels,height,width]"],
    ["a batch of feature maps", () => plot.featureMaps(rand([2, 3, 4, 4])), "of one sample"],
    ["no frames", () => plot.slider([]), "give at least one"],
    ["frames of two kinds", () => plot.slider([plot.venn(["a", "b"]), plot.line([1])]), "differ in their data only"],
    ["a label too many", () => plot.slider([plot.line([1])], { labels: [1, 2] }), "one each"],
    ["nothing to choose", () => plot.sliders({}, () => plot.line([1])), "one value or more"],
    ["a menu without names", () => plot.sliders({ a: [] }, () => plot.line([1])), "one value or more"],
    [
      "a start that is none",
      () => plot.sliders({ a: [1, 2] }, () => plot.line([1]), { start: { a: 3 as 1 } }),
      "none of 1, 2",
    ],
    [
      "too many frames",
      () => plot.sliders({ a: Array(30).fill(0), b: Array(30).fill(0) }, () => plot.line([1])),
      "at most 500",
    ],
    ["attention of a list", () => plot.attention([1, 2]), "expected [queries,keys]"],
    ["a head that is not there", () => plot.attention(rand([2, 3, 3]), { head: 2 }), "there are 2"],
    ["one vector", () => plot.embedding([[1, 2]]), "two or more each"],
    ["gradients before backward", () => plot.gradients(new nn.Linear(1, 1)), "call backward()"],
    ["distributions of nothing", () => plot.distributions({}), "give at least one"],
    ["a histogram of NaN", () => plot.histogram(tensor([Number.NaN])), "no finite numbers"],
    [
      "an odd file name",
      () =>
        plot
          .line([1])
          .save("x.bmp")
          .catch((e: Error) => {
            throw e;
          }),
      ".png, .svg or .json",
    ],
  ])("such as %s is named", async (_, run, message) => {
    await expect(async () => run()).rejects.toThrow(message);
  });
});

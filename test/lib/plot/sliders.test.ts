/** Sliders that need no kernel: which frame they show, and what stays where it is. */
import { describe, expect, test } from "@jest/globals";
import { plot } from "../../../lib/index.ts";
import { blobs } from "./samples.ts";

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

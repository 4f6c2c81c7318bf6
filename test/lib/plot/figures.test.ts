/** Plotly figures: what front ends get, and the picture beside it, by plotly.js where it can and by our painter where it needs WebGL. */
import { describe, expect, test } from "@jest/globals";
import { plot, type Tensor, tensor } from "../../../lib/index.ts";

const display = Symbol.for("Jupyter.display");
const metadata = Symbol.for("Jupyter.metadata");

interface Bundle {
  readonly "application/vnd.plotly.v1+json": {
    data: Record<string, unknown>[];
    layout: Record<string, unknown>;
    config: object;
  };
  readonly "image/png": string;
  readonly "text/plain": string;
  readonly [metadata]: { "image/png": { width: number; height: number } };
}

const bundleOf = (figure: plot.Figure) => (figure as unknown as Record<symbol, () => Promise<Bundle>>)[display]!();
const bowl = (x: number, y: number) => x * x + y * y;

describe("a surface", () => {
  test("comes as plotly's figure, as a picture of twice the pixels, and in words", async () => {
    const bundle = await bundleOf(
      plot.lossSurface(bowl, {
        title: "Bowl",
        paths: {
          SGD: [
            [2, 2],
            [1, 1],
            [0, 0],
          ],
        },
      }),
    );
    expect(Object.keys(bundle).sort()).toEqual(["application/vnd.plotly.v1+json", "image/png", "text/plain"]);
    const png = Buffer.from(bundle["image/png"], "base64");
    const { width, height } = bundle[metadata]["image/png"];
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([2 * width, 2 * height]);
    expect(bundle["text/plain"]).toBe("Surface “Bowl”: 41 × 41 values, 1 path");
    expect(bundle["application/vnd.plotly.v1+json"].config).toMatchObject({ showSendToCloud: false });
  });

  test("sends its numbers as bytes that read back as they were", async () => {
    const { data } = (await bundleOf(plot.surface(bowl, { x: [0, 1], y: [0, 2], resolution: 6 })))[
      "application/vnd.plotly.v1+json"
    ];
    const { dtype, bdata, shape } = data[0]!.z as { dtype: string; bdata: string; shape: string };
    expect([dtype, shape]).toEqual(["f4", "6, 6"]);
    const bytes = Uint8Array.from(Buffer.from(bdata, "base64"));
    const numbers = new Float32Array(bytes.buffer);
    expect(numbers.length).toBe(36);
    // Rows go up along y, columns along x.
    expect([numbers[0], numbers[5], numbers[30], numbers[35]]).toEqual([0, 1, 4, 5]);
    expect(data[0]!.x).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  });

  test("carries paths at the height of the function, or of the matrix blended between its numbers", () => {
    const path = [
      [1, 2],
      [0.5, 0.5],
    ];
    expect(plot.surface(bowl, { paths: path }).data[1]!.z).toEqual([5, 0.5]);
    const batched = (points: Tensor) => points.pow(2).sum({ dim: 1 });
    expect(plot.surface(batched, { paths: path }).data[1]!.z).toEqual([5, 0.5]);
    const ramp = tensor([
      [0, 1, 2],
      [10, 11, 12],
    ]);
    expect(
      plot.surface(ramp, {
        paths: [
          [0.5, 0.5],
          [2, 1],
        ],
      }).data[1]!.z,
    ).toEqual([5.5, 12]);
  });

  test("is painted from far to near: the last cell is the one next to the eye", async () => {
    const svg = await plot.surface((_x: number, _y: number) => 0, { resolution: 3, eye: [5, -5, 2] }).svg();
    const cells = [...svg.matchAll(/<path d="M([\d.]+) ([\d.]+)L[^"]*Z" fill="rgb/g)].map((m) => Number(m[2]));
    expect(cells.length).toBe(4);
    expect(Math.max(...cells)).toBe(cells.at(-1));
  });

  test("keeps everything within its picture, words too", async () => {
    const svg = await plot.lossSurface(bowl, { title: "Bowl", width: 300, height: 250 }).svg();
    for (const [, x, y] of svg.matchAll(/<text x="([-\d.]+)" y="([-\d.]+)"/g)) {
      expect(Number(x)).toBeGreaterThan(0);
      expect(Number(x)).toBeLessThan(300);
      expect(Number(y)).toBeGreaterThan(0);
      expect(Number(y)).toBeLessThan(250);
    }
    expect(svg).toContain(">loss</text>");
  });

  test("asks a function of one argument for a tensor", () => {
    expect(() => plot.surface((() => 0) as unknown as (points: Tensor) => Tensor)).toThrow("must give a tensor");
  });

  test("on a log scale needs numbers above 0", () => {
    expect(() => plot.surface(bowl, { zScale: "log", resolution: 3 })).toThrow("values down to 0 on a log scale");
  });
});

describe("a figure of plotly's other kinds", () => {
  test("is drawn by plotly.js, with words measured so that the legend stands clear of the plane", async () => {
    const figure = new plot.Figure({
      data: [
        { y: [1, 2, 3], name: "training loss" },
        { y: [3, 1, 2], name: "validation loss" },
      ],
      layout: { title: { text: "Two <runs>" }, width: 500, height: 300 },
    });
    const svg = await figure.svg();
    expect(svg).toMatch(/^<svg[^>]* width="500" height="300"/);
    expect(svg).toContain("validation loss");
    const plane = /class="bglayer">|<rect class="bg" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"/.exec(svg);
    const legend = /<g class="legend"[^>]*transform="translate\(([\d.]+),/.exec(svg);
    expect(plane).not.toBeNull();
    expect(Number(legend?.[1])).toBeGreaterThan(300);
    expect(Number(legend?.[1])).toBeLessThan(400);
  });

  test("shows heat maps as the picture that plotly paints", async () => {
    const svg = await new plot.Figure({
      data: [
        {
          type: "heatmap",
          z: [
            [0, 1],
            [1, 0],
          ],
        },
      ],
    }).svg();
    const [, png] = /href="data:image\/png;base64,([^"]+)"/.exec(svg) ?? [];
    expect(Buffer.from(png ?? "", "base64").readUInt32BE(16)).toBe(2);
  });

  test("can be changed before it is shown", async () => {
    const figure = new plot.Figure({ data: [{ type: "bar", y: [1, 3, 2] }] });
    figure.layout.width = 310;
    figure.data[0]!.name = "renamed";
    expect((await bundleOf(figure))[metadata]["image/png"].width).toBe(310);
    await expect(figure.save("x.bmp")).rejects.toThrow(".png, .svg or .json");
  });
});

/**
 * Charts and figures look as they looked when somebody last looked at them: pixels against committed pictures. After a change on purpose run
 * `PICTURES=write npm test -- test/lib/plot/pictures` and look at what changed.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { decode } from "fast-png";
import { manualSeed, plot, randn, type Tensor, tensor } from "../../../lib/index.ts";
import { rasterize } from "../../../lib/plot/render/raster.ts";
import { charts } from "./samples.ts";

const folder = join(import.meta.dirname, "pictures");
const bowl = (x: number, y: number) => x * x + 2 * y * y;

const pictures: Readonly<Record<string, () => plot.Chart | plot.Figure>> = {
  ...charts,
  "surface with paths": () =>
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
  "plotly lines": () =>
    new plot.Figure({
      data: [
        { y: [1, 3, 2], name: "a" },
        { y: [2, 1, 3], name: "b" },
      ],
      layout: { title: { text: "Lines" } },
    }),
};

interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: ArrayLike<number>;
}

/** Red, green, blue, opacity of each pixel, also where the file has a palette. */
function pixelsOf(png: Uint8Array): Pixels {
  const { width, height, channels, data, palette } = decode(png);
  if (!palette) return { width, height, data: channels === 4 ? data : [] };
  return { width, height, data: Array.from(data).flatMap((index) => [...palette[index]!, 255].slice(0, 4)) };
}

/** A channel as it is seen: of a pixel that is nearly transparent, the colour does not matter. */
function seen({ data }: Pixels, i: number, channel: number): number {
  return channel === 3 ? data[4 * i + 3]! : (data[4 * i + channel]! * data[4 * i + 3]!) / 255;
}

/** The share of pixels that differ by more than anti-aliasing would. */
function difference(a: Pixels, b: Pixels): number {
  if (a.width !== b.width || a.height !== b.height) return 1;
  let different = 0;
  for (let i = 0; i < a.width * a.height; i++) {
    const gap = Math.max(...[0, 1, 2, 3].map((c) => Math.abs(seen(a, i, c) - seen(b, i, c))));
    if (gap > 48) different++;
  }
  return different / (a.width * a.height);
}

describe.each(Object.entries(pictures))("%s", (name, make) => {
  const file = join(folder, `${name.replaceAll(/\W+/g, "-")}.png`);

  test("looks as its committed picture", async () => {
    manualSeed(0);
    const png = await make().png({ scale: 1 });
    if (process.env.PICTURES === "write") {
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, png);
    }
    // A line of text that moves by a pixel changes about a thousandth of a picture.
    expect(difference(pixelsOf(png), pixelsOf(readFileSync(file)))).toBeLessThan(0.001);
  });
});

test("another picture is told apart", async () => {
  const [a, b] = await Promise.all([plot.line([1, 2]).png({ scale: 1 }), plot.line([2, 1]).png({ scale: 1 })]);
  expect(difference(pixelsOf(a), pixelsOf(b))).toBeGreaterThan(0.001);
});

describe("the shortcuts of pictures change no pixel that is seen:", () => {
  const points = () => randn([600, 2]);
  const charts: Readonly<Record<string, () => plot.Chart>> = {
    "hundreds of dots": () => plot.scatter(points(), { classes: Array.from({ length: 600 }, (_, i) => `${i % 3}`) }),
    "dots that reach over the edge": () => plot.scatter(points(), { xDomain: [-1, 1], yDomain: [-1, 1] }),
    "dots at the ends of both axes, with nothing that cuts them": () => {
      const along = Array.from({ length: 601 }, (_, i) => i / 600);
      return plot.scatter(tensor(along.map((x) => [x, x])));
    },
    "dots with an outline": () =>
      plot.decisionSurface((x: Tensor) => x.sum({ dim: 1 }), { x: points(), y: randn([600]).gt(0) }),
    "lines over a field": () =>
      plot.contour(bowl, {
        paths: [
          [2, 2],
          [1, 1],
        ],
      }),
  };

  test.each(Object.entries(charts))("%s", async (_, make) => {
    manualSeed(0);
    const chart = make();
    // The source of the SVG takes none.
    const plain = await rasterize(await chart.svg());
    expect(difference(pixelsOf(await chart.png()), pixelsOf(plain.png))).toBeLessThan(0.001);
  });
});

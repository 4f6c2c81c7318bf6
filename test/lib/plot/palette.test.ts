/** Pictures of charts have a palette of 256 colours, a quarter of the bytes, wherever it is not seen. */
import { describe, expect, test } from "@jest/globals";
import { decode } from "fast-png";
import { manualSeed, plot, rand } from "../../../lib/index.ts";

/** How many colours the palette of a chart's picture has; 0 where each pixel has its own. */
async function paletteSize(chart: plot.Chart): Promise<number> {
  return decode(await chart.png()).palette?.length ?? 0;
}

/** Hills without an end, so that the picture has far more than 256 colours. */
const hills = (x: number, y: number) => Math.sin(3 * x) * Math.cos(2 * y) + x * x * y;

describe("the picture of", () => {
  test("a line has the colours that were painted", async () => {
    const size = await paletteSize(plot.line([1, 2]));
    expect(size).toBeGreaterThan(1);
    expect(size).toBeLessThanOrEqual(256);
  });

  test("a smooth field with lines over it has a palette, however many colours it has", async () => {
    expect(await paletteSize(plot.contour(hills, { levels: 20, logLevels: true }))).toBe(256);
    const fields = Object.fromEntries([1, 2, 3, 4].map((k) => [`${k}`, plot.contour((x, y) => hills(k * x, y))]));
    expect(await paletteSize(plot.facet(fields))).toBe(256);
  });

  test("many colours without order, as of a photograph, keeps every one", async () => {
    manualSeed(0);
    expect(await paletteSize(plot.image(rand([3, 40, 40]), { size: 320 }))).toBe(0);
  });
});

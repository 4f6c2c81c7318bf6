/** Legends of charts over and beside each other. */
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { plot } from "../../../lib/index.ts";

/** What vega-lite has to say goes to the console. */
const warnings = jest.spyOn(console, "warn");
beforeEach(() => void warnings.mockReset());
afterEach(() => expect(warnings.mock.calls).toEqual([]));

/** The texts of an SVG beside the dots that are in these colours, from the top of the legend. */
async function legendOf(chart: plot.Chart): Promise<[name: string, color: string][]> {
  const svg = await chart.svg();
  const colors = [...svg.matchAll(/class="mark-symbol role-legend-symbol"[^>]*><path[^>]* fill="([^"]+)"/g)];
  const names = [...svg.matchAll(/class="mark-text role-legend-label"[^>]*><text[^>]*>([^<]+)</g)];
  return names.map(([, name], i) => [name!, colors[i]![1]!]);
}

describe("overlay()", () => {
  test("has one legend with the series of all charts, each in a colour of its own", async () => {
    const chart = plot.overlay(
      plot.line({ fit: [1, 2, 3] }),
      plot.line({ truth: [1, 2.5, 2], bound: [2, 2, 2] }),
      plot.scatter(
        [
          [0, 1],
          [1, 2],
        ],
        { classes: ["p", "q"] },
      ),
    );
    const legend = await legendOf(chart);
    expect(legend.map(([name]) => name)).toEqual(["fit", "truth", "bound", "p", "q"]);
    expect(legend.map(([, color]) => color)).toEqual(plot.palette.slice(0, 5));
  });

  test("keeps a colour that was chosen, and has a name that two charts share once", async () => {
    const chart = plot.overlay(
      plot.line({ fit: [1, 2, 3], truth: [1, 2, 2] }),
      plot.line({ truth: [1, 2, 2], bound: [2, 2, 2] }, { colors: ["#111111", "#222222"] }),
    );
    expect(await legendOf(chart)).toEqual([
      ["fit", plot.palette[0]],
      ["truth", "#111111"],
      ["bound", "#222222"],
    ]);
  });

  test("stands on 0 where one of its charts does", async () => {
    const chart = plot.overlay(plot.line({ fit: [5, 6, 7] }), plot.area({ truth: [5, 6, 5] }));
    const labels = [...(await chart.svg()).matchAll(/role-axis-label"[^>]*>(.*?)<\/g>/g)].map(([, texts]) => texts);
    expect(labels.some((texts) => />0<\/text>.*>7<\/text>/.test(texts!))).toBe(true);
  });
});

test("facets of contours have colour scales as long as they are high", async () => {
  const saddle = (x: number, y: number) => x * x - y * y;
  const chart = plot.facet({
    low: plot.contour(saddle, { height: 180 }),
    high: plot.contour(saddle, { height: 180 }),
  });
  const heights = [...(await chart.svg()).matchAll(/role-legend-gradient"[^>]*><path[^>]* d="M0,0h\d+v(\d+)h/g)];
  expect(heights.map(([, height]) => Number(height))).toEqual([180, 180]);
});

/** Charts of vega-lite 6, which JupyterLab does not know: drawn there by the extension that the installer writes, and in reports. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Browser, chromium, type Page } from "playwright-core";
import { browser, switches } from "../support/browser.ts";
import { repository } from "../support/client.ts";
import { JupyterLab } from "../support/jupyterlab.ts";
import { cellOf, nbconvert, readNotebook, writeNotebook } from "../support/notebooks.ts";

const folder = mkdtempSync(join(tmpdir(), "gradbook-vega-lite-6-"));
const executed = join(folder, "charts.ipynb");
const screenshots = join(repository, "reports");
const mimeType = "application/vnd.vegalite.v6+json";
const version =
  'usermeta: { embedOptions: { actions: false } }, $schema: "https://vega.github.io/schema/vega-lite/v6.json"';
const rows = 'data: { values: [{ a: "x", b: 3 }, { a: "y", b: 5 }, { a: "z", b: 2 }] }';
const channels = 'encoding: { x: { field: "a", type: "nominal" }, y: { field: "b", type: "quantitative" } }';

const sources: Readonly<Record<string, string>> = {
  bars: `({ ${version}, width: 300, height: 200, ${rows}, mark: { type: "bar", tooltip: true }, ${channels} })`,
  vega: `({ $schema: "https://vega.github.io/schema/vega/v6.json", width: 200, height: 100,
    marks: [{ type: "rect", encode: { enter: { x: { value: 20 }, y: { value: 20 }, width: { value: 160 }, height: { value: 60 }, fill: { value: "#0072B2" } } } }] })`,
};

beforeAll(async () => {
  mkdirSync(screenshots, { recursive: true });
  const bare = join(folder, "bare.ipynb");
  writeNotebook(bare, sources);
  const { code, output } = await nbconvert(bare, "notebook", folder, "--output", "charts.ipynb");
  if (code !== 0) throw new Error(output);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a spec of version 6 is shown as what it is, with a picture for those that cannot draw it", () => {
  const [output] = cellOf(readNotebook(executed), "bars").outputs!;
  expect(Object.keys(output!.data!).sort()).toEqual([mimeType, "image/png", "text/plain"]);
});

(browser ? describe : describe.skip)("in a browser", () => {
  let chrome: Browser;
  beforeAll(async () => {
    chrome = await chromium.launch({ executablePath: browser!, args: switches });
  }, 120_000);
  afterAll(() => chrome?.close());

  /** How many pixels of each canvas on the page are drawn. */
  const drawn = (page: Page) =>
    page.locator(".vega-embed canvas").evaluateAll((canvases) =>
      canvases.map((element) => {
        const { width, height } = element as HTMLCanvasElement;
        const pixels = (element as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, width, height).data;
        return pixels.filter((v, at) => at % 4 === 3 && v > 0).length;
      }),
    );

  describe.each([{ isDark: false }, { isDark: true }])("JupyterLab, dark: $isDark,", ({ isDark }) => {
    let lab: JupyterLab;
    let page: Page;
    const requests: string[] = [];
    beforeAll(async () => {
      lab = await JupyterLab.start(folder, { isDark });
      page = await chrome.newPage({ viewport: { width: 1180, height: 900 } });
      page.on("request", (request) => {
        if (/^https?:/.test(request.url()) && !request.url().includes("127.0.0.1")) requests.push(request.url());
      });
      // Nobody has signed the notebook: its outputs come from a stranger.
      await page.goto(lab.url("charts.ipynb"));
      await page.locator(".vega-embed canvas").nth(1).waitFor({ timeout: 120_000 });
    }, 120_000);
    afterAll(async () => {
      await page?.close();
      await lab?.stop();
    }, 120_000);

    test("draws charts of vega-lite 6 and vega 6, asking the network for nothing", async () => {
      const [bars, vega] = await drawn(page);
      // Ten of its 300 × 200 pixels in sixteen are bars.
      expect(bars).toBeGreaterThan(20_000);
      expect(vega).toBeGreaterThanOrEqual(160 * 60);
      expect(requests).toEqual([]);
      await page
        .locator(".jp-Notebook")
        .screenshot({ path: join(screenshots, `vega-lite-6-${isDark ? "dark" : "light"}.png`) });
    }, 120_000);

    test("answers the pointer", async () => {
      const { x, y, width, height } = (await page.locator(".vega-embed canvas").first().boundingBox())!;
      await page.mouse.move(x + width / 2, y + height / 2);
      await page.mouse.move(x + width / 2 + 10, y + height - 60, { steps: 4 });
      const tooltip = page.locator("#vg-tooltip-element.visible");
      await tooltip.filter({ hasText: "5" }).waitFor();
    }, 120_000);
  });

  test("a report draws them without network", async () => {
    const { code, output } = await nbconvert(executed, "html", folder, "--template=gradbook");
    expect({ code, output: code === 0 ? "" : output }).toEqual({ code: 0, output: "" });
    const context = await chrome.newContext({ offline: true });
    const page = await context.newPage();
    await page.goto(pathToFileURL(join(folder, "charts.html")).href);
    const bars = page.locator('[data-gradbook="chart"] .vega-embed svg .mark-rect.role-mark path');
    await bars.first().waitFor();
    expect(await bars.count()).toBe(3);
    expect(readFileSync(join(folder, "charts.html"), "utf8").match(/vega-lite 6\.\d/g)).toHaveLength(1);
    await context.close();
  }, 120_000);
});

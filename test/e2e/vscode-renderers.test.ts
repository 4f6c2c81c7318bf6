/**
 * The gallery's charts as VS Code's renderers draw them (the extension ms-toolsai.jupyter-renderers), in Chromium without network.
 *
 * Real are the libraries at the extension's versions: vega-embed 6 with vega 5 and vega-lite 5, nteract's component for plotly on React 16, plotly.js 3.0;
 * and the policy that VS Code's page of outputs has where it has one. The extension itself is in no registry of packages: the few lines
 * that call these libraries are written anew, after its sources (test/support/vscode/page.ts), and so is the choice among the types of an output.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { build } from "esbuild";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { browser, switches } from "../support/browser.ts";
import { repository } from "../support/client.ts";
import { readNotebook } from "../support/notebooks.ts";
import { chosenType } from "../support/vscode/choice.ts";

const screenshots = join(repository, "reports");
const vegaLite = "application/vnd.vegalite.v5+json";
const plotly = "application/vnd.plotly.v1+json";

const bundles = readNotebook(join(repository, "notebooks", "gallery.ipynb"))
  .cells.flatMap(({ outputs = [] }) => outputs)
  .flatMap(({ data }) => (data ? [data] : []));
const charts = bundles.flatMap((bundle) => {
  const type = Object.keys(bundle).find((one) => one === vegaLite || one === plotly);
  return type ? [{ type, bundle, value: bundle[type] as object }] : [];
});

/** Which of the vega-lite charts is a heat map: it has something to tell wherever the pointer is. */
const heatmap = charts
  .filter(({ type }) => type === vegaLite)
  .findIndex(({ value }) => String((value as { description?: string }).description).startsWith("Heat map"));

test("of a chart VS Code chooses the interactive form, never the picture or the text", () => {
  expect(charts.length).toBeGreaterThan(30);
  for (const { type, bundle } of charts) expect(chosenType(bundle)).toBe(type);
});

test("of everything else it chooses a form that it renders, and rather HTML than text", () => {
  const others = bundles.filter((bundle) => !(vegaLite in bundle) && !(plotly in bundle));
  expect(others.length).toBeGreaterThan(10);
  for (const bundle of others) {
    const isText = Object.keys(bundle).every((type) => type === "text/plain");
    expect([chosenType(bundle), isText]).toEqual([isText ? "text/plain" : expect.not.stringMatching("plain"), isText]);
  }
});

(browser ? describe : describe.skip)("VS Code's renderers", () => {
  let chrome: Browser;
  let script: string;
  beforeAll(async () => {
    const built = await build({
      entryPoints: [join(repository, "test", "support", "vscode", "page.ts")],
      bundle: true,
      format: "iife",
      define: { "process.env.NODE_ENV": '"production"', global: "window" },
      write: false,
      logLevel: "error",
    });
    script = built.outputFiles[0]!.text;
    chrome = await chromium.launch({ executablePath: browser!, args: [...switches, "--enable-unsafe-swiftshader"] });
    mkdirSync(screenshots, { recursive: true });
  }, 120_000);
  afterAll(() => chrome?.close());

  describe.each([
    { look: "light", color: "#1f1f1f", background: "#ffffff" },
    { look: "dark", color: "#cccccc", background: "#1f1f1f" },
  ])("on a $look page", ({ look, color, background }) => {
    let context: BrowserContext;
    let page: Page;
    const requests: string[] = [];
    const complaints: string[] = [];

    beforeAll(async () => {
      context = await chrome.newContext({ offline: true, viewport: { width: 1000, height: 1200 } });
      page = await context.newPage();
      page.on("request", (request) => {
        if (/^https?:/.test(request.url())) requests.push(request.url());
      });
      page.on("pageerror", (error) => complaints.push(String(error)));
      page.on("console", (message) => {
        // The browser's own advice on reading pixels, which this test does.
        if (/willReadFrequently|GPU stall due to ReadPixels/.test(message.text())) return;
        if (["error", "warning"].includes(message.type())) complaints.push(message.text());
      });
      await page.setContent(`<!doctype html><html><head><meta http-equiv="Content-Security-Policy" content="default-src 'none';
        script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src https: http: data:; font-src https:; connect-src https:">
        <style>body { color: ${color}; background: ${background}; font-family: sans-serif }</style></head>
        <body class="vscode-${look}"></body></html>`);
      await page.addScriptTag({ content: script });
      for (const { type, value } of charts)
        await page.evaluate(([type, value]) => window.renderOutput(type, value), [type, value] as const);
    }, 120_000);
    afterAll(() => context?.close());

    test("draw every chart, and none is a blank", async () => {
      const canvases = page.locator(`[data-mime-type="${vegaLite}"] canvas`);
      const wanted = charts.filter(({ type }) => type === vegaLite).length;
      expect(await canvases.count()).toBe(wanted);
      const blanks = await canvases.evaluateAll((elements) =>
        elements.flatMap((element, i) => {
          const { width, height } = element as HTMLCanvasElement;
          const pixels = (element as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, width, height).data;
          return new Set(new Uint32Array(pixels.buffer)).size > 2 ? [] : [i];
        }),
      );
      expect(blanks).toEqual([]);
      const figures = page.locator(`[data-mime-type="${plotly}"]`);
      await figures.locator(".violinlayer .violin").first().waitFor();
      await figures.locator(".gl-container canvas").first().waitFor();
      expect(await figures.count()).toBe(charts.length - wanted);
      await page.screenshot({ path: join(screenshots, `vscode-${look}.png`), fullPage: true });
    }, 120_000);

    test("tell what lies under the pointer", async () => {
      const chart = page.locator(`[data-mime-type="${vegaLite}"] canvas`).nth(heatmap);
      await chart.scrollIntoViewIfNeeded();
      const area = (await chart.boundingBox())!;
      await page.mouse.move(area.x + area.width / 2 - 4, area.y + area.height / 2);
      await page.mouse.move(area.x + area.width / 2, area.y + area.height / 2, { steps: 4 });
      await page.locator("#vg-tooltip-element.visible").waitFor();
      const violin = page.locator(`[data-mime-type="${plotly}"] .violinlayer .violin`).first();
      await violin.scrollIntoViewIfNeeded();
      const { x, y, width, height } = (await violin.boundingBox())!;
      await page.mouse.move(x + width / 2 - 4, y + height / 2);
      await page.mouse.move(x + width / 2, y + height / 2, { steps: 4 });
      await page.locator(".hoverlayer .hovertext").first().waitFor();
    }, 120_000);

    test("move a slider with no kernel: the chart is another one", async () => {
      const chart = page.locator(".output", { has: page.locator('input[name="slider_steps"]') });
      const picture = () => chart.locator("canvas").evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
      const before = await picture();
      await chart.locator('input[name="slider_steps"]').evaluate((element) => {
        (element as HTMLInputElement).value = "0";
        element.dispatchEvent(new Event("input", { bubbles: true }));
      });
      await page.waitForFunction(
        ([selector, old]) => (document.querySelector(selector!) as HTMLCanvasElement).toDataURL() !== old,
        [".output:has(input[name=slider_steps]) canvas", before],
      );
    }, 120_000);

    test("complain of nothing, and ask the network for nothing", () => {
      expect({ complaints, requests }).toEqual({ complaints: [], requests: [] });
    });
  });
});

declare global {
  interface Window {
    renderOutput(type: string, value: object): Promise<void>;
  }
}

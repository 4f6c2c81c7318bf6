/** A report made by nbconvert with the template that the installer writes, in a real browser without network. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { browser, switches } from "../support/browser.ts";
import { repository } from "../support/client.ts";
import { fixture, nbconvert } from "../support/notebooks.ts";

const folder = mkdtempSync(join(tmpdir(), "gradbook-report-"));
const report = join(folder, "report.html");
const screenshots = join(repository, "reports");

let html: string;
beforeAll(async () => {
  const { code, output } = await nbconvert(fixture("report.ipynb"), "html", folder, "--template=gradbook");
  if (code !== 0) throw new Error(output);
  html = readFileSync(report, "utf8");
  mkdirSync(screenshots, { recursive: true });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a report", () => {
  test("holds each library once, however many of its values it has", () => {
    expect(html.match(/plotly\.js-dist-min \d/g)).toHaveLength(1);
    expect(html.match(/data-gradbook="figure"/g)).toHaveLength(2);
    expect(html.match(/data-gradbook="chart"/g)).toHaveLength(1);
  });

  test("holds no library that it does not use", async () => {
    const { code, output } = await nbconvert(fixture("outputs.ipynb"), "html", folder, "--template=gradbook");
    expect({ code, output: code === 0 ? "" : output }).toEqual({ code: 0, output: "" });
    const plain = readFileSync(join(folder, "outputs.html"), "utf8");
    expect(plain).not.toContain("plotly.js-dist-min");
    expect(plain).not.toContain("katex");
  });
});

(browser ? describe : describe.skip)("a report in a browser without network", () => {
  let chrome: Browser;
  const requests: string[] = [];
  const errors: string[] = [];
  const open = async (options: BrowserContextOptions = {}): Promise<Page> => {
    const context = await chrome.newContext({ offline: true, viewport: { width: 1200, height: 1600 }, ...options });
    context.on("request", (request) => {
      if (!/^(file|data|blob):/.test(request.url())) requests.push(request.url());
    });
    context.on("weberror", (error) => errors.push(String(error.error())));
    const page = await context.newPage();
    await page.goto(pathToFileURL(report).href);
    return page;
  };

  beforeAll(async () => {
    chrome = await chromium.launch({ executablePath: browser!, args: [...switches, "--enable-unsafe-swiftshader"] });
  }, 120_000);
  afterAll(() => chrome?.close());

  test("draws charts and figures to be used, sets formulas, and asks the network for nothing", async () => {
    const page = await open();
    await page.locator('[data-gradbook="chart"] canvas, [data-gradbook="chart"] svg').first().waitFor();
    await page.locator('[data-gradbook="figure"] .bars').waitFor();
    await page.locator('[data-gradbook="figure"] .gl-container canvas').first().waitFor();
    expect(await page.locator("[data-gradbook] > img").count()).toBe(0);
    expect(await page.locator(".jp-RenderedMarkdown .katex-display").count()).toBe(2);
    expect(await page.locator(".jp-RenderedMarkdown .katex").count()).toBe(3);
    expect(await page.locator(".jp-RenderedLatex .katex").count()).toBe(1);
    expect(await page.locator(".katex-error").count()).toBe(0);
    // A widget needs a kernel, and nbconvert's own page would fetch it: here it stands as it was.
    expect(await page.locator(".jp-RenderedHTML", { hasText: "seven" }).count()).toBe(1);
    await page.screenshot({ path: join(screenshots, "report.png"), fullPage: true });
    expect(requests).toEqual([]);
    expect(errors).toEqual([]);
  }, 120_000);

  test("keeps text of a chart that looks like the page's own as text", async () => {
    const page = await open();
    await page.locator('[data-gradbook="chart"] canvas, [data-gradbook="chart"] svg').first().waitFor();
    expect(await page.locator("#hostile").count()).toBe(0);
  });

  test("shows every picture where scripts are off", async () => {
    const page = await open({ javaScriptEnabled: false });
    const pictures = page.locator("[data-gradbook] > img");
    expect(await pictures.count()).toBe(3);
    for (const picture of await pictures.all()) expect((await picture.boundingBox())?.width).toBeGreaterThan(250);
  });
});

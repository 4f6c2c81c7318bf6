/** The site that `npm run book` writes, of two notebooks as they are on file: its links, and what a browser without network makes of it. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { JSDOM } from "jsdom";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { writeSite } from "../../tools/book/site.ts";
import { browser, switches } from "../support/browser.ts";
import { repository } from "../support/client.ts";

const folder = mkdtempSync(join(tmpdir(), "gradbook-site-"));
const screenshots = join(repository, "reports");
const notebooks = ["01-1-perceptrons", "02-4-initialization"];
const [first, second] = notebooks.map((name) => `${name}.html`) as [string, string];

/** A page without the scripts in its head, which would only take long to read. */
const documentOf = (file: string): Document => {
  const html = readFileSync(join(folder, file), "utf8");
  return new JSDOM(html.slice(html.search(/<\/head>\s*<body/))).window.document;
};

beforeAll(async () => {
  mkdirSync(screenshots, { recursive: true });
  await writeSite(
    notebooks.map((name) => join(repository, "notebooks", `${name}.ipynb`)),
    folder,
  );
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the book's site", () => {
  test("is a folder of a first page, a report a notebook, and the search", () => {
    expect(readdirSync(folder).sort()).toEqual([first, second, "index.html", "search-index.js", "search.js"].sort());
  });

  test("lists chapters, reports and sections, and each link leads to a heading that exists", () => {
    const index = documentOf("index.html");
    expect([...index.querySelectorAll("h2")].map((h) => h.textContent)).toEqual(["1 Introduction", "2 Developments"]);
    const anchors = new Map(
      [first, second].map((file) => [
        file,
        new Set([...documentOf(file).querySelectorAll("[id]")].map(({ id }) => id)),
      ]),
    );
    const links = [...index.querySelectorAll("main a")].map(
      (a) => a.getAttribute("href")!.split("#") as [string, string?],
    );
    expect(links.length).toBeGreaterThan(10);
    for (const [file, anchor] of links) {
      expect([...anchors.keys()]).toContain(file);
      if (anchor !== undefined) expect([...anchors.get(file)!]).toContain(anchor);
    }
  });

  test("leads from each report to the one before, the contents and the one after, above and below", () => {
    const ways = (file: string) =>
      [...documentOf(file).querySelectorAll(".gradbook-site a")].map((a) => [
        a.getAttribute("rel"),
        a.getAttribute("href"),
      ]);
    const fromFirst = [
      ["index", "index.html"],
      ["next", second],
    ];
    const fromSecond = [
      ["prev", first],
      ["index", "index.html"],
    ];
    expect(ways(first)).toEqual([...fromFirst, ...fromFirst]);
    expect(ways(second)).toEqual([...fromSecond, ...fromSecond]);
  });

  test("shows every figure as a picture where no script runs", () => {
    for (const file of [first, second]) {
      const places = [...documentOf(file).querySelectorAll("[data-gradbook]")];
      expect(places.length).toBeGreaterThan(5);
      expect(places.filter((place) => !place.querySelector('img[src^="data:image/png"]'))).toEqual([]);
    }
  });
});

(browser ? describe : describe.skip)("the book's site in a browser without network", () => {
  let chrome: Browser;
  const requests: string[] = [];
  const errors: string[] = [];
  const open = async (file: string, options: BrowserContextOptions = {}): Promise<Page> => {
    const context = await chrome.newContext({ offline: true, viewport: { width: 1200, height: 1000 }, ...options });
    context.on("request", (request) => {
      if (!/^(file|data|blob):/.test(request.url())) requests.push(request.url());
    });
    context.on("weberror", (error) => errors.push(String(error.error())));
    const page = await context.newPage();
    await page.goto(pathToFileURL(join(folder, file)).href);
    return page;
  };

  beforeAll(async () => {
    chrome = await chromium.launch({ executablePath: browser!, args: [...switches] });
  }, 120_000);
  afterAll(() => chrome?.close());

  test("finds a section by a word of its text, and goes there", async () => {
    const page = await open("index.html");
    await page.locator("#query").fill("yilmaz negative");
    const found = page.locator("#results a").first();
    await found.waitFor();
    await page.screenshot({ path: join(screenshots, "book-search.png") });
    expect(await page.locator("#results").textContent()).toContain("logistic");
    await found.click();
    await page.waitForURL(new RegExp(second));
    await page.locator("#query").waitFor({ state: "detached" });
    await page.goBack();
    await page.locator("#query").fill("xyzzyx");
    await page.getByText("Nothing found.").waitFor();
    expect(requests).toEqual([]);
    expect(errors).toEqual([]);
  }, 120_000);

  test("goes from report to report, and a slider moves a figure", async () => {
    const page = await open(first, { colorScheme: "dark" });
    await page.getByRole("link", { name: /→$/ }).first().click();
    await page.waitForURL(new RegExp(second));
    const slider = page.locator('.vega-bindings input[type="range"]').first();
    await slider.waitFor();
    const drawing = page.locator('[data-gradbook="chart"]', { has: slider }).locator("svg, canvas").first();
    const seen = () =>
      drawing.evaluate((shape) => (shape instanceof HTMLCanvasElement ? shape.toDataURL() : shape.outerHTML));
    const before = await seen();
    await slider.fill("3");
    await page.waitForFunction(
      ([shape, was]) =>
        (shape instanceof HTMLCanvasElement ? shape.toDataURL() : (shape as unknown as Element).outerHTML) !== was,
      [await drawing.elementHandle(), before] as const,
    );
    await page.screenshot({ path: join(screenshots, "book-report.png") });
    expect(await seen()).not.toBe(before);
    expect(errors).toEqual([]);
  }, 120_000);

  test("can be read without scripts: contents, links, pictures; the search keeps out of the way", async () => {
    const page = await open("index.html", { javaScriptEnabled: false });
    expect(await page.locator("#search").isVisible()).toBe(false);
    await page.locator(`main a[href="${second}"]`).click();
    await page.waitForURL(new RegExp(second));
    expect(await page.locator("[data-gradbook] img").first().isVisible()).toBe(true);
  }, 120_000);
});

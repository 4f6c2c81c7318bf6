/** Values that show themselves: on nbconvert's page, in LaTeX, and in JupyterLab, where the notebook is not trusted. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { python, pythonEnv } from "../../tools/setup/python.ts";
import { attempt } from "../../tools/setup/step.ts";
import { browser, switches } from "../support/browser.ts";
import { repository } from "../support/client.ts";
import { JupyterLab } from "../support/jupyterlab.ts";
import { fixture, nbconvert } from "../support/notebooks.ts";
import { hasProgram } from "../support/programs.ts";

const folder = mkdtempSync(join(tmpdir(), "gradbook-displays-"));
const executed = join(folder, "displays.ipynb");
const screenshots = join(repository, "reports");

beforeAll(async () => {
  const { code, output } = await nbconvert(fixture("displays.ipynb"), "notebook", folder, "--output=displays");
  if (code !== 0) throw new Error(output);
  mkdirSync(screenshots, { recursive: true });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function converted(to: string, extension: string): Promise<string> {
  const { code, output } = await nbconvert(executed, to, folder, "--ExecutePreprocessor.enabled=False");
  if (code !== 0) throw new Error(output);
  return readFileSync(join(folder, `displays.${extension}`), "utf8");
}

(hasProgram("pandoc") ? test : test.skip)(
  "LaTeX has tables as tables and drawings as pictures, and asks for pandoc alone",
  async () => {
    const latex = await converted("latex", "tex");
    expect(latex).toContain("a \\& b & 1.5");
    expect(latex).toContain("key one & 1");
    expect(latex).toContain("\\displaystyle e^{i\\pi} = -1");
    // A drawing, a plot and a picture.
    expect(latex.match(/\\adjustimage/g)).toHaveLength(3);
  },
);

/** What a reader must find in both pages, however each is built. */
async function expectAll(outputs: Locator): Promise<void> {
  await outputs.locator("audio").first().waitFor();
  const pictures = outputs.locator("img");
  // The drawing, the plot with two patches of its legend, the picture.
  await expect(pictures.count()).resolves.toBe(5);
  const sizes = await pictures.evaluateAll((elements) =>
    Promise.all(
      elements.map(async (element) => {
        const picture = element as HTMLImageElement;
        await picture.decode();
        return [picture.naturalWidth > 0, picture.getBoundingClientRect().width > 10];
      }),
    ),
  );
  expect(sizes.flat()).not.toContain(false);
  const cells = async (text: string) => outputs.locator("td", { hasText: text }).count();
  for (const text of ["a & b", "<i>c</i>", "key two", "22"]) expect(await cells(text)).toBe(1);
  const seconds = (element: HTMLMediaElement) =>
    new Promise<number>((resolve) => {
      if (element.readyState > 0) resolve(element.duration);
      else element.addEventListener("loadedmetadata", () => resolve(element.duration));
    });
  expect(await outputs.locator("audio").evaluate(seconds)).toBe(0.5);
  expect(await outputs.locator("progress").getAttribute("value")).toBe("1.0000");
  expect(await outputs.locator("b", { hasText: "<world>" }).count()).toBe(1);
  expect(await outputs.locator("h2", { hasText: "A heading of Markdown" }).count()).toBe(1);
  expect(await outputs.locator("pre", { hasText: "const answer = 42;" }).count()).toBe(1);
  expect(await outputs.locator("i", { hasText: "shown at last" }).count()).toBe(1);
}

(browser ? describe : describe.skip)("in a browser", () => {
  let chrome: Browser;
  beforeAll(async () => {
    chrome = await chromium.launch({ executablePath: browser!, args: switches });
  }, 120_000);
  afterAll(() => chrome?.close());

  const open = async (address: string, options: { offline?: boolean } = {}): Promise<Page> => {
    const context = await chrome.newContext({ viewport: { width: 1200, height: 2400 }, ...options });
    const page = await context.newPage();
    await page.goto(address);
    return page;
  };

  test("nbconvert's page has all of them without network", async () => {
    await converted("html", "html");
    const page = await open(pathToFileURL(join(folder, "displays.html")).href, { offline: true });
    await expectAll(page.locator(".jp-OutputArea"));
    await page.screenshot({ path: join(screenshots, "displays-html.png"), fullPage: true });
    await page.context().close();
  }, 120_000);

  test("nbconvert's page has a tensor's columns under each other: its letters are of one width", async () => {
    const gallery = join(repository, "notebooks", "gallery.ipynb");
    const args = ["-m", "nbconvert", "--to", "html", "--output-dir", folder, gallery];
    const { code, output } = await attempt(python, args, pythonEnv());
    expect({ code, output: code === 0 ? "" : output }).toEqual({ code: 0, output: "" });
    const page = await open(pathToFileURL(join(folder, "gallery.html")).href, { offline: true });
    const widths = await page.locator("pre", { hasText: "tensor([[" }).evaluateAll((elements) =>
      elements.map((element) => {
        const { font } = getComputedStyle(element);
        const pen = Object.assign(document.createElement("canvas").getContext("2d")!, { font });
        return ["iiii", "MMMM"].map((letters) => pen.measureText(letters).width);
      }),
    );
    expect(widths.length).toBeGreaterThan(1);
    for (const [narrow, wide] of widths) expect(narrow).toBeCloseTo(wide!, 6);
    await page.context().close();
  }, 120_000);

  test("JupyterLab has all of them though it does not trust the notebook, whose scripts it does not run", async () => {
    const lab = await JupyterLab.start(folder);
    try {
      const page = await open(lab.url("displays.ipynb"));
      await page.locator(".jp-NotebookPanel-toolbar").waitFor();
      await expectAll(page.locator(".jp-OutputArea"));
      expect(await page.title()).not.toBe("a script ran");
      await page.screenshot({ path: join(screenshots, "displays-jupyterlab.png") });
      await page.context().close();
    } finally {
      await lab.stop();
    }
  }, 240_000);
});

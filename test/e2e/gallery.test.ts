/** The notebook that has one of every display: executed by the real kernel, written by nbconvert, looked at in JupyterLab. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Browser, chromium, type Page } from "playwright-core";
import { plot } from "../../lib/index.ts";
import { oldNbconvertEnv, python, pythonEnv } from "../../tools/setup/python.ts";
import { attempt } from "../../tools/setup/step.ts";
import { browser, switches } from "../support/browser.ts";
import { repository } from "../support/client.ts";
import { JupyterLab } from "../support/jupyterlab.ts";
import { type Cell, joined, type Notebook, nbconvert, readNotebook, withoutOutputs } from "../support/notebooks.ts";
import { hasProgram } from "../support/programs.ts";

const onFile = join(repository, "notebooks", "gallery.ipynb");
const folder = mkdtempSync(join(tmpdir(), "gradbook-gallery-"));
const executed = join(folder, "gallery.ipynb");
const screenshots = join(repository, "reports");

let notebook: Notebook;
beforeAll(async () => {
  // Without the outputs on file, so that what is looked at was made here.
  const bare = join(folder, "bare.ipynb");
  writeFileSync(bare, JSON.stringify(withoutOutputs(readNotebook(onFile))));
  const { code, output } = await nbconvert(bare, "notebook", folder, "--output", "gallery.ipynb");
  if (code !== 0) throw new Error(output);
  notebook = readNotebook(executed);
  mkdirSync(screenshots, { recursive: true });
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const codeCells = ({ cells }: Notebook): Cell[] => cells.filter((cell) => cell.cell_type === "code");
/** MIME types of what a cell shows. */
const typesOf = ({ id, outputs = [] }: Cell) => ({ id, types: outputs.map(({ data = {} }) => Object.keys(data)) });
const bundles = () => codeCells(notebook).flatMap(({ outputs = [] }) => outputs.map(({ data = {} }) => data));
const isDrawn = (type: string) => /vnd\.(vegalite|plotly)\./.test(type);

describe("the gallery", () => {
  test("shows what is on file, type by type", () => {
    expect(codeCells(notebook).map(typesOf)).toEqual(codeCells(readNotebook(onFile)).map(typesOf));
  });

  test("has every chart of plot", () => {
    const source = codeCells(notebook)
      .map((cell) => joined(cell.source))
      .join("\n");
    // What is no display of its own: what a chart needs, and what others of the gallery are made of.
    const parts = ["Chart", "Sparkline", "Table", "palette", "runOptimizers", "surface", "vconcat"];
    const charts = Object.keys(plot).filter((name) => !parts.includes(name));
    expect(charts.length).toBeGreaterThan(30);
    const isShown = (name: string) =>
      source.includes(`plot.${name}(`) || (name === "image" && source.includes(".image("));
    expect(charts.filter((name) => !isShown(name))).toEqual([]);
  });

  test("has a picture and a text beside every chart, those that the notebook describes itself too", () => {
    const drawn = bundles().filter((data) => Object.keys(data).some(isDrawn));
    expect(drawn.length).toBeGreaterThan(30);
    expect(drawn.filter((data) => !("text/plain" in data))).toEqual([]);
    expect(drawn.filter((data) => !("image/png" in data))).toEqual([]);
  });

  test("fits a notebook: no display has more than 400 kB, all together have 2 MB", () => {
    const sizes = bundles().map((data) => JSON.stringify(data).length);
    expect(Math.max(...sizes)).toBeLessThan(400_000);
    expect(sizes.reduce((a, b) => a + b)).toBeLessThan(2_000_000);
  });
});

describe.each([
  { version: "7.", env: pythonEnv() },
  { version: "6.5.", env: oldNbconvertEnv() },
])("nbconvert $version writes the gallery as", ({ version, env }) => {
  const output = join(folder, version);
  const nbconvert = async (...options: string[]) => {
    const { code, output } = await attempt(python, ["-m", "nbconvert", ...options], env);
    expect({ code, output: code === 0 ? "" : output }).toMatchObject({ code: 0 });
    return output;
  };
  const write = (to: string, ...options: string[]) =>
    nbconvert("--to", to, "--output-dir", output, ...options, executed);
  const read = (file: string) => readFileSync(join(output, file), "utf8");

  test("what it says it is", async () => {
    expect((await nbconvert("--version")).trim().split("\n").at(-1)).toMatch(new RegExp(`^${version}`));
  });

  const count = (text: string, what: RegExp) => text.match(what)?.length ?? 0;

  test("HTML with the default template: a picture for every chart, tables, formulas", async () => {
    await write("html");
    const html = read("gallery.html");
    expect(count(html, /<img[^>]+src="data:image\/png/g)).toBeGreaterThan(30);
    for (const part of ["<b>Tensor</b>", "<b>HTML</b>", "\\frac{\\partial L}{\\partial w}", "Two runs"])
      expect(html).toContain(part);
    // Escaped where it is put in, so that it is text.
    expect(html).toContain("&lt;script&gt;");
  }, 120_000);

  test("the report: every chart with its picture, its libraries and formulas in the page", async () => {
    await write("html", "--template=gradbook", "--output=report");
    const html = read("report.html");
    const drawn = bundles().filter((data) => Object.keys(data).some(isDrawn)).length;
    expect(count(html, /data-gradbook="(?:chart|figure)"[^>]*>\s*<img alt=/g)).toBe(drawn);
    // The notices: KaTeX stands there as a script and as a style.
    const libraries = ["vega-embed", "plotly.js-dist-min", "katex"];
    expect(libraries.map((name) => count(html, new RegExp(`${name} \\d`, "g")))).toEqual([1, 1, 2]);
  }, 120_000);

  test("slides", async () => {
    await write("slides");
    expect(count(read("gallery.slides.html"), /<section/g)).toBeGreaterThan(0);
  }, 120_000);

  test("Markdown with pictures beside it", async () => {
    await write("markdown");
    expect(count(read("gallery.md"), /!\[png\]\(gallery_files\/[^)]+\.png\)/g)).toBeGreaterThan(30);
  }, 120_000);

  const hasPandoc = hasProgram("pandoc");
  (hasPandoc ? test : test.skip)(
    "LaTeX, where pandoc is: pictures, tables as tabular, no SVG",
    async () => {
      await write("latex");
      const tex = read("gallery.tex");
      expect(count(tex, /\\includegraphics|\\adjustimage/g)).toBeGreaterThan(30);
      expect(tex).toContain("\\begin{tabular}");
      expect(tex).not.toContain(".svg");
    },
    120_000,
  );

  const hasLatex = hasPandoc && hasProgram("xelatex");
  (hasLatex ? test : test.skip)(
    "PDF by LaTeX, where xelatex is",
    async () => {
      await write("pdf");
      const pdf = readFileSync(join(output, "gallery.pdf"));
      expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
      // Each picture of a chart is an object of the file.
      expect(count(pdf.toString("latin1"), /\/Subtype\s*\/Image/g)).toBeGreaterThan(30);
    },
    300_000,
  );
});

(browser ? describe : describe.skip)("in JupyterLab, offline, the gallery", () => {
  let chrome: Browser;
  beforeAll(async () => {
    chrome = await chromium.launch({ executablePath: browser!, args: [...switches, "--enable-unsafe-swiftshader"] });
  }, 120_000);
  afterAll(() => chrome?.close());

  describe.each([
    { theme: "light", isDark: false },
    { theme: "dark", isDark: true },
  ])("$theme", ({ theme, isDark }) => {
    const requests: string[] = [];
    let lab: JupyterLab;

    beforeAll(async () => {
      const root = mkdtempSync(join(folder, "lab-"));
      lab = await JupyterLab.start(root, { isDark });
      copyFileSync(executed, join(root, "trusted.ipynb"));
      lab.trust(join(root, "trusted.ipynb"));
      // Trust is in what a notebook says, whatever its name: a stranger's must say something else.
      const other = { ...notebook, metadata: { ...notebook.metadata, title: "from a stranger" } };
      writeFileSync(join(root, "stranger.ipynb"), JSON.stringify(other));
    }, 120_000);
    afterAll(() => lab?.stop(), 60_000);

    describe.each(["stranger", "trusted"])("%s", (file) => {
      let page: Page;
      const name = `gallery-${theme}-${file}`;

      beforeAll(async () => {
        page = await chrome.newPage({ viewport: { width: 1180, height: 12_000 } });
        page.on("request", (request) => {
          if (/^https?:/.test(request.url()) && !request.url().includes("127.0.0.1")) requests.push(request.url());
        });
        await page.goto(lab.url(`${file}.ipynb`));
        await page.locator(".jp-NotebookPanel .jp-RenderedVegaCommon5 canvas").first().waitFor({ timeout: 120_000 });
      }, 120_000);
      afterAll(() => page?.close(), 60_000);

      test("is shown in that theme, with that trust", async () => {
        expect(await page.locator("body").getAttribute("data-jp-theme-light")).toBe(String(!isDark));
        const count = codeCells(notebook).length;
        const said = page.locator(`.jp-StatusItem-trust[title*="of ${count} code cells"]`);
        const trusted = Number(/\d+/.exec((await said.getAttribute("title"))!)![0]);
        expect(trusted === count).toBe(file === "trusted");
      });

      test("draws every vega-lite chart, and none is a blank", async () => {
        const charts = bundles().filter((data) => "application/vnd.vegalite.v5+json" in data).length;
        await page.waitForFunction(
          (wanted) => document.querySelectorAll(".jp-RenderedVegaCommon5 canvas").length >= wanted,
          charts,
        );
        const blanks = await page.locator(".jp-RenderedVegaCommon5 canvas").evaluateAll((canvases) =>
          canvases.flatMap((element, i) => {
            const { width, height } = element as HTMLCanvasElement;
            const pixels = (element as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, width, height).data;
            return pixels.some((v, at) => at % 4 === 3 && v > 0) ? [] : [i];
          }),
        );
        expect(blanks).toEqual([]);
        await page.locator(".jp-Notebook").screenshot({ path: join(screenshots, `${name}.png`) });
        // The page is longer than a screenshot can be.
        await page
          .locator(".jp-Notebook .jp-Cell")
          .last()
          .evaluate((cell) => cell.scrollIntoView({ block: "end" }));
        await page.locator(".jp-Notebook").screenshot({ path: join(screenshots, `${name}-end.png`) });
      }, 120_000);

      test("draws plotly figures by the extension that the installer writes, and answers the pointer", async () => {
        const figures = page.locator(".jp-OutputArea-output.js-plotly-plot, .jp-OutputArea-output .js-plotly-plot");
        await figures.locator(".gl-container canvas").first().waitFor();
        const violin = figures.filter({ has: page.locator(".violinlayer") });
        await violin.waitFor();
        await expect(figures.count()).resolves.toBe(2);
        const { x, y, width, height } = (await violin.locator(".violinlayer .violin").first().boundingBox())!;
        await page.mouse.move(x + width / 2 - 4, y + height / 2);
        await page.mouse.move(x + width / 2, y + height / 2, { steps: 4 });
        await violin.locator(".hoverlayer .hovertext").first().waitFor();
        await violin.screenshot({ path: join(screenshots, `${name}-plotly.png`) });
      }, 120_000);

      test("shows tensors, tables and summaries, with nothing taken out", async () => {
        const html = page.locator('.jp-OutputArea-output[data-mime-type="text/html"]');
        await expect(html.locator("details img").count()).resolves.toBeGreaterThan(1);
        await expect(html.locator("table").count()).resolves.toBeGreaterThan(3);
        const picture = html.locator("details img").first();
        await picture.locator("xpath=ancestor::details/summary").click();
        expect(await picture.evaluate((img) => (img as HTMLImageElement).naturalWidth)).toBeGreaterThan(50);
        expect(await page.locator('[data-mime-type="application/vnd.jupyter.error"]').count()).toBe(0);
      });

      test("moves a slider with no kernel: the chart is another one", async () => {
        const chart = page.locator(".jp-RenderedVegaCommon5", { has: page.locator('input[name="slider_steps"]') });
        const picture = () => chart.locator("canvas").evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
        const before = await picture();
        await chart
          .locator('input[type="range"], select')
          .first()
          .evaluate((element) => {
            (element as HTMLInputElement).value = "0";
            element.dispatchEvent(new Event("input", { bubbles: true }));
            element.dispatchEvent(new Event("change", { bubbles: true }));
          });
        await page.waitForFunction(
          ([selector, old]) => (document.querySelector(selector!) as HTMLCanvasElement | null)?.toDataURL() !== old,
          [".jp-RenderedVegaCommon5:has(input[name=slider_steps]) canvas", before],
        );
      }, 120_000);

      test("asks the network for nothing", () => {
        expect(requests).toEqual([]);
      });
    });
  });
});

/** A notebook in a real JupyterLab, in a real browser. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { browser, switches } from "../support/browser.ts";
import { repository } from "../support/client.ts";
import { JupyterLab } from "../support/jupyterlab.ts";
import { cellOf, fixture, joined, readNotebook, withoutOutputs } from "../support/notebooks.ts";

const reports = join(repository, "reports");
mkdirSync(reports, { recursive: true });

/** Runs every cell by the menu, as a reader would, and waits until each has its number or, where it is folded, its output. */
async function runAll(page: Page): Promise<void> {
  await page.locator(".jp-NotebookPanel-toolbar").waitFor();
  // Only the status bar tells a kernel that is ready from none at all: earlier, Run All would ask which kernel to start.
  await page.locator("#jp-main-statusbar", { hasText: "TypeScript (gradbook) | Idle" }).waitFor({ timeout: 120_000 });
  await page.locator(".lm-MenuBar-itemLabel", { hasText: /^Run$/ }).click();
  await page.locator(".lm-Menu-itemLabel", { hasText: /^Run All Cells$/ }).click();
  const prompts = () => page.locator(".jp-NotebookPanel .jp-CodeCell .jp-InputArea-prompt").allTextContents();
  try {
    await page.waitForFunction(
      () => {
        const cells = [...document.querySelectorAll(".jp-NotebookPanel .jp-CodeCell")];
        const ended = (cell: Element) => {
          const prompt = cell.querySelector(".jp-InputArea-prompt");
          // A folded cell has no prompt; those of the book all print something.
          if (!prompt) return cell.querySelector(".jp-OutputArea-child") !== null;
          return /^\[\d+\]:$/.test(prompt.textContent?.trim() ?? "");
        };
        return cells.length > 0 && cells.every(ended);
      },
      undefined,
      { timeout: 120_000 },
    );
  } catch (error) {
    const file = join(reports, "jupyterlab-failed.png");
    await page.screenshot({ path: file });
    const state = await page.locator(".jp-Notebook-ExecutionIndicator").getAttribute("data-status");
    throw new Error(`Cells did not end (prompts ${(await prompts()).join(" ")}, kernel ${state}; see ${file})`, {
      cause: error,
    });
  }
}

/** The charts on the page: their size, and how many of their pixels are drawn. */
async function charts(page: Page): Promise<{ width: number; height: number; drawn: number }[]> {
  const selector = ".jp-RenderedVegaCommon5 canvas, .vega-embed canvas";
  await page.locator(selector).first().waitFor();
  return page.locator(selector).evaluateAll((canvases) =>
    canvases.map((element) => {
      const canvas = element as HTMLCanvasElement;
      const pixels = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height).data;
      let drawn = 0;
      for (let i = 3; i < pixels.length; i += 4) if (pixels[i] !== 0) drawn++;
      const { width, height } = canvas.getBoundingClientRect();
      return { width, height, drawn };
    }),
  );
}

const notebooks = [fixture("outputs.ipynb"), join(repository, "notebooks", "01-1-perceptrons.ipynb")];

(browser ? describe : describe.skip)("in JupyterLab", () => {
  const root = mkdtempSync(join(tmpdir(), "gradbook-notebooks-"));
  const profile = mkdtempSync(join(tmpdir(), "gradbook-chromium-"));
  const pageErrors: string[] = [];
  let lab: JupyterLab;
  let context: BrowserContext;

  beforeAll(async () => {
    // Without the outputs on file, so that what is on the page was made here.
    for (const notebook of notebooks) {
      writeFileSync(join(root, basename(notebook)), JSON.stringify(withoutOutputs(readNotebook(notebook))));
    }
    lab = await JupyterLab.start(root);
    context = await chromium.launchPersistentContext(profile, {
      executablePath: browser!,
      args: switches,
      viewport: { width: 1280, height: 1600 },
    });
    context.on("weberror", (error) => pageErrors.push(String(error.error())));
  }, 120_000);

  afterAll(async () => {
    await context?.close();
    await lab?.stop();
    for (const folder of [root, profile]) rmSync(folder, { recursive: true, force: true });
  }, 120_000);

  test.each(notebooks.map((file) => [basename(file), file]))(
    "%s runs: every cell ends, charts are drawn, and no error is on the page",
    async (name, file) => {
      const page = await context.newPage();
      await page.goto(lab.url(name));
      await runAll(page);

      const drawn = await charts(page);
      expect(drawn.length).toBeGreaterThanOrEqual(1);
      for (const chart of drawn) {
        expect(chart.width).toBeGreaterThan(200);
        expect(chart.height).toBeGreaterThan(100);
        expect(chart.drawn).toBeGreaterThan(1000);
      }

      const cells = readNotebook(file).cells.filter((cell) => cell.cell_type === "code" && joined(cell.source) !== "");
      expect(await page.locator(".jp-NotebookPanel .jp-CodeCell").count()).toBe(cells.length);
      const errors = page.locator('[data-mime-type="application/vnd.jupyter.error"]');
      expect(await errors.allTextContents()).toEqual([]);
      expect(await page.locator(".jp-Dialog").count()).toBe(0);

      await page
        .locator(".jp-Notebook")
        .screenshot({ path: join(reports, `jupyterlab-${name.replace(".ipynb", "")}.png`) });
      await page.close();
    },
    240_000,
  );

  test("the page shows streams, results and html as the notebook makes them", async () => {
    const page = await context.newPage();
    await page.goto(lab.url("outputs.ipynb"));
    await runAll(page);
    const text = (mime: string) =>
      page.locator(`.jp-OutputArea-output [data-mime-type="${mime}"], [data-mime-type="${mime}"].jp-OutputArea-output`);
    await expect(text("application/vnd.jupyter.stdout").allTextContents()).resolves.toEqual(["to standard output\n"]);
    await expect(text("application/vnd.jupyter.stderr").allTextContents()).resolves.toEqual(["to standard error\n"]);
    await expect(text("text/html").first().textContent()).resolves.toContain("cell of a table");
    expect(joined(cellOf(readNotebook(fixture("outputs.ipynb")), "types").source)).toContain("interface");
    // The editor colours keywords only if it knows the language that kernel_info named.
    const keyword = page.locator(".jp-CodeCell .cm-line span", { hasText: /^interface$/ }).first();
    const plain = page.locator(".jp-CodeCell .cm-line").first();
    const colourOf = (element: Element) => getComputedStyle(element).color;
    expect(await keyword.evaluate(colourOf)).not.toBe(await plain.evaluate(colourOf));
    await page.close();
  }, 240_000);

  test("the browser met no uncaught error", () => {
    expect(pageErrors).toEqual([]);
  });

  test("ending the server ends its kernels: no process is left", async () => {
    expect(lab.kernels().length).toBeGreaterThan(0);
    expect(await lab.stop()).toEqual([]);
  }, 120_000);
});

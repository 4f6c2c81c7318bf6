/** Widgets in the real JupyterLab with its widgets extension: moved by a reader's hand, answered by the kernel. And in a report, where nobody answers. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Browser, chromium, type Page } from "playwright-core";
import { browser, switches } from "../support/browser.ts";
import { repository } from "../support/client.ts";
import { JupyterLab } from "../support/jupyterlab.ts";
import { nbconvert, writeNotebook } from "../support/notebooks.ts";

const folder = mkdtempSync(join(tmpdir(), "gradbook-widgets-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sources = {
  interact:
    'widgets.interact(({ power, name }) => [name, 2 ** power].join(": "), { power: new widgets.IntSlider({ value: 3, max: 10, description: "power" }), name: "two" });',
  waits: `const go = new widgets.Button({ description: "go on" });
display(go);
await new Promise((resolve) => go.onClick(resolve));
console.log("went on");`,
  captures: `const out = new widgets.Output();
const draw = new widgets.Button({ description: "draw" });
draw.onClick(out.capture(async () => {
  console.log("a line from the callback");
  for (const step of progress(2, { title: "drawing" })) await new Promise((next) => setTimeout(next, 20));
  console.log("and one after its awaits");
  return plot.line([1, 4, 9], { title: "Drawn by a button" });
}));
out.appendStdout("press the button\\n");
new widgets.VBox([draw, out])`,
};
const notebook = join(folder, "widgets.ipynb");
writeNotebook(notebook, sources);

(browser ? describe : describe.skip)("in JupyterLab, widgets", () => {
  let lab: JupyterLab;
  let chrome: Browser;
  let page: Page;

  beforeAll(async () => {
    lab = await JupyterLab.start(folder);
    chrome = await chromium.launch({ executablePath: browser!, args: switches });
    page = await chrome.newPage({ viewport: { width: 1180, height: 900 } });
    await page.goto(lab.url("widgets.ipynb"));
    await page.locator("#jp-main-statusbar", { hasText: "TypeScript (gradbook) | Idle" }).waitFor({ timeout: 120_000 });
    await page.locator(".lm-MenuBar-itemLabel", { hasText: /^Run$/ }).click();
    await page.locator(".lm-Menu-itemLabel", { hasText: /^Run All Cells$/ }).click();
  }, 120_000);
  afterAll(async () => {
    await chrome?.close();
    await lab?.stop();
  }, 120_000);

  const output = () => page.locator('.jp-OutputArea-output[data-mime-type="text/plain"]').first();
  const shows = (text: string) => output().filter({ hasText: text }).waitFor();

  test("are drawn by JupyterLab, and a slider moved by the keyboard changes what interact() shows", async () => {
    const slider = page.locator(".widget-slider").first();
    await slider.waitFor();
    await shows("two: 8");
    await slider.locator(".noUi-handle").focus();
    await page.keyboard.press("ArrowRight");
    await shows("two: 16");
    await page.locator(".widget-text input").fill("power");
    await shows("power: 16");
    await page.screenshot({ path: join(repository, "reports", "widgets.png") });
  }, 120_000);

  test("are heard while their cell waits for them", async () => {
    const prompt = page.locator(".jp-CodeCell .jp-InputArea-prompt").nth(1);
    expect((await prompt.textContent())?.trim()).toBe("[*]:");
    await page.locator(".widget-button", { hasText: "go on" }).click();
    await page.locator('[data-mime-type="application/vnd.jupyter.stdout"]', { hasText: "went on" }).waitFor();
    await prompt.filter({ hasText: "[2]:" }).waitFor();
  }, 120_000);

  test("of the kind Output show what callbacks write and draw, when their cell has long ended", async () => {
    await page.locator(".jp-CodeCell .jp-InputArea-prompt", { hasText: "[3]:" }).waitFor();
    const out = page.locator(".jupyter-widgets.widget-output, .jupyter-widgets .jp-OutputArea");
    await out.filter({ hasText: "press the button" }).first().waitFor();
    await page.locator(".widget-button", { hasText: "draw" }).click();
    await out.locator(".jp-RenderedVegaCommon5 canvas").first().waitFor();
    for (const text of ["a line from the callback", "and one after its awaits"])
      await out.locator('[data-mime-type="application/vnd.jupyter.stdout"]', { hasText: text }).first().waitFor();
    await expect(out.locator("progress").first().getAttribute("value")).resolves.toBe("1.0000");
    await page.screenshot({ path: join(repository, "reports", "widgets-output.png") });
  }, 120_000);
});

test("in a report, widgets stand as they were, with nothing to fetch", async () => {
  const still = join(folder, "still.ipynb");
  writeNotebook(still, { interact: sources.interact });
  const { code, output } = await nbconvert(still, "html", folder, "--template=gradbook");
  expect({ code, output: code === 0 ? "" : output }).toEqual({ code: 0, output: "" });
  const html = readFileSync(join(folder, "still.html"), "utf8");
  // nbconvert sorts the attributes.
  expect(html).toMatch(/<input disabled="" max="10" min="0" step="1" type="range" value="3"\/?>/);
  expect(html).toContain("two: 8");
  expect(html).not.toMatch(/<script[^>]+src="http/);
}, 120_000);

/** JupyterLab's debugger on a notebook of ours, in a real browser: what a user does with the mouse. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { browser, switches } from "../support/browser.ts";
import { repository } from "../support/client.ts";
import { JupyterLab } from "../support/jupyterlab.ts";
import { writeNotebook } from "../support/notebooks.ts";

const reports = join(repository, "reports");
mkdirSync(reports, { recursive: true });

const source = `function area(side: number): number {
  const square = side * side;
  return square;
}
const total = area(7);
total;`;

(browser ? describe : describe.skip)("JupyterLab's debugger", () => {
  const root = mkdtempSync(join(tmpdir(), "gradbook-notebooks-"));
  const profile = mkdtempSync(join(tmpdir(), "gradbook-chromium-"));
  const pageErrors: string[] = [];
  let lab: JupyterLab;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    writeNotebook(join(root, "debugged.ipynb"), { debugged: source });
    lab = await JupyterLab.start(root);
    context = await chromium.launchPersistentContext(profile, {
      executablePath: browser!,
      args: switches,
      viewport: { width: 1400, height: 900 },
    });
    context.on("weberror", (error) => pageErrors.push(String(error.error())));
    // A machine that has much to do takes its time for a click, too.
    context.setDefaultTimeout(60_000);
    page = await context.newPage();
    await page.goto(lab.url("debugged.ipynb"));
    await page.locator("#jp-main-statusbar", { hasText: "TypeScript (gradbook) | Idle" }).waitFor({ timeout: 120_000 });
  }, 180_000);

  afterAll(async () => {
    await page?.screenshot({ path: join(reports, "jupyterlab-debugger-end.png") });
    await context?.close();
    await lab?.stop();
    for (const folder of [root, profile]) rmSync(folder, { recursive: true, force: true });
  }, 120_000);

  const cell = () => page.locator(".jp-Notebook .jp-CodeCell").first();
  const command = (name: string) => page.locator(`[data-command="debugger:${name}"]`).first();
  const frames = () => page.locator(".jp-DebuggerCallstackFrame");

  /**
   * Presses the button until it stays pressed: JupyterLab looks at the kernel more than once while it opens a notebook, and each time switches off what was
   * switched on before it had looked.
   */
  async function switchOn(): Promise<void> {
    const button = page.locator(".jp-DebuggerBugButton:not([aria-disabled='true'])").first();
    for (let tries = 3; ; tries--) {
      if ((await button.getAttribute("aria-pressed")) !== "true") await button.click();
      try {
        await cell().locator(".cm-gutter.cm-breakpoint-gutter").waitFor({ timeout: 20_000 });
        return;
      } catch (error) {
        if (tries === 0) throw error;
      }
    }
  }

  /** Variables of the panel by name. */
  async function variables(): Promise<string[]> {
    const texts = await page.locator(".jp-DebuggerVariables-body .jp-TreeItem").allTextContents();
    return texts.map((text) => text.replace(/\s+/g, " ").trim());
  }

  test("its button is there and turns it on", async () => {
    await switchOn();
    await page.locator(".jp-DebuggerSidebar").waitFor({ state: "attached" });
  }, 120_000);

  test("a click beside a line sets a breakpoint, at which the cell stops", async () => {
    const gutter = cell().locator(".cm-gutter.cm-breakpoint-gutter .cm-gutterElement");
    // The first element is a spacer without height.
    await gutter.nth(2).click();
    await page.locator(".jp-DebuggerBreakpoint").waitFor();
    expect(await page.locator(".jp-DebuggerBreakpoint-line").textContent()).toContain("2");

    await cell().locator(".cm-content").click();
    await page.keyboard.press("Shift+Enter");
    const paused = cell().locator(".jp-DebuggerEditor-highlight");
    await paused.waitFor();
    expect(await paused.textContent()).toBe("  const square = side * side;");
    await frames().first().waitFor();
    expect(await frames().locator(".jp-DebuggerCallstackFrame-name").allTextContents()).toEqual([
      "area",
      expect.stringMatching(/^Cell \[1\]$/),
    ]);
  }, 120_000);

  test("the panel shows the variables of the frame", async () => {
    await page.locator(".jp-DebuggerVariables-body .jp-TreeItem", { hasText: "side" }).first().waitFor();
    await page.screenshot({ path: join(reports, "jupyterlab-debugger.png") });
    expect(await variables()).toEqual(expect.arrayContaining([expect.stringMatching(/^side ?7$/)]));
  }, 120_000);

  test("a step moves the line", async () => {
    await command("next").click();
    const line = cell().locator(".jp-DebuggerEditor-highlight", { hasText: "return square;" });
    await line.waitFor();
    await page.locator(".jp-DebuggerVariables-body .jp-TreeItem", { hasText: "49" }).first().waitFor();
  }, 120_000);

  test("the cell goes on to its end", async () => {
    await command("continue").click();
    await cell().locator('[data-mime-type="text/plain"]', { hasText: "49" }).waitFor();
    await frames().first().waitFor({ state: "detached" });
    expect(await cell().locator(".jp-InputArea-prompt").textContent()).toContain("[1]");
  }, 120_000);

  test("the browser met no uncaught error", () => {
    expect(pageErrors).toEqual([]);
  });
});

/** `npm run picture`: chapter 1 in the real JupyterLab, as the README shows it. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { chromium } from "playwright-core";
import { JupyterLab } from "../test/support/jupyterlab.ts";
import { findChromium } from "./setup/chromium.ts";
import { notebooks } from "./setup/notebooks.ts";
import { root } from "./setup/step.ts";

const [notebook] = notebooks(/^01-1-.*\.ipynb$/);
const out = join(root, "notebooks", "pictures", "chapter-1.png");
const folder = mkdtempSync(join(tmpdir(), "gradbook-picture-"));
const executablePath = findChromium();
if (!executablePath) throw new Error("The picture needs Chromium or Chrome; GRADBOOK_CHROMIUM names one elsewhere");
copyFileSync(notebook!, join(folder, basename(notebook!)));
const lab = await JupyterLab.start(folder);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
try {
  const page = await browser.newPage({ viewport: { width: 1180, height: 900 } });
  await page.goto(lab.url(basename(notebook!)));
  await page.locator("#jp-main-statusbar", { hasText: "TypeScript (gradbook) | Idle" }).waitFor({ timeout: 60_000 });
  // The notebook needs the width more than the list of files does.
  await page.keyboard.press("Control+b");
  const cell = page.locator(".jp-CodeCell", { hasText: "data.blobs" }).first();
  await cell.locator("canvas, img").first().waitFor();
  await cell.scrollIntoViewIfNeeded();
  mkdirSync(join(root, "notebooks", "pictures"), { recursive: true });
  await page.screenshot({ path: out });
  console.log(out);
} finally {
  await browser.close();
  await lab.stop();
  rmSync(folder, { recursive: true, force: true });
}

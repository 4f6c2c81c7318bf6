/** A report as PDF: printed by a browser, which draws charts, tables and formulas as the page has them. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { InstallError } from "../kernelspec/install-error.ts";
import { findChromium } from "./chromium.ts";
import { runProgram } from "./program.ts";

/**
 * Prints a page.
 *
 * @param html The page's file.
 * @returns The PDF's file, beside it.
 * @throws {InstallError} If there is no browser.
 * @throws {Error} If the browser fails.
 */
export async function printed(html: string, env: NodeJS.ProcessEnv): Promise<string> {
  const chromium = findChromium(env);
  if (!chromium) {
    throw new InstallError(
      "A PDF is printed by Chromium or Chrome, and none is here: install one, or set GRADBOOK_CHROMIUM to its path",
    );
  }
  const pdf = html.replace(/\.html$/, ".pdf");
  rmSync(pdf, { force: true });
  const profile = mkdtempSync(join(tmpdir(), "gradbook-chromium-"));
  const { code, output } = await runProgram(
    [chromium],
    [
      "--headless",
      // The sandbox refuses to run for root, which containers are.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      `--user-data-dir=${profile}`,
      // The clock of the page runs ahead until its scripts are done: no waiting, and no chart half drawn.
      "--virtual-time-budget=60000",
      "--no-pdf-header-footer",
      `--print-to-pdf=${pdf}`,
      pathToFileURL(html).href,
    ],
    env,
  );
  rmSync(profile, { recursive: true, force: true });
  if (!existsSync(pdf)) throw new Error(`Chromium wrote no PDF (exit code ${code})\n${output.trimEnd()}`);
  return pdf;
}

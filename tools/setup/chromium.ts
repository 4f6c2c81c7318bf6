/** The browser for the end-to-end tests: an installed Chromium or Chrome. Playwright's own download is not used. */
import { findChromium as findInstalled } from "../../kernel/report/chromium.ts";
import { isRootOnDebian } from "./python.ts";
import { attempt, begin, done, StepError, warn } from "./step.ts";

/** The path of a browser that starts, or undefined. GRADBOOK_CHROMIUM goes first. */
export function findChromium(): string | undefined {
  try {
    return findInstalled();
  } catch (error) {
    throw new StepError(`Chromium: ${(error as Error).message}`, "The browser tests need it.");
  }
}

/** Finds the browser, or installs it where we may; in CI there must be one. */
export async function ensureChromium(): Promise<string | undefined> {
  let browser = findChromium();
  if (!browser && isRootOnDebian()) {
    begin("Chromium: apt-get install chromium (for the browser tests)");
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const update = await attempt("apt-get", ["update", "--quiet"], env);
    const install = await attempt(
      "apt-get",
      ["install", "--yes", "--quiet", "--no-install-recommends", "chromium"],
      env,
    );
    if (install.code !== 0) console.log(`${update.output}${install.output}`.trim().split("\n").slice(-5).join("\n"));
    browser = findChromium();
  }
  if (browser) {
    done(`Chromium (${browser})`);
    return browser;
  }
  const advice = "Install Chromium or Chrome (Debian: apt-get install chromium), or set GRADBOOK_CHROMIUM to its path.";
  if (process.env.CI) throw new StepError("Chromium: none found, and in CI the browser tests must run", advice);
  warn("Chromium: none found, so the browser tests are NOT RUN", advice);
  return undefined;
}

/** The browser for the end-to-end tests: an installed Chromium or Chrome. Playwright's own download is not used. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { isRootOnDebian } from "./python.ts";
import { attempt, begin, done, StepError, warn } from "./step.ts";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

function candidates(): string[] {
  const { env } = process;
  const onPath = (env.PATH ?? "").split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  if (process.platform === "darwin") {
    return [
      "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
      "/Applications/Chromium.app/Contents/MacOS/Chromium",
      ...onPath,
    ];
  }
  if (process.platform === "win32") {
    const programs = [env.PROGRAMFILES, env["PROGRAMFILES(X86)"], env.LOCALAPPDATA].filter(
      (folder) => folder !== undefined,
    );
    return programs.flatMap((folder) => [
      join(folder, "Google", "Chrome", "Application", "chrome.exe"),
      join(folder, "Chromium", "Application", "chrome.exe"),
    ]);
  }
  return onPath;
}

/** Ubuntu's chromium-browser can be a script that only asks for a snap, so existing is not enough. */
function runs(file: string): boolean {
  if (!existsSync(file)) return false;
  // On Windows `--version` opens a window.
  return process.platform === "win32" || spawnSync(file, ["--version"], { timeout: 30_000 }).status === 0;
}

/** The path of a browser that starts, or undefined. GRADBOOK_CHROMIUM goes first. */
export function findChromium(): string | undefined {
  const named = process.env.GRADBOOK_CHROMIUM;
  if (named) {
    if (runs(named)) return named;
    throw new StepError(
      `Chromium: GRADBOOK_CHROMIUM=${named} does not start`,
      "Give the path of a Chromium or Chrome program, or unset the variable.",
    );
  }
  return candidates().find(runs);
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

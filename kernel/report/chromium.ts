/** Finds an installed Chromium or Chrome. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { InstallError } from "../kernelspec/install-error.ts";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

function candidates(env: NodeJS.ProcessEnv): string[] {
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

/**
 * The path of a browser that starts, or undefined. GRADBOOK_CHROMIUM goes first.
 *
 * @throws {InstallError} If GRADBOOK_CHROMIUM names something that does not start.
 */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = env.GRADBOOK_CHROMIUM;
  if (!named) return candidates(env).find(runs);
  if (runs(named)) return named;
  throw new InstallError(
    `GRADBOOK_CHROMIUM=${named} does not start: give the path of a Chromium or Chrome program, or unset the variable`,
  );
}

/** The nbconvert template `gradbook`: self-contained reports, offline, with charts that can be used. It stands beside the kernels in Jupyter's data folder. */
import { cpSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { explained } from "./install-error.ts";

const place = (dataFolder: string) => join(dataFolder, "nbconvert", "templates", "gradbook");

/**
 * Writes the template, over an older one.
 *
 * @param built The folder in which the build has put it.
 * @throws {InstallError} If it cannot be written.
 */
export function writeReportTemplate(dataFolder: string, built: string): void {
  const folder = place(dataFolder);
  try {
    rmSync(folder, { recursive: true, force: true });
    cpSync(built, folder, { recursive: true });
  } catch (error) {
    throw explained(error, `write the report template to ${folder}`);
  }
}

/** Removes the template, if it is there. */
export function removeReportTemplate(dataFolder: string): void {
  const folder = place(dataFolder);
  if (!existsSync(folder)) return;
  try {
    rmSync(folder, { recursive: true });
  } catch (error) {
    throw explained(error, `remove ${folder}`);
  }
}

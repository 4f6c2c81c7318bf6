/**
 * What is installed beside the kernels, in Jupyter's data folder: nbconvert's templates for reports that need no network, and JupyterLab's extension that
 * draws plotly figures and charts of vega-lite 6. All kernels of ours share them.
 */
import { cpSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { explained } from "./install-error.ts";

/** A folder that the build has made, and where Jupyter looks for it. */
interface Companion {
  readonly what: string;
  readonly place: readonly string[];
  /** The folder in dist/. */
  readonly built: string;
}

const companions: readonly Companion[] = [
  { what: "the report template", place: ["nbconvert", "templates", "gradbook"], built: "report" },
  { what: "the template of PDF reports", place: ["nbconvert", "templates", "gradbook-latex"], built: "report-latex" },
  { what: "JupyterLab's extension", place: ["labextensions", "gradbook"], built: "labextension" },
];

/**
 * Writes them, over older ones.
 *
 * @param dist The folder of the build.
 * @throws {InstallError} If one cannot be written.
 */
export function writeCompanions(dataFolder: string, dist: string): void {
  for (const { what, place, built } of companions) {
    const folder = join(dataFolder, ...place);
    try {
      rmSync(folder, { recursive: true, force: true });
      cpSync(join(dist, built), folder, { recursive: true });
    } catch (error) {
      throw explained(error, `write ${what} to ${folder}`);
    }
  }
}

/** Removes them, where they are. @throws {InstallError} If one cannot be removed. */
export function removeCompanions(dataFolder: string): void {
  for (const { place } of companions) {
    const folder = join(dataFolder, ...place);
    if (!existsSync(folder)) continue;
    try {
      rmSync(folder, { recursive: true });
    } catch (error) {
      throw explained(error, `remove ${folder}`);
    }
  }
}

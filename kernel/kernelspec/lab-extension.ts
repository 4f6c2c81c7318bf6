/** JupyterLab's extension `gradbook`, which draws plotly figures. It stands beside the kernels in Jupyter's data folder, where every JupyterLab looks. */
import { cpSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { explained } from "./install-error.ts";

const place = (dataFolder: string) => join(dataFolder, "labextensions", "gradbook");

/**
 * Writes the extension, over an older one.
 *
 * @param built The folder in which the build has put it.
 * @throws {InstallError} If it cannot be written.
 */
export function writeLabExtension(dataFolder: string, built: string): void {
  const folder = place(dataFolder);
  try {
    rmSync(folder, { recursive: true, force: true });
    cpSync(built, folder, { recursive: true });
  } catch (error) {
    throw explained(error, `write JupyterLab's extension to ${folder}`);
  }
}

/** Removes the extension, if it is there. */
export function removeLabExtension(dataFolder: string): void {
  const folder = place(dataFolder);
  if (!existsSync(folder)) return;
  try {
    rmSync(folder, { recursive: true });
  } catch (error) {
    throw explained(error, `remove ${folder}`);
  }
}

/** The book's notebooks, and nbconvert with the kernel of this checkout. */
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { python, pythonEnv } from "./python.ts";
import { root, run, StepError } from "./step.ts";

/**
 * The notebooks of notebooks/ whose names match, in the order of the book.
 *
 * @param asked A notebook that the user named instead.
 */
export function notebooks(names: RegExp, asked?: string): string[] {
  if (asked) {
    if (existsSync(asked)) return [resolve(asked)];
    throw new StepError(
      `There is no notebook ${asked}`,
      "Give the path of an .ipynb file, or none for the book's own.",
    );
  }
  const folder = join(root, "notebooks");
  const found = existsSync(folder) ? readdirSync(folder).filter((name) => names.test(name)) : [];
  if (found.length > 0) return found.sort().map((name) => join(folder, name));
  throw new StepError(
    `There is no notebook in ${folder} whose name matches ${names}`,
    "Get the whole repository: git status shows what is gone.",
  );
}

/** How nbconvert executes a notebook: with our kernel, ten minutes a cell at most, and no clock times in the file. */
const execution = [
  "--execute",
  "--ExecutePreprocessor.kernel_name=gradbook",
  "--ExecutePreprocessor.timeout=600",
  "--ExecutePreprocessor.record_timing=False",
  // With their state in the file, nbconvert would have pages fetch widgets from the network; without it, they are shown as they were.
  "--ExecutePreprocessor.store_widget_state=False",
];

/** Executes a notebook and writes it in another format. */
export async function executeTo(to: string, notebook: string, options: readonly string[], step: string): Promise<void> {
  await convertTo(to, notebook, [...execution, ...options], step);
}

/** Options of a report that needs no network, with charts that can be used. */
export const report: readonly string[] = ["--template", "gradbook"];

/** Writes a notebook in another format, as it is. */
export async function convertTo(to: string, notebook: string, options: readonly string[], step: string): Promise<void> {
  await run(python, ["-m", "nbconvert", "--to", to, ...options, notebook], {
    step,
    advice:
      "A cell failed, or the kernel did: the message above shows which. node dist/install.js --doctor looks at the kernel.",
    env: pythonEnv(),
  });
}

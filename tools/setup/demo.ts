/** `npm run demo`: a chapter of the book, executed by the kernel through nbconvert, becomes an HTML report. */
import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { python, pythonEnv } from "./python.ts";
import { begin, done, root, run, StepError } from "./step.ts";

function chapters(asked: string | undefined): string[] {
  if (asked) {
    if (existsSync(asked)) return [resolve(asked)];
    throw new StepError(
      `demo: there is no notebook ${asked}`,
      "Give the path of an .ipynb file, or none for chapter 1.",
    );
  }
  const folder = join(root, "notebooks");
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => /^01-.*\.ipynb$/.test(name)) : [];
  if (names.length > 0) return names.sort().map((name) => join(folder, name));
  throw new StepError(
    "demo: there is no notebooks/01-*.ipynb",
    "Get the whole repository: git status shows what is gone.",
  );
}

export async function demo(asked: string | undefined): Promise<void> {
  const reports = join(root, "reports");
  mkdirSync(reports, { recursive: true });
  const notebooks = chapters(asked);
  for (const notebook of notebooks) {
    const name = basename(notebook, ".ipynb");
    begin(`executing ${relative(root, notebook)} with the kernel`);
    const started = performance.now();
    const options = ["--execute", "--ExecutePreprocessor.kernel_name=gradbook", "--ExecutePreprocessor.timeout=600"];
    await run(python, ["-m", "nbconvert", "--to", "html", ...options, "--output-dir", reports, notebook], {
      step: "demo",
      advice:
        "A cell failed, or the kernel did: the message above shows which. node dist/install.js --doctor looks at the kernel.",
      env: pythonEnv(),
    });
    const report = join(reports, `${name}.html`);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    done(`report ${relative(root, report)} (${Math.round(statSync(report).size / 1024)} kB, executed in ${seconds} s)`);
    console.log(`\nRead the report:     ${pathToFileURL(report)}`);
  }
  const program = process.platform === "win32" ? ".venv\\Scripts\\jupyter" : ".venv/bin/jupyter";
  console.log(`Open the notebook:   ${program} lab ${relative(process.cwd(), notebooks[0]!)}`);
  console.log('In JupyterLab the kernel is called "TypeScript (gradbook)".');
}

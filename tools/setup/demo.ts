/** `npm run demo`: a chapter of the book, executed by the kernel through nbconvert, becomes an HTML report. */
import { mkdirSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { executeTo, notebooks, report as reportOptions } from "./notebooks.ts";
import { begin, done, root } from "./step.ts";

export async function demo(asked: string | undefined): Promise<void> {
  const reports = join(root, "reports");
  mkdirSync(reports, { recursive: true });
  const chapters = notebooks(/^01-1-.*\.ipynb$/, asked);
  for (const notebook of chapters) {
    begin(`executing ${relative(root, notebook)} with the kernel`);
    const started = performance.now();
    await executeTo("html", notebook, [...reportOptions, "--output-dir", reports], "demo");
    const report = join(reports, `${basename(notebook, ".ipynb")}.html`);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    done(`report ${relative(root, report)} (${Math.round(statSync(report).size / 1024)} kB, executed in ${seconds} s)`);
    console.log(`\nRead the report:     ${pathToFileURL(report)}`);
  }
  const program = process.platform === "win32" ? ".venv\\Scripts\\jupyter" : ".venv/bin/jupyter";
  console.log(`Open the notebook:   ${program} lab ${relative(process.cwd(), chapters[0]!)}`);
  console.log('In JupyterLab the kernel is called "TypeScript (gradbook)".');
}

/**
 * `npm run book`: executes every notebook of the book and keeps its outputs in the file, so that a code host shows them, and writes the chapters
 * as one folder of HTML reports with an index.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { convertTo, executeTo, notebooks, report } from "./notebooks.ts";
import { begin, done, root } from "./step.ts";

interface Notebook {
  cells: { cell_type: string; source: string | string[] }[];
}

/** A notebook's title: its first heading. */
function titleOf(notebook: string): string {
  const { cells } = JSON.parse(readFileSync(notebook, "utf8")) as Notebook;
  const text = cells.map(({ source }) => [source].flat().join("")).join("\n");
  return /^# (.+)$/m.exec(text)?.[1] ?? basename(notebook, ".ipynb");
}

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

function indexPage(chapters: readonly string[]): string {
  const items = chapters.map(
    (notebook) => `    <li><a href="${basename(notebook, ".ipynb")}.html">${escaped(titleOf(notebook))}</a></li>`,
  );
  return `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <meta name="viewport" content="width=device-width" />
  <title>gradbook: the book</title>
  <style>
    :root { color-scheme: light dark; }
    body { font: 1.1rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem; }
  </style>
  <h1>Perceptron to Transformer</h1>
  <ol>
${items.join("\n")}
  </ol>
</html>
`;
}

export async function book(asked: string | undefined): Promise<void> {
  const folder = join(root, "reports", "book");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const chapters = notebooks(/^\d\d-.*\.ipynb$/, asked);
  for (const notebook of chapters) {
    begin(`executing ${relative(root, notebook)}`);
    const started = performance.now();
    await executeTo("notebook", notebook, ["--inplace"], "book");
    await convertTo("html", notebook, [...report, "--output-dir", folder], "book");
    done(`${relative(root, notebook)} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  }
  const index = join(folder, "index.html");
  writeFileSync(index, indexPage(chapters));
  console.log(`\nRead the book:       ${pathToFileURL(index)}`);
}

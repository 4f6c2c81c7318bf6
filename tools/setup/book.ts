/**
 * `npm run book`: executes every notebook of the book and keeps its outputs in the file, so that a code host shows them, and writes all of them as one
 * site that needs no network. With a notebook's path only that one is executed; the site has the others as they are on file.
 */
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { writeSite } from "../book/site.ts";
import { executeTo, notebooks } from "./notebooks.ts";
import { begin, done, root } from "./step.ts";

export async function book(asked: string | undefined): Promise<void> {
  const chapters = notebooks(/^\d\d-.*\.ipynb$/);
  const chosen = asked === undefined ? chapters : notebooks(/^/, asked);
  for (const notebook of chosen) {
    begin(`executing ${relative(root, notebook)}`);
    const started = performance.now();
    await executeTo("notebook", notebook, ["--inplace"], "book");
    done(`${relative(root, notebook)} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  }
  const shown = chosen.every((notebook) => chapters.includes(notebook)) ? chapters : chosen;
  begin(`writing ${shown.length} reports`);
  const index = await writeSite(shown, join(root, "reports", "book"));
  console.log(`\nRead the book:       ${pathToFileURL(index)}`);
}

/** The book as one folder of pages that need no network: a first page with contents and search, and a report a notebook. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { bundlePages } from "../page-bundle.ts";
import { convertTo, report } from "../setup/notebooks.ts";
import { root } from "../setup/step.ts";
import { outlineOf } from "./outline.ts";
import { addressOf, indexPage, type Page, withNavigation } from "./pages.ts";
import type { Entry } from "./search.ts";

/**
 * Writes the site.
 *
 * @param notebooks Executed notebooks in the order of the book.
 * @param folder Is emptied first.
 * @returns The first page.
 */
export async function writeSite(notebooks: readonly string[], folder: string): Promise<string> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const pages: Page[] = [];
  for (const notebook of notebooks) {
    await convertTo("html", notebook, [...report, "--output-dir", folder], "book");
    const file = `${basename(notebook, ".ipynb")}.html`;
    pages.push({ file, ...outlineOf(readFileSync(join(folder, file), "utf8")) });
  }
  for (const [at, { file }] of pages.entries()) {
    const path = join(folder, file);
    writeFileSync(path, withNavigation(readFileSync(path, "utf8"), pages, at));
  }
  writeFileSync(
    join(folder, "search-index.js"),
    `globalThis.gradbookSections = ${JSON.stringify(entriesOf(pages))};\n`,
  );
  await bundlePages(root, { entryPoints: ["tools/book/search.ts"], outfile: join(folder, "search.js") });
  const index = join(folder, "index.html");
  writeFileSync(index, indexPage(pages));
  return index;
}

function entriesOf(pages: readonly Page[]): Entry[] {
  return pages
    .flatMap(({ file, title: page, sections }) =>
      sections.map(({ anchor, title, text }) => ({ address: addressOf(file, anchor), page, title, text })),
    )
    .map((entry, id) => ({ id, ...entry }));
}

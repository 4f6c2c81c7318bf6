/** The book as one folder of pages that need no network: a first page with contents and search, and a report a notebook. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { build } from "esbuild";
import { notices } from "../notices.ts";
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
  await writeSearch(join(folder, "search.js"));
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

/** The search as one script, with the notices of what it is made of. */
async function writeSearch(file: string): Promise<void> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["tools/book/search.ts"],
    outfile: relative(root, file),
    bundle: true,
    platform: "browser",
    format: "iife",
    target: "es2022",
    minify: true,
    legalComments: "none",
    metafile: true,
    write: false,
    logLevel: "warning",
  });
  const { inputs } = Object.values(metafile.outputs)[0]!;
  writeFileSync(file, notices(root, inputs) + outputFiles[0]!.text);
}

/** Every notebook of the book, executed from top to bottom by the real kernel: each check holds, and the numbers are those on file. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { repository } from "../support/client.ts";
import { type Cell, joined, type Notebook, nbconvert, readNotebook } from "../support/notebooks.ts";

const source = join(repository, "notebooks");
const names = readdirSync(source).filter((name) => name.endsWith(".ipynb"));
const folder = mkdtempSync(join(tmpdir(), "gradbook-book-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const codeCells = (notebook: Notebook): Cell[] => notebook.cells.filter((cell) => cell.cell_type === "code");

/** What a cell says in words: streams joined, and the text of what it shows. */
function textOf({ id, outputs = [] }: Cell): { id: string; printed: string; shown: string[] } {
  const shown = outputs
    .filter(({ data }) => data !== undefined)
    .map(({ data }) => joined(data!["text/plain"] as string));
  const printed = outputs.filter((output) => output.output_type === "stream").map((output) => joined(output.text));
  return { id, printed: printed.join(""), shown };
}

test("the book has notebooks, and all are named by chapter", () => {
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => !/^(0[1-5]-[a-z0-9-]+|gallery)\.ipynb$/.test(name))).toEqual([]);
});

describe.each(names)("%s", (name) => {
  let onFile: Notebook;
  let executed: Notebook;

  beforeAll(async () => {
    onFile = readNotebook(join(source, name));
    const { code, output } = await nbconvert(join(source, name), "notebook", folder, "--output", name);
    if (code !== 0) throw new Error(output);
    executed = readNotebook(join(folder, name));
  }, 600_000);

  test("gives the numbers that are on file, cell by cell", () => {
    expect(codeCells(executed).map(textOf)).toEqual(codeCells(onFile).map(textOf));
  });

  test("shows its charts as vega-lite or plotly with a picture beside each", () => {
    const bundles = codeCells(executed).flatMap(({ outputs = [] }) =>
      outputs.flatMap(({ data }) => (data ? [data] : [])),
    );
    const charts = bundles.filter((data) => Object.keys(data).some((type) => /vnd\.(vegalite|plotly)\./.test(type)));
    expect(charts.length).toBeGreaterThan(0);
    expect(charts.filter((data) => !("image/png" in data && "text/plain" in data))).toEqual([]);
  });

  test("asks, checks, and ends with exercises and sources", () => {
    if (name === "gallery.ipynb") return;
    const markdown = executed.cells.filter((cell) => cell.cell_type === "markdown").map((cell) => joined(cell.source));
    for (const heading of ["## Summary", "## Exercises", "## Sources"]) expect(markdown.join("\n")).toContain(heading);
    const printed = codeCells(executed).map((cell) => textOf(cell).printed);
    expect(printed.join("").match(/^✓ /gm)?.length ?? 0).toBeGreaterThan(5);
  });
});

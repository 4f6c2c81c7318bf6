/** The data of a spec, small: a few rows as objects, which people can read; many as CSV, which a notebook keeps in one line. */
import type { Spec } from "./render/vega.ts";
import { extentOf } from "./values.ts";

/** A cell of a table: null is a gap. */
export type Cell = number | string | null;

/** Columns of equal length, by name. */
export type Columns = Readonly<Record<string, readonly Cell[]>>;

/** The most rows that stay objects. */
const fewRows = 40;

/**
 * A vega-lite `data` object.
 *
 * Numbers are rounded to what a screen can show: five digits of the column's range. NaN and ±∞ become gaps.
 */
export function dataOf(columns: Columns): Spec {
  const names = Object.keys(columns);
  const cells = names.map((name) => roundColumn(columns[name]!));
  const count = cells[0]?.length ?? 0;
  const rows = Array.from({ length: count }, (_, i) => cells.map((column) => column[i]!));
  if (count <= fewRows)
    return { values: rows.map((row) => Object.fromEntries(row.map((cell, c) => [names[c], cell]))) };
  const parse = Object.fromEntries(names.map((name, c) => [name, cells[c]!.some(isText) ? "string" : "number"]));
  return { values: [names, ...rows].map((row) => row.map(quote).join(",")).join("\n"), format: { type: "csv", parse } };
}

function roundColumn(column: readonly Cell[]): Cell[] {
  const round = rounder(column.filter((cell): cell is number => typeof cell === "number"));
  return column.map((cell) => {
    if (typeof cell !== "number") return cell;
    return Number.isFinite(cell) ? round(cell) : null;
  });
}

/** Rounds to five digits, or more where numbers lie close together far from 0. */
export function rounder(values: readonly number[]): (value: number) => number {
  const [least, greatest] = extentOf(values);
  const size = Math.max(Math.abs(least), Math.abs(greatest));
  const extra = greatest > least ? Math.ceil(Math.log10(size / (greatest - least))) : 0;
  const digits = Math.min(15, 5 + Math.max(0, extra));
  return (value) => Number(value.toPrecision(digits));
}

function isText(cell: Cell): boolean {
  return typeof cell === "string";
}

function quote(cell: Cell): string {
  if (cell === null) return "";
  const text = String(cell);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Rows of named values as a table: HTML for notebooks, LaTeX for papers. */
import { inspect } from "node:util";
import { escapeHtml, escapeLatex } from "./escape.ts";
import { methodOf } from "./lookup.ts";
import { previewOf } from "./preview.ts";

export interface Rows {
  columns: readonly string[];
  /** The rows that are there, not all of which are shown. */
  count: number;
  /** The values of row `index`, in the order of the columns. */
  row(index: number): unknown[];
}

/** More is no longer read but searched, for which a notebook is the wrong place. */
const ROWS = 30;
const COLUMNS = 20;
const CHARACTERS = 80;

/** @param options `text` has the table as plain text too, for values whose own text says nothing. */
export function tableBundle(rows: Rows, options: { text?: boolean } = {}): Record<string, string> {
  const columns = rows.columns.slice(0, COLUMNS);
  const shown = Array.from({ length: Math.min(rows.count, ROWS) }, (_, index) => rows.row(index).slice(0, COLUMNS));
  const note = noteOn(rows);
  return {
    "text/html": html(columns, shown, note),
    "text/latex": latex(columns, shown, note),
    ...(options.text ? { "text/plain": plain(columns, shown, note) } : {}),
  };
}

function noteOn({ count, columns }: Rows): string {
  const notes: string[] = [];
  if (count > ROWS) notes.push(`${ROWS} of ${count.toLocaleString("en")} rows`);
  if (columns.length > COLUMNS) notes.push(`${COLUMNS} of ${columns.length} columns`);
  return notes.join(", ");
}

function html(columns: readonly string[], rows: unknown[][], note: string): string {
  const line = "1px solid color-mix(in srgb, currentColor 25%, transparent)";
  const cell = (tag: "td" | "th", text: string, align: string) =>
    `<${tag} style="padding:0.25em 0.75em;border-bottom:${line};text-align:${align}">${escapeHtml(text)}</${tag}>`;
  const align = columns.map((_, index) => (rows.every((row) => isNumeric(row[index])) ? "right" : "left"));
  const head = columns.map((column, index) => cell("th", column, align[index]!)).join("");
  const body = rows
    .map((row) => `<tr>${columns.map((_, index) => cell("td", cellText(row[index]), align[index]!)).join("")}</tr>`)
    .join("");
  const table = `<table style="border-collapse:collapse;color:currentColor"><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
  return `<div>${table}${note ? `<div style="opacity:0.75">${note}</div>` : ""}</div>`;
}

function latex(columns: readonly string[], rows: unknown[][], note: string): string {
  const line = (cells: string[]) => `${cells.map(escapeLatex).join(" & ")} \\\\`;
  const body = rows.map((row) => line(columns.map((_, index) => cellText(row[index]))));
  const table = ["\\hline", line([...columns]), "\\hline", ...body, "\\hline"];
  const text = [`\\begin{tabular}{${"l".repeat(columns.length)}}`, ...table, "\\end{tabular}"];
  return [...text, ...(note ? ["", note] : [])].join("\n");
}

function plain(columns: readonly string[], rows: unknown[][], note: string): string {
  const lines = [columns, ...rows.map((row) => columns.map((_, index) => cellText(row[index])))];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]!.length)));
  const isRight = columns.map((_, index) => rows.every((row) => isNumeric(row[index])));
  const padded = lines.map((line) =>
    line.map((text, index) => (isRight[index] ? text.padStart(widths[index]!) : text.padEnd(widths[index]!))),
  );
  return [...padded.map((line) => line.join("  ").trimEnd()), ...(note ? [note] : [])].join("\n");
}

function isNumeric(value: unknown): boolean {
  return value === null || value === undefined || typeof value === "number" || typeof value === "bigint";
}

/** In a line, what a value says of itself, as a tensor does. */
function ownText(value: unknown): string | null {
  if (value === null || typeof value !== "object" || !methodOf(value, inspect.custom)) return null;
  try {
    return inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY }).replace(/\s+/g, " ");
  } catch {
    return null;
  }
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = typeof value === "string" ? value : (ownText(value) ?? previewOf(value, 1));
  return text.length > CHARACTERS ? `${text.slice(0, CHARACTERS)}…` : text;
}

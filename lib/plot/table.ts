/** Tables: HTML for notebooks, LaTeX for papers, columns of text for consoles. */
import { Sparkline } from "./sparkline.ts";

const display = Symbol.for("Jupyter.display");

/** What a cell can hold. */
export type TableCell = string | number | boolean | Sparkline | null | undefined;

/** Options of tables. */
export interface TableOptions {
  /** Above the table. */
  title?: string;
  /** Which columns, in which order; all in the order of the first row if left out. */
  columns?: readonly string[];
  /** Digits of numbers that are not whole; default 4. */
  digits?: number;
  /** The most rows shown; default 50. */
  rows?: number;
}

/** A table that shows itself in notebooks. @example new plot.Table([{ a: 1, b: 2 }]).columns // ["a", "b"] */
export class Table {
  readonly columns: readonly string[];

  constructor(
    /** The rows, all of them. */
    readonly rows: readonly Readonly<Record<string, TableCell>>[],
    private readonly options: TableOptions = {},
  ) {
    this.columns = options.columns ?? [...new Set(rows.flatMap((row) => Object.keys(row)))];
  }

  /** HTML with inline styles only, which an untrusted notebook shows too. */
  html(): string {
    const line = "1px solid color-mix(in srgb, currentColor 25%, transparent)";
    const cell = (tag: "td" | "th", text: string, right: boolean) =>
      `<${tag} style="padding:0.25em 0.75em;border-bottom:${line};text-align:${right ? "right" : "left"}">${escapeHtml(text)}</${tag}>`;
    const numeric = this.columns.map((column) => this.rows.every((row) => typeof (row[column] ?? 0) === "number"));
    const head = this.columns.map((column, c) => cell("th", column, numeric[c]!)).join("");
    const body = this.shown().map((row) => `<tr>${row.map((text, c) => cell("td", text, numeric[c]!)).join("")}</tr>`);
    const { title } = this.options;
    const caption =
      title === undefined ? "" : `<caption style="text-align:left;font-weight:bold">${escapeHtml(title)}</caption>`;
    const table = `<table style="border-collapse:collapse;color:currentColor">${caption}<thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table>`;
    return `<div>${table}${this.hidden() > 0 ? `<div style="opacity:0.75">${this.note()}</div>` : ""}</div>`;
  }

  /** A LaTeX `tabular`. */
  latex(): string {
    const cell = (value: TableCell, text: string) => (value instanceof Sparkline ? value.latex() : escapeLatex(text));
    const body = this.shown().map((row, r) => row.map((text, c) => cell(this.rows[r]![this.columns[c]!], text)));
    const lines = [this.columns.map(escapeLatex), ...body].map((row) => `${row.join(" & ")} \\\\`);
    const [head, ...rest] = lines;
    return [
      `\\begin{tabular}{${"l".repeat(this.columns.length)}}`,
      "\\hline",
      head,
      "\\hline",
      ...rest,
      "\\hline",
      "\\end{tabular}",
    ].join("\n");
  }

  /** Columns of text. */
  toString(): string {
    const rows = [[...this.columns], ...this.shown()];
    const widths = this.columns.map((_, c) => Math.max(...rows.map((row) => row[c]!.length)));
    const lines = rows.map((row) =>
      row
        .map((text, c) => text.padEnd(widths[c]!))
        .join("  ")
        .trimEnd(),
    );
    const { title } = this.options;
    return [...(title === undefined ? [] : [title]), ...lines, ...(this.hidden() > 0 ? [this.note()] : [])].join("\n");
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  [display](): Record<string, string> {
    return { "text/html": this.html(), "text/latex": this.latex(), "text/plain": this.toString() };
  }

  private shown(): string[][] {
    const { digits = 4, rows = 50 } = this.options;
    return this.rows.slice(0, rows).map((row) => this.columns.map((column) => write(row[column], digits)));
  }

  private hidden(): number {
    return Math.max(0, this.rows.length - (this.options.rows ?? 50));
  }

  private note(): string {
    return `… and ${this.hidden().toLocaleString("en-US")} more rows`;
  }
}

/**
 * Rows as a table.
 *
 * @param rows Objects of one kind: a row each, or an object of rows by name.
 * @throws {TypeError} If it is neither.
 * @example plot.table([{ optimizer: "SGD", steps: 120 }, { optimizer: "Adam", steps: 80 }]).columns // ["optimizer", "steps"]
 */
export function table(
  rows: readonly Readonly<Record<string, TableCell>>[] | Readonly<Record<string, Readonly<Record<string, TableCell>>>>,
  options: TableOptions = {},
): Table {
  if (Array.isArray(rows)) return new Table(rows as readonly Readonly<Record<string, TableCell>>[], options);
  if (typeof rows !== "object" || rows === null) {
    throw new TypeError(
      `Cannot make a table of ${String(rows)}: expected an array of objects, or an object of rows by name`,
    );
  }
  return new Table(
    Object.entries(rows).map(([name, row]) => ({ "": name, ...(row as Record<string, TableCell>) })),
    options,
  );
}

function write(value: TableCell, digits: number): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "number" || Number.isInteger(value) || !Number.isFinite(value)) return String(value);
  return String(Number(value.toPrecision(digits)));
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

function escapeLatex(text: string): string {
  return text.replaceAll(/[\\{}$&#^_%~]/g, (sign) =>
    sign === "\\" ? "\\textbackslash{}" : sign === "^" ? "\\^{}" : sign === "~" ? "\\~{}" : `\\${sign}`,
  );
}

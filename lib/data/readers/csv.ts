/** Tables in text files. */
import { fromData } from "../../creation.ts";
import { lazy } from "../../lazy.ts";
import type { Tensor } from "../../tensor.ts";
import type { Samples } from "../dataset.ts";
import { readText } from "./files.ts";

const csvParse = lazy<typeof import("csv-parse/sync")>("csv-parse/sync");

/** How a table is written down. */
export interface CsvOptions {
  /** What stands between values; default a comma. */
  delimiter?: string;
  /** Whether the first line names the columns; default true. Without names they are numbered. */
  header?: boolean;
}

/** A table as it is written: names of columns, and rows of text. */
export interface TextTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * The rows of a table in text. Quotes, line ends of every system and a byte order mark are understood.
 *
 * @throws {RangeError} If a row is longer or shorter than the others.
 * @example parseCsv("a,b\n1,2").rows // [["1", "2"]]
 */
export function parseCsv(text: string, options: CsvOptions = {}): TextTable {
  const { delimiter = ",", header = true } = options;
  let lines: string[][];
  try {
    lines = csvParse().parse(text, { delimiter, bom: true, skip_empty_lines: true, trim: true }) as string[][];
  } catch (cause) {
    throw new RangeError(`Cannot read the table: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  const columns = header ? (lines.shift() ?? []) : (lines[0]?.map((_, i) => String(i)) ?? []);
  return { columns, rows: lines };
}

/** A table with what is to be foretold set apart. */
export interface Table extends Samples {
  /** The names of x's columns. */
  readonly features: readonly string[];
  /** The names of classes, in the order of their numbers; empty if y holds numbers. */
  readonly classes: readonly string[];
}

/**
 * A table of numbers as samples.
 *
 * Shapes: x `(rows, columns − 1)` float32; y `(rows)`: int32 class numbers if the target is text, in alphabetic order, else float32.
 *
 * @param path A file, which may be packed (`.gz`).
 * @param options `target`: the column that is y, by name or number, default the last; `delimiter`; `header`.
 * @throws {RangeError} If there is no such column, or another than the target holds something that is no number.
 * @example
 * writeFileSync(join(folder, "fruit.csv"), "width,height,kind\n3,3,apple\n1,6,banana");
 * readCsv(join(folder, "fruit.csv")).y.toArray() // [0, 1]
 */
export function readCsv(path: string, options: CsvOptions & { target?: string | number } = {}): Table {
  const { columns, rows } = parseCsv(readText(path), options);
  const { target = columns.length - 1 } = options;
  const at = typeof target === "number" ? target : columns.indexOf(target);
  if (columns[at] === undefined) {
    throw new RangeError(`Cannot read column ${target} of ${path}: there are ${columns.join(", ")}`);
  }
  const others = columns.map((_, i) => i).filter((i) => i !== at);
  const x = numbers(rows, others, (row, column) => {
    throw new RangeError(
      `Cannot read row ${row + 1} of ${path}: ${columns[column]} is “${rows[row]![column]}”, which is no number`,
    );
  });
  const features = others.map((i) => columns[i]!);
  const values = rows.map((row) => row[at]!);
  if (values.every((value) => value !== "" && !Number.isNaN(Number(value)))) {
    return { x, y: fromData(Float32Array.from(values, Number)), features, classes: [] };
  }
  const classes = [...new Set(values)].sort();
  return { x, y: fromData(Int32Array.from(values, (value) => classes.indexOf(value))), features, classes };
}

/** Some columns of rows of text as a tensor. `fail` says where there is no number. */
export function numbers(
  rows: readonly (readonly string[])[],
  columns: readonly number[],
  fail: (row: number, column: number) => never,
): Tensor {
  const data = new Float32Array(rows.length * columns.length);
  let at = 0;
  rows.forEach((row, r) => {
    for (const column of columns) {
      const value = Number(row[column]);
      if (row[column] === "" || Number.isNaN(value)) fail(r, column);
      data[at++] = value;
    }
  });
  return fromData(data, [rows.length, columns.length]);
}

/** Data frames of the libraries that people use: Arquero, Danfo. */
import { fieldOf, methodOf } from "./lookup.ts";
import type { Rows } from "./table.ts";

/** @returns The frame's rows; null if it is none that is known. */
export function framed(value: object): Rows | null {
  return arquero(value) ?? danfo(value);
}

function arquero(value: object): Rows | null {
  const [names, count, get] = [methodOf(value, "columnNames"), methodOf(value, "numRows"), methodOf(value, "get")];
  if (!names || !count || !get) return null;
  const columns = names.call(value) as string[];
  return {
    columns,
    count: count.call(value) as number,
    row: (index) => columns.map((column) => get.call(value, column, index)),
  };
}

function danfo(value: object): Rows | null {
  const [columns, data] = [fieldOf(value, "$columns"), fieldOf(value, "$data")];
  if (!Array.isArray(columns) || !Array.isArray(data) || !methodOf(value, "head")) return null;
  return { columns: columns.map(String), count: data.length, row: (index) => [data[index]].flat() };
}

/** Data frames of the libraries that people use: Arquero, Danfo, nodejs-polars. */
import { types } from "node:util";
import { fieldOf, lookUp, methodOf } from "./lookup.ts";
import { classNameOf } from "./preview.ts";
import { targetOf } from "./proxy-target.ts";
import type { Rows } from "./table.ts";

/** @returns The frame's rows; null if it is none that is known. */
export function framed(value: object): Rows | null {
  if (types.isProxy(value)) return polars(value);
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

/** Frames and series, with the index that they have, as pandas shows them. */
function danfo(value: object): Rows | null {
  const [columns, data, index] = ["$columns", "$data", "$index"].map((name) => fieldOf(value, name));
  if (!Array.isArray(columns) || !Array.isArray(data) || !Array.isArray(index)) return null;
  return {
    columns: ["", ...columns.map(String)],
    count: data.length,
    row: (row) => [index[row], data[row]].flat(),
  };
}

/** A polars frame is a proxy, which gives its columns as properties, before an object with the frame's methods. */
function polars(value: object): Rows | null {
  const target = targetOf(value);
  const native = target && fieldOf(target, "_df");
  if (!target || !native || typeof native !== "object" || classNameOf(native) !== "JsDataFrame") return null;
  const row = methodOf(target, "row");
  if (!row) return null;
  return {
    columns: computed(target, "columns") as string[],
    count: computed(target, "height") as number,
    row: (index) => row.call(target, index) as unknown[],
  };
}

/** A property that the frame computes. */
function computed(target: object, name: string): unknown {
  return lookUp(target, name)?.get?.call(target);
}

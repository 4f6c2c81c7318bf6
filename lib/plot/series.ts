/** Named series of points: what line, area and bar charts draw. */
import type { Cell, Columns } from "./data-table.ts";
import { checkLengths, isValues, listOf, rowsOf, toTensor, type Values } from "./values.ts";

/** One series, the rows of a matrix, or series by name. A series may have its own x: `{ x, y }`. */
export type SeriesInput = Values | Readonly<Record<string, Values | { readonly x: Values; readonly y: Values }>>;

/** A series with its places. */
export interface Series {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/**
 * Reads what a user gave as series.
 *
 * @param x Shared places; 0, 1, 2, … if left out.
 * @throws {RangeError} If x and y of a series differ in length, or there is no series.
 */
export function seriesOf(input: SeriesInput, x?: Values): Series[] {
  const shared = x === undefined ? undefined : listOf(x, "x");
  const named = isValues(input) ? unnamed(input) : Object.entries(input);
  if (named.length === 0) throw new RangeError("Cannot plot no series: give numbers, or an object of named series");
  return named.map(([name, given]) => {
    const [own, values] = isValues(given) ? [undefined, given] : [listOf(given.x, `the x of ${name}`), given.y];
    const y = listOf(values, name === "" ? "y" : name);
    const places = own ?? shared ?? y.map((_, i) => i);
    checkLengths(places, y, `x and y${name === "" ? "" : ` of ${name}`}`);
    return { name, x: places, y };
  });
}

function unnamed(values: Values): [name: string, values: Values][] {
  const x = toTensor(values, "y");
  if (x.shape.filter((size) => size !== 1).length <= 1) return [["", x]];
  return rowsOf(x, "y").map((row, i) => [String(i), row]);
}

/** The series one below the other: columns x, y and, if they have names, series. */
export function longColumns(series: readonly Series[]): Columns {
  const columns: Columns = { x: series.flatMap((s) => s.x), y: series.flatMap((s) => s.y) };
  return isNamed(series) ? { ...columns, series: namesColumn(series) } : columns;
}

/** Whether the series have names to show. */
export function isNamed(series: readonly Series[]): boolean {
  return series.length > 1 || series[0]!.name !== "";
}

function namesColumn(series: readonly Series[]): Cell[] {
  return series.flatMap((s) => s.x.map(() => s.name));
}

/** Runs side by side, from what they have written down. */
import { type MetricRecord, readMetrics } from "../io/metrics.ts";
import { Sparkline } from "./sparkline.ts";
import { Table, type TableCell } from "./table.ts";

/** Options of comparisons of runs. */
export interface RunsOptions {
  /** Above the table. */
  title?: string;
  /** Which number of the records is compared; default "loss". */
  metric?: string;
  /** Whether the least or the greatest value is the best; default "min". */
  best?: "min" | "max";
}

/**
 * Runs as a table, a row each, the best first: how many records it has, the last and the best value, at which record that was, counted from 0, and the curve.
 *
 * Records without the number, of validation between others for instance, are left out. A run that broke down is seen: its last value is NaN.
 *
 * @param runs By name: the path of a file that `io.appendMetrics` wrote, or its records.
 * @throws {RangeError} If there is no run, or one has no record with the number.
 * @throws {TypeError} If a value that is compared is no number.
 * @see io.appendMetrics
 * @example
 * io.appendMetrics(join(folder, "slow.jsonl"), { epoch: 0, loss: 0.9 });
 * plot.runs({ slow: join(folder, "slow.jsonl"), quick: [{ loss: 0.7 }, { loss: 0.1 }] }).rows[0].run // "quick"
 */
export function runs(
  runs: Readonly<Record<string, string | readonly MetricRecord[]>>,
  options: RunsOptions = {},
): Table {
  const { title, metric = "loss", best = "min" } = options;
  const names = Object.keys(runs);
  if (names.length === 0) throw new RangeError("Cannot compare no runs: give at least one");
  const sign = best === "min" ? 1 : -1;
  const found = names.map((name) => {
    const given = runs[name]!;
    const values = valuesOf(typeof given === "string" ? readMetrics(given) : given, name, metric);
    // A run without any finite value is worse than all others.
    const key = values.map((value) => (Number.isFinite(value) ? sign * value : Infinity));
    const place = key.reduce((least, value, i) => (value < key[least]! ? i : least), 0);
    return { name, values, place, key: key[place]! };
  });
  const order = (a: number, b: number) => (a === b ? 0 : a < b ? -1 : 1);
  const rows = found
    .sort((a, b) => order(a.key, b.key))
    .map(
      ({ name, values, place }): Record<string, TableCell> => ({
        run: name,
        records: values.length,
        [`final ${metric}`]: values.at(-1)!,
        [`best ${metric}`]: values[place]!,
        "best at": place,
        curve: new Sparkline(values),
      }),
    );
  return new Table(rows, title === undefined ? {} : { title });
}

function valuesOf(records: readonly MetricRecord[], run: string, metric: string): number[] {
  const values = records.map((record) => record[metric]).filter((value) => value !== undefined && value !== null);
  if (values.length === 0) {
    const known = [...new Set(records.flatMap((record) => Object.keys(record)))];
    throw new RangeError(
      `Cannot compare ${metric} of the run ${run}: its records have ${known.join(", ") || "nothing"}`,
    );
  }
  return values.map((value) => {
    if (typeof value === "number") return value;
    throw new TypeError(`Cannot compare ${metric} of the run ${run}: ${JSON.stringify(value)} is no number`);
  });
}

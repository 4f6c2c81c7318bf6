/** Metrics on disk: JSON, one record a line, so that a run can be followed and continued. */
import { appendFileSync, readFileSync } from "node:fs";

/** Numbers, texts and lists of them by name: an epoch's report, say. */
export type MetricRecord = Readonly<Record<string, unknown>>;

/** JSON has no NaN and no infinities; they travel as these words, which Python's float() reads too. */
const words = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
]);

/**
 * Adds a record to a file of metrics, which is made if it is missing. NaN and infinities are written as the words "NaN", "Infinity" and "-Infinity".
 *
 * @param path Usually ends in `.jsonl`.
 * @example appendMetrics(join(folder, "run.jsonl"), { epoch: 0, loss: 0.5 })
 */
export function appendMetrics(path: string, record: MetricRecord): void {
  const write = (_: string, value: unknown) =>
    typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
  appendFileSync(path, `${JSON.stringify(record, write)}\n`);
}

/**
 * The records of a file of metrics, in order. A last line that was cut off, as when a run was killed, is left out.
 *
 * @throws {SyntaxError} If another line is no JSON: says which.
 * @example
 * appendMetrics(join(folder, "log.jsonl"), { loss: NaN });
 * readMetrics(join(folder, "log.jsonl")) // [{ loss: NaN }]
 */
export function readMetrics(path: string): MetricRecord[] {
  const read = (_: string, value: unknown) =>
    typeof value === "string" && words.has(value) ? words.get(value) : value;
  const lines = readFileSync(path, "utf8").split("\n");
  const records: MetricRecord[] = [];
  lines.forEach((line, i) => {
    if (line.trim() === "") return;
    try {
      records.push(JSON.parse(line, read) as MetricRecord);
    } catch (cause) {
      if (i === lines.length - 1) return;
      throw new SyntaxError(`Cannot read line ${i + 1} of ${path}: it is no JSON`, { cause });
    }
  });
  return records;
}

/** Medians, the table that is printed, and the JSON that `-- --json FILE` writes. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../setup/step.ts";

/** A figure, or why there is none. */
export type Measured = number | { failed: string };

export interface ReportRow {
  name: string;
  unit: string;
  ours: Measured;
  peers: Record<string, Measured>;
  /** The least peer / ours ratio that is wanted, against each peer named. */
  target?: { ratio: number; peer: string };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export const isFigure = (value: Measured | undefined): value is number => typeof value === "number";

function figure(value: Measured | undefined): string {
  if (value === undefined) return "–";
  if (!isFigure(value)) return "fails";
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

/** How many times ours a peer takes: above 1 ours is better. */
export function ratio(row: ReportRow, peer: string): number | undefined {
  const theirs = row.peers[peer];
  return isFigure(row.ours) && isFigure(theirs) && row.ours > 0 ? theirs / row.ours : undefined;
}

/** Whether the row's target is met; undefined where none was set or the peer has no figure. */
export function met(row: ReportRow): boolean | undefined {
  if (!row.target) return undefined;
  if (!isFigure(row.ours)) return false;
  const reached = ratio(row, row.target.peer);
  return reached === undefined ? undefined : reached >= row.target.ratio;
}

function targetText(row: ReportRow): string {
  if (!row.target) return "";
  const verdicts = { true: "met", false: "MISSED", undefined: "cannot tell" };
  return `${row.target.peer}/ours ≥ ${row.target.ratio.toFixed(2)}: ${verdicts[`${met(row)}`]}`;
}

/** A Markdown table, and below it why what fails does. */
export function table(rows: readonly ReportRow[], peers: readonly string[]): string {
  const head = ["", "unit", "ours", ...peers, ...peers.map((peer) => `${peer} / ours`), "target"];
  const body = rows.map((row) => [
    row.name,
    row.unit,
    figure(row.ours),
    ...peers.map((peer) => figure(row.peers[peer])),
    ...peers.map((peer) => figure(ratio(row, peer)).replace(/^([\d.]+)$/, "$1×")),
    targetText(row),
  ]);
  const widths = head.map((_, i) => Math.max(...[head, ...body].map((cells) => cells[i]!.length), 3));
  const line = (cells: string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(" | ")} |`;
  const rule = `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`;
  const failures = rows.flatMap((row) =>
    [["ours", row.ours] as const, ...peers.map((peer) => [peer, row.peers[peer]] as const)].flatMap(([who, value]) =>
      value === undefined || isFigure(value) ? [] : [`${row.name}: ${who} fails: ${value.failed}`],
    ),
  );
  return [line(head), rule, ...body.map(line), ...(failures.length > 0 ? ["", ...failures] : [])].join("\n");
}

/** `[{name, unit, ours, peers, target}]`, lower is better; null where a contender fails. */
export function json(rows: readonly ReportRow[]): string {
  const plain = (value: Measured) => (isFigure(value) ? value : null);
  const records = rows.map(({ name, unit, ours, peers, target }) => ({
    name,
    unit,
    ours: plain(ours),
    peers: Object.fromEntries(Object.entries(peers).map(([peer, value]) => [peer, plain(value)])),
    target: target?.ratio ?? null,
  }));
  return `${JSON.stringify(records, null, 2)}\n`;
}

/** Replaces what stands in a document between the mark of a benchmark and the next mark of an end. */
export function writeInto(document: string, benchmark: string, text: string): void {
  const file = join(root, document);
  const marks = new RegExp(`(<!-- ${benchmark} -->)[\\s\\S]*?(<!-- end -->)`);
  writeFileSync(
    file,
    readFileSync(file, "utf8").replace(marks, (_, from, to) => `${from}\n\n${text}\n\n${to}`),
  );
}

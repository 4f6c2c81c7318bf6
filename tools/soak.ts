/**
 * `npm run soak`: the kernel used hard and long, and everything that may go wrong gone wrong on purpose.
 *
 *   -- --scale 0.1   does everything a tenth as often
 *   -- --only TEXT   runs only the scenarios whose name contains the text
 *   -- --seed N      another order of chance
 */
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { ensureBuild } from "./setup/build.ts";
import { loads } from "./soak/loads.ts";
import { Random } from "./soak/random.ts";
import { troubles } from "./soak/troubles.ts";

const DEADLINE_MS = 600_000;

const { values } = parseArgs({
  options: {
    scale: { type: "string", default: "1" },
    only: { type: "string", default: "" },
    seed: { type: "string", default: "1" },
  },
});
const scale = Number(values.scale);
if (!(scale > 0)) throw new RangeError(`--scale ${values.scale}: expected a number above 0`);

await ensureBuild();
const rows: string[][] = [["", "times", "", "figures"]];
let failures = 0;
for (const { name, times, run } of [...loads, ...troubles]) {
  if (!name.includes(values.only)) continue;
  const count = Math.max(1, Math.round(times * scale));
  console.log(`… ${count} × ${name}`);
  const started = performance.now();
  // What hangs is a finding as well.
  const hung = delay(
    DEADLINE_MS,
    { figures: "", problems: [`not done after ${DEADLINE_MS / 1000} s`] },
    { ref: false },
  );
  const done = run(count, new Random(Number(values.seed))).catch((error: Error) => ({
    figures: "",
    problems: [error.message],
  }));
  const { figures, problems } = await Promise.race([done, hung]);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  for (const problem of problems.slice(0, 5)) console.log(`  ✗ ${problem}`);
  failures += problems.length;
  rows.push([name, String(count), problems.length === 0 ? "✓" : `✗ ${problems.length}`, `${figures} (${seconds} s)`]);
}
const widths = rows[0]!.map((_, column) => Math.max(3, ...rows.map((row) => row[column]!.length)));
const lines = rows.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |`);
console.log(
  `\n${[lines[0], `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`, ...lines.slice(1)].join("\n")}`,
);
// A scenario that hangs must not hold up the end.
process.exit(failures === 0 ? 0 : 1);

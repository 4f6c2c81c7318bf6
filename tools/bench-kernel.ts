/**
 * `npm run bench:kernel`: our kernel beside Deno's, tslab's and Python's, in one run, in turns, so that a busy machine is busy for all.
 *
 *   -- --json FILE   also writes the figures as JSON
 *   -- --write       also puts the table into PERFORMANCE.md
 *   -- --only TEXT   measures only the rows whose name contains the text
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Kernel } from "../test/support/client.ts";
import { answers } from "./bench/answers.ts";
import { byJupyter } from "./bench/by-jupyter.ts";
import { type Contender, contenders } from "./bench/contenders.ts";
import { interrupts } from "./bench/interrupts.ts";
import { isFigure, json, type Measured, median, type ReportRow, table, writeInto } from "./bench/report.ts";
import { type Measurement, measurements } from "./bench/rows.ts";
import { ensureBuild } from "./setup/build.ts";
import { ensurePython } from "./setup/python.ts";

interface Entrant {
  contender: Contender;
  kernel: Kernel | undefined;
  /** The figures of each row, a round each. */
  figures: number[][];
  failed: string | undefined;
}

const short = (error: unknown) => (error as Error).message.trim().split("\n")[0]!.slice(0, 200);

/** Measures every contender in turns; one that fails is out of this measurement, not of the next. */
async function measure(measurement: Measurement, all: readonly Contender[]): Promise<ReportRow[]> {
  const fitting = all.filter(({ language }) => !measurement.typescriptOnly || language === "typescript");
  const entrants: Entrant[] = fitting.map((contender) => ({
    contender,
    kernel: undefined,
    figures: [],
    failed: contender.argv ? undefined : "not installed",
  }));
  const each = async (step: (entrant: Entrant) => Promise<void>) => {
    for (const entrant of entrants) {
      if (entrant.failed) continue;
      try {
        await step(entrant);
      } catch (error) {
        entrant.failed = short(error);
      }
    }
  };
  await each(async (entrant) => {
    entrant.kernel = await measurement.prepare?.(entrant.contender);
  });
  for (let round = 0; round < measurement.rounds; round++) {
    await each(async ({ contender, kernel, figures }) => {
      figures.push(await measurement.round(contender, kernel, round));
    });
  }
  for (const { kernel } of entrants) await kernel?.stop({ deadline: 3000 });

  return measurement.rows.map((row, i) => {
    const measured = Object.fromEntries(
      entrants.map(({ contender, figures, failed }): [string, Measured] => [
        contender.name,
        failed === undefined ? median(figures.map((round) => round[i]!)) : { failed },
      ]),
    );
    const { ours, ...peers } = measured;
    return { ...row, ours: ours!, peers };
  });
}

const { values } = parseArgs({
  options: { json: { type: "string" }, only: { type: "string" }, write: { type: "boolean" } },
});
await ensureBuild();
await ensurePython();
const all = contenders();
const rows: ReportRow[] = [];
for (const measurement of [...measurements, ...answers, interrupts, ...byJupyter]) {
  if (values.only && !measurement.rows.some(({ name }) => name.includes(values.only!))) continue;
  console.log(`… ${measurement.rows[0]!.name}`);
  rows.push(...(await measure(measurement, all)));
}
const peers = all.map(({ name }) => name).filter((name) => name !== "ours");
const caption = `Medians, lower is better; Node ${process.versions.node}, ${process.platform} ${process.arch}`;
console.log(`\n${caption}\n\n${table(rows, peers)}`);
if (values.write) writeInto("PERFORMANCE.md", "bench:kernel", `${caption}\n\n${table(rows, peers)}`);
if (values.json) writeFileSync(values.json, json(rows));
// A target missed is a figure to work on; a row that our kernel cannot do is a defect.
process.exitCode = rows.every(({ ours }) => isFigure(ours)) ? 0 : 1;

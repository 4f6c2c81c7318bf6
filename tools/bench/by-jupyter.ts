/** How a kernel does under Jupyter's own programs: its tests for kernels, and nbclient, which is behind nbconvert and papermill. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { python, pythonEnv } from "../setup/python.ts";
import { type Contained, runContained } from "./contained.ts";
import type { Contender } from "./contenders.ts";
import type { Measurement } from "./rows.ts";

const TESTS = 13;
const CELLS = 4;

/** Some kernels hang in most of what is asked of them, and the whole benchmark is to end within a quarter of an hour. */
const TESTS_MS = 150_000;
const RUNS_MS = { ours: 400_000, peers: 90_000 };

/** Ours runs as often as it must not fail; peers so often that their mean says something. */
const TIMES = { ours: 100, peers: 5 };

/** Runs a program of this folder with the contender registered as the kernel `contender`. */
async function ask(program: string, contender: Contender, limit: number, ...args: string[]): Promise<Contained> {
  const folder = mkdtempSync(join(tmpdir(), "gradbook-bench-"));
  try {
    const spec = join(folder, "kernels", "contender");
    mkdirSync(spec, { recursive: true });
    const { argv, env, language, interruptedBy = "message" } = contender;
    const kernelspec = { argv, env: env ?? {}, display_name: contender.name, language, interrupt_mode: interruptedBy };
    writeFileSync(join(spec, "kernel.json"), JSON.stringify(kernelspec));
    const path = join(import.meta.dirname, "jupyter", program);
    const own = { JUPYTER_PATH: folder, GRADBOOK_HISTORY: join(folder, "history.sqlite") };
    return await runContained([python, path, contender.name, ...args], { ...pythonEnv(), ...own }, limit);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const linesOf = (output: string, kind: string): string[] =>
  output.split("\n").flatMap((line) => (line.startsWith(`${kind} `) ? [line.slice(kind.length + 1)] : []));

async function failedTests(contender: Contender): Promise<number> {
  const { output, hung } = await ask("kernel_tests.py", contender, TESTS_MS);
  const passed = linesOf(output, "PASS");
  const failed = linesOf(output, "FAIL");
  if (passed.length + failed.length === 0) throw new Error(`no test ran: ${output.trim().split("\n").at(-1)}`);
  for (const line of failed) console.log(`  ${contender.name}: ${line}`);
  if (hung) console.log(`  ${contender.name}: hangs: ${TESTS - passed.length - failed.length} tests not done in time`);
  return TESTS - passed.length;
}

async function wrongCells(contender: Contender): Promise<number> {
  const who = contender.name === "ours" ? "ours" : "peers";
  const { output, hung } = await ask("nbclient_runs.py", contender, RUNS_MS[who], String(TIMES[who]));
  const runs = linesOf(output, "RUN").map(Number);
  for (const why of new Set(linesOf(output, "WHY"))) console.log(`  ${contender.name}: ${why}`);
  if (hung) {
    console.log(`  ${contender.name}: hangs: after ${runs.length} of ${TIMES[who]} runs it was ended`);
    // The run that hung has no output to be right; those that it kept from being run say nothing.
    runs.push(CELLS);
  }
  if (runs.length === 0) throw new Error(`no run: ${output.trim().split("\n").at(-1)}`);
  return runs.reduce((sum, wrong) => sum + wrong, 0) / runs.length;
}

export const byJupyter: Measurement[] = [
  {
    rows: [{ name: "jupyter_kernel_test, failures", unit: `of ${TESTS}` }],
    rounds: 1,
    round: async (contender) => [await failedTests(contender)],
  },
  {
    rows: [
      {
        name: `nbclient, wrong cells a run (ours ${TIMES.ours} runs, peers ${TIMES.peers})`,
        unit: `of ${CELLS}`,
      },
    ],
    rounds: 1,
    round: async (contender) => [await wrongCells(contender)],
  },
];

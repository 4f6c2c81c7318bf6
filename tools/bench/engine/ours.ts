/** Times the workloads that are named as arguments, or takes their memory, and prints `{name: microseconds or megabytes}`. */
import { readFileSync } from "node:fs";
import { engineInfo, Tensor } from "../../../lib/index.ts";
import { curvePoints } from "./curves.ts";
import { sweepPoints } from "./sweep.ts";
import { peaks, type Workload, workloads } from "./workloads.ts";

/** Looks at a result as a next op would, since ops may wait until somebody does; `data` would take it out of the library, which no other contender is asked to. */
function look(result: unknown): void {
  if (result instanceof Tensor) void result.storage.home;
}

/** The least time of a run, over a second: what disturbs only ever adds. */
function least(run: () => unknown, { warm = 300, lasting = 1000 } = {}): number {
  const clock = (turns: number) => {
    const from = performance.now();
    for (let i = 0; i < turns; i++) look(run());
    return ((performance.now() - from) * 1000) / turns;
  };
  const warmUntil = performance.now() + warm;
  while (performance.now() < warmUntil) look(run());
  // Rounds of about 5 ms a second, so that the clock's own grain does not count.
  const turns = Math.max(1, Math.round((5 * lasting) / clock(3)));
  let best = Infinity;
  const until = performance.now() + lasting;
  for (let round = 0; round < 5 || performance.now() < until; round++) best = Math.min(best, clock(turns));
  return best;
}

/** A line of what the system says of this process, in MB. */
function resident(field: "VmRSS" | "VmHWM"): number {
  const status = readFileSync("/proc/self/status", "utf8");
  return (Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)![1]) * 1024) / 1e6;
}

/** By how much the memory of the process grows until its peak when the model is made and ten steps are run: weights, gradients, results, and code that is only now loaded. */
function peak(make: Workload): number {
  const before = resident("VmRSS");
  const run = make();
  for (let i = 0; i < 10; i++) look(run());
  return resident("VmHWM") - before;
}

function figure(name: string): number {
  if (name in peaks) return peak(peaks[name]!);
  if (name in sweepPoints) return least(sweepPoints[name]!(), { warm: 50, lasting: 100 });
  return least((workloads[name] ?? curvePoints[name])!());
}

const figures: Record<string, number | string> = {};
for (const name of process.argv.slice(2)) {
  try {
    figures[name] = figure(name);
  } catch (error) {
    figures[name] = (error as Error).message.split("\n")[0]!;
  }
}
console.log(JSON.stringify({ version: `gradbook (${JSON.stringify(engineInfo())})`, figures }));

/** Times the workloads that are named as arguments, and prints `{name: microseconds}`. */
import { engineInfo, Tensor } from "../../../lib/index.ts";
import { curvePoints } from "./curves.ts";
import { workloads } from "./workloads.ts";

/** Looks at a result: ops may wait until somebody does. */
function look(result: unknown): void {
  if (result instanceof Tensor) void result.data;
}

/** The least time of a run, over half a second: what disturbs only ever adds. */
function least(run: () => unknown): number {
  const clock = (turns: number) => {
    const from = performance.now();
    for (let i = 0; i < turns; i++) look(run());
    return ((performance.now() - from) * 1000) / turns;
  };
  const warmUntil = performance.now() + 300;
  while (performance.now() < warmUntil) look(run());
  // Rounds of about 5 ms, so that the clock's own grain does not count.
  const turns = Math.max(1, Math.round(5000 / clock(3)));
  let best = Infinity;
  const until = performance.now() + 1000;
  for (let round = 0; round < 5 || performance.now() < until; round++) best = Math.min(best, clock(turns));
  return best;
}

const figures: Record<string, number | string> = {};
for (const name of process.argv.slice(2)) {
  try {
    figures[name] = least((workloads[name] ?? curvePoints[name])!());
  } catch (error) {
    figures[name] = (error as Error).message.split("\n")[0]!;
  }
}
console.log(JSON.stringify({ version: `gradbook (${JSON.stringify(engineInfo())})`, figures }));
